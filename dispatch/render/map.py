"""The map of a plan as a Plotly figure, in plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from dispatch.language import Clock, Distance, Duration, Phrases
from dispatch.render.ground import Ground, extent_of, layout, road_traces, scale
from dispatch.render.lines import PlanView
from dispatch.render.palette import ALERT, DEPOT, ECHELON, QUIET, SYMBOLS, TIER_SIZE, WARNING
from dispatch.render.places import place_of, start_of
from dispatch.render.traces import Figure, joined, line_trace, point_trace
from graphs.road import RoadGraph
from models.crs import LngLat
from models.force import Echelon
from models.plan import Assignment, Move, Plan, Shipment
from models.request import Request
from models.supply import Tier
from models.world import District

_MANY: Final = 24
"""Teams and trucks from which their markers are smaller."""


def map_figure(
    plan: Plan, request: Request, district: District, roads: RoadGraph | None, view: PlanView
) -> Figure:
    """Draw roads, towns, closures, routes, starts, depots, incidents; the first view holds the whole plan."""
    drawing = _Drawing(plan, request, district, view.phrases)
    ground = Ground(district, request.closures, view.phrases)
    extent = extent_of([*drawing.extent()] or [*drawing.around()])
    traces = [
        *road_traces(roads, view.phrases),
        *ground.outlines(),
        *ground.closures(roads),
        *drawing.routes(),
        *ground.towns(),
        *drawing.depots(),
        *drawing.moves(),
        *drawing.starts(),
        *drawing.incidents(view),
        scale(extent),
    ]
    return {"data": traces, "layout": layout(extent)}


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
