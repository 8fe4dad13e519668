"""The timeline of a plan as a Plotly figure: one bar per team and truck, by part, under its incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from dispatch.language import Duration
from dispatch.render.lines import PlanView, Trip
from dispatch.render.palette import ALERT, PART, QUIET

Figure = dict[str, Any]

_ROW_PX: Final = 36
_ROW_PX_MANY: Final = 30
_MANY: Final = 24
"""Rows from which they stand closer."""
_HEAD_PX: Final = 26
"""Room for the clock above the bars."""
_FOOT_PX: Final = 46
"""Room for the legend under the bars."""
_HEAD: Final = 1.15
"""Height of an incident's heading, in rows."""


@dataclass(frozen=True, slots=True)
class _Row:
    y: float
    trip: Trip


@dataclass(frozen=True, slots=True)
class _Head:
    y: float
    text: str


def timeline_figure(view: PlanView) -> Figure:
    """Draw when each team and truck waits, is alerted, turns out and travels, and when it should be there."""
    rows, heads, height = _places(view)
    traces = [*_parts(view, rows), _targets(view, rows), _arrivals(view, rows)]
    plot_px = round(height * (_ROW_PX if len(rows) < _MANY else _ROW_PX_MANY))
    layout: Figure = {
        "margin": {"l": 8, "r": 8, "t": _HEAD_PX, "b": _FOOT_PX},
        "height": plot_px + _FOOT_PX + _HEAD_PX,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "barmode": "overlay",
        "bargap": 0,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "#20262d",
            "bordercolor": "#20262d",
            "font": {"color": "#ffffff", "size": 12},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": -8 / plot_px,
            "xanchor": "left",
            "yanchor": "top",
            "traceorder": "normal",
        },
        "xaxis": {
            "type": "date",
            "range": _range(view, rows),
            "tickformat": "%H:%M",
            "nticks": 12,
            "side": "top",
            "gridcolor": "rgba(128,134,142,0.25)",
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True},
        "annotations": [*_headings(view, heads), *_labels(view, rows)],
        "shapes": [_rule(head.y - 0.1) for head in heads],
    }
    return {"data": traces, "layout": layout}


def _rule(y: float) -> Figure:
    line = {"color": "rgba(128,134,142,0.35)", "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _places(view: PlanView) -> tuple[list[_Row], list[_Head], float]:
    """Give every heading and bar its height from the top, in rows."""
    rows, heads, y = [], [], 0.15
    for incident in view.incidents:
        heads.append(_Head(y, f"{incident.id} {incident.name}"))
        y += _HEAD
        for trip in (*incident.teams, *incident.trucks):
            rows.append(_Row(y + 0.5, trip))
            y += 1
        y += 0.25
    return rows, heads, y


def _range(view: PlanView, rows: list[_Row]) -> list[str]:
    """From a little before now to a little after the last arrival or target near it."""
    last = max((row.trip.arrives_at for row in rows), default=view.made_for + timedelta(minutes=10))
    near = view.made_for + (last - view.made_for) * 1.6
    dues = [row.trip.due_at for row in rows if row.trip.due_at is not None and row.trip.due_at <= near]
    last = max([last, *dues])
    span = last - view.made_for
    return [_local(view.made_for - span * 0.01), _local(last + span * 0.16)]


def _local(moment: datetime) -> str:
    """Local clock without offset: plotly.js shows what it is given."""
    return moment.replace(tzinfo=None).isoformat()


def _parts(view: PlanView, rows: list[_Row]) -> list[Figure]:
    say = view.phrases.say
    names = {
        "wait": say("Wait"),
        "call": say("Call processing"),
        "turnout": say("Turnout, loading"),
        "travel": say("Travel"),
    }
    traces = []
    for part, name in names.items():
        bars = [(row, *_span(view.made_for, row.trip, part)) for row in rows]
        shown = [(row, start, seconds) for row, start, seconds in bars if seconds > 0]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "y": [round(row.y + 0.24, 3) for row, _, _ in shown],
                "base": [_local(start) for _, start, _ in shown],
                "x": [seconds * 1000 for _, _, seconds in shown],
                "width": 0.3,
                "marker": {
                    "color": PART[part],
                    "line": {"width": 0},
                    "pattern": {"shape": "/" if part == "wait" else "", "size": 5, "solidity": 0.3},
                },
                "hovertext": [
                    f"<b>{escape(row.trip.name)}</b><br>{name}: {view.phrases.of(Duration(seconds))}"
                    for row, _, seconds in shown
                ],
                "hoverinfo": "text",
            }
        )
    return traces


def _span(now: datetime, trip: Trip, part: str) -> tuple[datetime, int]:
    """Start and seconds of a part of the time to arrival."""
    eta = trip.eta
    seconds = {
        "wait": eta.wait_s,
        "call": eta.call_processing_s,
        "turnout": eta.turnout_s,
        "travel": eta.travel_s,
    }
    before = 0
    for name, length in seconds.items():
        if name == part:
            break
        before += length
    return now + timedelta(seconds=before), seconds[part]


def _arrivals(view: PlanView, rows: list[_Row]) -> Figure:
    texts, colours = [], []
    for row in rows:
        late = view.phrases.say("late by {time}", time=row.trip.late) if row.trip.late else ""
        texts.append(f" <b>{row.trip.arrives}</b> {late}".rstrip())
        colours.append(ALERT if late else QUIET)
    return {
        "type": "scatter",
        "mode": "text",
        "x": [_local(row.trip.arrives_at) for row in rows],
        "y": [round(row.y + 0.24, 3) for row in rows],
        "text": texts,
        "textposition": "middle right",
        "textfont": {"size": 12, "color": colours},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }


def _targets(view: PlanView, rows: list[_Row]) -> Figure:
    due = [(row, row.trip.due_at) for row in rows if row.trip.due_at is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": view.phrases.say("Target"),
        "x": [_local(moment) for _, moment in due],
        "y": [round(row.y + 0.24, 3) for row, _ in due],
        "marker": {
            "symbol": "line-ns-open",
            "size": 16,
            "color": ALERT,
            "line": {"width": 2, "color": ALERT},
        },
        "hovertext": [view.phrases.say("target {time}", time=f"{moment:%H:%M}") for _, moment in due],
        "hoverinfo": "text",
    }


def _headings(view: PlanView, heads: list[_Head]) -> list[Figure]:
    start = _local(view.made_for)
    return [_text(start, head.y + 0.45, f"<b>{escape(head.text)}</b>", 14) for head in heads]


def _labels(view: PlanView, rows: list[_Row]) -> list[Figure]:
    start = _local(view.made_for)
    made = []
    for row in rows:
        truck = row.trip.id if row.trip.mass else row.trip.kind
        text = f"{escape(row.trip.name)} <span style='opacity:.7'>{escape(truck)}</span>"
        made.append(_text(start, row.y - 0.2, text, 12))
    return made


def _text(x: str, y: float, text: str, size: int) -> Figure:
    return {
        "x": x,
        "y": round(y, 3),
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "font": {"size": size},
        "borderpad": 0,
    }
