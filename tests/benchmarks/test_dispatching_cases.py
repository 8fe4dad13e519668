from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.dispatching_cases import Case, case, digest
from kernels.jit import NEVER
from scenarios.library import load
from scenarios.world import World

RECORDED = {
    (459, 1, 1): "33711b880c696952",
    (459, 10, 1): "89f67b12d42ee186",
    (419, 50, 1): "dfa6aaaa2823664f",
    (420, 200, 1): "14844b25655b6cdb",
    (1000, 50, 1): "142ba1ccba9aae4b",
    (1000, 500, 1): "e643f9c0b632879e",
    (2000, 200, 1): "a58c39d06303b157",
    (2000, 500, 1): "cc2f3e3e32ba6932",
}


@pytest.fixture(scope="module")
def world() -> World:
    return load("yongchuan")


@pytest.fixture(scope="module")
def plane(world: World) -> Case:
    return case(1000, 50, 1, world)


@pytest.fixture(scope="module")
def roads(world: World) -> Case:
    return case(419, 50, 1, world)


@pytest.mark.parametrize(("size", "known"), RECORDED.items())
def test_instances_are_the_published_ones(world: World, size: tuple[int, int, int], known: str) -> None:
    """The ones on roads depend on the world too: a change of its roads or vehicles is to be recorded here anew."""
    assert case(*size, world).digest == known


def test_another_seed_is_another_instance(world: World, roads: Case) -> None:
    assert case(419, 50, 2, world).digest != roads.digest


def test_a_digest_sees_every_table(roads: Case) -> None:
    board = roads.board
    for name in ("arrive_s", "units", "need", "weight", "target_s", "first_target_s", "price"):
        changed = getattr(board, name).copy()
        changed.flat[0] += 1
        assert digest(replace(board, **{name: changed})) != roads.digest


@pytest.mark.parametrize("which", ["plane", "roads"])
def test_what_is_drawn_keeps_to_what_is_published(which: str, request: pytest.FixtureRequest) -> None:
    board = request.getfixturevalue(which).board
    assert set(np.unique(board.units)) == {0, 1, 2, 3}
    assert (board.need.min(), board.need.max()) == (1, 6)
    needs = np.bincount(board.incident, minlength=board.shape[1])
    assert set(needs.tolist()) == {1, 2, 3}
    assert set(np.unique(board.price)) == {0, 10, 20, 30, 40}
    assert (board.locked == -1).all()
    assert board.groups == ()


def test_teams_with_enough_places_stand_on_roads(plane: Case, roads: Case) -> None:
    assert roads.roads
    assert not plane.roads
    drive = roads.board.travel_s
    assert (drive[roads.board.allowed] < NEVER).all()
    assert roads.board.allowed.mean() > 0.9
    assert (roads.board.arrive_s[~roads.board.allowed] == NEVER).all()
    assert np.unique(drive[roads.board.allowed]).size > 100


def test_turnout_is_between_one_and_three_minutes(plane: Case) -> None:
    turnout = plane.board.arrive_s - plane.board.travel_s
    assert (turnout == turnout[:, :1]).all()
    assert turnout.min() >= 60
    assert turnout.max() <= 180


def test_weights_and_targets_are_the_sample_doctrine_s(plane: Case) -> None:
    assert set(plane.board.first_weight.tolist()) <= {100, 200, 400, 800}
    assert set(plane.board.first_target_s.tolist()) <= {900, 1200, 1800}
    share = plane.board.first_weight[plane.board.incident] // plane.board.weight
    assert (share >= 1).all()
