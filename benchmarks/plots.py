"""Plots of a run as one HTML file that opens without a network.

plotly.js is written into the file, and its Content-Security-Policy forbids every other request.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from benchmarks.engines import NAMES
from benchmarks.growth import Growth, GrowthTable
from benchmarks.measure import Row

Figure = dict[str, Any]

_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
_COLOURS: Final = (
    "#d1495b", "#8c2f39", "#f2a65a", "#00798c", "#30638e", "#003d5b", "#5c946e",
    "#6f5e76", "#9a8c98", "#a3b18a", "#b08968",
)  # fmt: skip
_OTHER: Final = "#777777"
_STYLE: Final = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:1060px;margin:24px auto;padding:0 16px;color:#222}"
    "h1{font-size:22px;margin:0 0 4px}p{margin:4px 0;color:#555}figure{margin:18px 0 0}"
    "table{border-collapse:collapse;font-size:13px;margin-top:12px}td,th{padding:2px 10px;text-align:right}"
    "td:first-child,th:first-child,td:nth-child(2),th:nth-child(2){text-align:left}tr:nth-child(even){background:#f5f5f5}"
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page: its title, what was run, its figures and its tables (head row first)."""

    title: str
    about: Sequence[str]
    figures: Sequence[Figure]
    tables: Sequence[Sequence[Sequence[str]]] = ()


def routing_page(graph: str, nodes: int, arcs: int, rows: Sequence[Row]) -> str:
    """Draw the rows of one run: a bar for each engine and phase, and what could not be measured.

    Parameters
    ----------
    graph, nodes, arcs
        The network.
    rows
        What was measured on it.

    Returns
    -------
    str
        The text of an HTML file, about 5 MB, most of it plotly.js.
    """
    timed = [row for row in rows if row.median_ms is not None]
    sized = [row for row in rows if row.mb is not None]
    absent = [f"{row.engine}: {row.note}" for row in rows if row.median_ms is None and row.mb is None]
    wrong = [f"{row.engine}, {row.phase}: WRONG ANSWER" for row in rows if row.agrees is False]
    compared = sum(row.agrees is not None for row in rows)
    about = [
        f"{graph}: {nodes:,} nodes, {arcs:,} arcs. One thread; same graph, times and questions for all.",
        f"{compared} rows compared, {len(wrong)} wrong. {_machine()}",
        *wrong,
        *(f"Not measured: {line}" for line in absent),
    ]
    figures = [bars(timed, "milliseconds (median, logarithmic)")]
    if sized:
        figures.append(bars(sized, "megabytes (logarithmic)"))
    return page(Page(title=f"Routing on {graph}", about=about, figures=figures, tables=[_listing(timed)]))


def growth_page(table: GrowthTable) -> str:
    """Draw a growth table: times and memory over the number of nodes, with the exponents that fit."""
    timed = [curve for curve in table.curves if curve.unit == "ms"]
    sized = [curve for curve in table.curves if curve.unit == "MB"]
    nodes = [size.nodes for size in table.sizes]
    head = ["engine", "figure", *(f"{n:,}" for n in nodes), "per node (µs or B)", "exponent"]
    cells = []
    for curve in table.curves:
        values = map(_shown, (*curve.values, curve.per_node, curve.slope))
        cells.append([curve.engine, f"{curve.phase} {curve.unit}", *values])
    figures = [curves(timed, nodes, "milliseconds (median)")]
    if sized:
        figures.append(curves(sized, nodes, "megabytes"))
    about = [
        f"Drawn road networks of {nodes[0]:,} to {nodes[-1]:,} nodes, one thread. {_machine()}",
        "The exponent is the slope of the logarithms: 1 grows in proportion to the nodes, 0 not at all.",
    ]
    return page(Page(title="Growth of the hierarchy", about=about, figures=figures, tables=[[head, *cells]]))


def bars(rows: Sequence[Row], axis: str) -> Figure:
    """Give grouped bars, one group for each phase, one colour for each engine, on a logarithmic axis."""
    engines = list(dict.fromkeys(row.engine for row in rows))
    phases = list(dict.fromkeys(row.phase for row in rows))
    data = []
    for engine in engines:
        mine = [row for row in rows if row.engine == engine]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": engine,
                "y": [row.phase for row in mine],
                "x": [row.median_ms if row.mb is None else row.mb for row in mine],
                "customdata": [_label(row) for row in mine],
                "hovertemplate": "%{y}<br>%{customdata}<extra>" + engine + "</extra>",
                "marker": {"color": _colour(engine)},
            }
        )
    layout = {
        "barmode": "group",
        "height": 140 + 11 * len(rows) + 12 * len(phases),
        "margin": {"l": 170, "r": 20, "t": 30, "b": 50},
        "xaxis": {"type": "log", "title": {"text": axis}, "dtick": 1, "exponentformat": "power"},
        "yaxis": {
            "categoryorder": "array",
            "categoryarray": phases,
            "autorange": "reversed",
            "automargin": True,
        },
        "legend": {"traceorder": "normal", "orientation": "h", "y": 1.0, "yanchor": "bottom"},
    }
    return {"data": data, "layout": layout}


def curves(found: Sequence[Growth], nodes: Sequence[int], axis: str) -> Figure:
    """Give a line for each engine and phase over the number of nodes, both axes logarithmic."""
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"{curve.phase} ({curve.engine}): n^{_shown(curve.slope)}",
            "x": list(nodes),
            "y": list(curve.values),
            "line": {"color": _COLOURS[n % len(_COLOURS)]},
        }
        for n, curve in enumerate(found)
    ]
    layout = {
        "height": 520,
        "margin": {"l": 70, "r": 20, "t": 20, "b": 50},
        "xaxis": {"type": "log", "title": {"text": "nodes (logarithmic)"}, "dtick": 1},
        "yaxis": {"type": "log", "title": {"text": f"{axis} (logarithmic)"}, "dtick": 1},
    }
    return {"data": data, "layout": layout}


def _colour(engine: str) -> str:
    """Give an engine the same colour in every figure."""
    return _COLOURS[NAMES.index(engine) % len(_COLOURS)] if engine in NAMES else _OTHER


def page(content: Page) -> str:
    """Write a page with everything it needs inside."""
    # Plotly costs half a second to import and is needed for its plotly.js alone.
    from plotly.offline import get_plotlyjs  # noqa: PLC0415

    figures = [_embedded(n, figure) for n, figure in enumerate(content.figures)]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(content.title)}</title><style>{_STYLE}</style>",
        f"<script>{get_plotlyjs()}</script></head><body><h1>{escape(content.title)}</h1>",
        *(f"<p>{escape(line)}</p>" for line in content.about),
        *figures,
        *(_table(cells) for cells in content.tables),
        "</body></html>\n",
    ]
    return "".join(parts)


def _embedded(n: int, figure: Figure) -> str:
    """Write one figure; "<" could end a script, so it is written otherwise."""
    text = json.dumps(figure, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    draw = f'Plotly.newPlot("f{n}", figure.data, figure.layout, {{displayModeBar: false, responsive: true}})'
    return f'<figure id="f{n}"></figure><script>{{const figure = {text}; {draw};}}</script>'


def _table(cells: Sequence[Sequence[str]]) -> str:
    head, *body = cells
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    return "<table>" + "".join(lines) + "</table>"


def _listing(rows: Sequence[Row]) -> list[list[str]]:
    head = ["phase", "engine", "median ms", "p90 ms", "max ms", "runs", "agrees", "note"]
    body = []
    for row in rows:
        times = map(_shown, (row.median_ms, row.p90_ms, row.max_ms))
        body.append([row.phase, row.engine, *times, str(row.runs), _said(row), row.note])
    return [head, *body]


def _said(row: Row) -> str:
    return "" if row.agrees is None else "yes" if row.agrees else "NO"


def _label(row: Row) -> str:
    if row.mb is not None:
        return f"{row.mb:,.3f} MB"
    note = f"<br>{escape(row.note)}" if row.note else ""
    return f"median {_shown(row.median_ms)} ms, p90 {_shown(row.p90_ms)} ms, {row.runs} runs{note}"


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}"


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.machine()}."
