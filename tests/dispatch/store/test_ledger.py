"""The ledger in both databases: what is booked stays, adds up, and is booked once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from dispatch.store import ledger, stock
from dispatch.store.connect import Store, open_store
from models import handling
from models.book import Book
from models.custody import CUSTODY, Account, Entry, LotCard, Stage
from models.errors import InputError
from models.place import Name
from models.supply import Condition, floor_of
from models.world import District
from tests.dispatch.store.shop import LOTS
from tests.models.warehouse import NOW, TODAY, card, entry, received


def issue(connection: Connection, lot: str, quantity: int, reference: str, depot: str = "big") -> Entry:
    """Pick a lot of a depot, as one piece of work."""
    state = ledger.book(connection)
    done = entry(handling.issue(state, depot, {lot: quantity}, reference), reference)
    ledger.append(connection, done)
    return done


def faults(store: Store) -> list[Name]:
    return store.read(lambda connection: list(ledger.faults(connection)))


# Opening and giving back ---------------------------------------------------------------------------


def test_the_roster_goes_in_and_comes_out_again(store: Store, district: District) -> None:
    """Lots with batch, expiry and condition; the floors of the tier are the depots' own by then."""
    again = store.read(lambda connection: stock.with_stock(connection, district))
    assert [depot.lots for depot in again.depots] == [depot.lots for depot in district.depots]
    assert [dict(depot.reserve) for depot in again.depots] == [{"quilt": 10, "kit": 1}, {"quilt": 4}]
    bare = [replace(depot, lots=(), reserve={}) for depot in again.depots]
    assert bare == [replace(depot, lots=(), reserve={}) for depot in district.depots]
    assert faults(store) == []


def test_depots_come_out_as_the_ledger_says(store: Store, district: District) -> None:
    store.write(lambda connection: issue(connection, "Q1", 25, "CK-1"))
    again = store.read(lambda connection: stock.with_stock(connection, district))
    assert again.depots[0].lots[0].quantity == 15
    assert again.depots[0].lots[1:] == LOTS["big"][1:]


def test_a_ledger_opened_again_learns_new_floors_and_books_nothing(store: Store, district: District) -> None:
    big, town = district.depots
    changed = replace(district, depots=(replace(big, reserve={"quilt": 39}), town))
    opened = store.write(lambda c: stock.open_ledger(c, changed, at=NOW, by="tester"))
    assert (opened.lots, opened.items, opened.depots) == (0, 4, 2)
    state = store.read(ledger.book)
    assert floor_of(state.depots["big"], state.items["quilt"]) == 39
    assert len(store.read(ledger.history)) == 1
    with pytest.raises(InputError, match="depot big would keep 38 of quilt, below its floor of 39"):
        store.write(lambda connection: issue(connection, "Q1", 2, "CK-1"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: replace(d, id="other"), "the ledger is that of world 'w1', not of 'other'"),
        (
            lambda d: replace(d, depots=d.depots[:1]),
            "holds goods at depot town, which the world no longer lists",
        ),
        (
            lambda d: replace(d, items=d.items[:3], depots=(replace(d.depots[0], lots=(), reserve={}),)),
            "the ledger holds (kit|goods at depot town)",
        ),
    ],
)
def test_a_world_that_does_not_fit_is_refused_and_changes_nothing(
    store: Store, district: District, change: object, sentence: str
) -> None:
    other = change(district)  # type: ignore[operator]
    with pytest.raises(InputError, match=sentence):
        store.write(lambda c: stock.open_ledger(c, other, at=NOW, by="tester"))
    assert len(store.read(ledger.book).depots) == 2
    if other.id != district.id:
        with pytest.raises(InputError, match=sentence):
            store.read(lambda c: stock.with_stock(c, other))


# Booking -------------------------------------------------------------------------------------------


def test_a_reference_is_booked_once(store: Store) -> None:
    """The repeated command takes nothing a second time."""
    store.write(lambda connection: issue(connection, "Q1", 5, "CK-1"))
    with pytest.raises(InputError) as refusal:
        store.write(lambda connection: issue(connection, "Q1", 5, "CK-1"))
    assert str(refusal.value) == (
        "reference CK-1 was booked already, by tester at 2026-07-01T08:00:00+08:00; nothing is booked twice"
    )
    assert store.read(ledger.book).usable("big", "quilt", TODAY) == 35


def test_authority_and_reason_are_kept(store: Store) -> None:
    def work(connection: Connection) -> None:
        moves = handling.issue(ledger.book(connection), "big", {"Q1": 40}, "CK-1")
        ledger.append(connection, entry(moves, "CK-1", authority="duty officer Li", reason="evacuation"))

    store.write(work)
    (booked,) = store.read(lambda c: ledger.history(c, reference="CK-1"))
    assert (booked.entry.authority, booked.entry.reason, booked.entry.at) == (
        "duty officer Li",
        "evacuation",
        NOW,
    )


def test_work_that_fails_leaves_nothing_behind(store: Store) -> None:
    """Two entries in one transaction, the second refused: the first is not booked either."""

    def work(connection: Connection) -> None:
        issue(connection, "Q1", 5, "CK-1")
        issue(connection, "Q1", 500, "CK-2")

    with pytest.raises(InputError, match="lot Q1: 500 asked for, 35 in storage at big"):
        store.write(work)
    assert store.read(ledger.book).usable("big", "quilt", TODAY) == 40
    assert [each.entry.reference for each in store.read(ledger.history)] == ["opening w1"]


def test_history_is_told_whole_by_lot_and_by_number(store: Store) -> None:
    new = received(card("Q9"), 5)
    store.write(lambda connection: ledger.append(connection, new))
    done = store.write(lambda connection: issue(connection, "W1", 5, "CK-1"))
    everything = store.read(ledger.history)
    assert [each.number for each in everything] == [1, 2, 3]
    assert [each.entry for each in everything[1:]] == [new, done]
    assert store.read(lambda c: ledger.history(c, lot="Q9"))[0].entry == new
    assert store.read(lambda c: ledger.history(c, latest=1))[0].entry == done
    assert store.read(lambda c: ledger.history(c, reference="none")) == ()


def test_a_part_of_the_book_has_all_of_its_items(store: Store) -> None:
    """What a booking reads: the items of a lot by its label, of an order, of a depot."""
    store.write(lambda connection: issue(connection, "W1", 5, "CK-1"))
    whole = store.read(ledger.book)
    for asked, items in (
        ({"lots": ["Q1@town#damaged"]}, {"quilt"}),
        ({"order": "CK-1"}, {"water"}),
        ({"depot": "town"}, {"quilt"}),
    ):
        assert store.read(lambda c, asked=asked: ledger.items_at(c, **asked)) == items  # type: ignore[misc]
        part = store.read(lambda c, items=items: ledger.book(c, items))  # type: ignore[misc]
        assert part.holdings == {
            key: n for key, n in whole.holdings.items() if whole.cards[key[0]].item in items
        }


def test_the_ledger_does_what_the_machine_does(store: Store) -> None:
    """Two hundred random doings: refused by both, or the same holdings in both."""
    dice = random.Random(7)
    state = store.read(ledger.book)
    booked = 0
    for number in range(200):
        try:
            done = doing(dice, state, f"V-{number}")
            after = state.after(done)
        except InputError:
            continue
        store.write(lambda connection, done=done: ledger.append(connection, done))  # type: ignore[misc]
        state = after
        booked += 1
    assert booked > 60
    assert store.read(ledger.book).holdings == state.holdings
    assert faults(store) == []


def doing(dice: random.Random, state: Book, reference: str) -> Entry:
    """Something that may be done, with one of the lots and orders there are."""
    depot, other = dice.sample(["big", "town"], 2)
    item = dice.choice(["quilt", "water", "kit"])
    lot = dice.choice(sorted(state.cards))
    orders = sorted({account.order for _, account in state.holdings if account.order}) or ["none"]
    order = dice.choice(orders)
    few = dice.randint(1, 9)
    cards: tuple[LotCard, ...] = ()
    match dice.randrange(9):
        case 0:
            moves = handling.issue(state, depot, state.pick(depot, item, few, TODAY), reference)
        case 1:
            moves = handling.load(state, order, dice.choice(["flood", other]))
        case 2:
            moves = handling.deliver(state, order)
        case 3:
            moves = handling.arrive(state, order)
        case 4:
            moves = handling.bring_back(state, order, depot, dice.choice(list(Condition)))
        case 5:
            moves = handling.transfer(state, depot, other, state.pick(depot, item, few, TODAY), reference)
        case 6:
            moves = handling.count(state, depot, lot, dice.randint(0, 60))
        case 7:
            moves = handling.regrade(state, depot, lot, dice.choice(list(Condition)), few)
        case _:
            moves, cards = handling.unpack(state, depot, state.pick(depot, "kit", 1, TODAY))
    return entry(moves, reference, cards=cards, authority=dice.choice(["", "Li"]))


# What the database holds by itself -----------------------------------------------------------------


@pytest.mark.parametrize("table", ["stock_entries", "stock_lots", "stock_movements"])
def test_what_was_booked_cannot_be_changed_or_removed(store: Store, table: str) -> None:
    """Not by the program's words, but by any: the database refuses."""
    first = f"SELECT * FROM {table} ORDER BY 1 LIMIT 1"  # noqa: S608
    column = "batch" if table == "stock_lots" else "reason" if table == "stock_entries" else "quantity"
    attempts = [
        f"UPDATE {table} SET {column} = {column}",  # noqa: S608
        f"DELETE FROM {table}",  # noqa: S608
    ]
    if store.engine.dialect.name == "sqlite":
        attempts.append(f"INSERT OR REPLACE INTO {table} {first}")
    else:
        attempts.append(f"TRUNCATE {table} CASCADE")
    before = store.read(lambda c: c.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all())  # noqa: S608
    assert before
    for attempt in attempts:
        with pytest.raises(InputError, match="append-only"):
            store.write(lambda c, attempt=attempt: c.execute(text(attempt)))  # type: ignore[misc]
    assert store.read(lambda c: c.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()) == before  # noqa: S608


RAW = """INSERT INTO stock_movements (entry_id, kind, lot, quantity, source_stage, source_place, source_order,
source_condition, target_stage, target_place, target_order, target_condition)
VALUES (1, 'issue', 'Q1', {quantity}, 'storage', 'big', '', 'good', 'issue', 'big', 'X', 'good')"""


def test_a_movement_past_the_program_cannot_take_more_than_there_is(store: Store) -> None:
    """Whoever writes into the tables with other tools: sums follow, and go below nothing nowhere."""
    store.write(lambda c: c.execute(text(RAW.format(quantity=40))))
    assert store.read(ledger.book).usable("big", "quilt", TODAY) == 0
    with pytest.raises(InputError, match="not_negative"):
        store.write(lambda c: c.execute(text(RAW.format(quantity=1))))
    with pytest.raises(InputError, match="quantity"):
        store.write(lambda c: c.execute(text(RAW.format(quantity=0))))
    # it stands in no entry as booked: the chain tells
    assert [each.en for each in faults(store)] == ["entry opening w1 is not as it was booked"]


def test_a_balance_that_was_set_by_hand_is_found(store: Store) -> None:
    store.write(
        lambda c: c.execute(text("UPDATE stock_balances SET quantity = 41 WHERE lot = 'Q1' AND quantity > 0"))
    )
    assert [each.en for each in faults(store)] == [
        "lot Q1, storage at big: the balance is 41, the movements give 40"
    ]
    assert [each.zh for each in faults(store)] == ["批次 Q1，big 的存储：余额为 41，按移动累计为 40"]


def test_a_movement_that_was_changed_all_the_same_is_found(store: Store) -> None:
    """With the guard taken off, as who owns the file can: sums and chain both tell."""
    store.write(lambda connection: issue(connection, "Q1", 5, "CK-1"))
    off = {
        "sqlite": ["DROP TRIGGER stock_movements_no_update"],
        "postgresql": ["ALTER TABLE stock_movements DISABLE TRIGGER stock_movements_append_only"],
    }[store.engine.dialect.name]
    change = "UPDATE stock_movements SET quantity = 4 WHERE kind = 'issue'"
    store.write(lambda c: [c.execute(text(line)) for line in [*off, change]])
    said = [each.en for each in faults(store)]
    assert "entry CK-1 is not as it was booked" in said
    assert "lot Q1, issue at big: the balance is 5, the movements give 4" in said


# One writer ----------------------------------------------------------------------------------------


def test_the_last_units_are_issued_once(url: str, store: Store) -> None:
    """Eight at once want four of the six kits that may go (one stays): one gets them."""

    def take(number: int) -> str:
        with open_store(url) as mine:
            try:
                mine.write(lambda connection: issue(connection, "K1", 4, f"CK-{number}"))
            except InputError as refusal:
                return str(refusal)
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(take, range(8)))
    assert said.count("taken") == 1
    assert set(said) == {"taken", "lot K1: 4 asked for, 2 in storage at big"}
    state = store.read(ledger.book)
    held = {account: n for (lot, account), n in state.holdings.items() if lot == "K1"}
    assert {n for account, n in held.items() if account.stage is Stage.ISSUE} == {4}
    assert sum(n for account, n in held.items() if account.stage in CUSTODY) == 6
    assert faults(store) == []


def test_readers_see_one_state_while_somebody_writes(store: Store) -> None:
    """A booking that is not finished is seen by nobody else."""

    def work(connection: Connection) -> int:
        issue(connection, "Q1", 5, "CK-1")
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: store.read(ledger.book)).result().usable("big", "quilt", TODAY)

    assert store.write(work) == 40
    assert store.read(ledger.book).usable("big", "quilt", TODAY) == 35


def test_what_is_read_in_several_queries_is_one_state(store: Store) -> None:
    """Somebody books between the first query and the last: all of them answer as before it."""

    def look(connection: Connection) -> tuple[Book, Book]:
        first = ledger.book(connection)
        store.write(lambda c: ledger.append(c, received(card("Q9"), 5)))
        return first, ledger.book(connection)

    first, second = store.read(look)
    assert first == second
    assert "Q9" not in second.cards
    assert "Q9" in store.read(ledger.book).cards


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_reader_of_postgresql_cannot_write(store: Store) -> None:
    with pytest.raises(InputError, match="read-only transaction"):
        store.read(lambda c: c.execute(text("DELETE FROM stock_settings")))


def test_a_lot_moves_between_accounts_of_the_ledger(store: Store) -> None:
    store.write(lambda connection: issue(connection, "Q1", 5, "CK-1"))
    held = store.read(ledger.book).holdings
    assert held["Q1", Account(stage=Stage.ISSUE, place="big", order="CK-1")] == 5
    assert held["Q1", Account(stage=Stage.SUPPLIER, place="big")] == -40


def test_errors_of_the_database_are_sentences(store: Store) -> None:
    with pytest.raises(InputError, match=r"the store cannot be used: .*no_such_table"):
        store.read(lambda c: c.execute(text("SELECT 1 FROM no_such_table")))
    with store.engine.connect() as bare, pytest.raises(DBAPIError):
        bare.execute(text("SELECT 1 FROM no_such_table"))
