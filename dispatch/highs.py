"""HiGHS without a layer between: for programs that are solved again and again, from arrays and from the last basis."""

from __future__ import annotations

from typing import Any, Final

import highspy

_BARE: Final[Any] = highspy.Highs.__base__
"""HiGHS without Python's callbacks: to set them up takes longer than a small program, and prints a greeting."""


def quiet() -> Any:
    """Make a HiGHS that says nothing and uses one thread."""
    highs = _BARE()
    for option, value in (("output_flag", False), ("threads", 1), ("parallel", "off")):
        highs.setOptionValue(option, value)
    return highs
