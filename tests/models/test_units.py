"""Units."""

from __future__ import annotations

import numpy as np

from models.units import NEVER


def test_never_can_be_added_to_itself_in_int32() -> None:
    never = np.int32(NEVER)
    assert int(never + never) == 2 * NEVER <= np.iinfo(np.int32).max


def test_never_is_later_than_any_time_a_float32_lane_can_hold() -> None:
    assert NEVER > 2**24
