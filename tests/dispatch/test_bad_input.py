"""Bad input through the command line: one sentence, exit code 2, nothing written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.dispatch.bad import Bench
from tests.dispatch.bad_cases import CASES
from tests.dispatch.shell import invoke, run

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TRACES = ("Traceback", "Error(", "object at 0x", "{")


@pytest.fixture
def bench(tmp_path: Path, small_home: Path) -> Bench:
    here = tmp_path / "here"
    here.mkdir()
    return Bench(here, small_home / "world", small_home / "roads", small_home / "rosters")


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("key", CASES)
def test_bad_input_is_refused_in_one_sentence(bench: Bench, key: str) -> None:
    """What is wrong, where, and what would be right; in English and in Chinese; no trace of it afterwards."""
    case = CASES[key]
    arguments = case.command(bench)
    before = contents(bench.here.parent)
    for lang in ("en", "zh"):
        result = invoke(*arguments, "--lang", lang)
        assert result.exit_code == 2, (result.output, result.exception)
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.strip() == line
        assert line
        if lang == "en":
            assert re.search(case.sentence, line), line
            assert not [trace for trace in TRACES if trace in line]
        else:
            assert CHINESE.search(re.sub(r"[横纵]\d+路|长安街", "", line)), line
    assert contents(bench.here.parent) == before


PROCESSES = ("request: not JSON", "world: roads cut short", "roads: PBF cut short", "rosters: empty force")


@pytest.mark.parametrize("key", PROCESSES)
def test_bad_input_in_a_process_of_its_own(bench: Bench, key: str) -> None:
    """The same where no test runner stands between: nothing but the sentence."""
    case = CASES[key]
    done = run(*case.command(bench))
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert re.search(case.sentence, line), line


def test_there_are_cases_enough() -> None:
    """Each kind of bad input that the command line meets has its case."""
    assert len(CASES) >= 24
