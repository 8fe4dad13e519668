from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.networks import Network, network, questions
from models.errors import InputError
from models.units import NEVER
from tests.benchmarks.small import small


def _three() -> Network:
    """0 → 1 twice (5 and 3), 1 → 2 (4), 2 → 0 (7)."""
    return Network(
        name="three",
        nodes=3,
        tail=np.array([0, 0, 1, 2], dtype=np.int32),
        head=np.array([1, 1, 2, 0], dtype=np.int32),
        times=np.array([5, 3, 4, 7], dtype=np.int32),
        lng=np.zeros(3),
        lat=np.zeros(3),
        places=np.arange(3, dtype=np.int32),
    )


def test_of_parallel_arcs_the_quickest_is_kept() -> None:
    assert _three().quickest().tolist() == [1, 2, 3]


def test_a_shut_arc_leaves_its_slower_twin() -> None:
    assert _three().quickest(np.array([1], dtype=np.int32)).tolist() == [0, 2, 3]


def test_a_way_is_driven_arc_by_arc() -> None:
    assert _three().lengths([0], [2], [[1, 2]]).tolist() == [7]


@pytest.mark.parametrize("way", [[2], [1, 3], [2, 1], [1]])
def test_a_way_in_pieces_or_to_another_end_agrees_with_nothing(way: list[int]) -> None:
    assert _three().lengths([0], [2], [way]).tolist() == [-1]


def test_no_way_is_never_unless_one_is_there() -> None:
    assert _three().lengths([0, 0, 1], [2, 2, 1], [None, [], []]).tolist() == [NEVER, NEVER, 0]


def test_questions_come_from_the_seed() -> None:
    one, same, other = (questions(small(), 50, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.incidents, same.incidents)
    assert not np.array_equal(one.incidents, other.incidents)


def test_no_station_and_no_incident_comes_twice_and_none_is_invented() -> None:
    net = small()
    asked = questions(net, 50, 1)
    assert np.unique(asked.stations).size == 420
    assert np.unique(asked.incidents).size == asked.incidents.size == net.nodes


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(InputError, match="paris is not a network; there are yongchuan"):
        network("paris")


@pytest.mark.parametrize("name", ["grid:", "grid:many", "grid:-5", "grid:1e5"])
def test_a_drawn_network_needs_a_whole_number(name: str) -> None:
    with pytest.raises(InputError, match="must be a whole number, as in grid:100000"):
        network(name)


def test_data_that_is_not_at_hand_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISPATCH_SHARED", str(tmp_path))
    with pytest.raises(InputError, match="set DISPATCH_SHARED"):
        network("NY")
