from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.growth import Growth, GrowthTable, Size
from benchmarks.measure import memory, missing, row
from benchmarks.plots import bars, curves, growth_page, routing_page

if TYPE_CHECKING:  # importing playwright costs 0.2 s, and only one test needs it
    from playwright.sync_api import Page

ROWS = [
    row("porto", "ours-cch", "customise", [7.0, 8.0], agrees=True),
    row("porto", "routingkit-cch", "customise", [25.0], agrees=True, note="<b>& so on"),
    row("porto", "scipy", "table_420x50", [640.0], agrees=False),
    memory("porto", "ours-cch", "memory_metric", 3_000_000),
    missing("porto", "pandana", "not installed"),
]
CURVE = Growth(engine="ours-cch", phase="customise", unit="ms", values=(1.0, None), per_node=None, slope=None)
TABLE = GrowthTable(
    sizes=(Size(graph="grid:1", nodes=10_000, arcs=2), Size(graph="grid:2", nodes=20_000, arcs=4)),
    curves=(CURVE,),
    rows=(),
)


@pytest.fixture(scope="module")
def text() -> str:
    return routing_page("porto", 74_484, 169_326, ROWS)


def _ours(page: str) -> str:
    """The page without plotly.js, which is the longest script."""
    scripts = re.findall(r"<script>.*?</script>", page, flags=re.DOTALL)
    return page.replace(max(scripts, key=len), "")


@pytest.mark.parametrize("made", ["routing", "growth"])
def test_a_page_asks_for_nothing_from_outside(made: str, text: str) -> None:
    written = _ours(text if made == "routing" else growth_page(TABLE))
    assert not re.search(r"https?:|//|\ssrc=|<link|@import|url\(", written)
    assert "default-src 'none'" in written


def test_plotly_is_in_the_file(text: str) -> None:
    assert "Plotly.newPlot" in text
    assert len(text) > 3_000_000


def test_the_text_says_what_was_run(text: str) -> None:
    assert "porto: 74,484 nodes, 169,326 arcs. One thread" in text


def test_a_missing_engine_and_a_wrong_answer_are_told(text: str) -> None:
    assert "Not measured: pandana: not installed" in text
    assert "scipy, table_420x50: WRONG ANSWER" in text


def test_notes_are_escaped(text: str) -> None:
    assert "&lt;b&gt;&amp; so on" in _ours(text)
    assert "<b>&" not in text


def test_bars_stand_on_a_logarithmic_axis_one_colour_for_each_engine() -> None:
    timed = [each for each in ROWS if each.median_ms is not None]
    figure = bars(timed, "ms")
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert [trace["name"] for trace in figure["data"]] == ["ours-cch", "routingkit-cch", "scipy"]
    assert figure["data"][0]["x"] == [7.5]
    assert len({trace["marker"]["color"] for trace in figure["data"]}) == 3


def test_bars_of_memory_show_megabytes() -> None:
    assert bars([ROWS[3]], "MB")["data"][0]["x"] == [3.0]


def test_curves_stand_on_two_logarithmic_axes_with_a_gap_where_nothing_was_measured() -> None:
    figure = curves([CURVE], [10_000, 20_000], "ms")
    assert (figure["layout"]["xaxis"]["type"], figure["layout"]["yaxis"]["type"]) == ("log", "log")
    assert figure["data"][0]["y"] == [1.0, None]
    assert json.dumps(figure, allow_nan=False)


@pytest.mark.browser
def test_the_page_draws_itself_offline(text: str, tmp_path: Path, page: Page) -> None:
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector(".plot-container svg")
    assert page.locator("figure .main-svg").count() >= 2
