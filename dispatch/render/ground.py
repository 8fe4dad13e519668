"""What every map is drawn on: roads, towns, closures, a scale, the first view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Final

from dispatch.language import Phrases
from dispatch.render.background import RoadLines, closed_lines, road_lines
from dispatch.render.palette import CLOSED, QUIET, ROAD
from dispatch.render.traces import Figure, circle, joined, line_trace, point_trace
from graphs.road import RoadGraph
from models.request import Closure
from models.units import EARTH_RADIUS_M
from models.world import District

Extent = tuple[float, float, float, float]
"""West, south, east, north."""

_MARGIN: Final = 0.10
"""Share of the extent that is left free around it."""
_SCALES_KM: Final = (0.5, 1, 2, 5, 10, 20, 50, 100)

_HOVER: Final[Figure] = {
    "bgcolor": "#20262d",
    "bordercolor": "#20262d",
    "font": {"color": "#ffffff", "size": 12},
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Towns and closures of a district."""

    district: District
    shut: Sequence[Closure]
    phrases: Phrases

    def outlines(self) -> Iterator[Figure]:
        """Outlines of the towns."""
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
        """Names of the towns."""
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
        """Closed areas and roads."""
        name = self.phrases.say("Closures")
        first = True
        for closure in self.shut:
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


def road_traces(roads: RoadGraph | None, phrases: Phrases) -> Iterator[Figure]:
    """Draw the road network; nothing where it is None."""
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


def scale(extent: Extent) -> Figure:
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


def extent_of(points: Iterable[tuple[float, float]]) -> Extent:
    """Give the view that holds all points, with a margin."""
    lngs, lats = zip(*points, strict=True)
    wide = max(max(lngs) - min(lngs), 0.02)
    high = max(max(lats) - min(lats), 0.02)
    x, y = (max(lngs) + min(lngs)) / 2, (max(lats) + min(lats)) / 2
    half_x, half_y = wide * (0.5 + _MARGIN), high * (0.5 + _MARGIN)
    return x - half_x, y - half_y, x + half_x, y + half_y


def layout(extent: Extent) -> Figure:
    """Lay a map out so that its first view is the extent."""
    west, south, east, north = extent
    stretch = 1 / cos(radians((south + north) / 2))
    axis: Figure = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    return {
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
