"""The words of a plan of tours: loads, stops, trips, and what is not delivered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Rows = tuple[tuple[tuple[int, ...], ...], ...]
"""For each vehicle its trips, for each trip its loads in order."""


class Reason(StrEnum):
    """Why something is not delivered."""

    STOCK = "stock"
    """No depot that can send it there has it above its reserve."""
    NO_WAY = "no_way"
    """No vehicle of the depot can get there and back: weak bridges, cut roads."""
    TOO_LARGE = "too_large"
    """It does not fit any vehicle that can get there."""
    CLOSED = "closed"
    """Even the soonest vehicle comes after the place has closed."""
    DRIVERS = "drivers"
    """The way there and back takes longer than a crew may drive or be on duty."""
    FLEET = "fleet"
    """Every vehicle that could is busy until it is too late."""


@dataclass(frozen=True, slots=True)
class Load:
    """Units by item that go from a depot to a drop on one vehicle."""

    depot: int
    drop: int
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unserved:
    """Units by item that a drop does not get, and why; `depot` -1 where none was to send them."""

    depot: int
    drop: int
    units: tuple[int, ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One load handed over: `arrive_s` at the place, unloading from `begin_s` until `leave_s`."""

    load: int
    drop: int
    units: tuple[int, ...]
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One trip of a vehicle.

    `ready_s`: it could have begun to load (free or back, and rested for `rested_s` before); `load_s`: loading at `dock`
    begins; `depart_s`, `back_s`; `driving_s` on the road, `grams` and `cm3` on board when it leaves.
    """

    vehicle: int
    depot: int
    dock: int
    rested_s: int
    ready_s: int
    load_s: int
    depart_s: int
    stops: tuple[Stop, ...]
    back_s: int
    driving_s: int
    grams: int
    cm3: int

    @property
    def queued_s(self) -> int:
        """Seconds it waited for a dock, or for the depot to open."""
        return self.load_s - self.ready_s
