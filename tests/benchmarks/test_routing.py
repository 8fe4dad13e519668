from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import engines, phases
from benchmarks.commands import measure_routing
from benchmarks.engines import EXTRA, REGISTRY, Entry
from benchmarks.libraries import SciPy
from benchmarks.measure import Row, row
from benchmarks.networks import questions
from benchmarks.report import document, finish
from benchmarks.routing import Choice, median, ratio, run, unknown
from benchmarks.tasks import Task, Times
from tests.benchmarks.small import CHOICE, QUICK, small


class OneTooMany(SciPy):
    """An engine that is wrong by one decisecond, in one place of its table."""

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        def table() -> Task:
            right = super(OneTooMany, self).tasks()["table_420x50"]()

            def call(n: int) -> Times:
                answer: Times = right.call(n).copy()
                answer[3, 2] += 1
                return answer

            return replace(right, call=call)

        return {"table_420x50": table}


PLANTED = (*REGISTRY, Entry(name="wrong", make=OneTooMany))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return run(small(), CHOICE)


def _row(rows: list[Row], engine: str, phase: str) -> Row:
    return next(each for each in rows if (each.engine, each.phase) == (engine, phase))


def test_phases_run_over_all_engines_in_turn(rows: list[Row]) -> None:
    order = [phases.NAMES.index(each.phase) for each in rows if each.phase in phases.NAMES]
    assert order == sorted(order)


def test_every_chosen_phase_has_a_row_of_ours(rows: list[Row]) -> None:
    assert {each.phase for each in rows if each.engine == "ours-cch"} >= set(QUICK)


def test_every_compared_answer_agrees(rows: list[Row]) -> None:
    assert {each.agrees for each in rows} <= {True, None}
    for phase in ("p2p", "table_420x50", "one_to_all"):
        assert {each.agrees for each in rows if each.phase == phase} == {True}


def test_an_answer_that_nobody_else_gave_is_not_called_right(rows: list[Row]) -> None:
    assert _row(rows, "ours-cch", "closure_to_table").agrees is None


def test_a_wrong_answer_is_marked_and_spoils_only_its_question() -> None:
    choice = replace(CHOICE, engines=("ours-cch", "scipy", "wrong"), phases=("table_420x50", "one_to_all"))
    found = run(small(), choice, registry=PLANTED)
    assert _row(found, "wrong", "table_420x50").agrees is False
    assert _row(found, "scipy", "table_420x50").agrees is True
    assert _row(found, "ours-cch", "table_420x50").agrees is None
    assert _row(found, "ours-cch", "one_to_all").agrees is True


def test_a_wrong_answer_ends_with_code_1(tmp_path: Path) -> None:
    choice = replace(CHOICE, engines=("ours-cch", "wrong"), phases=("table_420x50",))
    found = run(small(), choice, registry=PLANTED)
    file = tmp_path / "rows.json"
    with pytest.raises(typer.Exit) as failed:
        finish(found, file, graph="small")
    assert failed.value.exit_code == 1
    assert any(each["agrees"] is False for each in json.loads(file.read_text(encoding="utf-8"))["rows"])


def test_right_answers_end_well(rows: list[Row], tmp_path: Path) -> None:
    finish(rows, tmp_path / "rows.json", graph="small")
    assert (tmp_path / "rows.json").is_file()


def test_a_missing_peer_is_a_row_that_says_so() -> None:
    absent = Entry(name="absent", make=SciPy, packages=("no_such_router",))
    found = run(
        small(),
        replace(CHOICE, engines=("absent", "scipy"), phases=("one_to_all",)),
        registry=(*REGISTRY, absent),
    )
    assert _row(found, "absent", "all") == Row(
        subject=small().name, engine="absent", phase="all", runs=0, median_ms=None, p90_ms=None, note=EXTRA
    )
    assert _row(found, "scipy", "one_to_all").median_ms is not None


def test_a_package_that_is_there_but_broken_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_router.py").write_text("import no_such_part\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_part"):
        Entry(name="broken", make=SciPy, packages=("broken_router",)).load()


def test_without_its_sources_the_static_hierarchy_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPATCH_ROUTINGKIT", raising=False)
    found = run(small(), replace(CHOICE, engines=("routingkit-ch",), phases=("p2p",)))
    assert [each.note for each in found] == [
        "not at hand: set DISPATCH_ROUTINGKIT to RoutingKit's sources (how: benchmarks/static.py)"
    ]


def test_wrong_sources_are_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISPATCH_ROUTINGKIT", str(tmp_path))
    found = run(small(), replace(CHOICE, engines=("routingkit-cpp",), phases=("p2p",)))
    assert found[0].note.startswith("DISPATCH_ROUTINGKIT: there is no ")


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_whatever_engine_is_at_hand_agrees_with_ours(entry: Entry) -> None:
    found = run(small(), replace(CHOICE, engines=("ours-cch", entry.name)))
    mine = [each for each in found if each.engine == entry.name]
    if mine[0].phase == "all":
        pytest.skip(mine[0].note)
    assert {each.agrees for each in mine} <= {True, None}
    assert entry.name == "ours-cch" or any(each.agrees for each in mine)


def test_a_phase_that_asks_about_more_nodes_than_there_are_is_left_out() -> None:
    found = run(small(), replace(CHOICE, engines=("ours-cch",), phases=("table_420x10000", "p2p")))
    assert not any(each.phase.startswith("table") for each in found)
    assert any(each.phase == "p2p" for each in found)


def test_progress_rises_to_one() -> None:
    shares: list[float] = []
    run(small(), replace(CHOICE, phases=("p2p",)), progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_memory_counts_the_bytes_of_the_arrays(rows: list[Row]) -> None:
    metric = _row(rows, "ours-cch", "memory_metric").mb
    assert metric is not None
    arcs = small().times.size
    assert 8 * arcs / 1e6 < metric < 40 * arcs / 1e6
    assert np.isclose(metric, round(metric, 3))


def test_a_ratio_is_peer_over_ours_and_none_where_one_is_missing() -> None:
    made = [row("x", "ours-cch", "p2p", [2.0]), row("x", "scipy", "p2p", [50.0])]
    assert ratio(made, "scipy", "p2p") == 25.0
    assert ratio(made, "igraph", "p2p") is None
    assert median(made, "scipy", "p2p") == 50.0


def test_names_that_are_no_engine_and_no_phase_are_found() -> None:
    assert unknown(Choice(engines=("scipy", "osrm"), phases=("p2p", "lunch"))) == ["lunch", "osrm"]


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_every_engine_answers_only_phases_of_the_registry(entry: Entry) -> None:
    try:
        engine = entry.make(*entry.load(), small(), questions(small(), 200, 1))
    except ImportError as error:
        pytest.skip(str(error))
    assert set() < set(engine.tasks()) <= set(phases.NAMES)


def test_the_json_file_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(measure_routing)
    file, page = tmp_path / "rows.json", tmp_path / "rows.html"
    command = [
        "--graph",
        "grid:1500",
        "--pairs",
        "200",
        "--runs",
        "1",
        "--json",
        str(file),
        "--html",
        str(page),
    ]
    for name in ("ours-cch", "scipy", "ours-dijkstra"):
        command += ["--engine", name]
    for name in ("p2p", "table_420x1000"):
        command += ["--phase", name]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    found = json.loads(file.read_text(encoding="utf-8"))
    assert set(found) >= {"graph", "nodes", "arcs", "rows", "ratios"}
    assert set(found["rows"][0]) >= {"engine", "phase", "median_ms", "p90_ms", "agrees"}
    assert set(found["ratios"]) >= {
        "table_420x1000_vs_routingkit_cch",
        "table_420x50_vs_routingkit_cch",
        "customise_vs_routingkit_cch",
        "closure_to_table_vs_routingkit_cch",
        "table_420x1000_vs_scipy",
    }
    assert found["ratios"]["table_420x1000_vs_scipy"] > 1
    assert found["ratios"]["customise_vs_routingkit_cch"] is None
    assert page.stat().st_size > 1_000_000


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    app = typer.Typer()
    app.command()(measure_routing)
    done = CliRunner().invoke(app, ["--engine", "osrm"])
    assert done.exit_code == 2
    assert "no such engine" in done.output
    assert engines.NAMES[0] in done.output


def test_the_document_holds_every_row(rows: list[Row]) -> None:
    held = document(rows, {"graph": "small"})
    assert held["rows"] == [asdict(each) for each in rows]
    assert held["graph"] == "small"
