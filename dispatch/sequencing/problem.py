"""What is to be served, by whom, and how long it takes: the tables of one scheduling problem.

The Rescue Unit Assignment and Scheduling Problem of Wex, Schryen, Feuerriegel and Neumann (EJOR 2014), in scheduling
words R | s_ijk, M_j | sum w_j C_j, with what a running operation adds: units that are busy at first, incidents that
are released later, first stops that are settled because the unit is already on its way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels.jit import NEVER
from kernels.sequence import NOBODY, NOBODY_CAN, Ints, Jobs, Longs
from models.errors import require

Whole = TypeVar("Whole", np.int32, np.int64)

_MOST_HARM: Final = 2**61
"""Harm of everything done last; sums of harms stay within int64."""

_AXES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Tables of one problem, checked; all times in one whole unit (deciseconds from the planner).

    Make it with `problem`, which fills in what is usual.

    Attributes
    ----------
    weight : int64[incidents]
        Harm of one unit of time until the incident is completed, at least 1.
    service : int32[units, incidents]
        Time on scene; `NEVER` where the unit cannot or may not serve the incident.
    first : int32[units, incidents]
        Travel from where the unit stands.
    between : int32[profiles, incidents, incidents]
        Travel from one incident to the next.
    profile : int32[units]
        Table of `between` that the unit drives by.
    free : int32[units]
        When the unit can leave.
    release : int32[incidents]
        Service starts no earlier; a unit that is early waits.
    locked : int32[units]
        Incident the unit serves first, -1 for none.
    horizon
        Completion time counted for an incident that nobody serves; 0: later than any possible one.
    """

    weight: Longs
    service: Ints
    first: Ints
    between: Ints
    profile: Ints
    free: Ints
    release: Ints
    locked: Ints
    horizon: int = 0

    def __post_init__(self) -> None:
        units, incidents = self.service.shape
        shapes = {
            "weight": (incidents,),
            "first": (units, incidents),
            "between": (self.between.shape[0], incidents, incidents),
            "profile": (units,),
            "free": (units,),
            "release": (incidents,),
            "locked": (units,),
        }
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            require(
                found == shape,
                "the table has shape {found}; {shape} would fit {units} units and {incidents} incidents",
                where=name,
                found=found,
                shape=shape,
                units=units,
                incidents=incidents,
            )
        self._check_values()

    def _check_values(self) -> None:
        for name in ("service", "first", "between", "free", "release"):
            least = int(getattr(self, name).min(initial=0))
            require(least >= 0, "a time is {n}; it must be 0 or more", where=name, n=least)
        least = int(self.weight.min(initial=1))
        require(least >= 1, "a weight is {n}; it must be 1 or more", where="weight", n=least)
        profiles = self.between.shape[0]
        outside = [int(p) for p in self.profile if not 0 <= p < profiles]
        require(
            not outside,
            "profile {n} has no travel table; there are {most}",
            where="profile",
            n=outside[:1],
            most=profiles,
        )
        self._check_locks()
        late, most = self.late, _MOST_HARM // max(int(self.weight.sum()), 1)
        require(
            late < min(NEVER, most),
            "everything done one after another would end at {late}; times and weights up to {most} can be added up",
            late=late,
            most=min(NEVER, most) - 1,
        )

    def _check_locks(self) -> None:
        seen: dict[int, int] = {}
        for unit, job in enumerate(self.locked.tolist()):
            if job == NOBODY:
                continue
            where = f"locked[{unit}]"
            require(
                0 <= job < self.weight.size,
                "the unit is locked to incident {n}; there are {count}",
                where=where,
                n=job,
                count=self.weight.size,
            )
            require(
                job not in seen,
                "incident {n} is the locked first stop of unit {other} already; one unit serves it",
                where=where,
                n=job,
                other=seen.get(job),
            )
            can = max(int(self.service[unit, job]), int(self.first[unit, job])) < NEVER
            require(
                can, "the unit is locked to incident {n}, which it cannot serve or reach", where=where, n=job
            )
            seen[job] = unit

    @property
    def units(self) -> int:
        """How many units there are."""
        return int(self.service.shape[0])

    @property
    def incidents(self) -> int:
        """How many incidents there are."""
        return int(self.service.shape[1])

    @property
    def late(self) -> int:
        """Completion time counted for an incident that nobody serves."""
        return self.horizon or self._longest()

    def _longest(self) -> int:
        """Sum of the longest of everything: later than any completion."""
        longest = _longest(self.service, axis=0).sum() + _longest(self.first, axis=0).sum()
        onward = _longest(self.between, axis=(0, 1)).sum()
        return int(longest + onward) + int(self.free.max(initial=0)) + int(self.release.max(initial=0)) + 1

    def jobs(self) -> Jobs:
        """Give the tables as the kernels want them."""
        served = ((self.service < NEVER) & (self.first < NEVER)).any(axis=0)
        owner = np.where(served | self._after_another(), NOBODY, NOBODY_CAN).astype(np.int32)
        owner[self.locked[self.locked != NOBODY]] = np.flatnonzero(self.locked != NOBODY)
        late = np.array([self.late], dtype=np.int64)
        for fresh in (owner, late):
            fresh.flags.writeable = False
        return Jobs(
            weight=self.weight,
            service=self.service,
            first=self.first,
            between=self.between,
            profile=self.profile,
            free=self.free,
            release=self.release,
            locked=self.locked,
            owner=owner,
            late=late,
        )

    def _after_another(self) -> NDArray[np.bool_]:
        """Whether some unit can serve the incident once it has been at another one."""
        reached = np.zeros(self.incidents, dtype=bool)
        for number, table in enumerate(self.between):
            drivers = self.service[self.profile == number]
            reached |= (table < NEVER).any(axis=0) & (drivers < NEVER).any(axis=0)
        return reached

    def with_service(self, service: ArrayLike) -> Problem:
        """Give the same problem with other times on scene."""
        return replace(self, service=frozen(service, np.int32))


def problem(  # noqa: PLR0913 - one argument for each table
    *,
    weight: ArrayLike,
    service: ArrayLike,
    first: ArrayLike,
    between: ArrayLike,
    profile: ArrayLike | None = None,
    free: ArrayLike | None = None,
    release: ArrayLike | None = None,
    locked: ArrayLike | None = None,
) -> Problem:
    """Make a problem from anything NumPy reads.

    Parameters
    ----------
    weight, service, first
        As in `Problem`.
    between
        [profiles, incidents, incidents], or [incidents, incidents] for one table that all units drive by.
    profile, free, release, locked
        As in `Problem`; without them all units drive by the first table, are free at 0, all incidents are
        released at 0 and no stop is settled.

    Raises
    ------
    InputError
        If the tables do not fit each other or a value is out of range.
    """
    times = frozen(service, np.int32)
    require(
        times.ndim == _AXES,
        "the table has {n} axes; units by incidents would be right",
        where="service",
        n=times.ndim,
    )
    units, incidents = times.shape
    onward = frozen(between, np.int32)
    return Problem(
        weight=frozen(weight, np.int64),
        service=times,
        first=frozen(first, np.int32),
        between=frozen(onward[None] if onward.ndim == _AXES else onward, np.int32),
        profile=frozen(np.zeros(units) if profile is None else profile, np.int32),
        free=frozen(np.zeros(units) if free is None else free, np.int32),
        release=frozen(np.zeros(incidents) if release is None else release, np.int32),
        locked=frozen(np.full(units, NOBODY) if locked is None else locked, np.int32),
    )


def frozen(values: ArrayLike, dtype: type[Whole]) -> NDArray[Whole]:
    """Copy into a contiguous array that cannot be written."""
    table: NDArray[Whole] = np.array(values, dtype=dtype, order="C")
    table.flags.writeable = False
    return table


def _longest(table: Ints, axis: int | tuple[int, ...]) -> Longs:
    """Longest time along some axes, leaving out what is never."""
    finite = np.where(table < NEVER, table, 0).astype(np.int64)
    longest: Longs = finite.max(axis=axis, initial=0)
    return longest
