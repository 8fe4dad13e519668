"""Free teams against the people at risk: who reaches which cell of the risk surface, and what each team's going costs.

The risk of a cell is its colour, raised by forecasts in force and by what incidents bring with them.
"""

from __future__ import annotations

from dataclasses import replace
from operator import eq
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import CoverSide, Index, Ints, Problem, TravelTable
from dispatch.tables.driving import seconds
from dispatch.tables.force import near_m
from dispatch.tables.roster import COLOURS, ECHELONS, Roster
from graphs.recent import Recent
from models.doctrine import Cover
from models.request import Request
from models.units import NEVER

KEPT_COVERS: Final = 4
"""States of the force at home and of the risk surface of which the cover is kept."""


def reach(roster: Roster, travel: TravelTable) -> Ints:
    """Give the seconds from order to arrival from each team's home to each cell, int32[teams, cells].

    `NEVER` for echelons that the doctrine does not count as cover.
    """
    cover, teams = roster.district.doctrine.cover, roster.district.teams
    if cover is None or not roster.district.risk:
        return np.full((len(teams), 0), NEVER, dtype=np.int32)
    counted = np.isin(roster.echelon, [ECHELONS.index(each) for each in cover.echelons])
    starts = [
        type(each)(
            each.profile,
            each.rows[counted[each.rows]],
            tuple(place for row, place in zip(each.rows.tolist(), each.places, strict=True) if counted[row]),
        )
        for each in roster.homes
        if counted[each.rows].any()
    ]
    cells = [cell.position.wgs84 for cell in roster.district.risk]
    driving = seconds(travel, starts, cells, len(teams), [f"team {team.id}" for team in teams])
    turnout = np.array([team.turnout_s for team in teams], dtype=np.int64)
    total = driving.astype(np.int64) + turnout[:, None]
    return np.where(driving < NEVER, np.minimum(total, NEVER), NEVER).astype(np.int32)


class Covers:
    """What is covered, by who is free and by the colours: from question to question both are often the same.

    Parameters
    ----------
    roster
        The district.
    reach_s
        As `reach` gives it.
    """

    def __init__(self, roster: Roster, reach_s: Ints) -> None:
        self.roster = roster
        self.reach_s = reach_s
        self._recent: Recent[tuple[bytes, bytes], tuple[CoverSide, Index]] = Recent(KEPT_COVERS)

    def side(
        self, cover: Cover, free: NDArray[np.bool_], colours: NDArray[np.int8]
    ) -> tuple[CoverSide, Index]:
        """Give the side of cover and the losses of `losses`, all read-only.

        Parameters
        ----------
        cover
            The rule of the doctrine.
        free
            bool[teams]: who is at home and free.
        colours
            int8[cells]: as `cell_colours` gives them.
        """
        return self._recent.get((free.tobytes(), colours.tobytes()), lambda: self._made(cover, free, colours))

    def _made(
        self, cover: Cover, free: NDArray[np.bool_], colours: NDArray[np.int8]
    ) -> tuple[CoverSide, Index]:
        side = CoverSide(
            reach_s=np.where(free[:, None], self.reach_s, np.int32(NEVER)),
            weight=self.roster.risk.weight[np.arange(colours.size), colours],
            colour=colours,
        )
        lost = losses(cover, side)
        for array in (side.reach_s, side.weight, side.colour, lost):
            array.flags.writeable = False
        return side, lost


def with_cover(problem: Problem, covers: Covers) -> Problem:
    """Give a problem its side of cover: who is free and where the roster has it, and what each one's going costs.

    None where the doctrine asks for none or the district has no risk surface.
    """
    roster, force, cover = covers.roster, problem.force, problem.doctrine.cover
    if cover is None or covers.reach_s.shape[1] == 0:
        return problem
    home = np.fromiter(map(eq, force.starts, roster.places), dtype=bool, count=len(roster.places))
    free = home & (force.wait_s == 0) & (force.engaged < 0)
    side, lost = covers.side(cover, free, cell_colours(roster, problem.request))
    return replace(problem, cover=side, force=replace(force, cover_loss=lost))


def cell_colours(roster: Roster, request: Request) -> NDArray[np.int8]:
    """Colour of each cell as its place in `Colour` (red 0), raised by forecasts and consequences, int8[cells]."""
    risk = roster.risk
    colours = risk.colour.copy()
    for forecast in request.forecasts:
        if forecast.begin <= request.now < forecast.end:
            inside = np.array(
                [not forecast.towns or town in forecast.towns for town in risk.towns], dtype=bool
            )
            colours[inside] = np.minimum(colours[inside], COLOURS.index(forecast.colour))
    for incident in request.incidents:
        brings = incident.consequence
        if brings is not None and brings.raises is not None and brings.raises_within_m is not None:
            inside = near_m(risk.places, incident.position.wgs84) <= brings.raises_within_m
            colours[inside] = np.minimum(colours[inside], COLOURS.index(brings.raises))
    return colours


def covering(side: CoverSide, within_s: int) -> NDArray[np.int64]:
    """How many teams reach each cell in time, int64[cells]."""
    return np.asarray((side.reach_s <= within_s).sum(axis=0), dtype=np.int64)


def losses(cover: Cover, side: CoverSide) -> NDArray[np.int64]:
    """Expected cover that is lost when one team alone leaves, int64[teams], in weighted people.

    The k-th team that covers a cell adds (1 - busy) * busy^(k - 1) of its weight (MEXCLP); so much is lost.
    """
    inside = side.reach_s <= cover.within_s
    times = np.maximum(covering(side, cover.within_s) - 1, 0)
    each = side.weight * (1 - cover.busy) * cover.busy**times
    return np.rint(inside @ each).astype(np.int64)


def expected(cover: Cover, side: CoverSide, stays: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Expected cover of each cell by the teams that stay, from 0 to 1, float64[cells]."""
    counts = (side.reach_s[stays] <= cover.within_s).sum(axis=0)
    return np.asarray(1.0 - cover.busy**counts, dtype=np.float64)
