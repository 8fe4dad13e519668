from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.london import decide, report, shares
from benchmarks.london_data import FIRES, STATIONS, Fire, Station, read_fires, read_stations
from benchmarks.london_explain import CATEGORIES, Choice, by_gap, by_hour, category, explained, nearest_out
from benchmarks.london_state import Fit, Watch, fit_speed, infer_pumps
from models.errors import InputError

HEAD = (
    "IncidentNumber,DateOfCall,TimeOfCall,Easting_m,Northing_m,IncidentStationGround,"
    "FirstPumpArriving_AttendanceTime,FirstPumpArriving_DeployedFromStation,"
    "SecondPumpArriving_AttendanceTime,SecondPumpArriving_DeployedFromStation,NumPumpsAttending"
)
LATE = "7,1230854400.0,00:00:01,531350.0,195850.0,Soho,300.0,Soho,NULL,NULL,1"
EARLY = "12091,1230768000.0,00:16:02,531350.0,195850.0,Southgate,663.0,Southgate,695,Enfield,2"
PLACES = (
    "Holding_Name,Description,Easting,Northing\nSOUTHWARK (including the training centre),Fire Station,532098,179880\n"
    "WIMBLENDON,Fire Station,525437,170050\nSITE FOR NEW ONE,Site for New Fire Station,1,2\nHQ,Office,3,4\n"
)
STATIONS_ = (
    Station("A", 0, 0, "Fire Station"),
    Station("B", 1000, 0, "Fire Station"),
    Station("C", 9000, 0, "Office"),
)
FIT = Fit(start_s=100.0, speed_ms=10.0, off_s=0.0, fires=1)


def fire(at_s: int, east: float, first: str, second: str | None = None, ground: str = "A") -> Fire:
    return Fire(
        number=str(at_s),
        at_s=at_s,
        east=east,
        north=0.0,
        ground=ground,
        first=first,
        first_s=200.0,
        second=second,
        second_s=None if second is None else 250.0,
        pumps=1 if second is None else 2,
    )


def year(*more: Fire) -> tuple[Fire, ...]:
    """Three fires that show that A has two pumps, B and C one each; then others, a day later."""
    return (
        *(fire(10_000 * n, 10, "A", "A") for n in range(3)),
        fire(40_000, 1000, "B", "C", "B"),
        *(replace(each, at_s=each.at_s + 86_400) for each in more),
    )


def choice(first: str, sent: Fire, **changes: Any) -> Choice:
    plain = Choice(
        fire=sent,
        first=first,
        second="C",
        other="C",
        nearest=first,
        farther_m=900,
        gap_m=700,
        london_at_home=True,
    )
    return replace(plain, **changes)


def silent(_: str, __: float) -> None:
    """Say nothing of how far it is."""


def test_fires_are_read_in_the_order_of_the_calls(tmp_path: Path) -> None:
    path = tmp_path / FIRES
    path.write_text(f"{HEAD}\n{LATE}\n{EARLY}", encoding="utf-8")
    early, late = read_fires(path)
    assert (early.number, early.at_s, early.first, early.first_s) == ("12091", 1230768962, "SOUTHGATE", 663.0)
    assert (early.second, early.second_s, early.ground, early.pumps) == ("ENFIELD", 695.0, "SOUTHGATE", 2)
    assert (late.number, late.second, late.second_s) == ("7", None, None)


def test_station_names_lose_brackets_and_one_misspelling(tmp_path: Path) -> None:
    path = tmp_path / STATIONS
    path.write_text(PLACES, encoding="utf-8")
    found = read_stations(path)
    assert [each.name for each in found] == ["SOUTHWARK", "WIMBLEDON", "SITE FOR NEW ONE", "HQ"]
    assert [each.named_a_station for each in found] == [True, True, True, False]
    assert (found[0].east, found[0].north) == (532098.0, 179880.0)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEAD.replace("TimeOfCall,", "")], "column TimeOfCall is missing"),
        ([HEAD, EARLY.replace("531350.0", "east")], "line 2: Easting_m is 'east', which is no number"),
        (
            [HEAD, EARLY.replace("00:16:02", "16 past")],
            "line 2: TimeOfCall is '16 past'; it is written hh:mm:ss",
        ),
    ],
)
def test_a_table_that_is_wrong_is_refused_in_one_sentence(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    path = tmp_path / FIRES
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_fires(path)
    assert said in str(raised.value)


def test_absent_data_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_SHARED", str(tmp_path))
    done = CliRunner().invoke(app, ["london"])
    assert isinstance(done.exception, InputError)
    assert "set DISPATCH_SHARED" in str(done.exception)


def test_a_station_that_sends_both_pumps_often_has_two() -> None:
    pumps = infer_pumps(year(), STATIONS_)
    assert pumps.name == ("A", "B", "C")
    assert pumps.station.tolist() == [0, 0, 1, 2]


def test_a_pump_from_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="station D sent a pump, but its place is not listed"):
        infer_pumps(year(fire(0, 0, "D")), STATIONS_)


def test_pumps_are_out_for_an_hour_and_come_back() -> None:
    pumps = infer_pumps(year(), STATIONS_)
    watch = Watch(pumps)
    watch.send(fire(0, 0, "A", "B"))
    assert watch.free(10).tolist() == [True, False, False, True]
    watch.send(fire(20, 0, "A"))
    assert watch.free(30).tolist() == [False, False, False, True]
    assert watch.free(3600).tolist() == [True, False, True, True]
    assert watch.free(3620).all()


def test_the_speed_of_a_straight_line_is_found() -> None:
    sent = tuple(
        replace(fire(n, east, "A", "A"), first_s=120 + east / 12.5)
        for n, east in enumerate(range(0, 5000, 250))
    )
    fit = fit_speed(sent, infer_pumps(year(), STATIONS_))
    assert (fit.start_s, fit.speed_ms, fit.off_s) == (120.0, 12.5, 0.0)


def test_ours_are_the_two_soonest_pumps_at_home() -> None:
    fires = year(fire(0, 100, "A", "A"), fire(60, 100, "B", "C"))
    pumps = infer_pumps(fires, STATIONS_)
    choices, times = decide(fires, pumps, FIT, silent)
    alone, after = choices[-2:]
    assert (alone.first, alone.second, alone.other, alone.nearest) == ("A", "A", "B", "A")
    assert (after.first, after.second, after.nearest) == ("B", "C", "A")
    assert len(times) == len(fires)
    assert nearest_out(choices) == {"fires": 1, "london_sent_our_choice": 1, "london_sent_the_nearest": 0}


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (choice("A", fire(0, 0, "A")), ""),
        (choice("A", fire(0, 0, "B"), london_at_home=False), "held_busy"),
        (choice("A", fire(0, 0, "B", "A")), "overtaken"),
        (choice("A", fire(0, 0, "B"), farther_m=249.0), "near_tie"),
        (choice("A", fire(0, 0, "B", ground="B")), "other_ground"),
        (choice("A", fire(0, 0, "B", ground="A")), "away"),
        (choice("A", fire(0, 0, "B", ground="C")), "third_ground"),
    ],
)
def test_each_difference_has_one_category(made: Choice, name: str) -> None:
    assert category(made) == name


def test_categories_and_bands_add_up() -> None:
    made = [choice("A", fire(3600 * n, 0, "AB"[n % 2], ground="A"), gap_m=300.0 * n) for n in range(24)]
    assert [each["category"] for each in explained(made)] == list(CATEGORIES)
    assert sum(int(str(each["fires"])) for each in explained(made)) == 12
    for bands in (by_hour(made), by_gap(made)):
        assert sum(int(str(each["fires"])) for each in bands) == 24


def test_shares_are_in_per_cent() -> None:
    made = [
        choice("A", fire(0, 0, "A", "C")),
        choice("A", fire(1, 0, "C", "A")),
        choice("A", fire(2, 0, "B", "C"), other="B"),
        choice("A", fire(3, 0, "A")),
    ]
    found = shares(made)
    assert (found.first, found.first_of_two, found.first_of_two_stations, found.ours_sent) == (
        50.0,
        75.0,
        100.0,
        75.0,
    )
    assert found.both == pytest.approx(66.67)


def test_the_real_record(shared: Path) -> None:
    """The plain figures over the whole year; our search on the first 400 fires."""
    fires, stations = read_fires(shared / "london" / FIRES), read_stations(shared / "london" / STATIONS)
    pumps = infer_pumps(fires, stations)
    assert (len(fires), len(pumps.name), pumps.station.size) == (6708, 111, 169)
    fit = fit_speed(fires, pumps)
    assert (fit.start_s, fit.speed_ms) == (178.5, 12.77)
    choices, _ = decide(fires[:400], pumps, fit, silent)
    nearest = [pumps.name[int(np.argmin(pumps.metres(each)))] for each in fires]
    agreed = [each.first == name for each, name in zip(fires, nearest, strict=True)]
    assert round(100 * float(np.mean(agreed)), 2) == 73.57
    assert abs(shares(choices).first - 100 * float(np.mean(agreed[:400]))) < 1
    assert sum(each.first != each.nearest for each in choices) <= 10


def test_the_report_reproduces_the_plain_figures(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearest place, and one of the two nearest, of all places that the list names a fire station: 72.1 and 90.5 %."""
    monkeypatch.setattr("benchmarks.london.decide", lambda fires, *_: ([choice("A", fires[0])], [1.0]))
    fires, stations = read_fires(shared / "london" / FIRES), read_stations(shared / "london" / STATIONS)
    found = report(fires, stations, silent)
    plain = json.loads(json.dumps(found["nearest"]))
    assert plain["of the 115 places named fire stations"] == {"first": 72.05, "first_of_two": 90.49}
    assert plain["of the 111 stations that sent pumps"] == {"first": 73.57, "first_of_two": 91.26}
