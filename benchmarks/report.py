"""What a run has to show: a table on the console, the JSON file, and its exit code."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Row, peak_mb


def show(rows: Sequence[Row], more: Mapping[str, object]) -> None:
    """Print the rows as a table, and what else there is as JSON."""
    table = Table(
        "subject", "engine", "phase", "runs", "median ms", "p90 ms", "max ms", "MB", "agrees", "note"
    )
    for each in rows:
        agrees = "" if each.agrees is None else "yes" if each.agrees else "NO"
        numbers = (_shown(value) for value in (each.median_ms, each.p90_ms, each.max_ms, each.mb))
        table.add_row(each.subject, each.engine, each.phase, str(each.runs), *numbers, agrees, each.note)
    console = Console(width=170)
    console.print(table)
    for name, value in more.items():
        console.print_json(json.dumps({name: value}, ensure_ascii=False))
    console.print(f"peak memory {peak_mb()} MB, Python {platform.python_version()}")


def document(rows: Sequence[Row], more: Mapping[str, object]) -> dict[str, object]:
    """Give what the JSON file holds: the rows, the peak memory, and what else there is."""
    return {"rows": [asdict(each) for each in rows], "peak_mb": peak_mb(), **more}


def finish(rows: Sequence[Row], json_file: Path | None, **more: object) -> None:
    """Print, write the JSON file where one is wanted, and fail where an answer was wrong.

    Parameters
    ----------
    rows
        What was measured.
    json_file
        Where to write; None for nowhere.
    **more
        Further keys of the file.

    Raises
    ------
    typer.Exit
        With code 1: an engine disagreed with another.
    """
    show(rows, more)
    if json_file is not None:
        text = json.dumps(document(rows, more), ensure_ascii=False, indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")
    if any(each.agrees is False for each in rows):
        raise typer.Exit(1)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}"
