"""Trips of ambulances: as good as trying everything, never below their bound, and of any size."""

from __future__ import annotations

import random
from collections import Counter

from dispatch.casualties.bound import fewest_left, least_times
from dispatch.casualties.problem import FAR, CasualtyProblem, value
from dispatch.casualties.search import greedy, improve
from dispatch.casualties.solve import solve
from tests.dispatch.casualty_cases import brute, random_problem


def test_as_good_as_trying_everything() -> None:
    """On 350 small questions the plan is the best there is, is proven, and no bound is above it."""
    dice = random.Random(17)
    seen: Counter[str] = Counter()
    for number in range(350):
        problem = random_problem(dice, people=3 if number % 2 else 4)
        trips, reached, bound = solve(problem, seed=1)
        best = brute(problem)
        assert reached == best, number
        assert bound == best, number
        assert value(problem, trips) == reached
        left = fewest_left(problem)
        lost = sum(w * n for w, n in zip(problem.weight, left, strict=True))
        assert lost <= best[0]  # a unit may be needed at two places at once, behind shut roads
        late, weighed = least_times(problem, left)
        if lost == best[0]:
            assert late <= best[1], number
            assert weighed <= best[2], number
        seen["beds are all that limits"] += lost == best[0] > 0
        first = value(problem, greedy(problem))
        seen["left"] += best[0] > 0
        seen["late"] += best[1] > 0
        seen["greedy is not best"] += first > best
        seen["relaxation is tight"] += (late, weighed) == best[1:]
        seen["several trips"] += len({trip.unit for trip in trips}) < len(trips)
    assert min(seen.values()) >= 10, seen


def big(dice: random.Random, sites: int, hospitals: int, units: int, people: int) -> CasualtyProblem:
    """A disaster on a plane: times by distance, beds enough."""
    where = [
        [(dice.uniform(0, 30), dice.uniform(0, 30)) for _ in range(n)] for n in (sites, hospitals, units)
    ]

    def drive(a: tuple[float, float], b: tuple[float, float]) -> int:
        return round(90 * (abs(a[0] - b[0]) + abs(a[1] - b[1])))

    counts = [[0, 0, 0] for _ in range(sites)]
    for _ in range(people):
        counts[dice.randrange(sites)][dice.choice((0, 1, 1, 2, 2, 2))] += 1
    return CasualtyProblem(
        counts=tuple((a, b, c) for a, b, c in counts),
        ready=(0,) * sites,
        beds=((people, people, people),) * hospitals,
        lying=(1,) * units,
        places=(3,) * units,
        free=(180,) * units,
        first=tuple(tuple(drive(u, s) for s in where[0]) for u in where[2]),
        out=(tuple(tuple(drive(s, h) for h in where[1]) for s in where[0]),) * units,
        back=(tuple(tuple(drive(h, s) for s in where[0]) for h in where[1]),) * units,
        load=420,
        unload=600,
        target=(3600, 14_400, 86_400),
        weight=(10, 3, 1),
    )


def test_a_hundred_casualties_are_carried_near_their_bound() -> None:
    problem = big(random.Random(4), sites=4, hospitals=6, units=20, people=100)
    trips, reached, bound = solve(problem, seed=1)
    assert reached[0] == bound[0] == 0
    assert sum(sum(trip.load) for trip in trips) == 100
    assert bound[2] <= reached[2] <= 1.6 * bound[2]
    assert reached <= value(problem, greedy(problem))
    assert (trips, reached, bound) == solve(problem, seed=1)


def test_improvement_never_makes_it_worse() -> None:
    for seed in range(5):
        problem = big(random.Random(seed), sites=3, hospitals=3, units=5, people=25)
        first = greedy(problem)
        better = improve(problem, first, seed=seed, rounds=400)
        assert value(problem, better) <= value(problem, first)


def test_nobody_can_come() -> None:
    problem = random_problem(random.Random(1))
    shut = CasualtyProblem(
        **{
            **{name: getattr(problem, name) for name in CasualtyProblem.__dataclass_fields__},
            "first": tuple(tuple(FAR for _ in row) for row in problem.first),
        }
    )
    trips, reached, bound = solve(shut, seed=0)
    assert trips == []
    assert reached == bound
    assert reached[1:] == (0, 0)
