"""`dispatch shelters`: tasks in both languages, needs at each shelter, and a request that can be planned at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.codec import read_file, read_json
from models.request import Request
from models.sheltering import ShelterPlan
from tests.conftest import ROOT
from tests.dispatch.shell import documents, invoke, said

HERE = "105.852,29.352"
ASKED = ("shelters", "--from", f"{HERE}=600@90")


def test_the_plan_is_a_document_that_is_checked(small_world: Path) -> None:
    found = documents(*ASKED, "--world", small_world)
    plan = read_json(ShelterPlan, json.dumps(found["plan"]), "plan")
    assert sum(task.people for task in plan.placings) == 600
    assert {task.shelter for task in plan.placings} <= {"shelter-01", "shelter-02"}
    assert plan.check is not None
    assert plan.check.ok
    assert all(task.leave_by_s == 5400 - task.travel_s for task in plan.placings)


def test_both_languages(small_world: Path) -> None:
    english, chinese = (said(*ASKED, "--world", small_world, lang=lang) for lang in ("en", "zh"))
    assert all(word in english for word in ("400", "the nearest shelter", "cannot be less than", "GB 51143"))
    assert all(word in chinese for word in ("400", "避难场所", "未安置人数", "理由"))


def test_a_longer_stay_needs_more_room_and_a_table_names_the_people(
    small_world: Path, tmp_path: Path
) -> None:
    """The small school has no area on file, so its 400 places stay; patients go where there is a medical area."""
    table = tmp_path / "people.csv"
    table.write_text(
        f"id,lng,lat,people,minutes,function,name\nold,{HERE},30,,medical,\nyoung,{HERE},6000,30,,青峰\n",
        encoding="utf-8",
    )
    found = documents("shelters", "--groups", table, "--world", small_world, "--days", "40")["plan"]
    assert (found["stage"], found["m2_per_person"]) == ("long", 4.5)
    assert sum(each["people"] for each in found["unplaced"]) == 630
    assert {task["shelter"] for task in found["placings"] if task["group"] == "old"} <= {"shelter-01"}
    few = table.read_text(encoding="utf-8").replace(",6000,", ",600,")
    table.write_text(few, encoding="utf-8")
    found = documents("shelters", "--groups", table, "--world", small_world)["plan"]
    assert [each["shelter"] for each in found["placings"] if each["group"] == "old"] == ["shelter-01"]
    assert "青峰" in said("shelters", "--groups", table, "--world", small_world)


def test_the_example_is_placed(small_world: Path) -> None:
    found = documents("shelters", "--groups", ROOT / "examples/people.csv", "--world", small_world)["plan"]
    assert sum(each["people"] for each in found["placings"]) == 2160
    assert found["check"]["ok"]


def test_what_they_need_is_asked_for_at_once(small_world: Path, tmp_path: Path) -> None:
    """The request names each shelter, the closures, and no team; `dispatch plan` takes it."""
    out, drawn = tmp_path / "request.json", tmp_path / "ways.geojson"
    found = documents(
        *ASKED, "--world", small_world, "--type", "flood", "--at", "2026-01-05T10:00", "--close", "横1路",
        "--request", out, "--out", drawn,
    )  # fmt: skip
    request = read_file(Request, out)
    assert len(request.closures) == 1
    assert [each.id for each in request.incidents] == list(found["needs"])
    for each in request.incidents:
        needed = {need.item: need.quantity for need in each.supply_needs or ()}
        assert needed["quilt"] == 2 * each.people_affected  # winter
        assert needed["water"] == 9 * each.people_affected
        assert each.force_needs == ()
    assert sum(each.people_affected for each in request.incidents) == 600
    depots = found["depots"]
    assert sum(each["quilt"]["needed"] for each in depots.values()) == 1200
    assert set(depots) == {"depot-district", "depot-500118100"}
    assert any(each["quilt"]["in_stock"] > 0 for each in depots.values())
    features = json.loads(drawn.read_text(encoding="utf-8"))["features"]
    assert {each["geometry"]["type"] for each in features} == {"LineString", "Point"}
    plan = documents("plan", out, "--world", small_world)
    assert plan["check"]["ok"]
    assert {short["incident"] for short in plan["shortfalls"]} | {
        trip["incident"] for trip in plan["shipments"]
    } == set(found["needs"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say who has to leave by --from or --groups"),
        (("--from", "nowhere"), "--from: 'nowhere' is no group of people; write PLACE=PEOPLE"),
        (("--from", "town:9=5"), "--from: no town '9' in this world"),
        (("--from", f"{HERE}=0"), "--from: group 105.852,29.352: people must be at least 1, got 0"),
        (("--from", f"{HERE}=5@0"), "deadline_s must be above 0, got 0"),
        (("--from", "10,10=5"), "10,10: "),
        (("--from", f"{HERE}=5", "--from", f"{HERE}=6"), "group id '105.852,29.352' stands twice"),
        ((*ASKED[1:], "--minutes", "0"), "--minutes must be above 0, got 0"),
        ((*ASKED[1:], "--days", "0"), "days must be at least 1, got 0"),
        ((*ASKED[1:], "--step", "0"), "step_s must be at least 1, got 0"),
        ((*ASKED[1:], "--type", "flood"), "--type shows what people need, which hangs on the season"),
        ((*ASKED[1:], "--type", "plague", "--season", "summer"), "--type: type 'plague' is not in the doctrine"),
        ((*ASKED[1:], "--request", "{here}/r.json", "--out", "{here}/o.json"), "--request needs --type, and --at"),
        (("--groups", "{here}/bad.csv"), "bad.csv, line 2, column people: must be at least 1, got 0"),
        (("--groups", "{here}/deep.csv"), "deep.csv, line 2: latitude 95.0 is outside"),
        ((*ASKED[1:], "--profile", "balloon"), "balloon"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_sentence(
    small_world: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "bad.csv").write_text(f"id,lng,lat,people\na,{HERE},0\n", encoding="utf-8")
    (tmp_path / "deep.csv").write_text("id,lng,lat,people\na,105,95,5\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    given = [each.format(here=tmp_path) for each in arguments]
    for lang in ("en", "zh"):
        result = invoke("shelters", *given, "--world", small_world, "--lang", lang)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        if lang == "en":
            assert sentence in line
        else:
            assert any("\u4e00" <= each <= "\u9fff" for each in line), line
    assert sorted(tmp_path.iterdir()) == before
