"""What London's dispatchers had at each fire, as far as the record tells: pumps by station, and which were out.

*Pumps by station.* The record has no roster. A station that sent both the first and the second pump to one fire at
least `TWICE` times in the year has two pumps, every other station that sent any has one: 58 and 53 stations, 169
pumps. (Seven stations did so exactly once, the rest six times or more.)

*Who is out.* The first two pumps of each fire are out for `BUSY_S` from the call on. Which further pumps came is not
recorded, nor are calls other than dwelling fires, so most pumps that were out are not seen to be.

*How long a drive takes.* Attendance time of the first pumps against the straight line from their station: the line
of least absolute deviations, one for all stations and hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.london_data import Fire, Station
from models.errors import require

BUSY_S: Final = 3600
"""Seconds a pump that was sent is out; an assumption, the record does not say."""

TWICE: Final = 3
"""How often a station must have sent both pumps before it is taken to have two."""

_ROUNDS: Final = 60


@dataclass(frozen=True, slots=True)
class Fit:
    """Attendance in seconds: `start_s` + metres / `speed_ms`; `off_s` is the median of what it is off by."""

    start_s: float
    speed_ms: float
    off_s: float
    fires: int


@dataclass(frozen=True, slots=True)
class Pumps:
    """Stations that sent pumps, in order of their names, and the pumps of each.

    `name` and `place` float64[stations, 2] (metres east, north) by station; `station` int64[pumps] gives the station
    of each pump.
    """

    name: tuple[str, ...]
    place: NDArray[np.float64]
    station: NDArray[np.int64]

    @property
    def row(self) -> dict[str, int]:
        """Place of each name in the tables."""
        return {name: s for s, name in enumerate(self.name)}

    def metres(self, fire: Fire) -> NDArray[np.float64]:
        """Straight line from each station to a fire, float64[stations]."""
        line: NDArray[np.float64] = np.hypot(self.place[:, 0] - fire.east, self.place[:, 1] - fire.north)
        return line


def infer_pumps(fires: Sequence[Fire], stations: Sequence[Station]) -> Pumps:
    """Give every station that sent a pump one pump, or two.

    Raises
    ------
    InputError
        A pump came from a station whose place is not known.
    """
    sent = {name for fire in fires for name in (fire.first, fire.second) if name is not None}
    place = {each.name: (each.east, each.north) for each in stations}
    for name in sorted(sent):
        require(name in place, "station {name} sent a pump, but its place is not listed", name=name)
    both = Counter(fire.first for fire in fires if fire.first == fire.second)
    names = tuple(sorted(sent))
    count = [2 if both[name] >= TWICE else 1 for name in names]
    return Pumps(names, np.array([place[name] for name in names]), np.repeat(np.arange(len(names)), count))


def fit_speed(fires: Sequence[Fire], pumps: Pumps) -> Fit:
    """Fit attendance times to distances by least absolute deviations (weights of 1 / deviation, repeated)."""
    row = pumps.row
    metres = np.array([pumps.metres(fire)[row[fire.first]] for fire in fires])
    took = np.array([fire.first_s for fire in fires])
    columns = np.column_stack([np.ones(metres.size), metres])
    weight = np.ones(metres.size)
    for _ in range(_ROUNDS):
        root = np.sqrt(weight)
        line = np.linalg.lstsq(columns * root[:, None], took * root, rcond=None)[0]
        weight = 1 / np.maximum(1.0, np.abs(took - columns @ line))
    off = np.median(np.abs(took - columns @ line))
    return Fit(round(float(line[0]), 1), round(float(1 / line[1]), 2), round(float(off), 1), len(fires))


class Watch:
    """Which pumps are out while the year goes by. One fire after the other, in order of the calls.

    Parameters
    ----------
    pumps
        All pumps, at home at first.
    busy_s
        Seconds a pump that was sent is out.
    """

    def __init__(self, pumps: Pumps, busy_s: int = BUSY_S) -> None:
        self._row = pumps.row
        self._out: list[tuple[int, int]] = []
        self._busy_s = busy_s
        order = np.arange(pumps.station.size)
        self._station = pumps.station
        self._number = order - np.searchsorted(pumps.station, pumps.station)

    def free(self, at_s: int) -> NDArray[np.bool_]:
        """Which pumps are at home, bool[pumps]; a station's first pump is the last to leave."""
        self._out = [(until, s) for until, s in self._out if until > at_s]
        out = np.bincount([s for _, s in self._out], minlength=len(self._row))
        have = np.bincount(self._station, minlength=len(self._row))
        at_home: NDArray[np.bool_] = self._number < (have - out)[self._station]
        return at_home

    def send(self, fire: Fire) -> None:
        """Send the pumps that London sent."""
        for name in (fire.first, fire.second):
            if name is not None:
                self._out.append((fire.at_s + self._busy_s, self._row[name]))
