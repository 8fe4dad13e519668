"""When needs exceed forces: who goes on from where to what is unmet, in the order that does least harm.

What a plan leaves unmet becomes jobs of strengths that teams at work could do. A team is free for them when its time
on scene is over, counted from its arrival, or from now where it is there already, and goes only where it may be
called. The order is that of `dispatch.sequencing` for the likely times; it is run through again with the shortest and
the longest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment import Sent
from dispatch.problem import Bar, Index, Ints, Problem, TravelTable
from dispatch.sequencing.problem import Problem as Schedule
from dispatch.sequencing.problem import problem as schedule_of
from dispatch.tables.driving import seconds
from dispatch.tables.starts import Starts
from models.doctrine import OnScene
from models.plan import FollowUp
from models.units import NEVER

if TYPE_CHECKING:
    from dispatch.sequencing.schedule import Outcome

_MOST_JOBS: Final = 60
"""Jobs that are put in order; the heaviest first. Beyond, the order would be stale before it is reached."""

_ROUNDS: Final = 4000
_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Job:
    """Some units of one unmet demand that one team does."""

    demand: int
    units: int


def follow_ups(
    problem: Problem, sent: Sequence[Sent], travel: TravelTable, *, seconds_left: float
) -> tuple[FollowUp, ...]:
    """Put what is unmet in order behind what the teams do now.

    Parameters
    ----------
    problem
        The problem.
    sent
        Who goes where now.
    travel
        Times between incidents.
    seconds_left
        Seconds for the search; work is limited by a count before. Where none are left, the order is that of a rule.
    """
    unmet = _unmet(problem, sent)
    if not unmet:
        return ()
    stay = [problem.doctrine.time_on_scene(incident) for incident in problem.incidents]
    teams = [each for each in sent if stay[each.incident] is not None]
    may = _may_go_on(problem, teams) & np.array([each is not None for each in stay])[None, :]
    jobs = _jobs(problem, unmet, teams, may)
    capable = _capable(problem, teams, jobs, may)
    jobs, capable = (
        [job for j, job in enumerate(jobs) if capable[:, j].any()],
        capable[:, capable.any(axis=0)],
    )
    used = np.flatnonzero(capable.any(axis=1)) if jobs else np.empty(0, dtype=np.int64)
    if used.size == 0:
        return ()
    teams, capable = [teams[int(row)] for row in used], capable[used]
    between, profile = _between(problem, teams, travel)
    likely = _schedule(problem, (teams, jobs, capable), (between, profile), [_likely(each) for each in stay])
    # MathOpt takes 0.2 s to import, which a plan that meets all needs has no use for
    from dispatch.sequencing.schedule import Effort, replay, schedule  # noqa: PLC0415

    effort = Effort(seed=problem.request.seed, seconds=min(_SECONDS, max(0.0, seconds_left)), rounds=_ROUNDS)
    found = schedule(likely, effort=effort)
    others = [
        replay(_schedule(problem, (teams, jobs, capable), (between, profile), times), found.stops)
        for times in (
            [each.low_s if each else 0 for each in stay],
            [each.high_s if each else 0 for each in stay],
        )
    ]
    return tuple(_follow_up(problem, teams, jobs, (found, *others), unit) for unit in _order(found))


def _order(found: Outcome) -> list[tuple[int, int, int]]:
    """(start, unit, place) of every stop, soonest first."""
    stops = [
        (int(found.start[job]), unit, k) for unit, row in enumerate(found.stops) for k, job in enumerate(row)
    ]
    return sorted(stops)


def _follow_up(
    problem: Problem,
    teams: Sequence[Sent],
    jobs: Sequence[_Job],
    found: tuple[Outcome, ...],
    stop: tuple[int, int, int],
) -> FollowUp:
    _, unit, place = stop
    row = found[0].stops[unit]
    job = jobs[row[place]]
    before = teams[unit].incident if place == 0 else _at(problem, jobs[row[place - 1]])
    team = problem.teams[teams[unit].team]
    moments = [problem.request.now + timedelta(seconds=int(each.start[row[place]])) for each in found]
    return FollowUp(
        team=team.id,
        name=team.name,
        incident=problem.incidents[_at(problem, job)].id,
        after=problem.incidents[before].id,
        capability=problem.force.demands[job.demand].need.capability,
        strength=job.units,
        arrives_at=moments[0],
        earliest=min(moments),
        latest=max(moments),
    )


def _at(problem: Problem, job: _Job) -> int:
    return problem.force.demands[job.demand].incident


def _likely(times: OnScene | None) -> int:
    return 0 if times is None else times.likely_s


def _unmet(problem: Problem, sent: Sequence[Sent]) -> list[tuple[int, int]]:
    """(demand, units) of what is unmet, the heaviest demands first."""
    demands = problem.force.demands
    left = [demand.need.strength for demand in demands]
    for each in sent:
        for n, units in each.fills:
            left[n] -= units
    order = sorted(range(len(demands)), key=lambda n: (-demands[n].weight, n))
    return [(n, left[n]) for n in order if left[n] > 0]


def _jobs(
    problem: Problem, unmet: Sequence[tuple[int, int]], teams: Sequence[Sent], may: NDArray[np.bool_]
) -> list[_Job]:
    """Cut what is unmet into jobs that at least half of the capable teams can do alone."""
    side, rows = problem.force, [each.team for each in teams]
    jobs: list[_Job] = []
    for n, left in unmet:
        units = np.where(may[:, side.demands[n].incident], side.counts[rows, n], 0)
        strengths = np.sort(units[units > 0])
        if strengths.size:
            size = int(strengths[(strengths.size - 1) // 2])
            jobs += [_Job(n, min(size, left - done)) for done in range(0, left, size)]
    return jobs[:_MOST_JOBS]


def _capable(
    problem: Problem, teams: Sequence[Sent], jobs: Sequence[_Job], may: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which team can do which job after its own, bool[teams, jobs]."""
    rows = np.array([each.team for each in teams], dtype=np.int64)
    demands = np.array([job.demand for job in jobs], dtype=np.int64)
    at = np.array([_at(problem, job) for job in jobs], dtype=np.int64)
    units = np.array([job.units for job in jobs], dtype=np.int64)
    able: NDArray[np.bool_] = may[:, at] & (problem.force.counts[np.ix_(rows, demands)] >= units[None, :])
    return able


def _may_go_on(problem: Problem, teams: Sequence[Sent]) -> NDArray[np.bool_]:
    """Which team may be called to which incident once it is free, bool[teams, incidents]; not to its own.

    `Bar.UNAVAILABLE` of now is over by then, but hides what else stands against it.
    """
    out = np.zeros((len(teams), len(problem.incidents)), dtype=bool)
    called = [problem.doctrine.levels[each.response_level].echelons for each in problem.incidents]
    for row, each in enumerate(teams):
        team = problem.teams[each.team]
        out[row] = [
            team.echelon in order and (not team.area or town in team.area)
            for order, town in zip(called, problem.towns, strict=True)
        ]
        out[row, each.incident] = False
    bar = problem.force.bar[[each.team for each in teams]]
    may: NDArray[np.bool_] = out & ((bar == Bar.NONE) | (bar == Bar.UNAVAILABLE))
    return may


def _between(
    problem: Problem, teams: Sequence[Sent], travel: TravelTable
) -> tuple[dict[str, Ints], list[str]]:
    """Driving seconds between the incidents for every vehicle that is used, and the vehicle of each team."""
    places = tuple(incident.position.wgs84 for incident in problem.incidents)
    rows = np.arange(len(places), dtype=np.int64)
    profiles = [problem.teams[each.team].profile for each in teams]
    who = [f"incident {incident.id}" for incident in problem.incidents]
    tables = {
        profile: seconds(travel, [Starts(profile, rows, places)], places, len(places), who)
        for profile in sorted(set(profiles))
    }
    return tables, profiles


def _schedule(
    problem: Problem,
    asked: tuple[Sequence[Sent], Sequence[_Job], NDArray[np.bool_]],
    driving: tuple[dict[str, Ints], list[str]],
    stay_s: Sequence[int],
) -> Schedule:
    """Put the tables of the schedule together for given times on scene."""
    teams, jobs, capable = asked
    tables, profiles = driving
    at: Index = np.array([_at(problem, job) for job in jobs], dtype=np.int64)
    names = sorted(tables)
    stays = np.array(stay_s, dtype=np.int64)
    arrive = [int(problem.force.arrive_s[each.team, each.incident]) for each in teams]
    first = np.array([tables[p][each.incident, at] for p, each in zip(profiles, teams, strict=True)])
    return schedule_of(
        weight=[problem.force.demands[job.demand].weight * job.units for job in jobs],
        service=np.where(capable, stays[at][None, :], NEVER),
        first=first,
        between=np.stack([tables[name][np.ix_(at, at)] for name in names]),
        profile=[names.index(p) for p in profiles],
        free=[a + int(stays[each.incident]) for a, each in zip(arrive, teams, strict=True)],
    )
