from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks import dispatching
from benchmarks.__main__ import app
from benchmarks.dispatching import parse_size
from benchmarks.dispatching_cases import case
from benchmarks.dispatching_desk import answers, closures, request, spread
from benchmarks.dispatching_engines import ENGINES, ours
from benchmarks.dispatching_page import dispatch_page, listing
from benchmarks.dispatching_price import Answer
from benchmarks.dispatching_rows import DispatchRow, compare, ratios
from dispatch.decomposition.board import Board
from dispatch.desk import Desk
from models.errors import InputError
from models.incident import ResponseLevel
from scenarios.library import load

KEYS = ["teams", "incidents", "engine", "first_ms", "to_1pct_ms", "proof_ms", "levels", "gap"]


def row(engine: str, proof_ms: float | None, size: tuple[int, int] = (419, 50)) -> DispatchRow:
    return DispatchRow(
        teams=size[0],
        incidents=size[1],
        engine=engine,
        first_ms=1.0,
        to_1pct_ms=2.0,
        proof_ms=proof_ms,
        levels=(0, 1, 2),
        gap=0.0,
    )


def silent(_: str, __: float) -> None:
    """Say nothing of how far it is."""


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(load("yongchuan"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, run once on two small sizes with all engines."""
    folder = tmp_path_factory.mktemp("dispatch")
    files = ["--json", str(folder / "rows.json"), "--html", str(folder / "rows.html")]
    wanted = ["--sizes", "30x3,460x2", "--seconds", "20", "--instances", "0"]
    done = CliRunner().invoke(app, ["dispatch", *wanted, *files])
    assert done.exit_code == 0, done.output
    return folder


def test_the_file_has_the_keys_that_were_asked(measured: Path) -> None:
    found = json.loads((measured / "rows.json").read_text(encoding="utf-8"))
    assert [list(each) for each in found["rows"]] == [KEYS] * 8
    assert set(found["ratios"]) == {"proof_vs_cpsat_naive_419x50", "proof_vs_highs_all_pairs_419x50"}
    assert {each["engine"] for each in found["rows"]} == set(ENGINES)
    assert found["faults"] == []
    assert [each["on"] for each in found["instances"]] == ["roads of Yongchuan", "plane"]


def test_all_engines_that_prove_reach_the_same_first_level(measured: Path) -> None:
    rows = json.loads((measured / "rows.json").read_text(encoding="utf-8"))["rows"]
    mine = {(each["teams"], each["engine"]): each for each in rows}
    for teams in (30, 460):
        assert mine[teams, "ours"]["levels"][:3] == mine[teams, "highs"]["levels"]
        assert len(mine[teams, "ours"]["levels"]) == 6
        assert mine[teams, "ours"]["gap"] == 0.0
        assert mine[teams, "greedy"]["proof_ms"] is None


def test_the_page_opens_offline(measured: Path) -> None:
    text = (measured / "rows.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "src=" not in text.split("<body>")[0].split("plotly")[0]
    assert "460 x 2" in text


def test_a_wrong_engine_makes_the_run_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def flatters(board: Board, seconds: float) -> Answer:
        honest = ours(board, seconds)
        return replace(
            honest, stated=(honest.stated[0], honest.stated[1], honest.stated[2] - 1, *honest.stated[3:])
        )

    monkeypatch.setattr(dispatching, "ENGINES", {"ours": flatters})
    wanted = ["dispatch", "--sizes", "20x2", "--seconds", "5", "--instances", "0"]
    done = CliRunner().invoke(app, [*wanted, "--json", str(tmp_path / "rows.json")])
    assert done.exit_code == 1
    faults = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))["faults"]
    assert faults[0].startswith("20x2: ours: says")


def test_an_engine_without_a_plan_has_a_row_without_levels(desk: Desk) -> None:
    nothing = Answer(engine="highs", goes=None, stated=(), bounds=(), curve=(), proof_ms=None)
    done = compare(case(20, 2, 1, desk.world), {"highs": lambda _, __: nothing}, 1.0, lambda _: None)
    assert done.faults == ()
    only = done.rows[0]
    assert (only.first_ms, only.to_1pct_ms, only.proof_ms, only.levels, only.gap) == (
        None,
        None,
        None,
        (),
        None,
    )


def test_a_time_limit_counts_as_its_time() -> None:
    rows = [row("ours", 20.0), row("cpsat_naive", None), row("highs", 100.0), row("highs", 7.0, (459, 10))]
    assert ratios(rows, 60.0) == {
        "proof_vs_cpsat_naive_419x50": 3000.0,
        "proof_vs_highs_all_pairs_419x50": 5.0,
    }


def test_no_ratio_without_our_own_proof() -> None:
    rows = [row("ours", None), row("cpsat_naive", None), row("highs", 100.0)]
    assert set(ratios(rows, 60.0).values()) == {None}


@pytest.mark.parametrize("text", ["419", "x50", "419 50", "0x5", "5x0", "99999x1", "a x b"])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="size"):
        parse_size(text)


def test_a_size_is_read() -> None:
    assert parse_size(" 419x50 ") == (419, 50)


def test_an_engine_that_is_none_is_refused() -> None:
    done = CliRunner().invoke(app, ["dispatch", "--engine", "gurobi"])
    assert isinstance(done.exception, InputError)
    assert "no engine 'gurobi'; there are ours, greedy, cpsat_naive, highs" in str(done.exception)


def test_the_listing_has_a_line_for_each_row() -> None:
    head, *body = listing([row("ours", 3.0), row("highs", None)])
    assert len(head) == len(body[0]) == len(body[1])
    assert body[1][4] == "-"
    assert "419 x 50" in dispatch_page([row("ours", 3.0)], {"a": 2.0}, 60.0)


def test_drawn_requests_are_the_same_every_time(desk: Desk) -> None:
    assert request(desk, 3, 5, "alike") == request(desk, 3, 5, "alike")
    assert request(desk, 3, 5, "alike") != request(desk, 3, 6, "alike")
    assert {each.response_level for each in request(desk, 200, 5, "alike").incidents} == set(ResponseLevel)
    everyday = [each.response_level for each in request(desk, 200, 5, "everyday").incidents]
    assert (
        everyday.count(ResponseLevel.IV) > everyday.count(ResponseLevel.III) > everyday.count(ResponseLevel.I)
    )


def test_whole_answers_are_counted_after_the_warm_ones(desk: Desk) -> None:
    told: list[float] = []
    found = answers(desk, 1, 2, mix="everyday", tell=lambda _, share: told.append(share))
    assert (found.teams, found.incidents, found.instances) == (459, 1, 2)
    assert len(told) == 5
    assert found.whole_ms.most >= found.whole_ms.p50 > 0
    assert found.problem_ms.most <= found.whole_ms.most


def test_a_closure_on_a_route_changes_the_plan(desk: Desk) -> None:
    found = closures(desk, 1, 3, mix="everyday", tell=silent)
    assert found.instances == 3
    assert found.changed >= 1


def test_a_spread_is_that_of_its_numbers() -> None:
    found = spread([float(n) for n in np.arange(1, 102)])
    assert (found.p50, found.p95, found.most) == (51.0, 96.0, 101.0)
