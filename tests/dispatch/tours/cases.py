"""Random small tour problems, with everything in them: windows, docks, hours, two depots, sling loads, weak bridges."""

from __future__ import annotations

from random import Random

import numpy as np

from dispatch.tours.problem import Aim, Carrier, Drop, Goods, Source, TourProblem, frozen
from models.units import LONGEST_S, NEVER


def tour_case(seed: int, *, drops: int = 4, vehicles: int = 3, aim: Aim = Aim.ARRIVAL) -> TourProblem:
    """Draw a problem of a few drops."""
    rng = Random(seed)
    depots = rng.choice((1, 1, 2))
    places = depots + drops
    spots = [(rng.uniform(0, 3000), rng.uniform(0, 3000)) for _ in range(places)]
    roads = np.array([[round(abs(a - c) + abs(b - d)) for c, d in spots] for a, b in spots])
    closed = roads.copy()
    for j in range(depots, places):
        if rng.random() < 0.2:
            closed[:, j] = NEVER
            closed[j, j] = 0
    items = tuple(
        Goods(id=f"i{k}", grams=rng.choice((50, 200, 700)), cm3=rng.choice((80, 300))) for k in range(2)
    )
    hard = rng.random() < 0.4
    return TourProblem(
        items=items,
        depots=tuple(
            Source(
                id=f"d{k}",
                place=k,
                grams_per_s=rng.choice((2, 5)),
                docks=rng.choice((1, 1, 2)),
                prepare_s=rng.choice((0, 60)),
                opens_s=rng.choice((0, 0, 300)),
            )
            for k in range(depots)
        ),
        vehicles=tuple(
            Carrier(
                id=f"v{k}",
                depot=rng.randrange(depots),
                grams=rng.choice((1000, 2000)),
                cm3=rng.choice((900, 3000)),
                table=rng.choice((0, 1)),
                free_s=rng.choice((0, 0, 500)),
                driving_most_s=rng.choice((LONGEST_S, 9000)),
                duty_most_s=rng.choice((LONGEST_S, 14000)),
                rest_s=1000,
                trips_most=rng.choice((1, 3, 9)),
                fixed_cost=rng.choice((0, 500)),
                driving_cost=rng.choice((1, 2)),
            )
            for k in range(vehicles)
        ),
        drops=tuple(
            Drop(
                id=f"j{k}",
                place=depots + k,
                units=(rng.randrange(4), rng.randrange(1, 3)),
                weight=rng.choice((1, 3, 10)),
                opens_s=rng.choice((0, 0, 4000)),
                due_s=rng.choice((LONGEST_S, 3000, 6000)),
                closes_s=rng.choice((7000, 12000)) if hard else LONGEST_S,
                stop_s=rng.choice((0, 100)),
                grams_per_s=rng.choice((4, 10)),
                whole=rng.random() < 0.5,
            )
            for k in range(drops)
        ),
        tables=frozen(np.stack([roads, closed]), np.int32),
        stock=frozen([[rng.choice((3, 30)), 30] for _ in range(depots)], np.int64),
        aim=aim,
    )
