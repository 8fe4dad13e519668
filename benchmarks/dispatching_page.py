"""The dispatch benchmark as one HTML page that opens offline: times by size and engine, and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.dispatching_price import NAMES
from benchmarks.dispatching_rows import DispatchRow
from benchmarks.plots import Figure, Page, page

_COLOURS: Final = {"ours": "#d1495b", "greedy": "#a3b18a", "cpsat_naive": "#30638e", "highs": "#f2a65a"}
_OTHER: Final = "#777777"
_PHASES: Final = (("first_ms", "first plan"), ("to_1pct_ms", "within 1 % of the best"), ("proof_ms", "proof"))


def dispatch_page(
    rows: Sequence[DispatchRow], ratios: Mapping[str, float | None], seconds: float, notes: Sequence[str] = ()
) -> str:
    """Draw the rows of a run.

    Parameters
    ----------
    rows
        What was measured.
    ratios
        How many times as long as ours the peers take.
    seconds
        Time limit of the peers.
    notes
        Further lines for the head of the page.

    Returns
    -------
    str
        The text of an HTML file, about 5 MB, most of it plotly.js.
    """
    said = [f"{name}: {'-' if value is None else f'{value:,.1f}'}" for name, value in ratios.items()]
    about = [
        f"Milliseconds on a logarithmic axis; no bar where it did not come to that within {seconds:g} s.",
        *said,
        *notes,
    ]
    figures = [_bars(rows, key, title) for key, title in _PHASES]
    content = Page(
        title="Dispatch: teams against incidents", about=about, figures=figures, tables=[listing(rows)]
    )
    return page(content)


def _bars(rows: Sequence[DispatchRow], key: str, title: str) -> Figure:
    sizes = list(dict.fromkeys(f"{row.teams} x {row.incidents}" for row in rows))
    data = []
    for engine in dict.fromkeys(row.engine for row in rows):
        mine = {f"{row.teams} x {row.incidents}": getattr(row, key) for row in rows if row.engine == engine}
        data.append(
            {
                "type": "bar",
                "name": engine,
                "x": sizes,
                "y": [mine.get(size) for size in sizes],
                "marker": {"color": _COLOURS.get(engine, _OTHER)},
            }
        )
    layout = {
        "barmode": "group",
        "height": 340,
        "margin": {"l": 70, "r": 20, "t": 40, "b": 50},
        "title": {"text": title},
        "xaxis": {"title": {"text": "teams x incidents"}, "type": "category"},
        "yaxis": {"type": "log", "title": {"text": "ms"}, "dtick": 1},
    }
    return {"data": data, "layout": layout}


def listing(rows: Sequence[DispatchRow]) -> list[list[str]]:
    """Rows as text, the head first."""
    head = ["size", "engine", "first ms", "to 1 % ms", "proof ms", *NAMES, "gap"]
    body = []
    for row in rows:
        levels = [f"{value:,}" for value in row.levels] + [""] * (len(NAMES) - len(row.levels))
        times = [_shown(value) for value in (row.first_ms, row.to_1pct_ms, row.proof_ms)]
        gap = "-" if row.gap is None else f"{row.gap:.4%}"
        body.append([f"{row.teams} x {row.incidents}", row.engine, *times, *levels, gap])
    return [head, *body]


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"
