from __future__ import annotations

import pytest

from benchmarks.floors import floors
from benchmarks.measure import Row, row


def _rows(**median: float) -> list[Row]:
    return [row("NY", engine.replace("_", "-"), "table_420x1000", [ms]) for engine, ms in median.items()]


def test_a_figure_of_this_run_goes_before_a_recorded_one() -> None:
    (bar,) = floors("NY", _rows(ours_cch=10.0, routingkit_ch=40.0, routingkit_cch=400.0))
    assert (bar.source, bar.peer_ms, bar.times_faster, bar.wanted) == ("measured", 40.0, 4.0, 2.0)


def test_without_it_the_package_is_scaled_and_the_row_says_so() -> None:
    (bar,) = floors("NY", _rows(ours_cch=10.0, routingkit_cch=416.0))
    assert bar.source == "derived"
    assert bar.peer_ms == pytest.approx(41.3)


@pytest.mark.parametrize("median", [{"ours_cch": 10.0}, {"routingkit_ch": 40.0}], ids=["no peer", "not ours"])
def test_without_figures_there_is_no_bar(median: dict[str, float]) -> None:
    assert floors("NY", _rows(**median)) == []


def test_nothing_is_derived_for_a_network_that_nobody_recorded() -> None:
    assert floors("yongchuan", _rows(ours_cch=10.0, routingkit_cch=416.0)) == []
