"""Planning: the whole answer, by stage, and beside it what a nearest-first dispatcher would do."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, row, timed
from dispatch.answer import answer
from dispatch.problem import Bar, Problem, first_weight
from dispatch.solve import solve
from models.codec import read_file
from models.plan import Plan
from models.request import Request
from scenarios.catalogue import DATA
from scenarios.world import World


def run(subject: str, world: World, *, runs: int, seed: int) -> tuple[list[Row], dict[str, object]]:
    """Measure a plan for three incidents, within one process."""
    request = example(world, seed)
    plan, times = timed(lambda: answer(world, request), runs=runs)
    problem, _ = solve(world, request)
    rows = [
        row(
            subject, "ours", "plan of three incidents", times, agrees=plan.check is not None and plan.check.ok
        )
    ]
    greedy, greedy_times = timed(lambda: nearest_first(problem), runs=runs)
    rows.append(row(subject, "nearest first", "teams of three incidents", greedy_times))
    return rows, {"ours": _levels(plan), "nearest_first": greedy}


def example(world: World, seed: int) -> Request:
    """Give the example request, moved to three random towns where the world is another."""
    request = read_file(Request, DATA / "three_incidents.json")
    if world.district.id == "yongchuan":
        return request
    towns = random.Random(seed).sample(world.district.towns, len(request.incidents))
    moved = tuple(
        replace(incident, position=town.position)
        for incident, town in zip(request.incidents, towns, strict=True)
    )
    return replace(request, incidents=moved, closures=())


def _levels(plan: Plan) -> dict[str, int]:
    return {level.name.en: level.value for level in plan.objective}


def nearest_first(problem: Problem) -> dict[str, int]:
    """Dispatch as run cards do: incident by incident, the nearest team that still helps.

    Returns the values of levels 1, 2 and 3 of the teams by the rules of the plan.
    """
    side, doctrine = problem.force, problem.doctrine
    left = np.array([demand.need.strength for demand in side.demands])
    busy: set[int] = set()
    late = response = 0
    step = doctrine.weights.response_step_s
    for i in range(len(problem.incidents)):
        mine = [n for n, demand in enumerate(side.demands) if demand.incident == i]
        soonest: int | None = None
        for t in np.argsort(side.arrive_s[:, i], kind="stable").tolist():
            helps = [n for n in mine if left[n] > 0 and side.counts[t, n] > 0]
            if t in busy or side.bar[t, i] != Bar.NONE or not helps:
                continue
            busy.add(t)
            arrive = int(side.arrive_s[t, i])
            soonest = arrive if soonest is None else soonest
            for n in helps:
                units = min(int(left[n]), int(side.counts[t, n]))
                left[n] -= units
                late += side.demands[n].weight * units * max(0, arrive - side.demands[n].need.target_s)
                response += side.demands[n].weight * units * -(-arrive // step)
        if soonest is not None:
            first = doctrine.response_to(problem.incidents[i]).first_arrival_s
            late += first_weight(problem.doctrine, problem.incidents[i]) * max(0, soonest - first)
            response += first_weight(problem.doctrine, problem.incidents[i]) * -(-soonest // step)
    unmet = sum(demand.weight * int(rest) for demand, rest in zip(side.demands, left, strict=True))
    return {"unmet strength": unmet, "lateness of teams": late, "response time": response}


def processes(runs: int) -> list[Row]:
    """Measure `dispatch plan` as a whole process: with empty caches, then with warm ones."""
    request = str(DATA / "three_incidents.json")
    command = [sys.executable, "-m", "dispatch", "plan", request, "--json"]
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": str(Path(sys.executable).parent), "LANG": "C.UTF-8"}

        def process() -> str:
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
            return done.stdout

        start = time.perf_counter()
        first = process()
        cold = [(time.perf_counter() - start) * 1000]
        later, warm = timed(process, runs=runs, warm=0)
    return [
        row("yongchuan", "ours", "first process, empty caches", cold),
        row("yongchuan", "ours", "later process", warm, agrees=first == later, note="same plan, to the byte"),
    ]
