"""The heap against sorting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.heap import NODE_BITS, NODE_MASK, TAKEN, sift_up, take_least

pytestmark = pytest.mark.kernel


@given(times=st.lists(st.integers(0, 2**30 - 2), min_size=1, max_size=60), data=st.data())
@settings(deadline=None, max_examples=60)
def test_keys_come_out_in_order_of_time_then_node_also_after_being_lowered(
    times: list[int], data: st.DataObject
) -> None:
    heap = np.empty(len(times), dtype=np.int64)
    place = np.empty(len(times), dtype=np.int32)
    for node, time in enumerate(times):
        sift_up(heap, place, np.int64(node), np.int64((time << NODE_BITS) | node))
    lowered = data.draw(st.dictionaries(st.integers(0, len(times) - 1), st.integers(0, 2**30), max_size=5))
    now = dict(enumerate(times))
    for node, drop in lowered.items():
        now[node] = max(0, now[node] - drop)
        sift_up(heap, place, np.int64(place[node]), np.int64((now[node] << NODE_BITS) | node))

    taken = [int(take_least(heap, place, np.int64(size))) for size in range(len(times), 0, -1)]

    assert [(key >> NODE_BITS, key & NODE_MASK) for key in taken] == sorted((t, n) for n, t in now.items())
    assert (place == TAKEN).all()


def test_place_says_where_each_key_stands() -> None:
    heap, place = np.empty(30, dtype=np.int64), np.empty(30, dtype=np.int32)
    for node in range(30):
        sift_up(heap, place, np.int64(node), np.int64(((97 * node % 31) << NODE_BITS) | node))
    take_least(heap, place, np.int64(30))

    standing = [node for node in range(30) if place[node] != TAKEN]

    assert len(standing) == 29
    assert all(heap[place[node]] & NODE_MASK == node for node in standing)
