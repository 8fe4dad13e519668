"""Incidents that need several units: their parts, and which of them belong together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dispatch.sequencing.problem import Problem, frozen
from kernels.sequence import Ints, Longs
from kernels.sequence_joint import Blocks
from models.errors import require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointProblem:
    """Parts of incidents, and what belongs together. Make it with `joint_problem`.

    Attributes
    ----------
    parts
        One column for each part; its `weight` is not used. A unit's first stop is locked to a part.
    incident : int32[parts]
        Incident of each part, ascending.
    weight : int64[incidents]
        Harm of one unit of time until the incident's last part is completed.
    together
        Whether the parts of an incident start at once.
    """

    parts: Problem
    incident: Ints
    weight: Longs
    together: bool

    def __post_init__(self) -> None:
        count = self.parts.incidents
        require(
            self.incident.shape == (count,),
            "there are {found} entries for {count} parts; each part needs its incident",
            where="incident",
            found=self.incident.size,
            count=count,
        )
        numbers = np.unique(self.incident)
        whole = bool((np.diff(self.incident) >= 0).all()) and numbers.tolist() == list(
            range(self.weight.size)
        )
        require(
            whole,
            "the incidents of the parts must ascend from 0 to {most} and leave none out",
            where="incident",
            most=self.weight.size - 1,
        )
        least = int(self.weight.min(initial=1))
        require(least >= 1, "a weight is {n}; it must be 1 or more", where="weight", n=least)

    def blocks(self) -> Blocks:
        """Give the kernels' view of what belongs together."""
        count = self.parts.incidents
        begin = np.arange(count + 1, dtype=np.int64)
        if self.together:
            begin = np.searchsorted(self.incident, np.arange(self.weight.size + 1)).astype(np.int64)
        return Blocks(begin=frozen(begin, np.int64), incident=self.incident, weight=self.weight)


def joint_problem(
    parts: Problem, incident: ArrayLike, weight: ArrayLike, *, together: bool = True
) -> JointProblem:
    """Make a problem of incidents with parts.

    Raises
    ------
    InputError
        If the tables do not fit each other.
    """
    return JointProblem(
        parts=parts, incident=frozen(incident, np.int32), weight=frozen(weight, np.int64), together=together
    )
