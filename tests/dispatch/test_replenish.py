"""What to move and what to buy: by the rule said in words, and against all ways tried one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from dispatch.replenish import Policy, Proposal, Supply, replenish
from models.book import Book
from models.errors import InputError
from models.handling import issue, load, transfer
from models.place import Position, distance_m
from models.supply import Condition, Depot, Tier
from tests.models.warehouse import BIG, ITEMS, TODAY, card, empty, entry, received

POLICY = Policy(day=TODAY)


def depot(number: int, tier: Tier, floor: int, east: float = 0.0) -> Depot:
    place = Position(lng=105.8 + east, lat=29.3, crs=BIG.position.crs)
    return replace(BIG, id=f"d{number}", tier=tier, position=place, reserve={"quilt": floor, "kit": 0})


def book_of(*stock: tuple[Depot, int]) -> Book:
    """Depots with so many quilts each."""
    book = replace(empty(), depots={each.id: each for each, _ in stock})
    for each, quantity in stock:
        if quantity:
            book = book.after(received(card(f"L{each.id}", home=each.id), quantity))
    return book


def got(made: Proposal, where: str) -> int:
    return sum(each.quantity for each in made.supplies if each.depot == where)


def test_a_depot_at_its_floor_is_left_alone_and_one_below_is_filled_to_its_target() -> None:
    at, below = depot(1, Tier.TOWN, 10), depot(2, Tier.TOWN, 10)
    made = replenish(book_of((at, 10), (below, 9)), POLICY, ["quilt"])
    (short,) = made.shortages
    assert (short.depot, short.usable, short.floor, short.target, short.missing) == ("d2", 9, 10, 15, 6)
    assert made.supplies == (Supply(depot="d2", item="quilt", quantity=6),)
    topped = replenish(book_of((at, 10), (below, 9)), Policy(day=TODAY, top_up=True, factor=2), ["quilt"])
    assert [(each.depot, each.missing) for each in topped.shortages] == [("d1", 10), ("d2", 11)]


def test_others_give_what_is_above_their_target_and_the_rest_is_bought() -> None:
    short, rich = depot(1, Tier.TOWN, 10), depot(2, Tier.TOWN, 10, 0.1)
    made = replenish(book_of((short, 0), (rich, 22)), POLICY, ["quilt"])
    metres = round(distance_m(short.position.wgs84, rich.position.wgs84))
    assert made.supplies == (
        Supply(depot="d1", item="quilt", quantity=7, source="d2", distance_m=metres),
        Supply(depot="d1", item="quilt", quantity=8),
    )


def test_goods_go_down_the_tiers_and_never_up() -> None:
    village, town = depot(1, Tier.VILLAGE, 0), depot(2, Tier.TOWN, 10)
    district = depot(3, Tier.DISTRICT, 10, 0.3)
    made = replenish(book_of((village, 50), (town, 0), (district, 20)), POLICY, ["quilt"])
    assert [(each.source, each.quantity) for each in made.supplies] == [("d3", 5), ("", 10)]


def test_what_is_on_its_way_counts_and_what_will_soon_expire_does_not() -> None:
    town, rich = depot(1, Tier.TOWN, 10), depot(2, Tier.DISTRICT, 0)
    book = book_of((town, 4), (rich, 8))
    book = book.after(entry(transfer(book, "d2", "d1", {"Ld2": 8}, "DB-1"), authority="Li"))
    assert replenish(book, POLICY, ["quilt"]).shortages == ()
    soon = card("SOON", home="d1", expires=TODAY + timedelta(days=20))
    fresh = book_of((town, 4), (rich, 0)).after(received(soon, 100))
    assert [each.usable for each in replenish(fresh, POLICY, ["quilt"]).shortages] == [4]
    assert replenish(fresh, Policy(day=TODAY, within_days=20), ["quilt"]).shortages == ()
    wet = card("WET", home="d1", condition=Condition.DAMAGED)
    assert len(replenish(book_of((town, 4)).after(received(wet, 99)), POLICY, ["quilt"]).shortages) == 1


def test_what_is_picked_for_an_order_does_not_count() -> None:
    town = depot(1, Tier.TOWN, 10)
    book = book_of((town, 30))
    book = book.after(entry(issue(book, "d1", {"Ld1": 25}, "CK-1"), authority="Li"))
    assert got(replenish(book, POLICY), "d1") == 10
    book = book.after(entry(load(book, "CK-1", "flood")))
    assert got(replenish(book, POLICY), "d1") == 10


def test_nothing_is_short_where_nothing_has_a_floor() -> None:
    assert replenish(book_of((depot(1, Tier.TOWN, 0), 3)), POLICY) == Proposal(shortages=(), supplies=())
    assert replenish(empty(ITEMS), Policy(day=TODAY, factor=9)).shortages != ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"factor": 0.9}, "the target factor must be at least 1, got 0.9"),
        ({"factor": float("nan")}, "the target factor must be at least 1, got nan"),
        ({"within_days": -1}, "within must be 0 to 3660 days, got -1"),
    ],
)
def test_a_policy_refuses(changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        replace(POLICY, **changes)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("seed", range(12))
def test_the_way_is_the_shortest_of_all(seed: int) -> None:
    """Against all ways in which units that are missing can be matched with units that are spare."""
    dice = random.Random(seed)
    takers = [depot(k, Tier.TOWN, 2, dice.uniform(0, 0.5)) for k in range(2)]
    givers = [depot(k + 5, dice.choice(list(Tier)), 0, dice.uniform(0, 0.5)) for k in range(3)]
    stock = [(each, 1) for each in takers] + [(each, dice.randint(0, 2)) for each in givers]
    made = replenish(book_of(*stock), POLICY, ["quilt"])
    wanted = [each for each in takers for _ in range(2)]  # from 1 up to the target of 3
    spare = [each for each, n in stock[2:] for _ in range(n) if each.tier is not Tier.VILLAGE]
    moved = min(len(wanted), len(spare))
    best = min(
        sum(distance_m(a.position.wgs84, b.position.wgs84) for a, b in zip(one, other, strict=True))
        for one in permutations(wanted, moved)
        for other in permutations(spare, moved)
    )
    transfers = [each for each in made.supplies if each.source]
    assert sum(each.quantity for each in transfers) == moved
    assert sum(each.quantity * each.distance_m for each in transfers) == pytest.approx(best, abs=4)
    assert {each.id: got(made, each.id) for each in takers} == {each.id: 2 for each in takers}
