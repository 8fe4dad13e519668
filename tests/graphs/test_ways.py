"""Ways are split the same, whether they come whole or as loose segments."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from graphs.ways import chain_segments, split_runs


def test_ends_and_meeting_points_split_and_bends_do_not() -> None:
    assert split_runs([[1, 2, 3, 4], [5, 3, 6]]) == [[[1, 2, 3], [3, 4]], [[5, 3], [3, 6]]]


def test_the_end_of_a_way_splits_another_in_its_middle() -> None:
    assert split_runs([[1, 2, 3], [4, 2]]) == [[[1, 2], [2, 3]], [[4, 2]]]


def test_a_way_that_crosses_itself_is_split_there() -> None:
    assert split_runs([[1, 2, 3, 4, 2, 5]]) == [[[1, 2], [2, 3, 4], [4, 2], [2, 5]]]


def test_a_ring_of_its_own_is_two_halves_from_its_least_node() -> None:
    assert split_runs([[7, 3, 9, 5, 7]]) == [[[3, 9, 5], [5, 7, 3]]]


@pytest.mark.parametrize("seed", range(40))
def test_loose_segments_in_any_order_give_the_parts_of_the_whole_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    runs = []
    for _ in range(int(rng.integers(1, 7))):
        size = int(rng.integers(2, 9))
        run = [int(rng.integers(0, 30))]
        while len(run) < size:
            step = int(rng.integers(0, 30))
            if step != run[-1]:
                run.append(step)
        if rng.random() < 0.3 and run[0] != run[-1]:
            run.append(run[0])
        runs.append(run)
    segments = {way: list(pairwise(run)) for way, run in enumerate(runs)}
    for pairs in segments.values():
        rng.shuffle(pairs)
    whole = {way: sorted(parts) for way, parts in enumerate(split_runs(runs))}
    assert {way: sorted(parts) for way, parts in chain_segments(segments).items()} == whole
