"""Driving times from where the roster has vehicles to the incidents: one table for each kind, of teams and trucks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.problem import Ints, TravelTable
from dispatch.tables.roster import Roster
from dispatch.tables.starts import Starts
from models.crs import LngLat
from models.errors import InputError
from models.units import DECISECONDS_PER_SECOND, NEVER


class Driving:
    """What one question asks of the router.

    Parameters
    ----------
    roster
        The district.
    travel
        Travel times with the request's closures applied.
    ends
        Where the incidents are.
    """

    def __init__(self, roster: Roster, travel: TravelTable, ends: Sequence[LngLat]) -> None:
        self.roster = roster
        self.travel = travel
        self.ends = tuple(ends)
        self._known: dict[str, Ints] = {}

    def to_incidents(self, profile: str) -> tuple[Ints, Ints]:
        """Seconds of all teams of `Roster.homes` and of all trucks of the fleet, int32[k, ends] each.

        All of a kind are asked for at once, whichever go: the router knows that list from the question before.

        Raises
        ------
        InputError
            No such profile.
        """
        teams, trucks = self.roster.places_of[profile]
        if profile not in self._known:
            self._known[profile] = whole_seconds(self.travel.table(profile, teams + trucks, self.ends))
        found = self._known[profile]
        return found[: len(teams)], found[len(teams) :]


def seconds(
    travel: TravelTable, starts: Sequence[Starts], ends: Sequence[LngLat], rows: int, who: Sequence[str]
) -> Ints:
    """Whole seconds from each row to each end, rounded up, int32[rows, ends]; `NEVER` where a row has no start."""
    out = np.full((rows, len(ends)), NEVER, dtype=np.int32)
    for each in starts:
        out[each.rows] = seconds_from(travel, each, ends, who)
    return out


def seconds_from(travel: TravelTable, starts: Starts, ends: Sequence[LngLat], who: Sequence[str]) -> Ints:
    """Whole seconds from each start to each end, rounded up, int32[starts, ends]; an error names who starts first."""
    try:
        return whole_seconds(travel.table(starts.profile, starts.places, ends))
    except InputError as error:
        raise error.at(who[int(starts.rows[0])]) from None


def whole_seconds(deciseconds: Ints) -> Ints:
    """Round deciseconds up to whole seconds, int32 of the same shape; `NEVER` stays."""
    whole = (deciseconds + np.int32(DECISECONDS_PER_SECOND - 1)) // np.int32(DECISECONDS_PER_SECOND)
    return np.where(deciseconds >= NEVER, np.int32(NEVER), whole)
