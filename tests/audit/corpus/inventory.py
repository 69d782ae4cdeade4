"""Reserves stock; asks the warehouse in the middle."""

import asyncio


class Inventory:
    def __init__(self, warehouse):
        self.warehouse = warehouse
        self.stock = {"apple": 3}
        self.sold = 0

    async def reserve(self, item, amount):
        if self.stock[item] >= amount:
            await self.warehouse.confirm(item, amount)
            self.stock[item] -= amount  # finding: check-then-act
            return True
        return False

    async def record_sale(self):
        self.sold = self.sold + await self.warehouse.price()  # finding: read-modify-write

    async def restock(self, item):
        amount = self.stock[item]
        delivered = await self.warehouse.order(item)
        self.stock[item] = amount + delivered  # finding: read-modify-write
