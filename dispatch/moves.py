"""Cover that is left behind, and free teams that should stand elsewhere for it: move-ups, backfill, pre-positioning.

Every free team of the doctrine's movers is tried at every post: the towns' seats and the known sites where teams may
stand. The best move is taken, then the next, while each gains enough. A team that may be sent nowhere by order of the
operator is not moved either, and none leaves its town that the reserve rules keep there: a move is no emergency, so
nothing lifts them. A move counts as done: how long it takes limits it, but costs no cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.language import Duration, phrase
from dispatch.problem import CoverSide, Index, Ints, Problem, TravelTable
from dispatch.tables.driving import seconds
from dispatch.tables.roster import Roster
from dispatch.tables.starts import Starts
from models.crs import LngLat
from models.doctrine import Cover, Scope
from models.place import Colour, Name
from models.plan import CoverReport, Move, TownCover
from models.units import NEVER
from scenarios.areas import TownAreas

_STAND: Final = frozenset({"base", "station", "industry"})
"""Kinds of sites where a team may wait."""

_DECIMALS: Final = 9
"""Of a gain: below, two sums of one machine are as different as those of two machines; of equals the first is taken."""

_SECOND_STANDARD: Final = (Colour.RED, Colour.ORANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Places where a team may wait, the towns they lie in ("" where there is none), and how far the cells are.

    `reach_s` by profile, int32[posts, cells].
    """

    ids: tuple[str, ...]
    towns: tuple[str, ...]
    names: tuple[Name, ...]
    places: tuple[LngLat, ...]
    reach_s: dict[str, Ints]


def posts(roster: Roster, travel: TravelTable) -> Posts:
    """List the posts of a district and measure them."""
    district, cover = roster.district, roster.district.doctrine.cover
    named = [(town.code, town.name, town.position.wgs84) for town in district.towns]
    sites = [(site.id, site.name, site.position.wgs84) for site in district.sites if site.kind in _STAND]
    towns = [town.code for town in district.towns]
    if sites:
        inside = [place for _, _, place in sites]
        towns += TownAreas(district.towns).towns_of(inside) if district.towns else [""] * len(sites)
    named += sites
    places = tuple(place for _, _, place in named)
    cells = [cell.position.wgs84 for cell in district.risk]
    movers = () if cover is None else cover.movers
    rows = np.arange(len(places), dtype=np.int64)
    return Posts(
        ids=tuple(ident for ident, _, _ in named),
        names=tuple(name for _, name, _ in named),
        towns=tuple(towns),
        places=places,
        reach_s={
            profile: seconds(
                travel, [Starts(profile, rows, places)], cells, len(places), ["post"] * len(places)
            )
            for profile in sorted({team.profile for team in district.teams if team.echelon in movers})
        },
    )


def cover_and_moves(
    problem: Problem, gone: Sequence[int], known: Posts, travel: TravelTable
) -> tuple[CoverReport | None, tuple[Move, ...]]:
    """Report the cover with and without the teams that are `gone`, and propose moves of those that stay.

    Parameters
    ----------
    problem
        The problem.
    gone
        Teams that the plan sends away.
    known
        As `posts` gives them.
    travel
        Times of now, to the posts.

    Returns
    -------
    report, moves : CoverReport or None, tuple of Move
        None and no move where the doctrine asks for no cover, or nobody lives at risk.
    """
    cover, side = problem.doctrine.cover, problem.cover
    if cover is None or side is None or int(side.weight.sum()) == 0:
        return None, ()
    stays = np.ones(len(problem.teams), dtype=bool)
    stays[list(gone)] = False
    inside = side.reach_s <= cover.within_s
    before, after = inside.sum(axis=0), inside[stays].sum(axis=0)
    board = _Board(problem, cover, side, inside, stays, known)
    moves = tuple(board.moves(after.astype(np.int64), travel))
    towns = tuple(_towns(problem, cover, side.weight, before, after))
    second = np.isin(side.colour, [list(Colour).index(each) for each in _SECOND_STANDARD])
    reached = side.reach_s <= cover.twice_s
    broken = np.flatnonzero(second & reached.any(axis=0) & ~reached[stays].any(axis=0))
    share = _share(cover, side.weight, after)
    report = CoverReport(
        before=_share(cover, side.weight, before),
        after=share,
        with_moves=round(share + sum(move.gain for move in moves), 6),
        worst=min(towns, key=lambda town: (town.after, town.town), default=None),
        towns=towns,
        broken=tuple(problem.district.risk[cell].id for cell in broken.tolist()),
    )
    return report, moves


@dataclass(slots=True)
class _Board:
    """What is needed to price a move."""

    problem: Problem
    cover: Cover
    side: CoverSide
    inside: NDArray[np.bool_]
    stays: NDArray[np.bool_]
    known: Posts

    def moves(self, count: Index, travel: TravelTable) -> list[Move]:
        """Take the best move while it gains enough; `count` int64[cells] teams cover each cell."""
        kept = {ban.team for ban in self.problem.request.forbids if ban.incident is None}
        teams = [
            t
            for t, team in enumerate(self.problem.teams)
            if self.stays[t]
            and team.echelon in self.cover.movers
            and team.id not in kept
            and self.problem.force.wait_s[t] == 0
            and self.problem.force.engaged[t] < 0
        ]
        if not teams or not self.known.ids:
            return []
        away_s, reserves = self._away(teams, travel), self._reserves()
        outside = np.array(
            [[town != self.problem.teams[t].town for town in self.known.towns] for t in teams], dtype=bool
        )
        found: list[Move] = []
        taken: set[int] = set()
        total = float(self.side.weight.sum())
        for _ in range(self.cover.most_moves):
            gains = np.round(self._gains(teams, count) / total, _DECIMALS)
            gains[away_s > self.cover.move_within_s] = -1.0
            gains[:, sorted(taken)] = -1.0
            held = [any(t in at_home and len(at_home) <= keep for at_home, keep in reserves) for t in teams]
            gains[np.array(held)[:, None] & outside] = -1.0
            row, post = np.unravel_index(int(np.argmax(gains)), gains.shape)
            gain = float(gains[row, post])
            if gain < self.cover.least_gain:
                break
            found.append(self._move(teams[row], int(post), int(away_s[row, post]), gain))
            count = count - self.inside[teams[row]] + self._from_post(teams[row], int(post))
            taken.add(int(post))
            if outside[row, post]:
                for at_home, _ in reserves:
                    at_home.discard(teams[row])
            away_s, outside = np.delete(away_s, row, axis=0), np.delete(outside, row, axis=0)
            del teams[int(row)]
            if not teams:
                break
        return found

    def _reserves(self) -> list[tuple[set[int], int]]:
        """Give the free teams of each town that stay at home under each rule, and how many of them must."""
        problem = self.problem
        free = self.stays & (problem.force.wait_s == 0) & (problem.force.locked < 0)
        free &= problem.force.engaged < 0
        homes: dict[tuple[int, str], set[int]] = {}
        rules = problem.doctrine.reserves
        for t in np.flatnonzero(free).tolist():
            team = problem.teams[t]
            for r, rule in enumerate(rules):
                if rule.scope is Scope.TOWN and team.town and team.echelon in rule.echelons:
                    homes.setdefault((r, team.town), set()).add(t)
        return [(teams, rules[r].keep) for (r, _), teams in homes.items()]

    def _away(self, teams: list[int], travel: TravelTable) -> Ints:
        """Seconds from order until each team stands at each post, int32[teams, posts]."""
        out = np.full((len(teams), len(self.known.ids)), NEVER, dtype=np.int32)
        by_profile: dict[str, list[int]] = {}
        for row, t in enumerate(teams):
            by_profile.setdefault(self.problem.teams[t].profile, []).append(row)
        for profile, rows in by_profile.items():
            places = tuple(self.problem.force.starts[teams[row]] for row in rows)
            starts = Starts(profile, np.array(rows, dtype=np.int64), places)
            who = [f"team {self.problem.teams[t].id}" for t in teams]
            found = seconds(travel, [starts], self.known.places, len(teams), who)
            out[rows] = found[rows]
        turnout = self.problem.force.turnout_s[teams].astype(np.int64)
        total = np.where(out < NEVER, out + turnout[:, None], NEVER)
        return np.minimum(total, NEVER).astype(np.int32)

    def _gains(self, teams: list[int], count: Index) -> NDArray[np.float64]:
        """Weighted people each move would add to what is expected to be covered, float64[teams, posts].

        Less what the team gives up where it stands now.
        """
        busy = self.cover.busy
        mine = self.inside[teams]
        others = count[None, :] - mine
        next_one = self.side.weight * (1 - busy) * busy**others
        gains = np.empty((len(teams), len(self.known.ids)))
        for row, t in enumerate(teams):
            gains[row] = self._reached(t) @ next_one[row] - float(next_one[row] @ mine[row])
        return gains

    def _reached(self, t: int) -> NDArray[np.bool_]:
        team = self.problem.teams[t]
        near: NDArray[np.bool_] = self.known.reach_s[team.profile] <= self.cover.within_s - team.turnout_s
        return near

    def _from_post(self, t: int, post: int) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._reached(t)[post].astype(np.int64)
        return found

    def _move(self, t: int, post: int, away_s: int, gain: float) -> Move:
        team, place = self.problem.teams[t], self.known.places[post]
        return Move(
            team=team.id,
            name=team.name,
            to=self.known.ids[post],
            place=self.known.names[post],
            lng=round(place.lng, 6),
            lat=round(place.lat, 6),
            travel_s=away_s,
            gain=round(gain, 6),
            why=phrase(
                "covers {share} % more of the people at risk from {place}, there in {eta}",
                share=f"{100 * gain:.1f}",
                place=self.known.names[post],
                eta=Duration(away_s),
            ),
        )


def _share(cover: Cover, weight: Index, count: NDArray[np.int64]) -> float:
    return round(float(weight @ (1.0 - cover.busy**count)) / float(weight.sum()), 6)


def _towns(
    problem: Problem, cover: Cover, weight: Index, before: NDArray[np.int64], after: NDArray[np.int64]
) -> list[TownCover]:
    """Cover of every town that has weighted people."""
    codes = [town.code for town in problem.district.towns]
    number = {code: k for k, code in enumerate(codes)}
    home = np.array([number.get(cell.town, len(codes)) for cell in problem.district.risk], dtype=np.int64)
    people = np.bincount(home, weights=weight, minlength=len(codes))
    was, now = (
        np.bincount(home, weights=weight * (1.0 - cover.busy**count), minlength=len(codes))
        for count in (before, after)
    )
    return [
        TownCover(
            town=town.code,
            name=town.name,
            before=round(float(was[k] / people[k]), 6),
            after=round(float(now[k] / people[k]), 6),
        )
        for k, town in enumerate(problem.district.towns)
        if people[k] > 0
    ]
