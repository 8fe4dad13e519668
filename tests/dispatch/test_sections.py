"""What else a plan says, in both languages, as text, page and map."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from rich.console import Console
from shapely.geometry import shape

from dispatch.language import Phrases
from dispatch.render.geojson import plan_geojson
from dispatch.render.html import plan_html
from dispatch.render.map import map_figure
from dispatch.render.sections import Section, sections
from dispatch.render.text import plan_text
from dispatch.render.view import plan_view
from models.force import Echelon
from models.place import Colour
from models.plan import (
    Certainty,
    Change,
    ChangeKind,
    Command,
    CoverReport,
    FollowUp,
    Move,
    Plan,
    TownCover,
)
from models.request import Forecast, Request
from tests.dispatch.sample import NOW, TEAM_HOMES, both, sample_district, sample_request, sample_roads
from tests.dispatch.sample_plan import sample_plan

if TYPE_CHECKING:  # importing playwright costs 0.2 s, and only the browser tests need it
    from playwright.sync_api import Page

WORST: Final = TownCover(town="500118104", name=both("临江镇", "Linjiang"), before=0.968, after=0.157)
MOVE: Final = Move(
    team="T-007",
    name=both("卫星湖街道救援队", "Weixinghu street team"),
    to="500118104",
    place=both("临江镇", "Linjiang"),
    lng=105.95663,
    lat=29.24522,
    travel_s=1200,
    gain=0.0204,
    why=both("可多覆盖", "covers 2.0 % more <of> the people"),
)
RAIN: Final = Forecast(
    id="rain",
    colour=Colour.RED,
    towns=("500118104", "500118106"),
    begin=NOW - timedelta(hours=2),
    end=NOW + timedelta(hours=22),
)
STORM: Final = Forecast(
    id="storm", colour=Colour.ORANGE, begin=NOW + timedelta(hours=3), end=NOW + timedelta(hours=8)
)


def minutes(count: int) -> Any:
    return NOW + timedelta(minutes=count)


def asked(**changes: object) -> Request:
    return replace(sample_request(), forecasts=(RAIN, STORM), **changes)  # type: ignore[arg-type]


def whole_plan() -> Plan:
    """The sample plan with something in every section."""
    return replace(
        sample_plan(),
        asked=asked(),
        changes=(
            Change(
                kind=ChangeKind.DIVERTED,
                team="D-1",
                name=both("区综合应急救援队", "District comprehensive team"),
                was="INC-1",
                now="INC-2",
                why=both("INC-2 更急", "needed more at INC-2"),
            ),
        ),
        certainty=(
            Certainty(incident="INC-1", capability="flood", probability=0.95, confidence=0.9, by=minutes(20)),
            Certainty(incident="INC-2", capability="forest_fire", probability=0.64, confidence=0.9, by=None),
        ),
        command=(
            Command(incident="INC-1", team="V-104-03", echelon=Echelon.VILLAGE, begins_at=minutes(6)),
            Command(incident="INC-1", team="S-FLOOD", echelon=Echelon.SPECIALIST, begins_at=minutes(34)),
            Command(incident="INC-2", team="T-113", echelon=Echelon.TOWN, begins_at=minutes(11)),
        ),
        follow_ups=(
            FollowUp(
                team="T-104",
                name=both("临江镇救援队", "Linjiang town team"),
                incident="INC-2",
                after="INC-1",
                capability="forest_fire",
                strength=2,
                arrives_at=minutes(200),
                earliest=minutes(100),
                latest=minutes(700),
            ),
        ),
        cover=CoverReport(
            before=0.919, after=0.868, with_moves=0.896, worst=WORST, towns=(WORST,), broken=("C-7", "C-9")
        ),
        moves=(MOVE,),
    )


def told(plan: Plan, language: str = "en") -> dict[str, Section]:
    return {each.title: each for each in sections(plan, sample_district(), Phrases(language))}


LINES: Final[dict[str, list[tuple[str, bool]]]] = {
    "Colour warnings": [
        ("rain: red warning for Linjiang, Hegeng, 12:00 to 07-02 12:00", True),
        (
            "storm: orange warning for the whole district, 17:00 to 22:00; not in force now, so it raises no risk",
            False,
        ),
    ],
    "Changes against the plan in force": [
        ("District comprehensive team (D-1): diverted from INC-1, needed more at INC-2", False)
    ],
    "Command": [
        ("INC-1: Pu'an village rescue station from 14:06 → Flood specialist team from 14:34", False),
        ("INC-2: Shuangshi town team from 14:11", False),
    ],
    "How sure the strength is": [
        ("INC-1, flood rescue: with 90 % certainty by 14:20", False),
        ("INC-2, forest fire fighting: complete with 64 % certainty, 90 % are asked for", True),
    ],
    "Afterwards": [
        (
            (
                "Linjiang town team goes on from INC-1 to INC-2 with 2 of forest fire fighting: about 17:20, "
                "between 15:40 and 07-02 01:40"
            ),
            False,
        )
    ],
    "Cover left behind": [
        ("people at risk covered: 91.9 % before, 86.8 % with this plan, 89.6 % with the moves", False),
        ("worst-served town: Linjiang, 96.8 % before, 15.7 % now", True),
        ("red and orange cells that nobody free reaches in time any more: C-7, C-9", True),
    ],
    "Proposed moves": [("Weixinghu street team (T-007) to Linjiang, there in 20 min: 2.0 % more", False)],
}


def test_a_whole_plan_has_every_section_in_order() -> None:
    assert list(told(whole_plan())) == list(LINES)


@pytest.mark.parametrize("title", LINES)
def test_what_a_section_says(title: str) -> None:
    assert list(told(whole_plan())[title].lines) == LINES[title]


def test_every_line_is_said_in_chinese() -> None:
    """The same lines, and no English but ids and units."""
    found = list(told(whole_plan(), "zh").values())
    assert [len(each.lines) for each in found] == [len(lines) for lines in LINES.values()]
    for section in found:
        for line in (section.title, *(line for line, _ in section.lines)):
            bare = re.sub(r"INC-\d|[A-Z]-[\w-]+|rain|storm", "", line)
            assert not re.search("[A-Za-z]", bare), line


def test_an_empty_section_is_left_out() -> None:
    """A plan without teams, forecasts and cover has none."""
    assert told(replace(sample_plan(), assignments=(), asked=None)) == {}


def test_cover_that_holds_is_no_alert() -> None:
    """Nobody is worse off, and no cell is left alone."""
    fine = replace(WORST, after=0.968)
    plan = replace(
        sample_plan(),
        cover=CoverReport(before=0.9, after=0.9, with_moves=0.9, worst=fine, towns=(fine,), broken=()),
    )
    assert [alert for _, alert in told(plan)["Cover left behind"].lines] == [False, False]


def test_cover_of_people_in_no_town_has_no_worst_one() -> None:
    plan = replace(
        sample_plan(),
        cover=CoverReport(before=0.9, after=0.8, with_moves=0.8, worst=None, towns=(), broken=()),
    )
    assert len(told(plan)["Cover left behind"].lines) == 1


def test_a_capability_that_the_doctrine_has_dropped_keeps_its_key() -> None:
    """As the rest of the report does: an old plan still opens."""
    old = replace(whole_plan().certainty[0], capability="diving")
    lines = told(replace(sample_plan(), certainty=(old,)))["How sure the strength is"].lines
    assert lines[0][0] == "INC-1, diving: with 90 % certainty by 14:20"


# --- as text and page ---------------------------------------------------------------------------------------


def text_of(plan: Plan, request: Request, language: str = "en", width: int = 200) -> str:
    console = Console(width=width, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(plan_text(plan, request, sample_district(), language))
    return captured.get()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_and_page_hold_every_line(language: str) -> None:
    plan = whole_plan()
    text = text_of(plan, asked(), language)
    page = plan_html(plan, asked(), sample_district(), sample_roads(6), language)
    for section in told(plan, language).values():
        assert section.title in text
        assert f">{section.title}</h2>" in page
        for line, alert in section.lines:
            assert line in text
            said = line.replace("&", "&amp;").replace("'", "&#39;").replace(">", "&gt;")
            assert f'<li class="alert">{said}</li>' in page or f"<li>{said}</li>" in page
            assert (f'<li class="alert">{said}</li>' in page) is alert


def warned() -> tuple[Plan, Request]:
    """Nothing has happened yet: a warning, the cover, a move."""
    request = replace(asked(), incidents=(), closures=(), locks=(), reports=())
    plan = replace(
        whole_plan(),
        asked=request,
        assignments=(),
        shipments=(),
        shortfalls=(),
        reasons=(),
        changes=(),
        certainty=(),
        command=(),
        follow_ups=(),
        notes=(),
    )
    return plan, request


def test_a_plan_for_a_warning_alone_reads_well() -> None:
    """No word of incidents' shortfalls; the warning, the cover and the move are there."""
    plan, request = warned()
    text = text_of(plan, request)
    assert "Shortfalls" not in text
    for title in ("Colour warnings", "Cover left behind", "Proposed moves"):
        assert title in text
    page = plan_html(plan, request, sample_district(), sample_roads(6), "en")
    assert "Proposed moves" in page
    collection = plan_geojson(plan, request, sample_district())
    assert [each["properties"]["kind"] for each in collection["features"]] == ["move"]


@pytest.mark.browser
def test_a_page_for_a_warning_alone_opens(page: Page, tmp_path: Path) -> None:
    """Its map is drawn with the move on it; there is no empty timeline, and no error on the console."""
    plan, request = warned()
    file = tmp_path / "plan.html"
    file.write_text(plan_html(plan, request, sample_district(), sample_roads(6), "en"), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector('html[data-drawn="yes"]')
    assert page.locator("#timeline").count() == 0
    assert page.locator("#map .legendtext", has_text="Proposed moves").count() == 1


def test_a_plan_with_nothing_in_it_is_drawn_around_the_district() -> None:
    """The map shows the towns and where teams stand, not an empty point."""
    plan, request = warned()
    bare = replace(plan, moves=())
    view = plan_view(bare, request, sample_district(), "en")
    figure = map_figure(bare, request, sample_district(), None, view)
    west, east = figure["layout"]["xaxis"]["range"]
    assert west < min(lng for lng, _ in TEAM_HOMES.values())
    assert east > max(lng for lng, _ in TEAM_HOMES.values())


# --- moves on the map ---------------------------------------------------------------------------------------


def move_feature(request: Request) -> dict[str, Any]:
    found = plan_geojson(whole_plan(), request, sample_district())["features"]
    (move,) = [each for each in found if each["properties"]["kind"] == "move"]
    return dict(move)


def test_a_move_is_a_line_from_where_the_team_stands() -> None:
    """As reported where it is reported, else from its home."""
    end = [MOVE.lng, MOVE.lat]
    assert move_feature(asked())["geometry"] == {
        "type": "LineString", "coordinates": [[105.912, 29.265], end]
    }  # fmt: skip
    home = move_feature(asked(reports=()))
    assert home["geometry"]["coordinates"] == [list(TEAM_HOMES["T-007"]), end]
    assert shape(home["geometry"]).is_valid
    assert home["id"] == "move/T-007"


def test_a_move_says_what_it_is_worth() -> None:
    facts = move_feature(asked())["properties"]
    assert (facts["team"], facts["to"], facts["travel_s"], facts["gain"]) == (
        "T-007",
        "500118104",
        1200,
        0.0204,
    )
    assert facts["place"] == {"zh": "临江镇", "en": "Linjiang"}
    assert json.loads(json.dumps(facts)) == facts


def test_a_move_of_a_team_that_is_gone_from_the_roster_is_a_point() -> None:
    plan = replace(whole_plan(), moves=(replace(MOVE, team="gone"),))
    found = plan_geojson(plan, asked(), sample_district())["features"]
    assert [each["geometry"]["type"] for each in found if each["id"] == "move/gone"] == ["Point"]


def test_moves_are_drawn_with_what_they_are_worth() -> None:
    """One dotted line and one ring; what is shown on hovering is escaped."""
    plan = whole_plan()
    figure = map_figure(
        plan, asked(), sample_district(), None, plan_view(plan, asked(), sample_district(), "en")
    )
    line, ring = [each for each in figure["data"] if each.get("legendgroup") == "moves"]
    assert line["line"]["dash"] == "dot"
    assert (ring["x"], ring["y"]) == ([105.95663], [29.24522])
    assert ring["text"] == ["<b>Weixinghu street team</b><br>covers 2.0 % more &lt;of&gt; the people"]
    none = map_figure(
        sample_plan(),
        asked(),
        sample_district(),
        None,
        plan_view(sample_plan(), asked(), sample_district(), "en"),
    )
    assert not [each for each in none["data"] if each.get("legendgroup") == "moves"]
