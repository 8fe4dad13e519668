"""The map of a plan of relief: ways by tier of the depot, depots in use, places with what they get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Final

from dispatch.language import Clock, Phrases
from dispatch.render.ground import Ground, extent_of, layout, road_traces, scale
from dispatch.render.palette import ALERT, DEPOT, TIER_SIZE, WARNING
from dispatch.render.traces import Figure, joined, line_trace, point_trace
from graphs.road import RoadGraph
from models.relief_plan import ReliefPlan
from models.supply import Tier
from models.world import District

_WAY: Final = {Tier.VILLAGE: "#7d8f2e", Tier.TOWN: "#2e9160", Tier.DISTRICT: "#14857f"}


def relief_map(plan: ReliefPlan, district: District, roads: RoadGraph | None, phrases: Phrases) -> Figure:
    """Draw a plan of relief; the first view holds all its ways."""
    ground = Ground(district, plan.asked.closures, phrases)
    points = [place.position.wgs84 for place in plan.asked.places]
    ways = [point for trip in plan.trips for stop in trip.stops for point in stop.route.points]
    extent = extent_of([*points, *ways])
    traces = [
        *road_traces(roads, phrases),
        *ground.outlines(),
        *ground.closures(roads),
        *_ways(plan, phrases),
        *ground.towns(),
        *_depots(plan, district, phrases),
        _places(plan, phrases),
        scale(extent),
    ]
    return {"data": traces, "layout": layout(extent)}


def _ways(plan: ReliefPlan, phrases: Phrases) -> Iterator[Figure]:
    """Draw each way once, however often it is driven."""
    for tier in Tier:
        lines = {stop.route.points: None for trip in plan.trips if trip.tier is tier for stop in trip.stops}
        if lines:
            yield line_trace(
                joined(list(lines)),
                line={"color": _WAY[tier], "width": 1.6},
                opacity=0.8,
                name=phrases.say("{tier} depot", tier=tier),
                legendgroup=f"tier {tier}",
                hoverinfo="skip",
            )


def _depots(plan: ReliefPlan, district: District, phrases: Phrases) -> Iterator[Figure]:
    trips = Counter(trip.depot for trip in plan.trips)
    kg = Counter[str]()
    for trip in plan.trips:
        kg[trip.depot] += round(trip.kg)
    for tier in Tier:
        depots = [each for each in district.depots if each.tier is tier and trips[each.id]]
        if depots:
            yield point_trace(
                [depot.position.wgs84 for depot in depots],
                mode="markers",
                marker={
                    "symbol": "square",
                    "size": TIER_SIZE[tier] - 3,
                    "color": DEPOT,
                    "line": {"color": "#ffffff", "width": 1},
                },
                text=[
                    f"<b>{escape(phrases.of(depot.name))}</b><br>"
                    + phrases.say("{trips} trips, {kg} kg", trips=trips[depot.id], kg=kg[depot.id])
                    for depot in depots
                ],
                hoverinfo="text",
                legendgroup=f"tier {tier}",
                showlegend=False,
            )


def _places(plan: ReliefPlan, phrases: Phrases) -> Figure:
    short = {each.place for each in plan.shortfalls}
    last: dict[str, str] = {}
    for place in plan.asked.places:
        ends = [need.complete_at for need in plan.needs if need.place == place.id and need.complete_at]
        last[place.id] = phrases.of(Clock(max(ends), plan.made_for)) if ends else "–"
    return point_trace(
        [place.position.wgs84 for place in plan.asked.places],
        mode="markers+text",
        marker={
            "symbol": "star",
            "size": 18,
            "color": WARNING["blue"],
            "line": {
                "color": [ALERT if place.id in short else "#20262d" for place in plan.asked.places],
                "width": 2,
            },
        },
        text=[f"<b>{escape(phrases.of(place.name))}</b>" for place in plan.asked.places],
        textposition="top center",
        textfont={"size": 13},
        hovertext=[
            f"<b>{escape(phrases.of(place.name))}</b><br>"
            + phrases.say("{n} people, complete at {time}", n=place.people, time=last[place.id])
            for place in plan.asked.places
        ],
        hoverinfo="text",
        name=phrases.say("Places"),
    )
