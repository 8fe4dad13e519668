"""Files from before cover, reserves, times on scene and volunteers' strength: they are read, and plan as they did."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Final

import pytest
from rich.console import Console

from dispatch.answer import answer
from dispatch.assignment import assign
from dispatch.render.text import plan_text
from models.codec import read_json, read_toml, write_json
from models.doctrine import Doctrine, Volunteers
from models.plan import Plan
from models.request import Request
from scenarios.catalogue import DATA
from scenarios.world import World
from tests.dispatch.force_cases import WITHOUT, random_force_case

LATER_KEYS: Final = ("changes", "certainty", "command", "cover", "moves", "follow_ups", "asked")
LATER_RULES: Final = (
    "cover",
    "forecasts",
    "raised risk",
    "reserve of a town",
    "reserve of the district",
    "expected strength",
    "enterprise near",
    "on the way",
    "on scene",
    "reports",
)


def stripped(text: str) -> str:
    """The doctrine of the catalogue without the tables and keys that came later."""
    tables = r"^\[\[reserves\]\]\n(?:.+\n)+|^\[(?:volunteers|cover|on_scene)\]\n(?:.+\n)+"
    text = re.sub(tables, "", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:enterprise_near_m|diversion_steps|change) = .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^on_scene = .*\n", "", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Doctrine:
    file = tmp_path_factory.mktemp("older") / "doctrine.toml"
    file.write_text(stripped((DATA / "doctrine.toml").read_text(encoding="utf-8")), encoding="utf-8")
    return read_toml(Doctrine, file)


@pytest.fixture(scope="module")
def older_plan(yongchuan: World, example: Request, older: Doctrine) -> Plan:
    return answer(World(replace(yongchuan.district, doctrine=older), yongchuan.roads), example)


def test_an_older_file_is_read(older: Doctrine) -> None:
    """What it does not have is as if it had never been."""
    assert (older.reserves, older.cover, dict(older.on_scene)) == ((), None, {})
    assert older.volunteers == Volunteers()
    assert (older.weights.enterprise_near_m, older.weights.diversion_steps, older.weights.change) == (0, 0, 0)


def test_an_older_file_gives_a_checked_plan_without_cover(older_plan: Plan) -> None:
    """Level 5 is 0, nobody moves, nobody goes on, and what is uncertain is still said."""
    assert older_plan.check is not None
    assert older_plan.check.ok, older_plan.check.faults
    assert [entry.value for entry in older_plan.objective if entry.level == 5] == [0]
    assert (older_plan.cover, older_plan.moves, older_plan.follow_ups) == (None, (), ())


def test_it_is_no_worse_than_with_later_rules(older_plan: Plan, example_plan: Plan) -> None:
    """Reserves and half-counted volunteers can only take from the first level."""
    first = [
        next(entry.value for entry in plan.objective if entry.level == 1)
        for plan in (older_plan, example_plan)
    ]
    assert first == sorted(first)


@pytest.mark.parametrize("seed", range(40))
def test_the_levels_are_those_of_the_older_rules(seed: int) -> None:
    """By a brute force with every later rule taken out; the level of cover is 0."""
    case = random_force_case(seed)
    for rule in LATER_RULES:
        case = WITHOUT[rule](case)
    found = tuple(level.value for level in assign(case.problem(), time_limit_s=30).levels)
    assert found == case.best()
    assert found[4] == 0


def test_an_older_plan_is_read_and_shown(
    yongchuan: World, older_plan: Plan, older: Doctrine, example: Request
) -> None:
    """A plan file without the later keys opens; its text has none of the later sections."""
    tree = json.loads(write_json(older_plan))
    for key in LATER_KEYS:
        del tree[key]
    plan = read_json(Plan, json.dumps(tree), "plan.json")
    assert (plan.moves, plan.asked) == ((), None)
    console = Console(width=140)
    with console.capture() as captured:
        console.print(plan_text(plan, example, replace(yongchuan.district, doctrine=older), "en"))
    assert "Shortfalls" in captured.get()
    for title in ("Cover left behind", "Proposed moves", "Command", "Afterwards"):
        assert title not in captured.get()
