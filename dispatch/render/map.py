"""The map of a plan as a Plotly figure, in plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Final

from dispatch.language import Clock, Distance, Duration, Phrases
from dispatch.render.background import RoadLines, closed_lines, road_lines
from dispatch.render.lines import PlanView
from dispatch.render.palette import ALERT, CLOSED, DEPOT, ECHELON, QUIET, ROAD, SYMBOLS, TIER_SIZE, WARNING
from dispatch.render.places import place_of, start_of
from dispatch.render.traces import Figure, circle, joined, line_trace, point_trace
from graphs.road import RoadGraph
from models.crs import LngLat
from models.force import Echelon
from models.plan import Assignment, Move, Plan, Shipment
from models.request import Closure, Request
from models.supply import Tier
from models.units import EARTH_RADIUS_M
from models.world import District

_MARGIN: Final = 0.10
"""Share of the plan's extent that is left free around it."""
_MANY: Final = 24
"""Teams and trucks from which their markers are smaller."""
_SCALES_KM: Final = (0.5, 1, 2, 5, 10, 20, 50, 100)


def map_figure(
    plan: Plan, request: Request, district: District, roads: RoadGraph | None, view: PlanView
) -> Figure:
    """Draw roads, towns, closures, routes, starts, depots, incidents; the first view holds the whole plan."""
    drawing = _Drawing(plan, request, district, view.phrases)
    extent = _extent([*drawing.extent()] or [*drawing.around()])
    traces = [
        *_road_traces(roads, view.phrases),
        *drawing.outlines(),
        *drawing.closures(roads),
        *drawing.routes(),
        *drawing.towns(),
        *drawing.depots(),
        *drawing.moves(),
        *drawing.starts(),
        *drawing.incidents(view),
        _scale(extent),
    ]
    west, south, east, north = extent
    stretch = 1 / cos(radians((south + north) / 2))
    axis: Figure = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    layout: Figure = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": "pan",
        "hovermode": "closest",
        "hoverlabel": _HOVER,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": QUIET, "activecolor": QUIET, "orientation": "v"},
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": -0.01,
            "xanchor": "left",
            "yanchor": "top",
            "itemsizing": "constant",
        },
        "xaxis": {**axis, "range": [west, east]},
        "yaxis": {**axis, "range": [south, north], "scaleanchor": "x", "scaleratio": stretch},
    }
    return {"data": traces, "layout": layout}


_HOVER: Final[Figure] = {
    "bgcolor": "#20262d",
    "bordercolor": "#20262d",
    "font": {"color": "#ffffff", "size": 12},
}


@dataclass(frozen=True, slots=True)
class _Drawing:
    plan: Plan
    request: Request
    district: District
    phrases: Phrases

    @property
    def sent(self) -> list[Assignment | Shipment]:
        """Trucks, then teams, so that the ways of teams lie on top."""
        return [*self.plan.shipments, *self.plan.assignments]

    def extent(self) -> Iterator[tuple[float, float]]:
        for incident in self.request.incidents:
            yield incident.position.wgs84
        for sent in self.sent:
            yield from sent.route.points
            start = start_of(sent, self.request, self.district)
            if start is not None:
                yield start
        for _, start, end in self._moved():
            yield from (start, end)

    def around(self) -> Iterator[tuple[float, float]]:
        """Places of the district, to be seen where the plan has none of its own."""
        for town in self.district.towns:
            yield town.position.wgs84
        for team in self.district.teams:
            yield team.stands_at.wgs84

    def _moved(self) -> list[tuple[Move, LngLat, LngLat]]:
        """Proposed moves, from where and to where."""
        placed = [
            (each, place_of(each.team, self.request, self.district), LngLat(each.lng, each.lat))
            for each in self.plan.moves
        ]
        return [(each, start, end) for each, start, end in placed if start is not None]

    def moves(self) -> Iterator[Figure]:
        found = self._moved()
        if found:
            yield line_trace(
                joined([(start, end) for _, start, end in found]),
                line={"color": QUIET, "width": 1.5, "dash": "dot"},
                legendgroup="moves",
                showlegend=False,
                hoverinfo="skip",
            )
            yield point_trace(
                [end for _, _, end in found],
                mode="markers",
                marker={"symbol": "circle-open", "size": 11, "color": QUIET, "line": {"width": 2}},
                text=[self._move_text(each) for each, _, _ in found],
                hoverinfo="text",
                name=self.phrases.say("Proposed moves"),
                legendgroup="moves",
            )

    def _move_text(self, each: Move) -> str:
        return f"<b>{escape(self.phrases.of(each.name))}</b><br>{escape(self.phrases.of(each.why))}"

    def outlines(self) -> Iterator[Figure]:
        rings = [town.outline.wgs84 for town in self.district.towns if town.outline is not None]
        if rings:
            yield line_trace(
                joined([(*ring, ring[0]) for ring in rings]),
                line={"color": QUIET, "width": 0.8, "dash": "dot"},
                opacity=0.6,
                name=self.phrases.say("Town boundaries"),
                hoverinfo="skip",
            )

    def towns(self) -> Iterator[Figure]:
        if self.district.towns:
            yield point_trace(
                [town.position.wgs84 for town in self.district.towns],
                mode="markers+text",
                marker={"size": 12, "opacity": 0, "color": QUIET},
                textposition="bottom center",
                text=[escape(self.phrases.of(town.name)) for town in self.district.towns],
                textfont={"size": 11, "color": QUIET},
                opacity=0.7,
                name=self.phrases.say("Town names"),
                hoverinfo="skip",
            )

    def closures(self, roads: RoadGraph | None) -> Iterator[Figure]:
        name = self.phrases.say("Closures")
        first = True
        for closure in self.request.closures:
            lines = self._closed(closure, roads)
            if lines is None:
                continue
            area = closure.outline is not None or closure.centre is not None
            trace = line_trace(
                lines,
                line={"color": CLOSED, "width": 1.5 if area else 4, "dash": "solid" if area else "dot"},
                name=name,
                legendgroup="closures",
                showlegend=first,
                text=self._closure_text(closure),
                hoverinfo="text",
            )
            if area:
                trace |= {
                    "fill": "toself",
                    "fillcolor": "rgba(211,34,42,0.10)",
                    "fillpattern": {"shape": "/", "fgcolor": CLOSED, "size": 7, "solidity": 0.25},
                    "hoveron": "fills+points",
                }
            yield trace
            first = False

    def _closed(self, closure: Closure, roads: RoadGraph | None) -> RoadLines | None:
        if closure.outline is not None:
            ring = closure.outline.wgs84
            return joined([(*ring, ring[0])])
        if closure.centre is not None and closure.radius_m is not None:
            return joined([circle(closure.centre.wgs84, closure.radius_m)])
        if roads is None:
            return None
        lines = closed_lines(roads, closure)
        return lines if lines.lng.size else None

    def _closure_text(self, closure: Closure) -> str:
        what = closure.road or closure.bridge or closure.reason
        if closure.max_weight_kg is not None:
            tonnes = f"{closure.max_weight_kg / 1000:g}"
            said = self.phrases.say(
                "Up to {tonnes} t: {id} {reason}", tonnes=tonnes, id=closure.id, reason=what
            )
        elif closure.speed_factor == 0:
            said = self.phrases.say("Closed: {id} {reason}", id=closure.id, reason=what)
        else:
            share = f"{closure.speed_factor:.0%}"
            said = self.phrases.say("Slow ({share}): {id} {reason}", share=share, id=closure.id, reason=what)
        return escape(said)

    def _route_text(self, sent: Assignment | Shipment) -> str:
        return "<br>".join(
            (
                f"<b>{escape(self.phrases.of(sent.name))}</b> → {escape(sent.incident)}",
                self.phrases.say(
                    "{distance}, arrives {time} after {eta}",
                    distance=Distance(sent.route.length_m),
                    time=Clock(sent.arrives_at, self.plan.made_for),
                    eta=Duration(sent.eta.total_s),
                ),
            )
        )

    def routes(self) -> Iterator[Figure]:
        for sent in self.sent:
            truck = isinstance(sent, Shipment)
            colour = DEPOT if isinstance(sent, Shipment) else ECHELON[sent.echelon]
            group = f"tier {sent.tier}" if isinstance(sent, Shipment) else f"echelon {sent.echelon}"
            yield line_trace(
                joined([sent.route.points]),
                line={"color": colour, "width": 2.6, "dash": "4px,3px" if truck else "solid"},
                opacity=0.9,
                legendgroup=group,
                showlegend=False,
                text=self._route_text(sent),
                hoverinfo="text",
            )

    def starts(self) -> Iterator[Figure]:
        for echelon in Echelon:
            sent = [each for each in self.plan.assignments if each.echelon is echelon]
            placed = [(each, start_of(each, self.request, self.district)) for each in sent]
            known = [(each, place) for each, place in placed if place is not None]
            if known:
                yield point_trace(
                    [place for _, place in known],
                    mode="markers",
                    marker={
                        "size": 11,
                        "color": ECHELON[echelon],
                        "line": {"color": "#ffffff", "width": 1.5},
                    },
                    text=[self._route_text(each) for each, _ in known],
                    hoverinfo="text",
                    name=self.phrases.word(echelon),
                    legendgroup=f"echelon {echelon}",
                )

    def depots(self) -> Iterator[Figure]:
        used = {shipment.depot for shipment in self.plan.shipments}
        for tier in Tier:
            depots = [each for each in self.district.depots if each.tier is tier and each.id in used]
            if depots:
                yield point_trace(
                    [depot.position.wgs84 for depot in depots],
                    mode="markers",
                    marker={
                        "symbol": "square",
                        "size": TIER_SIZE[tier] if len(self.sent) < _MANY else TIER_SIZE[tier] - 3,
                        "color": DEPOT,
                        "line": {"color": "#ffffff", "width": 1.5},
                    },
                    text=[f"<b>{escape(self.phrases.of(depot.name))}</b>" for depot in depots],
                    hoverinfo="text",
                    name=self.phrases.say("{tier} depot", tier=tier),
                    legendgroup=f"tier {tier}",
                )

    def incidents(self, view: PlanView) -> Iterator[Figure]:
        types = list(dict.fromkeys(incident.type for incident in self.request.incidents))
        for incident, shown in zip(self.request.incidents, view.incidents, strict=True):
            facts = [shown.type, shown.grade, shown.level]
            if shown.warning:
                facts.append(self.phrases.say("{colour} warning", colour=shown.warning))
            lines = [f"<b>{escape(shown.id)} {escape(shown.name)}</b>", escape(" · ".join(facts))]
            lines += [
                f"{escape(short.what)}: "
                + self.phrases.say(
                    "{missing} of {needed} missing", missing=short.missing, needed=short.needed
                )
                for short in shown.shortfalls
            ]
            yield point_trace(
                [incident.position.wgs84],
                mode="markers+text",
                marker={
                    "symbol": SYMBOLS[types.index(incident.type) % len(SYMBOLS)],
                    "size": 20,
                    "color": WARNING[shown.colour],
                    "line": {"color": ALERT if shown.shortfalls else "#20262d", "width": 2},
                },
                text=[f"<b>{escape(shown.id)} {escape(shown.name)}</b>"],
                textposition="top center",
                textfont={"size": 13},
                hovertext=["<br>".join(lines)],
                hoverinfo="text",
                name=escape(f"{shown.id} {shown.type}"),
            )


def _road_traces(roads: RoadGraph | None, phrases: Phrases) -> Iterator[Figure]:
    if roads is None:
        return
    groups = road_lines(roads)
    for lines in groups:
        colour, width = ROAD[lines.group]
        water = lines.group == "water"
        yield line_trace(
            lines,
            line={"color": colour, "width": width},
            name=phrases.say("Water") if water else phrases.say("Roads"),
            legendgroup="water" if water else "roads",
            showlegend=water or lines is groups[-1],
            hoverinfo="skip",
        )


def _scale(extent: tuple[float, float, float, float]) -> Figure:
    """Draw a bar of a round length in the lower left corner of the first view."""
    west, south, east, north = extent
    km_per_degree = radians(1) * EARTH_RADIUS_M / 1000 * cos(radians((south + north) / 2))
    wide = (east - west) * km_per_degree
    km = max((each for each in _SCALES_KM if each <= wide / 4), default=_SCALES_KM[0])
    x, y = west + (east - west) * 0.03, south + (north - south) * 0.03
    end = x + km / km_per_degree
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": [x, end],
        "y": [y, y],
        "line": {"color": QUIET, "width": 3},
        "text": ["", f" {km:g} km"],
        "textposition": "middle right",
        "textfont": {"size": 11},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _extent(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    lngs, lats = zip(*points, strict=True)
    wide = max(max(lngs) - min(lngs), 0.02)
    high = max(max(lats) - min(lats), 0.02)
    x, y = (max(lngs) + min(lngs)) / 2, (max(lats) + min(lats)) / 2
    half_x, half_y = wide * (0.5 + _MARGIN), high * (0.5 + _MARGIN)
    return x - half_x, y - half_y, x + half_x, y + half_y
