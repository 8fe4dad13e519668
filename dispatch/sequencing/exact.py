"""Small problems of collaboration, solved exactly: circuits of units and shared starts in CP-SAT.

Used where parts and units are few. Work is limited by CP-SAT's deterministic time, so the same problem gives the same
answer; `linearization_level=2` brings the circuits into the linear relaxation, without which it proves nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.sat.python import cp_model

from dispatch.sequencing.problem import Problem
from kernels.jit import NEVER
from kernels.sequence import NOBODY, Ints
from kernels.sequence_joint import Blocks, Plan

MOST_ARCS: Final = 400
"""Moves of units between parts, in all, up to which the exact model is worth its making."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exact:
    """What CP-SAT found.

    Attributes
    ----------
    bound
        No plan does less harm.
    order, unit : int32[blocks], int32[parts]
        The best plan found, None if there is none.
    """

    bound: int
    order: Ints | None
    unit: Ints | None


def arcs(parts: Problem) -> int:
    """Count the moves of units between parts."""
    able = (parts.service < NEVER).sum(axis=1)
    return int((able * able).sum())


def solve_exactly(
    parts: Problem, blocks: Blocks, hint: Plan, between: tuple[int, int], *, seconds: float, work: float
) -> Exact:
    """Find the plan of least harm.

    Parameters
    ----------
    parts, blocks
        What is to be served, and which parts belong together. Service takes at least one unit of time.
    hint
        A good plan, with its times.
    between
        A bound, and the harm of that plan; nothing better or worse is looked for.
    seconds, work
        Limits: the clock, and CP-SAT's deterministic time.
    """
    made = _Model(parts, blocks, between)
    made.hint(hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.max_deterministic_time = work
    status = solver.solve(made.model)
    bound = max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Exact(bound=0, order=None, unit=None)
    unit = np.full(parts.incidents, NOBODY, dtype=np.int32)
    for (driver, part), chosen in made.serves.items():
        if solver.boolean_value(chosen):
            unit[part] = driver
    start = [solver.value(begin) for begin in made.start]
    return Exact(bound=bound, order=np.argsort(start, kind="stable").astype(np.int32), unit=unit)


class _Model:
    """The model: which unit serves which part, in which circuit, and when each block starts."""

    def __init__(self, parts: Problem, blocks: Blocks, between: tuple[int, int]) -> None:
        self.parts, self.blocks = parts, blocks
        self.model = cp_model.CpModel()
        self.block_of = np.repeat(np.arange(blocks.begin.size - 1), np.diff(blocks.begin)).tolist()
        count = blocks.begin.size - 1
        self.start = [self.model.new_int_var(0, parts.late, "") for _ in range(count)]
        self.present = [self.model.new_bool_var("") for _ in range(count)]
        self.serves: dict[tuple[int, int], cp_model.IntVar] = {}
        for unit, part in np.argwhere(parts.service < NEVER).tolist():
            if part not in parts.locked or parts.locked[unit] == part:
                self.serves[unit, part] = self.model.new_bool_var("")
        self.ends = [self.model.new_int_var(0, parts.late, "") for _ in range(blocks.weight.size)]
        self._link()
        for unit in range(parts.units):
            self._circuit(unit)
        harm = sum(int(weight) * end for weight, end in zip(blocks.weight, self.ends, strict=True))
        self.model.add_linear_constraint(harm, *between)
        self.model.minimize(harm)

    def _link(self) -> None:
        """One unit for each part of a block that is served, no unit twice; the incident ends with its last part."""
        for part, block in enumerate(self.block_of):
            mine = {unit: var for (unit, other), var in self.serves.items() if other == part}
            self.model.add(sum(mine.values()) == self.present[block])
            end = self.ends[int(self.blocks.incident[part])]
            self.model.add(end >= self.parts.late).only_enforce_if(~self.present[block])
            for unit, var in mine.items():
                done = self.start[block] + int(self.parts.service[unit, part])
                self.model.add(end >= done).only_enforce_if(var)
            self.model.add(self.start[block] >= int(self.parts.release[part])).only_enforce_if(
                self.present[block]
            )
        for block in range(len(self.start)):
            for unit in range(self.parts.units):
                same = [v for (u, p), v in self.serves.items() if u == unit and self.block_of[p] == block]
                self.model.add_at_most_one(same)

    def _circuit(self, unit: int) -> None:
        """The unit leaves where it stands, serves its parts one after another, and stops anywhere."""
        parts = self.parts
        mine = {part: var for (u, part), var in self.serves.items() if u == unit}
        idle = self.model.new_bool_var("")
        moves: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, idle)]
        tied = int(parts.locked[unit])
        for part, var in mine.items():
            moves.append((part + 1, part + 1, ~var))
            moves.append((part + 1, 0, self.model.new_bool_var("")))
            if tied in (NOBODY, part) and parts.first[unit, part] < NEVER:
                leave = int(parts.free[unit]) + int(parts.first[unit, part])
                moves.append((0, part + 1, self._move(leave, part)))
            for after in mine:
                way = int(parts.between[parts.profile[unit], part, after])
                if self.block_of[after] != self.block_of[part] and way < NEVER:
                    ready = self.start[self.block_of[part]] + int(parts.service[unit, part]) + way
                    moves.append((part + 1, after + 1, self._move(ready, after)))
        self.model.add_circuit(moves)

    def _move(self, ready: cp_model.LinearExprT, part: int) -> cp_model.IntVar:
        """A move that brings a unit to a part at `ready`."""
        taken = self.model.new_bool_var("")
        self.model.add(self.start[self.block_of[part]] >= ready).only_enforce_if(taken)
        return taken

    def hint(self, plan: Plan) -> None:
        """Start from a plan."""
        for (unit, part), var in self.serves.items():
            self.model.add_hint(var, int(plan.start[part] >= 0 and plan.unit[part] == unit))
        for block, part in enumerate(self.blocks.begin[:-1].tolist()):
            self.model.add_hint(self.start[block], max(0, int(plan.start[part])))
