"""Whether an objective says what was worked out again, with bounds that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.plan import ObjectiveLevel


def level_faults(levels: Sequence[ObjectiveLevel], right: Sequence[int]) -> Iterator[str]:
    """Compare the levels of a plan with their values worked out anew, `right`."""
    told = [level.value for level in levels]
    if told != list(right):
        yield f"the levels come to {list(right)}, the plan says {told}"
    for level in levels:
        if level.bound > level.value or level.proven != (level.bound == level.value):
            yield f"level {level.level}: its bound and its value do not fit"
