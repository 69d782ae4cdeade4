"""Reserves stock; what is read is written before anybody else has a turn."""

import asyncio


class Inventory:
    def __init__(self, warehouse):
        self.warehouse = warehouse
        self.stock = {"apple": 3}
        self.sold = 0

    async def reserve(self, item, amount):
        if self.stock[item] < amount:
            return False
        self.stock[item] -= amount
        try:
            await self.warehouse.confirm(item, amount)
        except OSError:
            self.stock[item] += amount
            raise
        return True

    async def record_sale(self):
        price = await self.warehouse.price()
        self.sold += price

    async def restock(self, item):
        delivered = await self.warehouse.order(item)
        self.stock[item] += delivered
