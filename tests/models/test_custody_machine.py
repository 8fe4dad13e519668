"""Conservation: through any sequence of what may be done with goods, nothing appears and nothing vanishes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models import book, handling
from models.book import unbalanced
from models.custody import CUSTODY, ORDERED, Account, Entry, LotCard, Movement, MovementKind, Stage
from models.errors import InputError
from models.handling import Portion
from models.supply import Condition, floor_of
from tests.models.warehouse import DEPOTS, ITEMS, NOW, card, empty, entry

SETTINGS = settings(max_examples=40, stateful_step_count=40, phases=(Phase.generate,))
"""Not shrunk: a sequence of forty steps takes minutes to shrink, and can be read as it is."""

Part = tuple[int, int] | None
Made = tuple[tuple[Movement, ...], tuple[LotCard, ...]]

LOTS = {
    "Q1": card("Q1"),
    "Q2": card("Q2", home="town", expires=date(2026, 7, 5)),
    "W1": card("W1", "water", expires=date(2026, 7, 3)),
    "W2": card("W2", "water", home="town", condition=Condition.QUARANTINED),
    "K1": card("K1", "kit", expires=date(2026, 7, 8)),
}
A_DEPOT = st.sampled_from(sorted(DEPOTS))
A_LOT = st.sampled_from([*LOTS, "K1/quilt", "K1/water"])
AN_ITEM = st.sampled_from(sorted(ITEMS))
SOME = st.integers(1, 12)
AN_ORDER = st.integers(0, 3)
A_CONDITION = st.sampled_from(Condition)
A_PORTION = st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(1, 8)))
"""All of it; or of one of its lots so many units, which may be more than there are."""


class Custody(RuleBasedStateMachine):
    """The machine beside an accountant who knows one thing alone: how many pieces of an item there are in all."""

    passed: ClassVar[Counter[MovementKind]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.book = empty()
        self.pieces: Counter[str] = Counter()
        self.now = NOW
        self.number = 0

    @initialize(quantity=st.integers(15, 40))
    def deliveries(self, quantity: int) -> None:
        for lot in LOTS:
            self.take_in(lot, quantity, at_dock=False)

    @rule(days=st.sampled_from([0, 0, 1, 3]))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(lot=st.sampled_from(sorted(LOTS)), quantity=SOME, at_dock=st.booleans())
    def take_in(self, lot: str, quantity: int, *, at_dock: bool) -> None:
        one = LOTS[lot]
        done = self.book_it(lambda: (handling.receive(one, one.home, quantity, shelve=not at_dock), (one,)))
        self.pieces[one.item] += quantity if done else 0

    @rule(depot=A_DEPOT, portion=A_PORTION)
    def shelve(self, depot: str, portion: Part) -> None:
        self.book_it(lambda: (handling.put_away(self.book, depot, self.part(portion, "")), ()))

    @rule(depot=A_DEPOT, item=AN_ITEM, quantity=SOME, somebody=st.booleans())
    def pick(self, depot: str, item: str, quantity: int, *, somebody: bool) -> None:
        """It goes through just where there is enough above the floor, or somebody answers for it."""
        usable = self.book.usable(depot, item, self.now.date())
        floor = 0 if somebody else floor_of(DEPOTS[depot], ITEMS[item])
        order = f"V-{self.number + 1}"

        def make() -> Made:
            wanted = self.book.pick(depot, item, quantity, self.now.date())
            return handling.issue(self.book, depot, wanted, order), ()

        done = self.book_it(make, authority="Li" if somebody else "")
        assert bool(done) == (quantity <= usable and usable - quantity >= floor)
        if done:
            assert not any(self.book.cards[move.lot].expired_on(self.now.date()) for move in done.movements)

    @rule(depot=A_DEPOT, lot=A_LOT, quantity=SOME)
    def pick_a_lot(self, depot: str, lot: str, quantity: int) -> None:
        order = f"V-{self.number + 1}"
        self.book_it(lambda: (handling.issue(self.book, depot, {lot: quantity}, order), ()))

    @rule(source=A_DEPOT, goal=A_DEPOT, item=AN_ITEM, quantity=SOME)
    def send_over(self, source: str, goal: str, item: str, quantity: int) -> None:
        order = f"V-{self.number + 1}"

        def make() -> Made:
            wanted = self.book.pick(source, item, quantity, self.now.date())
            return handling.transfer(self.book, source, goal, wanted, order), ()

        self.book_it(make)

    @rule(
        depot=A_DEPOT, item=AN_ITEM, quantity=SOME, goal=st.sampled_from(["flood", "big"]), portion=A_PORTION
    )
    def go_all_the_way(self, depot: str, item: str, quantity: int, goal: str, portion: Part) -> None:
        """Pick, load, and hand out or take in all or a part, where each step is let pass."""
        order = f"V-{self.number + 1}"

        def pick() -> Made:
            wanted = self.book.pick(depot, item, quantity, self.now.date())
            return handling.issue(self.book, depot, wanted, order), ()

        if self.book_it(pick, authority="Li"):
            self.book_it(lambda: (handling.load(self.book, order, goal), ()))
            part = self.part(portion, order)
            last = handling.arrive if goal == "big" else partial(handling.deliver, place=None)
            self.book_it(lambda: (last(self.book, order, portion=part), ()))

    @precondition(lambda self: self.orders(Stage.ISSUE))
    @rule(order=AN_ORDER, place=st.sampled_from(["flood", "big", "town"]), portion=A_PORTION)
    def set_out(self, order: int, place: str, portion: Part) -> None:
        name = self.order(order, Stage.ISSUE)
        self.book_it(lambda: (handling.load(self.book, name, place, self.part(portion, name)), ()))

    @precondition(lambda self: self.orders(Stage.TRANSPORT))
    @rule(order=AN_ORDER, place=st.sampled_from([None, "shelter"]), portion=A_PORTION)
    def hand_out(self, order: int, place: str | None, portion: Part) -> None:
        name = self.order(order, Stage.TRANSPORT)
        self.book_it(lambda: (handling.deliver(self.book, name, place, self.part(portion, name)), ()))

    @precondition(lambda self: self.orders(Stage.TRANSPORT))
    @rule(order=AN_ORDER, portion=A_PORTION)
    def come_in(self, order: int, portion: Part) -> None:
        name = self.order(order, Stage.TRANSPORT)
        self.book_it(lambda: (handling.arrive(self.book, name, self.part(portion, name)), ()))

    @precondition(lambda self: self.orders(*ORDERED))
    @rule(order=AN_ORDER, depot=A_DEPOT, condition=A_CONDITION, handed=st.booleans(), portion=A_PORTION)
    def come_back(self, order: int, depot: str, condition: Condition, *, handed: bool, portion: Part) -> None:
        name = self.order(order, *ORDERED)

        def make() -> Made:
            part = self.part(portion, name)
            moves = handling.bring_back(self.book, name, depot, condition, handed_out=handed, portion=part)
            return moves, ()

        self.book_it(make)

    @rule(depot=A_DEPOT, lot=A_LOT, found=st.integers(0, 50))
    def look(self, depot: str, lot: str, found: int) -> None:
        done = self.book_it(lambda: (handling.count(self.book, depot, lot, found), ()))
        for move in done.movements if done else ():
            gain = move.quantity if move.source.stage is Stage.COUNTED else -move.quantity
            self.pieces[self.book.cards[move.lot].item] += gain

    @rule(depot=A_DEPOT, lot=A_LOT, condition=A_CONDITION, quantity=st.one_of(st.none(), SOME))
    def judge(self, depot: str, lot: str, condition: Condition, quantity: int | None) -> None:
        self.book_it(lambda: (handling.regrade(self.book, depot, lot, condition, quantity), ()))

    @rule(depot=A_DEPOT, lot=A_LOT, quantity=st.one_of(st.none(), SOME))
    def throw_away(self, depot: str, lot: str, quantity: int | None) -> None:
        self.lose(lambda: handling.write_off(self.book, depot, lot, quantity))

    @rule(depot=A_DEPOT)
    def clear_out(self, depot: str) -> None:
        self.lose(lambda: handling.write_off_expired(self.book, depot, self.now.date()))

    @precondition(lambda self: self.orders(Stage.TRANSPORT))
    @rule(order=AN_ORDER, portion=A_PORTION)
    def lose_on_the_road(self, order: int, portion: Part) -> None:
        name = self.order(order, Stage.TRANSPORT)
        self.lose(lambda: handling.write_off_lost(self.book, name, self.part(portion, name)))

    @rule(depot=A_DEPOT, quantity=st.integers(1, 8))
    def open_kits(self, depot: str, quantity: int) -> None:
        def make() -> Made:
            wanted = self.book.pick(depot, "kit", quantity, self.now.date())
            return handling.unpack(self.book, depot, wanted)

        if self.book_it(make):
            self.pieces.update({"kit": -quantity, "quilt": 2 * quantity, "water": 3 * quantity})

    def orders(self, *stages: Stage) -> list[str]:
        """Orders that have goods in these stages."""
        return sorted({account.order for _, account in self.book.holdings if account.stage in stages})

    def order(self, number: int, *stages: Stage) -> str:
        names = self.orders(*stages)
        return names[number % len(names)]

    def part(self, portion: Part, order: str) -> Portion:
        lots = sorted({lot for lot, account in self.book.holdings if account.order == order})
        if portion is None or not lots:
            return Portion()
        return Portion(lot=lots[portion[0] % len(lots)], quantity=portion[1])

    def lose(self, make: Callable[[], tuple[Movement, ...]]) -> None:
        done = self.book_it(lambda: (make(), ()))
        for move in done.movements if done else ():
            self.pieces[self.book.cards[move.lot].item] -= move.quantity

    def book_it(self, make: Callable[[], Made], authority: str = "") -> Entry | None:
        """Book what is made, or leave the book as it is where it is refused."""
        before, kept = self.book, dict(self.book.holdings)
        try:
            moves, cards = make()
            done = entry(moves, f"V-{self.number + 1}", cards=cards, at=self.now, authority=authority)
            self.book = self.book.after(done)
        except InputError:
            assert self.book is before
            assert dict(before.holdings) == kept
            return None
        self.number += 1
        self.passed.update(move.kind for move in moves)
        return done

    @invariant()
    def nothing_appears_and_nothing_vanishes(self) -> None:
        held: Counter[str] = Counter()
        for (lot, account), quantity in self.book.holdings.items():
            if account.stage in CUSTODY:
                assert quantity > 0
                held[self.book.cards[lot].item] += quantity
        assert held == +self.pieces
        assert list(unbalanced(self.book.holdings)) == []


def test_nothing_appears_and_nothing_vanishes() -> None:
    run_state_machine_as_test(Custody, settings=SETTINGS)


def test_nothing_vanishes_where_every_kind_of_movement_is_let_pass() -> None:
    """The same machine in random order: Hypothesis leaves out rules on purpose, this shows that each was at work."""
    Custody.passed.clear()
    for seed in range(40):
        dice = random.Random(seed)
        machine = Custody()
        machine.deliveries(dice.randint(15, 40))
        for _ in range(40):
            name = dice.choice(sorted(ARGUMENTS))
            ordered = {"set_out": (Stage.ISSUE,), "come_back": tuple(ORDERED)}.get(name, (Stage.TRANSPORT,))
            if "order" not in ARGUMENTS[name] or machine.orders(*ordered):
                words = {word: dice.choice(VALUES[word]) for word in ARGUMENTS[name]}
                getattr(machine, name)(**words)
            machine.nothing_appears_and_nothing_vanishes()
    assert min(Custody.passed[kind] for kind in MovementKind) >= 20, Custody.passed


VALUES: dict[str, list[Any]] = {
    "depot": ["big", "town"],
    "source": ["big", "town"],
    "item": ["quilt", "water", "kit"],
    "lot": [*LOTS, "K1/quilt"],
    "quantity": [1, 2, 3, 5, 8, 12],
    "found": [0, 5, 15, 40],
    "days": [0, 0, 1],
    "order": [0, 1, 2, 3],
    "place": ["big", "flood"],
    "goal": ["big", "flood"],
    "portion": [None, None, (0, 1), (1, 3)],
    "condition": list(Condition),
    "handed": [True, False],
    "somebody": [True, False],
}
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "time_goes_by": ("days",),
    "shelve": ("depot", "portion"),
    "pick": ("depot", "item", "quantity", "somebody"),
    "pick_a_lot": ("depot", "lot", "quantity"),
    "send_over": ("source", "goal", "item", "quantity"),
    "go_all_the_way": ("depot", "item", "quantity", "goal", "portion"),
    "set_out": ("order", "place", "portion"),
    "hand_out": ("order", "place", "portion"),
    "come_in": ("order", "portion"),
    "come_back": ("order", "depot", "condition", "handed", "portion"),
    "lose_on_the_road": ("order", "portion"),
    "look": ("depot", "lot", "found"),
    "judge": ("depot", "lot", "condition", "quantity"),
    "throw_away": ("depot", "lot", "quantity"),
    "clear_out": ("depot",),
    "open_kits": ("depot", "quantity"),
}


def test_a_machine_that_loses_goods_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard, seen to fail: a machine that drops a piece whenever it moves some."""

    def careless(holdings: dict[tuple[str, Account], int], move: Movement) -> None:
        honest(holdings, move)
        holdings[move.lot, move.target] -= 1

    honest = book._take
    monkeypatch.setattr(book, "_take", careless)
    machine = Custody()
    machine.take_in("Q1", 20, at_dock=True)
    with pytest.raises(AssertionError):
        machine.nothing_appears_and_nothing_vanishes()
