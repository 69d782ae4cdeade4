"""Orders as records with several fields; a thread shows them while another changes them."""

import threading
from dataclasses import dataclass


@dataclass
class Order:
    state: str = "new"
    filled: int = 0


class OrderBook:
    def __init__(self):
        self.orders: dict[int, Order] = {}
        self.lock = threading.Lock()

    def add(self, number):
        with self.lock:
            self.orders[number] = Order()

    def fill(self, number, amount):
        with self.lock:
            order = self.orders[number]
            order.filled += amount
            order.state = "filled"

    def cancel(self, number):
        order = self.orders[number]
        order.filled = 0
        order.state = "cancelled"  # finding: torn-update

    def show(self, number):
        order = self.orders[number]
        return f"{order.state}: {order.filled}"  # finding: torn-read

    def show_well(self, number):
        with self.lock:
            order = self.orders[number]
            return f"{order.state}: {order.filled}"

    def size(self):
        return len(self.orders)
