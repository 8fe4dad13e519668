"""What a road graph refuses about its barred turns, and what they change in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from graphs.road import RoadGraph
from models.errors import InputError
from tests.factories import grid


def barring(turns: list[list[int]], bits: list[int]) -> RoadGraph:
    return replace(
        grid(2),
        ban_first=np.cumsum([0, *map(len, turns)], dtype=np.int64),
        ban_arcs=np.array(list(chain.from_iterable(turns)), dtype=np.int32),
        ban_access=np.array(bits, dtype=np.uint8),
    )


ROUND, BACK = [0, 2, 6], [0, 3]
"""Along three sides of the square, and one side there and back; checked below."""


def test_barred_turns_are_sequences_of_arcs_that_meet() -> None:
    graph = barring([ROUND, BACK], [5, 4])
    for turn in (ROUND, BACK):
        assert graph.head[turn[:-1]].tolist() == graph.tail[turn[1:]].tolist()
    assert graph.bans == 2
    assert graph.ban_sequences == [tuple(ROUND), tuple(BACK)]
    assert not graph.ban_arcs.flags.writeable
    assert list(graph.arrays())[-3:] == ["ban_first", "ban_arcs", "ban_access"]


def test_a_graph_without_barred_turns_has_none() -> None:
    assert (grid(2).bans, grid(2).ban_sequences, grid(2).ban_first.tolist()) == (0, [], [0])


def test_barred_turns_are_part_of_the_digest() -> None:
    digests = {grid(2).digest, barring([BACK], [4]).digest, barring([BACK], [5]).digest}
    assert len(digests | {barring([ROUND], [4]).digest}) == 4
    assert barring([BACK], [4]).digest in digests


BAD: list[tuple[list[list[int]], list[int], str]] = [
    ([[0]], [1], "a barred turn needs two arcs"),
    ([[0, 3], []], [1, 1], "a barred turn needs two arcs"),
    ([[0, 99]], [1], "a barred turn names no arc"),
    ([[-1, 0]], [1], "a barred turn names no arc"),
    ([[0, 5]], [1], "the arcs of a barred turn do not meet"),
    ([[0, 3]], [0], "a barred turn is barred to nobody"),
    ([BACK, ROUND], [1, 1], "barred turns are not in rising order"),
    ([BACK, BACK], [1, 1], "barred turns are not in rising order"),
    ([BACK], [1, 1], "ban_first does not fit"),
]


@pytest.mark.parametrize(("turns", "bits", "words"), BAD)
def test_barred_turns_that_are_none_are_refused(turns: list[list[int]], bits: list[int], words: str) -> None:
    with pytest.raises(InputError) as caught:
        barring(turns, bits)
    assert str(caught.value) == f"road graph: {words}"
