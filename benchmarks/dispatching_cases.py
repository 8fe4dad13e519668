"""Seeded instances of the dispatch problem: so many teams, so many incidents, on real roads or on a plane.

What is drawn, in this order, from NumPy's Mersenne Twister seeded with (teams, incidents, seed), whose streams NumPy
keeps (NEP 19); `digest` names what came out:

1. places. Up to 459 teams stand where the first teams of the built-in world Yongchuan stand (419 standing teams of
   district, specialists, towns and villages, then 40 others), and drive their own vehicles over its roads by the
   product's own table of travel times; an incident lies at a junction of those roads, uniform. More teams than
   that, and their incidents, are uniform in a square of 60 km; a way is 1.3 times the straight line, driven at 13 m/s;
2. of each team its turnout, 60 to 180 s, and its place in the order of the echelons, 0 to 4, both uniform; then 1 to
   3 of 8 capabilities (number uniform, which ones uniform) with strength 1 to 3 in each (uniform);
3. of each incident its grade (I to IV, uniform), one response of the sample doctrine (uniform over all types and
   levels), and 1 to 3 of the 8 capabilities with strength 1 to 6 in each (uniform). What is at stake in each need,
   and by when it must be there, is drawn from the needs of that response; the target of the first arrival is the
   response's own. Weights of grade and stake, steps and prices are those of the sample doctrine.

Nothing else binds: no reserve, no lock, no area. A team counts for every need of its incident it has the capability
for. Where teams are few (420 to 200 incidents, 1,000 to 500) the needs exceed the forces: these are the saturated
instances. They need no other generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import Board
from graphs.travel import TravelTimes
from kernels.jit import NEVER
from models.crs import LngLat
from models.doctrine import Doctrine
from models.incident import Grade, Stake
from models.units import DECISECONDS_PER_SECOND
from scenarios.catalogue import sample_doctrine
from scenarios.world import World

CAPABILITIES: Final = 8
MOST_CAPABILITIES: Final = 3
MOST_STRENGTH: Final = 3
MOST_NEED: Final = 6
ECHELONS: Final = 5
SQUARE_M: Final = 60_000
SPEED_MS: Final = 13.0
DETOUR: Final = 1.3
SATURATED: Final = ((420, 200), (1000, 500))
"""Sizes at which the needs exceed the forces."""


@dataclass(frozen=True, slots=True)
class Case:
    """One instance: `roads` says whether it lies on real roads, `digest` names its tables in 16 hex digits."""

    teams: int
    incidents: int
    seed: int
    roads: bool
    board: Board
    digest: str

    @property
    def size(self) -> str:
        """Teams and incidents, for people."""
        return f"{self.teams}x{self.incidents}"


def case(teams: int, incidents: int, seed: int, world: World) -> Case:
    """Make one instance.

    Parameters
    ----------
    teams, incidents
        Its size.
    seed
        Any whole number from 0.
    world
        The roads and the places of teams, used while there are enough of them.
    """
    draws = np.random.RandomState([teams, incidents, seed])  # NumPy keeps these streams
    on_roads = teams <= len(world.district.teams)
    travel = _on_roads(draws, teams, incidents, world) if on_roads else _on_plane(draws, teams, incidents)
    board = _board(draws, travel, sample_doctrine())
    return Case(teams, incidents, seed, on_roads, board, digest(board))


def _on_plane(draws: np.random.RandomState, teams: int, incidents: int) -> NDArray[np.int32]:
    here, there = draws.random_sample((teams, 2)), draws.random_sample((incidents, 2))
    apart = np.hypot(*np.moveaxis(here[:, None] - there[None], 2, 0)) * SQUARE_M
    return np.asarray(np.ceil(apart * DETOUR / SPEED_MS), dtype=np.int32)


def _on_roads(draws: np.random.RandomState, teams: int, incidents: int, world: World) -> NDArray[np.int32]:
    nodes = draws.randint(0, world.roads.nodes, incidents)
    ends = [LngLat(float(world.roads.lng[n]), float(world.roads.lat[n])) for n in nodes.tolist()]
    return driving(world, ends, teams)


def driving(world: World, ends: Sequence[LngLat], teams: int) -> NDArray[np.int32]:
    """Driving seconds of the first teams of a world on open roads at free speed, each with its own vehicle.

    Who comes by a border road starts at the first of them. int32[teams, ends]; `NEVER` where there is no way.
    """
    travel = TravelTimes(
        world.roads,
        landings=[site.position.wgs84 for site in world.landings],
        launches=[site.position.wgs84 for site in world.launches],
    )
    starts: dict[str, list[tuple[int, LngLat]]] = {}
    for t, team in enumerate(world.district.teams[:teams]):
        place = team.entries[0].position if team.entries else team.stands_at
        starts.setdefault(team.profile, []).append((t, place.wgs84))
    out = np.full((teams, len(ends)), NEVER, dtype=np.int32)
    for profile, places in starts.items():
        rows = [t for t, _ in places]
        deciseconds = travel.table(profile, [place for _, place in places], ends).astype(np.int64)
        out[rows] = np.where(deciseconds >= NEVER, NEVER, -(-deciseconds // DECISECONDS_PER_SECOND))
    return out


@dataclass(frozen=True, slots=True)
class _Need:
    """One drawn need: which incident, which capability, how much, what a unit counts, and by when."""

    incident: int
    capability: int
    strength: int
    weight: int
    target_s: int


def _board(draws: np.random.RandomState, travel: NDArray[np.int32], doctrine: Doctrine) -> Board:
    teams, incidents = travel.shape
    turnout = np.asarray(draws.randint(60, 181, teams), dtype=np.int64)
    price = np.asarray(draws.randint(0, ECHELONS, teams), dtype=np.int64) * doctrine.weights.echelon_step
    strength = np.zeros((teams, CAPABILITIES), dtype=np.int32)
    for team in strength:
        able = _some(draws)
        team[able] = draws.randint(1, MOST_STRENGTH + 1, able.size)
    needs, first_weight, first_target = _needs(draws, incidents, doctrine)
    arrive = np.where(travel < NEVER, travel + turnout[:, None], NEVER)
    capability = np.array([need.capability for need in needs], dtype=np.int64)
    return Board(
        arrive_s=arrive.astype(np.int32),
        travel_s=travel,
        price=np.repeat(price[:, None], incidents, axis=1).astype(np.int32),
        allowed=travel < NEVER,
        units=np.ascontiguousarray(strength[:, capability]),
        incident=np.array([need.incident for need in needs], dtype=np.int32),
        need=np.array([need.strength for need in needs], dtype=np.int64),
        weight=np.array([need.weight for need in needs], dtype=np.int64),
        target_s=np.array([need.target_s for need in needs], dtype=np.int64),
        first_weight=np.array(first_weight, dtype=np.int64),
        first_target_s=np.array(first_target, dtype=np.int64),
        locked=np.full(teams, -1, dtype=np.int32),
        response_step_s=doctrine.weights.response_step_s,
    )


def _some(draws: np.random.RandomState) -> NDArray[np.int64]:
    """Draw one to three of the capabilities."""
    count = int(draws.randint(1, MOST_CAPABILITIES + 1))
    return np.array(draws.choice(CAPABILITIES, size=count, replace=False), dtype=np.int64)


def _needs(
    draws: np.random.RandomState, incidents: int, doctrine: Doctrine
) -> tuple[list[_Need], list[int], list[int]]:
    """Draw what each incident needs, and weight and target of its first arrival."""
    grades = list(Grade)
    responses = [response for kind in doctrine.incidents.values() for response in kind.responses.values()]
    needs, first_weight, first_target = [], [], []
    for i in range(incidents):
        grade = doctrine.weights.grade[grades[int(draws.randint(0, len(grades)))]]
        response = responses[int(draws.randint(0, len(responses)))]
        first_weight.append(grade * doctrine.weights.stake[Stake.LIFE])
        first_target.append(response.first_arrival_s)
        for capability in _some(draws).tolist():
            like = response.force[int(draws.randint(0, len(response.force)))]
            weight = grade * doctrine.weights.stake[like.stake]
            strength = int(draws.randint(1, MOST_NEED + 1))
            needs.append(_Need(i, capability, strength, weight, like.target_s))
    return needs, first_weight, first_target


def digest(board: Board) -> str:
    """Name the tables of a board in 16 hex digits."""
    state = sha256()
    for name in (
        "arrive_s", "travel_s", "price", "allowed", "units", "incident", "need", "weight", "target_s",
        "first_weight", "first_target_s", "locked",
    ):  # fmt: skip
        state.update(np.ascontiguousarray(getattr(board, name)).tobytes())
    state.update(board.response_step_s.to_bytes(8, "little"))
    return state.hexdigest()[:16]
