"""The usable lots of one depot, given out by first expiry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.supply import Depot, Lot


class Shelves:
    """Lots of a depot that are good on a day; what is taken is gone.

    Parameters
    ----------
    depot
        The depot.
    use_by
        Day up to and including which a lot must be usable.
    """

    def __init__(self, depot: Depot, use_by: date) -> None:
        usable = [lot for lot in depot.lots if lot.usable_on(use_by)]
        self._lots = sorted(usable, key=lambda lot: (lot.expires is None, lot.expires or use_by, lot.id))
        self._left = {lot.id: lot.quantity for lot in usable}

    def take(self, item: str, count: int) -> Iterator[tuple[Lot, int]]:
        """Take `count` units of an item, the lots that expire first going first."""
        for lot in self._lots:
            units = min(count, self._left[lot.id]) if lot.item == item else 0
            if units > 0:
                self._left[lot.id] -= units
                count -= units
                yield lot, units
