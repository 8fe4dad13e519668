"""`dispatch stock`: the whole custody chain by commands, and the sentences that refuse."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from dispatch.cli import stock, stock_options
from models.custody import CUSTODY, MovementKind, Stage
from models.supply import Category, Condition, Tier
from tests.dispatch.bad_stock import BIG, REFUSALS, TOWN
from tests.dispatch.shell import REQUEST, invoke

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DAY = "2026-07-01T09:00"


class Till:
    """The commands on one store."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def run(self, *words: str | Path, lang: str = "en") -> Any:
        return invoke("stock", *words, "--store", self.file, "--lang", lang)

    def ask(self, *words: str | Path) -> Any:
        """Document that a command prints."""
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def book(self, *words: str | Path, ref: str) -> list[tuple[str, int]]:
        """Kinds and quantities of what a command booked."""
        made = self.ask(*words, "--ref", ref, "--at", DAY, "--by", "Wang")
        assert made["reference"] == ref
        assert made["at"] == "2026-07-01T09:00:00+08:00"
        return [(each["kind"], each["quantity"]) for each in made["movements"]]

    def refused(self, *words: str | Path) -> str:
        """Sentence by which a command is refused."""
        result = self.run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        chinese = self.run(*words, lang="zh").stderr
        assert CHINESE.search(chinese), chinese
        return str(line)

    def level(self, depot: str, item: str) -> dict[str, Any]:
        asked = ("list", "--depot", depot, "--item", item, "--day", "2026-07-01")
        (row,) = self.ask(*asked)["levels"]
        assert isinstance(row, dict)
        return row


@pytest.fixture(scope="module")
def opened(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger opened with the small world."""
    file = tmp_path_factory.mktemp("stock") / "stock.sqlite"
    made = Till(file).ask("open", "--world", small_world, "--at", "2026-06-01T08:00")
    assert (made["lots"], made["depots"], made["store"]) == (3, 2, str(file))
    return file


@pytest.fixture
def till(opened: Path, tmp_path: Path) -> Till:
    """A copy of the ledger for one test."""
    return Till(Path(shutil.copy(opened, tmp_path / "stock.sqlite")))


def test_supplies_go_from_the_depot_to_the_people(till: Till) -> None:
    """Receipt, storage, issue, transport, distribution, and back."""
    receive = ("receive", "-d", TOWN, "-i", "quilt", "-n", "90", "-l", "Q-9", "--at-dock")
    assert till.book(*receive, ref="RK-1") == [("receive", 90)]
    assert till.level(TOWN, "quilt")["receipt"] == 90
    assert till.book("store", "-d", TOWN, ref="SJ-1") == [("store", 90)]
    assert till.book("issue", "-d", TOWN, "-i", "quilt", "-n", "70", ref="CK-1") == [("issue", 70)]
    assert till.book("load", "--order", "CK-1", "--to", "INC-1", ref="YS-1") == [("load", 70)]
    assert till.book("deliver", "-o", "CK-1", "-l", "Q-9", "-n", "60", ref="FF-1") == [("deliver", 60)]
    assert till.book("return", "-o", "CK-1", "-d", TOWN, ref="TK-1") == [("return", 10)]
    back = (
        "return",
        "-o",
        "CK-1",
        "-d",
        TOWN,
        "--handed-out",
        "-l",
        "Q-9",
        "-n",
        "5",
        "--condition",
        "damaged",
    )
    assert till.book(*back, ref="TK-2") == [("return", 5)]
    assert till.level(TOWN, "quilt") == {
        "depot": TOWN, "item": "quilt", "usable": 30, "expired": 0, "unfit": 65, "receipt": 0, "issued": 0,
        "floor": 10, "short": 0,
    }  # fmt: skip
    (given,) = till.ask("list", "--stage", "distribution")["lots"]
    assert (given["place"], given["order"], given["quantity"]) == ("INC-1", "CK-1", 55)
    assert till.ask("verify") == {"ok": True, "faults": []}


def test_a_transfer_has_two_legs(till: Till) -> None:
    sent = till.book("transfer", "--from", BIG, "--to", TOWN, "-i", "quilt", "-n", "50", ref="DB-1")
    assert sent == [("issue", 50), ("load", 50)]
    assert "depot" in till.run("list", "--stage", "transport").stdout
    assert till.book("arrive", "--order", "DB-1", ref="DR-1") == [("arrive", 50), ("store", 50)]
    assert till.level(TOWN, "quilt")["usable"] == 50
    # the part of the lot answers to its name there
    assert till.book(
        "count", "-d", TOWN, "-l", f"L-0001@{TOWN}", "--found", "48", "--reason", "x", ref="PD-1"
    ) == [("count", 2)]


def test_the_shelf_is_looked_after(till: Till) -> None:
    """Count, change of condition, write-off, kits; each with its reason."""
    why = ("--reason", "yearly check")
    assert till.book("count", "-d", BIG, "-l", "L-0001", "--found", "3000", *why, ref="PD-1") == []
    assert till.book("count", "-d", BIG, "-l", "L-0001", "--found", "2990", *why, ref="PD-2") == [
        ("count", 10)
    ]
    bad = ("regrade", "-d", BIG, "-l", "L-0001", "--to", "damaged", "-n", "90", *why)
    assert till.book(*bad, ref="ZJ-1") == [("regrade", 90)]
    assert till.book("write-off", "-d", BIG, "-l", "L-0001#damaged", *why, ref="BF-1") == [("write_off", 90)]
    old = ("receive", "-d", BIG, "-i", "food_ration", "-n", "8", "-l", "F-1", "--expires", "2026-05-01")
    till.book(*old, ref="RK-1")
    assert till.book("write-off", "-d", BIG, "--expired", *why, ref="BF-2") == [("write_off", 8)]
    till.book("receive", "-d", BIG, "-i", "family_kit", "-n", "10", "-l", "K-1", ref="RK-2")
    parts = till.book("unpack", "-d", BIG, "-i", "family_kit", "-n", "10", ref="CB-1")
    assert parts == [("unpack", 10), ("unpack", 20), ("unpack", 90), ("unpack", 90)]
    assert till.level(BIG, "quilt")["usable"] == 2900 + 20
    lost = ("transfer", "--from", BIG, "--to", TOWN, "-i", "quilt", "-n", "50", "-l", "L-0001")
    till.book(*lost, ref="DB-1")
    assert till.book("write-off", "--order", "DB-1", *why, ref="BF-3") == [("write_off", 50)]
    assert [each["reference"] for each in till.ask("history", "--latest", "2")["entries"]] == ["DB-1", "BF-3"]
    assert till.ask("verify")["ok"] is True


@pytest.mark.parametrize("key", REFUSALS)
def test_bad_input_is_refused_in_one_sentence_and_books_nothing(till: Till, key: str) -> None:
    words, sentence = REFUSALS[key]
    dated = words[0] in {"list", "history"} or "--at" in words
    line = till.refused(*words, *(() if dated else ("--at", DAY)))
    assert re.search(sentence, line), line
    assert len(till.ask("history")["entries"]) == 1


def test_a_voucher_is_booked_once(till: Till) -> None:
    """The same command again, as after a line that went dead: refused, and nothing is issued twice."""
    words = ("issue", "-d", BIG, "-i", "quilt", "-n", "200")
    assert till.book(*words, ref="CK-1") == [("issue", 200)]
    line = till.refused(*words, "--ref", "CK-1", "--at", DAY)
    assert (
        line
        == "reference CK-1 was booked already, by Wang at 2026-07-01T09:00:00+08:00; nothing is booked twice"
    )
    assert till.level(BIG, "quilt")["usable"] == 2800


def test_somebody_may_answer_for_stock_below_its_floor(till: Till) -> None:
    words = ("issue", "-d", BIG, "-i", "quilt", "-n", "2701", "--authority", "duty officer Li")
    assert till.book(*words, ref="CK-1") == [("issue", 2701)]
    (entry,) = till.ask("history", "--ref", "CK-1")["entries"]
    assert entry["authority"] == "duty officer Li"
    assert till.level(BIG, "quilt")["short"] == 1


def test_what_is_short_is_proposed_from_others_and_from_outside(till: Till) -> None:
    """The town's quilts are damaged: it is below its floor, and the district's depot has plenty."""
    made = till.ask("replenish", "--day", "2026-07-01", "--factor", "2")
    (short,) = made["shortages"]
    assert (short["depot"], short["usable"], short["floor"], short["missing"]) == (TOWN, 0, 10, 20)
    (move,) = made["transfers"]
    assert (move["source"], move["depot"], move["quantity"]) == (BIG, TOWN, 20)
    assert made["purchases"] == []
    words = ("issue", "-d", BIG, "-i", "quilt", "-n", "2995", "--authority", "Li")
    till.book(*words, ref="CK-1")
    assert till.ask("replenish", "--item", "quilt")["purchases"] == [
        {"depot": BIG, "item": "quilt", "quantity": 445},
        {"depot": TOWN, "item": "quilt", "quantity": 15},
    ]
    assert "purchase" in till.run("replenish").stdout
    assert "采购" in till.run("replenish", lang="zh").stdout


def test_what_will_expire_is_listed(till: Till) -> None:
    assert till.ask("expiring", "--within", "90", "--day", "2027-11-01")["lots"] == []
    (lot,) = till.ask("expiring", "--within", "90", "--day", "2027-12-10")["lots"]
    assert (lot["lot"], lot["expires"], lot["quantity"]) == ("L-0002", "2028-03-01", 20000)
    text = till.run("expiring", "--day", "2028-03-05").stdout
    assert re.search(r"L-0002 .* 2028-03-01 +-4 +20000", text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_speak_the_language(till: Till, lang: str) -> None:
    till.book("issue", "-d", BIG, "-i", "quilt", "-n", "5", "--authority", "Li", "--reason", "x", ref="CK-1")
    for words in (
        ("list",),
        ("list", "--depot", BIG),
        ("list", "--tier", "town", "--category", "disaster_relief"),
        ("list", "--stage", "issue"),
        ("expiring", "--within", "3000"),
        ("replenish",),
        ("history",),
        ("verify",),
        ("issue", "-d", BIG, "-i", "quilt", "-n", "5", "--ref", "CK-2"),
        ("count", "-d", BIG, "-l", "L-0001", "--found", "2990", "--ref", "PD-1", "--reason", "x"),
    ):
        result = till.run(*words, lang=lang)
        assert result.exit_code == 0, result.output
        told = re.sub("示例区|区救灾物资库|青峰镇物资储备库", "", result.stdout)
        assert bool(CHINESE.search(told)) == (lang == "zh"), result.stdout


def test_a_broken_ledger_is_exit_code_1(till: Till) -> None:
    import sqlite3  # noqa: PLC0415 - for this test alone

    with sqlite3.connect(till.file) as raw:
        raw.execute("UPDATE stock_balances SET quantity = 1 WHERE lot = 'L-0001' AND stage = 'storage'")
    raw.close()
    result = till.run("verify", "--json")
    assert result.exit_code == 1
    (fault,) = json.loads(result.stdout)["faults"]
    assert fault["en"] == f"lot L-0001, storage at {BIG}: the balance is 1, the movements give 3000"


def test_a_ledger_is_opened_before_it_is_used(tmp_path: Path) -> None:
    line = Till(tmp_path / "none.sqlite").refused("list")
    assert re.search("there is no ledger of stock in .*none.sqlite; open one by `dispatch stock open", line)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_is_made_on_what_the_ledger_has_and_booked_in_it(
    till: Till, small_world: Path, tmp_path: Path
) -> None:
    """Issue all of it but the floor: the plan finds no quilts. Bring them back: it ships them, and they are booked."""
    file = tmp_path / "request.json"
    file.write_text(json.dumps({**REQUEST, "time_limit_s": 60.0}), encoding="utf-8")
    now, made = tmp_path / "now", tmp_path / "out"

    def shipped() -> list[dict[str, Any]]:
        till.ask("snapshot", "--world", small_world, "--out", now)
        found = invoke("plan", file, "--world", now, "--out", made, "--json")
        assert found.exit_code == 0, found.output
        return list(json.loads(found.stdout)["shipments"])

    till.book("issue", "-d", BIG, "-i", "quilt", "-n", "2700", ref="CK-1")
    assert shipped() == []
    till.book("return", "-o", "CK-1", "-d", BIG, ref="TK-1")
    (shipment,) = shipped()
    booked = till.book("issue", "--plan", made / "plan.json", ref="FA-1")
    assert booked == [("issue", 20), ("load", 20)]
    (lot,) = till.ask("list", "--stage", "transport")["lots"]
    assert (lot["place"], lot["order"]) == ("flood", f"FA-1/{shipment['truck']}")
    assert till.level(BIG, "quilt")["usable"] == 2980
    line = till.refused("issue", "--plan", made / "plan.json", "--ref", "FA-1", "--at", DAY)
    assert line.startswith("reference FA-1 was booked already")


def test_a_snapshot_is_of_the_world_that_the_ledger_is_of(
    till: Till, small_world: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(small_world, tmp_path / "other")) / "district.json"
    body = json.loads(other.read_text(encoding="utf-8"))
    other.write_text(json.dumps({**body, "id": "elsewhere"}), encoding="utf-8")
    line = till.refused("snapshot", "--world", other.parent, "--out", tmp_path / "now")
    known = f"the ledger is that of world {body['id']!r}, not of 'elsewhere'; name another store"
    assert line == known
    assert till.refused("open", "--world", other.parent) == known
    assert not (tmp_path / "now").exists()


def test_the_words_of_the_help_are_those_there_are() -> None:
    assert stock_options.CATEGORIES.split("|") == [each.value for each in Category]
    assert stock_options.TIERS.split("|") == [each.value for each in Tier]
    assert stock_options.CONDITIONS.split("|") == [each.value for each in Condition]
    assert stock_options.STAGES.split("|") == [each.value for each in Stage if each in CUSTODY]


def test_there_is_a_command_for_every_movement_and_each_has_an_example() -> None:
    commands = get_group(stock.app).commands
    assert {kind.value.replace("_", "-") for kind in MovementKind} <= set(commands)
    assert {"open", "list", "transfer", "expiring", "replenish", "snapshot", "history", "verify"} <= set(
        commands
    )
    for name, command in commands.items():
        assert f"Example: dispatch stock {name} " in f"{command.help} ", name
    shown = invoke("stock", "--help").stdout
    assert all(re.search(rf"\b{name}\b", shown) for name in commands)
