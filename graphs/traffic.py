"""From the district's traffic table to what an hour does to one vehicle.

Hours in which a vehicle drives equally fast give equal slots, and so share one metric: a night, a vehicle that
traffic does not slow, a weekend without a row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from graphs.road import RoadClass
from models.errors import require
from models.traffic import Traffic

Slot = tuple[float, ...]
"""What the speed on each class of road is multiplied by, in the order of `RoadClass`; empty in free flow."""

FREE_FLOW: Final[Slot] = ()
_DIGITS: Final = 9
"""So that equal hours are equal slots whatever the float noise."""
_CLASSES: Final = tuple(each.name.lower() for each in RoadClass)


def slot_of(traffic: Traffic | None, moment: datetime | None, share: float) -> Slot:
    """Give the slot that a vehicle drives in.

    Parameters
    ----------
    traffic
        The table of the district; None is free flow.
    moment
        Departure, read on the clock it carries (`District.local` gives the district's); None is free flow.
    share
        From 0 to 1: how much of the slow-down the vehicle feels. A factor f becomes 1 - share (1 - f).

    Raises
    ------
    InputError
        `moment` has no UTC offset.
    """
    if traffic is None or moment is None:
        return FREE_FLOW
    require(moment.tzinfo is not None, "the moment of departure needs a UTC offset")
    felt = {
        name: round(1 - share * (1 - factor), _DIGITS) for name, factor in traffic.factors(moment).items()
    }
    slot = tuple(felt.get(each, 1.0) for each in _CLASSES)
    return FREE_FLOW if all(factor == 1 for factor in slot) else slot
