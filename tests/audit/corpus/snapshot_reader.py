"""Records are replaced, never changed, so whoever has one may read it at leisure."""

import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Quote:
    bid: float
    ask: float


class Quotes:
    def __init__(self):
        self._quotes: dict[str, Quote] = {}
        self._lock = threading.Lock()

    def update(self, symbol, bid, ask):
        with self._lock:
            old = self._quotes.get(symbol, Quote(0, 0))
            self._quotes[symbol] = replace(old, bid=bid, ask=ask)

    def spread(self, symbol):
        quote = self._quotes[symbol]
        return quote.ask - quote.bid

    def symbols(self):
        return list(self._quotes)
