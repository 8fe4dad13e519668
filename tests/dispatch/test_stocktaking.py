"""Levels and lots: what is where, and what will soon be past its expiry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dispatch.stocktaking import Level, Wanted, by_item, expiring, held, levels
from models.book import Book
from models.custody import Stage
from models.errors import InputError
from models.handling import issue, load, receive
from models.supply import Category, Condition, Tier
from tests.models.warehouse import TODAY, card, entry, stocked

EVERYTHING = Wanted()


@pytest.fixture
def book() -> Book:
    """Quilts on the shelf, picked, on the road, at the dock, damaged; water that is past and that will be."""
    made = stocked(
        (card("Q1"), 40),
        (card("Q2", home="town"), 3),
        (card("WET", condition=Condition.DAMAGED), 5),
        (card("W0", "water", expires=TODAY - timedelta(days=1)), 7),
        (card("W1", "water", expires=TODAY + timedelta(days=90)), 8),
        (card("W2", "water", expires=TODAY + timedelta(days=91)), 9),
    )
    made = made.after(entry(issue(made, "big", {"Q1": 10}, "CK-1")))
    made = made.after(entry(load(made, "CK-1", "flood")))
    made = made.after(entry(issue(made, "big", {"Q1": 4}, "CK-2")))
    return made.after(entry(receive(card("Q1"), "big", 6, shelve=False)))


def test_levels_tell_what_may_be_done_with_each_piece(book: Book) -> None:
    """The kit that a depot keeps and does not have is a row too; what is on the road is in no depot."""
    assert levels(book, EVERYTHING, TODAY) == (
        Level(depot="big", item="quilt", usable=26, unfit=5, receipt=6, issued=4, floor=10),
        Level(depot="big", item="water", usable=17, expired=7),
        Level(depot="big", item="kit", floor=1, short=1),
        Level(depot="town", item="quilt", usable=3, floor=4, short=1),
    )


def test_levels_add_up_by_item(book: Book) -> None:
    quilts = by_item(levels(book, EVERYTHING, TODAY))[0]
    assert quilts == Level(depot="", item="quilt", usable=29, unfit=5, receipt=6, issued=4, floor=14, short=1)


@pytest.mark.parametrize(
    ("wanted", "pairs"),
    [
        (Wanted(depot="town"), {("town", "quilt")}),
        (Wanted(item="water"), {("big", "water")}),
        (Wanted(tier=Tier.TOWN), {("town", "quilt")}),
        (Wanted(tier=Tier.VILLAGE), set()),
        (Wanted(category=Category.FOREST_FIRE), set()),
        (Wanted(category=Category.FLOOD_DROUGHT, depot="town"), {("town", "quilt")}),
    ],
)
def test_what_is_looked_at_can_be_narrowed(book: Book, wanted: Wanted, pairs: set[tuple[str, str]]) -> None:
    assert {(each.depot, each.item) for each in levels(book, wanted, TODAY)} == pairs


def test_a_name_that_is_not_known_is_refused(book: Book) -> None:
    with pytest.raises(InputError, match="there is no depot moon in the ledger"):
        levels(book, Wanted(depot="moon"), TODAY)
    with pytest.raises(InputError, match="there is no item boat in the ledger"):
        levels(book, Wanted(item="boat"), TODAY)


def test_lots_are_listed_by_their_stage(book: Book) -> None:
    (road,) = held(book, EVERYTHING, {Stage.TRANSPORT})
    assert (road.place, road.order, road.lot.id, road.lot.quantity) == ("flood", "CK-1", "Q1", 10)
    assert held(book, Wanted(depot="town"), {Stage.TRANSPORT}) == ()
    assert [each.lot.quantity for each in held(book, EVERYTHING, {Stage.RECEIPT, Stage.ISSUE})] == [6, 4]


def test_what_expires_is_listed_with_what_is_past_the_first_to_go_first(book: Book) -> None:
    assert [each.lot.id for each in expiring(book, EVERYTHING, TODAY, 90)] == ["W0", "W1"]
    assert [each.lot.id for each in expiring(book, EVERYTHING, TODAY, 91)] == ["W0", "W1", "W2"]
    assert [each.lot.id for each in expiring(book, EVERYTHING, date(2026, 6, 30), 0)] == ["W0"]
    with pytest.raises(InputError, match="within must be 0 to 3660 days, got -1"):
        expiring(book, EVERYTHING, TODAY, -1)
