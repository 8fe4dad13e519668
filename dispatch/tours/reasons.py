"""Why a load is not carried, and how that is said."""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.language import phrase
from dispatch.tours.problem import TourProblem
from dispatch.tours.trips import Load, Reason
from models.place import Name
from models.units import NEVER

SAID: Final = {
    Reason.STOCK: "no depot that can send it has it above its reserve; open other stock or ask a neighbour",
    Reason.NO_WAY: "no vehicle of the depot can get there and back; clear a road, or fly it",
    Reason.TOO_LARGE: "it fits no vehicle that can get there; take it apart, or bring a larger vehicle",
    Reason.CLOSED: "the soonest vehicle comes after the place has closed; ask for a longer window",
    Reason.DRIVERS: "the way there and back is longer than a crew may work; send a second crew",
    Reason.FLEET: "every vehicle that could carry it is busy until too late; add vehicles or docks",
}
"""What is said of each reason: the limit, and what would help."""


def in_words(why: Reason) -> Name:
    """Say a reason in Chinese and English."""
    return phrase(SAID[why])


def reason(problem: TourProblem, load: Load) -> Reason:
    """Say what keeps a load from its drop, were it the only one: the first limit that no vehicle passes."""
    drop, depot = problem.drops[load.drop], problem.depots[load.depot]
    grams, cm3 = (np.array(load.units, dtype=np.int64) @ problem.masses).tolist()
    passed = 0
    for v, own in enumerate(problem.vehicles):
        way = int(problem.ways[v, load.drop])
        if own.depot != load.depot or way >= NEVER:
            continue
        passed = max(passed, 1)
        if grams > own.grams or cm3 > own.cm3:
            continue
        passed = max(passed, 2)
        begin = max(own.free_s, depot.opens_s)
        leave = begin + depot.prepare_s - (-grams // depot.grams_per_s)
        start = max(leave + way, drop.opens_s)
        if leave > depot.closes_s or start > drop.closes_s:
            continue
        passed = max(passed, 3)
        home = int(problem.tables[own.table, drop.place, depot.place])
        back = start + drop.stop_s - (-grams // drop.grams_per_s) + home
        if way + home <= own.driving_most_s and back - begin <= own.duty_most_s:
            return Reason.FLEET
    return (Reason.NO_WAY, Reason.TOO_LARGE, Reason.CLOSED, Reason.DRIVERS)[passed]
