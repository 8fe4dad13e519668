from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch.render.background import closed_lines, road_lines
from dispatch.render.html import plan_html
from graphs.links import assemble
from graphs.road import RoadClass, RoadGraph
from models.place import Name
from models.plan import Assignment, Shipment
from models.request import Closure
from scenarios.yongchuan.roads import links
from tests.dispatch.sample import NOW, sample_district, sample_request, sample_roads
from tests.dispatch.sample_plan import sample_plan


@pytest.fixture(scope="module")
def english() -> str:
    return plan_html(sample_plan(), sample_request(), sample_district(), sample_roads(), "en")


@pytest.fixture(scope="module")
def chinese() -> str:
    return plan_html(sample_plan(), sample_request(), sample_district(), sample_roads(), "zh")


@pytest.fixture(scope="module")
def yongchuan() -> RoadGraph:
    return assemble(links())


class Page(HTMLParser):
    """Tags, attributes and texts of a page, scripts apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        kept = {"script": self.scripts, "style": self.styles}.get(self.open, self.texts)
        kept.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())


def figure(html: str, key: str) -> dict[str, Any]:
    found = re.search(rf'<script type="application/json" id="{key}-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    value: dict[str, Any] = json.loads(found.group(1))
    return value


def all_sent() -> list[Assignment | Shipment]:
    return [*sample_plan().assignments, *sample_plan().shipments]


def test_page_loads_nothing_from_elsewhere(english: str) -> None:
    page = Page(english)
    for tag, attributes in page.tags:
        assert not {"src", "href", "srcset", "data", "poster", "action"} & set(attributes), tag
    assert "link" not in {tag for tag, _ in page.tags}
    assert not re.search(r"@import|url\(", "".join(page.styles))


def test_page_forbids_the_browser_every_request(english: str) -> None:
    policies = [
        attributes["content"]
        for tag, attributes in Page(english).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    policy = policies[0] or ""
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"https?:|\*", policy)


def test_language_of_the_page_is_declared_and_spoken(english: str, chinese: str) -> None:
    assert Page(english).tags[0] == ("html", {"lang": "en"})
    assert Page(chinese).tags[0] == ("html", {"lang": "zh-CN"})
    assert "Remedy: Ask Rongchang for one drainage unit" in Page(english).words
    assert "对策：向荣昌区请求跨区支援 1 个排涝单元。" in Page(chinese).words
    assert not re.search("[\u4e00-\u9fff]", Page(english).words)


def test_demo_banner_stands_for_demo_data_alone(chinese: str) -> None:
    assert "演示数据：全部或部分为虚构，不得用于实际指挥" in Page(chinese).words
    real = plan_html(sample_plan(), sample_request(), replace(sample_district(), demo=False), None, "zh")
    assert "演示数据：" not in Page(real).words


def test_report_holds_reasons_objective_check_and_provenance(english: str) -> None:
    words = Page(english).words
    for part in (
        "Locked by order; it alone can drain.",
        "Next best: Port park brigade, 35 min: 26 min 15 s later",
        "3,120,400 3,089,190 1.0% not proven",
        "check: ok",
        sample_plan().inputs_digest,
        "Doctrine version 2026-demo",
        "rescue-dispatch 0.1.0, HiGHS 1.9.0",
        "INC-1 quilt 20 of 350 missing",
    ):
        assert part in words


def test_names_cannot_break_out_of_the_page() -> None:
    """A name is data: neither a tag in the tables nor an end of the figures' script."""
    evil = "</script><script>alert(1)</script>"
    first, *others = sample_request().incidents
    request = replace(sample_request(), incidents=(replace(first, name=Name(zh=evil, en=evil)), *others))
    html = plan_html(sample_plan(), request, sample_district(), None, "en")
    assert evil not in html
    assert "<script>alert" not in html


def test_same_plan_gives_the_same_page(english: str) -> None:
    again = plan_html(sample_plan(), sample_request(), sample_district(), sample_roads(), "en")
    assert again == english


def test_map_has_equal_scales_at_its_latitude(english: str) -> None:
    layout = figure(english, "map")["layout"]
    south, north = layout["yaxis"]["range"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["yaxis"]["scaleratio"] == pytest.approx(1 / np.cos(np.radians((south + north) / 2)))


def test_first_view_holds_every_incident_and_start(english: str) -> None:
    drawn = figure(english, "map")
    west, east = drawn["layout"]["xaxis"]["range"]
    south, north = drawn["layout"]["yaxis"]["range"]
    shown = [
        trace
        for trace in drawn["data"]
        if str(trace.get("mode", "")).startswith("markers") and "hoverinfo" in trace
    ]
    placed = [trace for trace in shown if trace["hoverinfo"] == "text"]
    assert len(placed) == 2 + 2 + 4  # incidents, tiers of depots, echelons
    for trace in placed:
        assert all(west < x < east for x in trace["x"])
        assert all(south < y < north for y in trace["y"])


def test_map_draws_every_route_and_every_closure(english: str) -> None:
    traces = figure(english, "map")["data"]
    groups = [str(trace.get("legendgroup", "")) for trace in traces if trace.get("mode") == "lines"]
    assert sum(group.startswith("echelon") for group in groups) == 7
    assert sum(group.startswith("tier") for group in groups) == 3
    assert groups.count("closures") == 3


def test_warning_colour_is_the_fill_of_an_incident(english: str) -> None:
    fills = {
        trace["name"]: trace["marker"]["color"]
        for trace in figure(english, "map")["data"]
        if str(trace.get("name", "")).startswith("INC-")
    }
    assert fills == {"INC-1 Flood": "#ef7d00", "INC-2 Forest fire": "#f2c500"}


def test_packed_route_is_the_route_of_the_plan(english: str) -> None:
    """Four-byte coordinates stay within two metres of the plan's."""
    sent = sample_plan().assignments[0]
    trace = next(
        trace
        for trace in figure(english, "map")["data"]
        if "Pu'an" in str(trace.get("text", "")).replace("&#x27;", "'") and trace["mode"] == "lines"
    )
    lng = np.frombuffer(base64.b64decode(trace["x"]["bdata"]), dtype="<f4")
    assert lng == pytest.approx([point[0] for point in sent.route.points], abs=1e-5)


def test_bars_of_the_timeline_add_up_to_arrival(english: str) -> None:
    drawn = figure(english, "timeline")["data"]
    bars = [trace for trace in drawn if trace["type"] == "bar"]
    assert [trace["name"] for trace in bars] == ["Wait", "Call processing", "Turnout, loading", "Travel"]
    total = sum(sum(trace["x"]) for trace in bars) / 1000
    sent = all_sent()
    assert total == sum(each.eta.total_s for each in sent)
    travel = bars[-1]
    ends = {
        np.datetime64(base) + np.timedelta64(x, "ms")
        for base, x in zip(travel["base"], travel["x"], strict=True)
    }
    assert ends == {np.datetime64(each.arrives_at.replace(tzinfo=None)) for each in sent}


def test_late_team_is_marked_on_the_timeline(english: str) -> None:
    texts = next(trace for trace in figure(english, "timeline")["data"] if trace.get("mode") == "text")
    assert [text for text in texts["text"] if "late" in text] == [" <b>14:34</b> late by 4 min 5 s"]


def test_page_is_drawn_without_a_district_town_or_a_route() -> None:
    """The least a plan can hold: no team, no truck, no town, no roads."""
    bare = replace(sample_plan(), assignments=(), shipments=(), shortfalls=(), reasons=(), check=None)
    html = plan_html(
        bare,
        sample_request(),
        replace(sample_district(), towns=(), teams=sample_district().teams),
        None,
        "en",
    )
    assert "no team is sent" in Page(html).words
    assert "check: not run" in Page(html).words


def test_report_over_the_whole_district_stays_small(yongchuan: RoadGraph) -> None:
    html = plan_html(sample_plan(), sample_request(), sample_district(), yongchuan, "zh")
    assert len(html.encode()) < 6_000_000


def length(lines: Any) -> float:
    """Degrees along the lines, gaps left out."""
    steps = np.hypot(np.diff(lines.lng.astype(float)), np.diff(lines.lat.astype(float)))
    return float(np.nansum(steps))


def test_background_draws_every_stretch_once() -> None:
    """Both directions of a link are one line: the drawn length is half of that of all arcs."""
    roads = sample_roads()
    arcs = np.hypot(
        roads.lng[roads.tail] - roads.lng[roads.head], roads.lat[roads.tail] - roads.lat[roads.head]
    )
    drawn = sum(length(lines) for lines in road_lines(roads))
    assert drawn == pytest.approx(arcs.sum() / 2, rel=1e-3)


def test_background_joins_arcs_to_long_lines() -> None:
    lines = next(each for each in road_lines(sample_roads()) if each.group == "main")
    assert int(np.isnan(lines.lng).sum()) < 12


def test_lowest_classes_go_first_where_there_are_too_many() -> None:
    roads = sample_roads()
    groups = {each.group for each in road_lines(roads)}
    assert groups == {"minor", "local", "main"}
    kept = int((roads.road_class != RoadClass.RESIDENTIAL.value).sum())
    assert {each.group for each in road_lines(roads, max_arcs=kept)} == {"local", "main"}


def test_closed_road_is_found_by_its_reference() -> None:
    assert length(closed_lines(sample_roads(), Closure(id="c", road="s205"))) > 0.27
    assert closed_lines(sample_roads(), Closure(id="c", road="S999")).lng.size == 0


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_browser_draws_the_page_without_a_network(language: str, tmp_path: Path) -> None:
    """Chromium with no name resolution draws map and timeline, and its console stays silent."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine")
    page = tmp_path / "plan.html"
    page.write_text(
        plan_html(sample_plan(), sample_request(), sample_district(), sample_roads(), language),
        encoding="utf-8",
    )
    run = subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--virtual-time-budget=8000",
            f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert 'data-drawn="yes"' in run.stdout
    assert run.stdout.count('class="main-svg"') >= 4
    assert len(re.findall(r'class="js-line"', run.stdout)) >= 13
    bars = sum(
        part > 0
        for each in all_sent()
        for part in (each.eta.wait_s, each.eta.call_processing_s, each.eta.turnout_s, each.eta.travel_s)
    )
    timeline = run.stdout[run.stdout.index('id="timeline"') :]
    drawn = timeline[timeline.index("barlayer") : timeline.index("scatterlayer")]
    assert drawn.count('class="point"') == bars
    assert "CONSOLE" not in run.stderr, run.stderr


def test_clock_of_the_timeline_is_the_local_one(english: str) -> None:
    heads = [note for note in figure(english, "timeline")["layout"]["annotations"] if "<b>" in note["text"]]
    assert {note["x"] for note in heads} == {NOW.replace(tzinfo=None).isoformat()}
