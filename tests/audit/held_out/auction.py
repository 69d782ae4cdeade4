"""An auction: bids come as coroutines, each checked with a remote credit service."""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Lot:
    price: int = 0
    bidder: str | None = None
    history: list[tuple[str, int]] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Auction:
    def __init__(self, credit):
        self.credit = credit
        self.lots: dict[str, Lot] = {}

    async def bid(self, lot_id, who, amount):
        lot = self.lots[lot_id]
        if amount <= lot.price:
            return False
        if not await self.credit.allows(who, amount):
            return False
        lot.price = amount  # finding: check-then-act
        lot.bidder = who  # finding: check-then-act
        lot.history.append((who, amount))  # finding: check-then-act
        return True

    async def bid_safely(self, lot_id, who, amount):
        if not await self.credit.allows(who, amount):
            return False
        lot = self.lots[lot_id]
        async with lot.lock:
            if amount <= lot.price:
                return False
            lot.price = amount
            lot.bidder = who
            lot.history.append((who, amount))
            return True

    async def open(self, lot_id):
        self.lots.setdefault(lot_id, Lot())
