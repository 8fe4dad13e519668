"""The words of custody, and the machine: what it lets pass, what it refuses and in which sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.book import Book, unbalanced
from models.custody import CUSTODY, RULES, Account, LotCard, Movement, MovementKind, Stage
from models.errors import InputError
from models.handling import (
    Load,
    Portion,
    arrive,
    bring_back,
    count,
    deliver,
    issue,
    load,
    put_away,
    receive,
    regrade,
    ship,
    transfer,
    unpack,
    write_off,
    write_off_expired,
    write_off_lost,
)
from models.supply import Condition
from tests.models.warehouse import NOW, TODAY, card, empty, entry, received, shelf, stocked


def test_goods_go_through_all_five_stages() -> None:
    """Receipt, storage, issue, transport, distribution; at each the goods are there and nowhere else."""
    lot = card("L")
    book = empty()
    steps: tuple[tuple[Callable[[Book], tuple[Movement, ...]], Stage], ...] = (
        (lambda _: receive(lot, "big", 30, shelve=False), Stage.RECEIPT),
        (lambda b: put_away(b, "big"), Stage.STORAGE),
        (lambda b: issue(b, "big", {"L": 20}, "CK-1"), Stage.ISSUE),
        (lambda b: load(b, "CK-1", "flood"), Stage.TRANSPORT),
        (lambda b: deliver(b, "CK-1"), Stage.DISTRIBUTION),
    )
    for number, (step, stage) in enumerate(steps):
        book = book.after(entry(step(book), f"V-{number}", cards=(lot,)))
        held = {account.stage: n for (_, account), n in book.holdings.items() if account.stage in CUSTODY}
        rest = {Stage.STORAGE: 10} if number > 1 else {}
        assert held == {stage: 20 if number > 1 else 30, **rest}
        assert list(unbalanced(book.holdings)) == []


@pytest.mark.parametrize("kind", MovementKind)
def test_no_kind_of_movement_takes_a_way_of_its_own(kind: MovementKind) -> None:
    """Every pair of stages that the rules do not list is refused."""

    def account(stage: Stage) -> Account:
        ordered = stage in {Stage.ISSUE, Stage.TRANSPORT, Stage.DISTRIBUTION}
        return Account(stage=stage, place="big", order="CK-1" if ordered else "")

    refused = 0
    for source in Stage:
        for target in Stage:
            if (source, target) in RULES[kind].ways and source is not target:
                made = Movement(
                    kind=kind, lot="L", quantity=1, source=account(source), target=account(target)
                )
                assert (made.source.stage, made.target.stage) == (source, target)
                continue
            with pytest.raises(InputError, match="does not lead from"):
                Movement(kind=kind, lot="L", quantity=1, source=account(source), target=account(target))
            refused += 1
    assert refused + len(RULES[kind].ways - {(s, s) for s in Stage}) == len(Stage) ** 2


def test_a_movement_keeps_place_order_and_condition_where_it_must() -> None:
    picked = Account(stage=Stage.ISSUE, place="big", order="CK-1")
    for target in (
        replace(picked, place="town"),
        replace(picked, condition=Condition.DAMAGED),
    ):
        with pytest.raises(InputError, match="lot L: issue leaves place and condition as it is"):
            Movement(kind=MovementKind.ISSUE, lot="L", quantity=1, source=shelf("big"), target=target)
    road = Account(stage=Stage.TRANSPORT, place="flood", order="CK-2")
    with pytest.raises(InputError, match="load leaves order and condition"):
        Movement(kind=MovementKind.LOAD, lot="L", quantity=1, source=picked, target=road)


REFUSED: dict[str, tuple[Callable[[Book], tuple[Movement, ...]], str]] = {
    "more than there is": (
        lambda b: issue(b, "big", {"L": 41}, "CK-1"),
        "lot L: 41 asked for, 40 in storage at big",
    ),
    "below the floor": (
        lambda b: issue(b, "big", {"L": 31}, "CK-1"),
        "depot big would keep 9 of quilt, below its floor of 10; name who allows that by --authority",
    ),
    "below the floor of the tier": (
        lambda b: issue(b, "town", {"T": 3}, "CK-1"),
        "depot town would keep 3 of quilt, below its floor of 4; name who allows that by --authority",
    ),
    "expired": (
        lambda b: issue(b, "big", {"OLD": 1}, "CK-1"),
        "lot OLD expired on 2026-06-30; it may not be used on 2026-07-01",
    ),
    "damaged": (
        lambda b: issue(b, "big", {"WET": 1}, "CK-1"),
        "lot WET is damaged; only what is good is issued",
    ),
    "not there": (
        lambda b: issue(b, "town", {"L": 1}, "CK-1"),
        "lot L is not in storage at depot town",
    ),
    "no such depot": (lambda b: issue(b, "moon", {"L": 1}, "CK-1"), "there is no depot moon in the ledger"),
    "nothing of the order": (
        lambda b: load(b, "CK-9", "flood"),
        "nothing of that is in issue for order CK-9",
    ),
    "a transfer to itself": (
        lambda b: transfer(b, "big", "big", {"L": 1}, "DB-1"),
        "a transfer needs two depots, big is both",
    ),
    "the same condition": (lambda b: regrade(b, "big", "L", Condition.GOOD), "lot L is good already"),
    "a count below nothing": (lambda b: count(b, "big", "L", -1), "a count finds 0 or more, got -1"),
    "not a kit": (
        lambda b: unpack(b, "big", {"L": 1})[0],
        "item quilt is no kit: there is nothing to unpack",
    ),
    "an empty dock": (lambda b: put_away(b, "big"), "nothing of that lies at the dock of depot big"),
    "nothing expired": (
        lambda b: write_off_expired(b, "town", TODAY),
        "nothing in depot town is past its expiry on 2026-07-01",
    ),
    "a quantity of a whole order": (
        lambda b: load(b, "CK-1", "flood", Portion(quantity=2)),
        "a quantity of an order needs the lot it is of; name it by --lot",
    ),
}


@pytest.mark.parametrize("key", REFUSED)
def test_the_machine_refuses_in_one_sentence(key: str) -> None:
    step, sentence = REFUSED[key]
    book = stocked(
        (card("L"), 40),
        (card("T", home="town"), 6),
        (card("OLD", expires=TODAY - timedelta(days=1)), 5),
        (card("WET", condition=Condition.DAMAGED), 5),
    )
    with pytest.raises(InputError) as refusal:
        book.after(entry(step(book)))
    assert str(refusal.value) == sentence


def test_a_lot_is_good_on_its_last_day_and_not_after() -> None:
    book = stocked((card("L", "water", expires=TODAY), 5))
    done = book.after(entry(issue(book, "big", {"L": 1}, "CK-1")))
    assert done.usable("big", "water", TODAY) == 4
    with pytest.raises(InputError, match="expired on 2026-07-01; it may not be used on 2026-07-02"):
        book.after(entry(issue(book, "big", {"L": 1}, "CK-1"), at=NOW + timedelta(days=1)))


def test_what_expires_on_the_road_is_not_handed_out_but_comes_back() -> None:
    book = stocked((card("L", "water", expires=TODAY), 5))
    book = book.after(entry(issue(book, "big", {"L": 5}, "CK-1")))
    book = book.after(entry(load(book, "CK-1", "flood")))
    later = NOW + timedelta(days=2)
    with pytest.raises(InputError, match="lot L expired on 2026-07-01"):
        book.after(entry(deliver(book, "CK-1"), at=later))
    back = book.after(entry(bring_back(book, "CK-1", "big"), at=later))
    assert back.holdings["L", shelf("big")] == 5


def test_somebody_may_answer_for_less_than_the_floor_but_not_for_what_is_not_there() -> None:
    book = stocked((card("L"), 12))
    done = book.after(entry(issue(book, "big", {"L": 12}, "CK-1"), authority="duty officer Li"))
    assert done.usable("big", "quilt", TODAY) == 0
    with pytest.raises(InputError, match="13 asked for, 12 in storage"):
        book.after(entry(issue(book, "big", {"L": 13}, "CK-1"), authority="duty officer Li"))


def test_first_expiry_goes_first_and_what_is_expired_never() -> None:
    book = stocked(
        (card("KEEPS"), 10),
        (card("LATE", expires=date(2027, 5, 1)), 10),
        (card("SOON", expires=date(2026, 8, 1)), 10),
        (card("GONE", expires=date(2026, 6, 1)), 10),
    )
    assert book.pick("big", "quilt", 25, TODAY) == {"SOON": 10, "LATE": 10, "KEEPS": 5}
    with pytest.raises(
        InputError, match="depot big has 30 of quilt that may be issued on 2026-07-01, 31 were"
    ):
        book.pick("big", "quilt", 31, TODAY)


def test_what_is_picked_is_found_where_a_lot_lies_in_several_conditions_away_from_home() -> None:
    book = stocked((card("L"), 40))
    book = book.after(entry(transfer(book, "big", "town", {"L": 12}, "DB-1")))
    book = book.after(entry(arrive(book, "DB-1")))
    book = book.after(entry(regrade(book, "town", "L", Condition.DAMAGED, 2)))
    picked = book.pick("town", "quilt", 6, TODAY)
    assert picked == {"L@town": 6}
    assert book.after(entry(issue(book, "town", picked, "CK-1"))).usable("town", "quilt", TODAY) == 4


def test_a_transfer_is_on_the_road_between_its_two_legs() -> None:
    book = stocked((card("L"), 40))
    book = book.after(entry(transfer(book, "big", "town", {"L": 8}, "DB-1")))
    assert book.usable("big", "quilt", TODAY) == 32
    assert book.usable("town", "quilt", TODAY) == 0
    book = book.after(entry(arrive(book, "DB-1"), "DR-1"))
    assert book.usable("town", "quilt", TODAY) == 8
    assert [lot.id for lot in book.lots()["town"]] == ["L@town"]
    # the part that lies elsewhere answers to its label, and to the id of its lot
    for name in ("L@town", "L"):
        done = book.after(entry(issue(book, "town", {name: 4}, "CK-2")))
        assert done.usable("town", "quilt", TODAY) == 4


def test_a_depot_is_no_place_to_hand_goods_out() -> None:
    book = stocked((card("L"), 40))
    book = book.after(
        entry(ship(book, [Load(depot="big", label="L", quantity=2, order="o", destination="x")]))
    )
    with pytest.raises(InputError, match="town is a depot: goods arrive there"):
        book.after(entry(deliver(book, "o", "town")))
    done = book.after(entry(deliver(book, "o", "elsewhere")))
    handed = Account(stage=Stage.DISTRIBUTION, place="elsewhere", order="o")
    assert done.holdings["L", handed] == 2


def test_a_part_of_an_order_may_go_on_and_never_more_than_it_has() -> None:
    book = stocked((card("L"), 40), (card("W", "water"), 40))
    book = book.after(entry(issue(book, "big", {"L": 5, "W": 7}, "CK-1")))
    part = load(book, "CK-1", "flood", Portion(lot="W", quantity=3))
    assert [(each.lot, each.quantity) for each in part] == [("W", 3)]
    book = book.after(entry(part))
    back = bring_back(book, "CK-1", "big", portion=Portion(lot="W", quantity=5))
    assert sorted((each.source.stage, each.quantity) for each in back) == [("issue", 4), ("transport", 1)]
    with pytest.raises(InputError, match="lot W"):
        book.after(entry(bring_back(book, "CK-1", "big", portion=Portion(lot="W", quantity=8))))


def test_a_count_books_the_difference_and_needs_a_reason() -> None:
    book = stocked((card("L"), 40))
    assert count(book, "big", "L", 40) == ()
    for found in (37, 44):
        moves = count(book, "big", "L", found)
        assert book.after(entry(moves)).holdings["L", shelf("big")] == found
        with pytest.raises(
            InputError, match="a count that differs, a change of condition and a write-off need"
        ):
            entry(moves, reason="")


def test_a_count_may_find_what_the_book_has_nothing_of() -> None:
    """Issued on paper, still on the shelf; and in a depot where none of it was known."""
    book = stocked((card("L"), 12))
    book = book.after(entry(issue(book, "big", {"L": 12}, "CK-1"), authority="Li"))
    for depot in ("big", "town"):
        assert count(book, depot, "L", 0) == ()
        done = book.after(entry(count(book, depot, "L", 5)))
        assert done.usable(depot, "quilt", TODAY) == 5
        assert list(unbalanced(done.holdings)) == []
    with pytest.raises(InputError, match="there is no depot moon in the ledger"):
        book.after(entry(count(book, "moon", "L", 5)))
    with pytest.raises(InputError, match="lot M is not in storage at depot big"):
        count(book, "big", "M", 5)


def test_a_kit_is_unpacked_into_just_its_parts() -> None:
    book = stocked((card("K", "kit", expires=date(2026, 9, 1)), 5))
    moves, cards = unpack(book, "big", {"K": 4})
    done = book.after(entry(moves, cards=cards))
    held = {lot.id: lot.quantity for lot in done.lots()["big"]}
    assert held == {"K": 1, "K/quilt": 8, "K/water": 12}
    assert {each.expires for each in cards} == {date(2026, 9, 1)}
    for wrong in (moves[:-1], (*moves[:-1], replace(moves[-1], quantity=13)), moves[1:]):
        with pytest.raises(InputError, match="the parts unpacked at big are not those of the kits: "):
            book.after(entry(wrong, cards=cards))
    with pytest.raises(InputError, match="depot big would keep 0 of kit, below its floor of 1"):
        book.after(entry(*unpack(book, "big", {"K": 5})[:1], cards=cards))


@pytest.mark.parametrize("quantity", [0, -2])
def test_nothing_is_not_taken_for_everything(quantity: int) -> None:
    book = stocked((card("L"), 40))
    steps: tuple[Callable[[], object], ...] = (
        lambda: write_off(book, "big", "L", quantity),
        lambda: regrade(book, "big", "L", Condition.DAMAGED, quantity),
        lambda: Portion(lot="L", quantity=quantity),
        lambda: book.pick("big", "quilt", quantity, TODAY),
        lambda: issue(book, "big", {"L": quantity}, "CK-1"),
    )
    for step in steps:
        with pytest.raises(InputError, match=f"must be at least 1, got {quantity}"):
            step()


def test_damage_is_a_condition_and_takes_a_part_out_of_use() -> None:
    book = stocked((card("L"), 40))
    book = book.after(entry(regrade(book, "big", "L", Condition.DAMAGED, 15)))
    assert book.usable("big", "quilt", TODAY) == 25
    assert [(lot.id, lot.quantity) for lot in book.lots()["big"]] == [("L", 25), ("L#damaged", 15)]
    book = book.after(entry(write_off(book, "big", "L#damaged")))
    assert [(lot.id, lot.quantity) for lot in book.lots()["big"]] == [("L", 25)]


def test_a_name_that_means_two_things_is_asked_about() -> None:
    """A lot that came in damaged elsewhere: its bare id names no part of it here alone."""
    book = stocked((card("L", home="town", condition=Condition.QUARANTINED), 9), (card("M"), 20))
    book = book.after(entry(regrade(book, "town", "L", Condition.GOOD, 5)))
    book = book.after(entry(transfer(book, "town", "big", {"L#good": 1}, "DB-1"), authority="Li"))
    book = book.after(entry(arrive(book, "DB-1")))
    assert {lot.id for lot in book.lots()["town"]} == {"L", "L#good"}
    book = book.after(entry(transfer(book, "town", "big", {"L#good": 1}, "DB-2"), authority="Li"))
    book = book.after(entry(regrade(book, "big", "L", Condition.DAMAGED)))
    book = book.after(entry(arrive(book, "DB-2")))
    assert {lot.id for lot in book.lots()["big"]} == {"M", "L@big#good", "L@big#damaged"}
    with pytest.raises(InputError) as refusal:
        write_off(book, "big", "L")
    assert str(refusal.value) == (
        "lot L lies at depot big in several conditions; name one of L@big#damaged, L@big#good"
    )


def test_what_is_lost_on_the_road_is_written_off() -> None:
    book = stocked((card("L"), 40))
    book = book.after(entry(transfer(book, "big", "town", {"L": 8}, "DB-1")))
    book = book.after(entry(write_off_lost(book, "DB-1", Portion(lot="L", quantity=3))))
    book = book.after(entry(arrive(book, "DB-1")))
    assert book.usable("town", "quilt", TODAY) == 5


def test_a_lot_is_received_again_only_as_what_it_is() -> None:
    book = stocked((card("L"), 40))
    again = book.after(entry(receive(card("L", home="town"), "town", 5), cards=(card("L", home="town"),)))
    assert again.cards["L"].home == "big"
    assert again.usable("town", "quilt", TODAY) == 5
    other = card("L", expires=TODAY)
    with pytest.raises(InputError, match="lot L is known with another item, batch or expiry"):
        book.after(received(other, 5))
    with pytest.raises(InputError, match="there is no item boat in the ledger"):
        book.after(received(card("B", "boat"), 5))
    with pytest.raises(InputError, match="there is no lot B in the ledger"):
        book.after(entry(receive(card("B"), "big", 1)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reference": ""}, "an entry needs a reference: the number of its voucher"),
        ({"by": ""}, "entry V-1: say who books it"),
        ({"at": NOW.replace(tzinfo=None)}, "entry V-1: the time needs a UTC offset, for example +08:00"),
        ({"movements": (), "reason": ""}, "entry V-1: it moves nothing and says no reason"),
    ],
)
def test_an_entry_refuses(changes: dict[str, object], sentence: str) -> None:
    good = entry(receive(card("L"), "big", 1))
    with pytest.raises(InputError) as refusal:
        replace(good, **changes)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("quantity", [0, -3, 1_000_000_001])
def test_a_movement_refuses_a_quantity_that_is_not_meant(quantity: int) -> None:
    with pytest.raises(InputError, match="lot L"):
        receive(card("L"), "big", quantity)


def test_an_account_is_of_an_order_and_in_a_condition_just_where_it_can_be() -> None:
    for changes, sentence in (
        ({"place": ""}, "an account of stage storage needs a place"),
        ({"order": "CK-1"}, "goods belong to an order in issue"),
        ({"stage": Stage.ISSUE}, "goods belong to an order in issue"),
        ({"stage": Stage.SUPPLIER, "condition": Condition.DAMAGED}, "knows no condition"),
    ):
        with pytest.raises(InputError, match=sentence):
            replace(shelf("big"), **changes)
    with pytest.raises(InputError, match="a lot needs an id"):
        LotCard(id="", item="quilt", batch="", home="big")
    for id_ in ("L@town", "L#good"):
        with pytest.raises(InputError, match=f"lot {id_}: an id of the ledger has no @ and no #"):
            card(id_)
