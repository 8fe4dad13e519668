"""A plan of relief as one HTML file that opens without a network."""

from __future__ import annotations

from markupsafe import Markup

from dispatch.language import Phrases
from dispatch.render.html import as_json, environment
from dispatch.render.relief import shown_relief
from dispatch.render.relief_map import relief_map
from graphs.road import RoadGraph
from models.relief_plan import ReliefPlan
from models.world import District


def relief_html(plan: ReliefPlan, district: District, roads: RoadGraph | None, language: str) -> str:
    """Write a plan of relief as a self-contained page; parameters as of `dispatch.render.html.plan_html`."""
    # Plotly costs half a second to import and is needed for its plotly.js alone.
    from plotly.offline import get_plotlyjs  # noqa: PLC0415

    phrases = Phrases(language)
    return (
        environment()
        .get_template("relief.html.j2")
        .render(
            shown=shown_relief(plan, district, language),
            demo=district.demo,
            language=language,
            say=phrases.say,
            map=as_json(relief_map(plan, district, roads, phrases)),
            # Written by us and by plotly, not by a person: it must not be escaped.
            plotly=Markup(get_plotlyjs()),  # noqa: S704
        )
    )
