"""The published instances stay what they are, and the table says what was measured."""

from __future__ import annotations

import json

import pytest

from benchmarks.sequencing import document, measure, measure_joint, summary
from benchmarks.sequencing_instances import FAMILIES, digest, instance, joint_instance
from kernels.jit import NEVER

RECORDED: dict[tuple[str, int, int], str] = {
    ("wex", 10, 10): "aba6631b83b2cccf",
    ("wex", 40, 10): "a232b27d98ac05f0",
    ("wex", 40, 40): "d88ef9447c26fd25",
    ("far", 10, 10): "121c0160bd11d566",
    ("far", 40, 10): "16d502119c6b43d5",
    ("far", 40, 40): "ceaac66e26047eb2",
    ("roads", 10, 10): "af8e961d1e10c8e9",
    ("roads", 40, 10): "81fa9d080cf0d740",
    ("roads", 40, 40): "ac62d5bebd3ecc7d",
}


@pytest.mark.parametrize("key", RECORDED)
def test_instances_are_the_recorded_ones(key: tuple[str, int, int]) -> None:
    family, incidents, units = key
    assert digest(instance(family, incidents, units, 1)) == RECORDED[key]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_incident_has_a_unit_that_can_serve_it(family: str) -> None:
    p = instance(family, 40, 10, 3)
    assert (p.service < NEVER).any(axis=0).all()
    assert (p.weight >= 1).all()
    assert (p.weight <= 5).all()


def test_seeds_make_different_instances() -> None:
    assert len({digest(instance("roads", 10, 5, seed)) for seed in range(5)}) == 5


def test_parts_of_an_incident_need_different_capabilities() -> None:
    p = joint_instance("wex", 20, 10, 1)
    for incident in range(20):
        parts = (p.incident == incident).nonzero()[0]
        assert 1 <= parts.size <= 3
        assert len({tuple((p.parts.service[:, part] < NEVER).tolist()) for part in parts}) == parts.size


def test_table_of_single_units_says_how_far_from_the_least_harm() -> None:
    rows = measure(("far",), sizes=((6, 3),), seeds=(1, 2))
    assert [row.seed for row in rows] == [1, 2]
    for row in rows:
        assert row.bound <= row.ours_short <= row.practice
        assert row.cut == pytest.approx(1 - row.ours_short / row.practice)
        assert row.gap == pytest.approx((row.ours_short - row.bound) / row.bound)
        assert row.digest == digest(instance("far", 6, 3, row.seed))
    assert summary(rows)["single 6x3"]["instances"] == 2
    assert json.loads(json.dumps(document(rows)))["rows"][0]["units"] == 3


def test_table_of_collaboration_has_both_readings() -> None:
    rows = measure_joint(("wex",), sizes=((4, 4),), seeds=(1,))
    assert [row.kind for row in rows] == ["together", "apart"]
    assert all(row.bound <= row.ours_short <= row.practice for row in rows)
