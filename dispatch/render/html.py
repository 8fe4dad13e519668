"""A plan as one HTML file that opens without a network: map, timeline, tables.

plotly.js is written into the file, and the file's own Content-Security-Policy forbids every other request.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dispatch.language import minutes
from dispatch.render.map import map_figure
from dispatch.render.palette import WARNING
from dispatch.render.timeline import timeline_figure
from dispatch.render.view import plan_view
from graphs.road import RoadGraph
from models.plan import Plan
from models.request import Request
from models.world import District

_TEMPLATES: Final = Path(__file__).parents[1] / "templates"


def plan_html(
    plan: Plan, request: Request, district: District, roads: RoadGraph | None, language: str
) -> str:
    """Write a plan as a self-contained report.

    Parameters
    ----------
    plan, request, district
        The plan, the request it answers, the district it was made for.
    roads
        The road graph for the background of the map; None leaves it out.
    language
        "zh" or "en".

    Returns
    -------
    str
        The text of an HTML file, about 5 MB, most of it plotly.js. The same input gives the same text.

    Raises
    ------
    InputError
        An unknown language.
    """
    # Plotly costs half a second to import and is needed for its plotly.js alone.
    from plotly.offline import get_plotlyjs  # noqa: PLC0415

    view = plan_view(plan, request, district, language)
    template = environment().get_template("plan.html.j2")
    return template.render(
        view=view,
        language=language,
        say=view.phrases.say,
        minutes=minutes,
        warning_colours=WARNING,
        map=as_json(map_figure(plan, request, district, roads, view)),
        timeline=as_json(timeline_figure(view)),
        # Written by us and by plotly, not by a person: it must not be escaped.
        plotly=Markup(get_plotlyjs()),  # noqa: S704
    )


def environment() -> Environment:
    """Read templates; everything is escaped but what says it is not."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_json(figure: dict[str, Any]) -> Markup:
    """Write a figure for a `<script type="application/json">`, in which only "<" could end it."""
    text = json.dumps(figure, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704
