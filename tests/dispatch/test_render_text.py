from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from dispatch.render.text import plan_text
from models.incident import ForceNeed
from models.plan import CheckReport, Plan
from tests.dispatch.sample import sample_district, sample_request
from tests.dispatch.sample_plan import sample_plan


def shown(plan: Plan, language: str = "en", width: int = 130) -> str:
    console = Console(width=width, color_system=None, record=False)
    with console.capture() as capture:
        console.print(plan_text(plan, sample_request(), sample_district(), language))
    return capture.get()


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120, 160])
def test_no_line_is_wider_than_the_terminal(language: str, width: int) -> None:
    lines = shown(sample_plan(), language, width).splitlines()
    assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [80, 130])
def test_nothing_is_cut_off(width: int) -> None:
    assert "…" not in shown(sample_plan(), "zh", width)


def test_header_names_world_request_and_demo_data() -> None:
    text = flat(shown(sample_plan(), "zh"))
    assert "调度方案 方案一 永川区（演示） 演示数据" in text
    assert "请求 REQ-20260701-001，2026-07-01 14:00+08:00" in text
    assert "事件 2 起，队伍 7 支，车辆 3 辆；缺口 2 项，超时 1 项" in text


def test_real_data_carries_no_demo_mark() -> None:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        real = replace(sample_district(), demo=False)
        console.print(plan_text(sample_plan(), sample_request(), real, "en"))
    assert "demo data" not in capture.get()


def test_team_has_its_time_by_part_arrival_and_reason() -> None:
    row = next(line for line in shown(sample_plan()).splitlines() if line.startswith("Flood specialist"))
    assert row.split()[3:8] == ["5:00", "1:00", "2:00", "26:05", "14:34"]
    assert "District command" in row
    assert "Locked by order" in row


def test_lateness_is_said_of_the_need() -> None:
    assert "flood rescue 10/10 14:30 14:34 late by 4 min 5 s" in flat(shown(sample_plan()))


def test_full_complement_is_the_arrival_that_completes_the_need() -> None:
    """Search and rescue needs 2; the one team that brings it arrives 14:20."""
    assert "search and rescue 2/2 14:25 14:20" in flat(shown(sample_plan()))


def test_first_arrival_has_its_own_target() -> None:
    """Flood: somebody within 15 minutes; the village station is there at 14:06."""
    assert "First on scene 1/1 14:15 14:06" in flat(shown(sample_plan()))
    assert "First on scene 0/1 14:15 –" in flat(shown(replace(sample_plan(), assignments=())))


def test_team_that_is_only_first_says_so() -> None:
    first, *others = sample_plan().assignments
    bare = replace(first, serves=())
    row = next(
        line
        for line in shown(replace(sample_plan(), assignments=(bare, *others)), width=160).splitlines()
        if line.startswith("Pu'an")
    )
    assert "First on scene" in row


def test_required_item_is_named_beside_the_need() -> None:
    first, *others = sample_request().incidents
    needs = (ForceNeed(capability="drainage", strength=2, target_s=1800, requires_item="pump"),)
    request = replace(sample_request(), incidents=(replace(first, force_needs=needs), *others))
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(plan_text(sample_plan(), request, sample_district(), "zh"))
    assert "排涝（配排水泵）" in capture.get()


def test_shipment_has_depot_truck_loads_and_mass() -> None:
    text = flat(shown(sample_plan(), width=160))
    assert "quilt 200 pcs, padded coat 80 pcs (for quilt)" in text
    assert "660 kg" in text
    assert "district · Q-1-1 → INC-1" in text


def test_shortfall_has_reason_and_remedy() -> None:
    text = flat(shown(sample_plan(), "zh", 100))
    assert "INC-1 排涝 需 3，缺 1 无此能力" in text
    assert "对策：向荣昌区请求跨区支援 1 个排涝单元。" in text


def test_plan_without_shortfall_says_so() -> None:
    assert "none: every need is met" in shown(replace(sample_plan(), shortfalls=()))


def test_objective_shows_bound_gap_and_proof() -> None:
    text = flat(shown(sample_plan()))
    assert "3 response time priority x steps 3,120,400 3,089,190 1.0% not proven" in text
    assert "1 unmet needs priority x units 480 480 0.0% proven" in text


def test_check_is_ok_or_lists_its_faults() -> None:
    assert "check: ok" in shown(sample_plan())
    faulty = shown(replace(sample_plan(), check=CheckReport(ok=False, faults=("T-104 is late", "lot gone"))))
    assert "check: 2 faults" in faulty
    assert "lot gone" in faulty
    assert "check: not run" in shown(replace(sample_plan(), check=None))


def test_names_in_brackets_are_shown_as_they_are() -> None:
    """Rich markup in a name is text, not a style."""
    first, *others = sample_plan().assignments
    odd = replace(first, name=replace(first.name, en="[bold]Team[/bold] [x]"))
    assert "[bold]Team[/bold] [x]" in shown(replace(sample_plan(), assignments=(odd, *others)), width=200)


def test_incident_without_team_says_so() -> None:
    assert shown(replace(sample_plan(), assignments=())).count("no team is sent") == 2


def test_text_costs_neither_plotly_nor_jinja() -> None:
    code = (
        "import sys, dispatch.render.text;"
        "print([m for m in ('plotly', 'jinja2', 'numpy', 'shapely') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
