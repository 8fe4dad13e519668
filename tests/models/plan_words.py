"""A plan with every part filled, and an explanation of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from models.force import Echelon
from models.inquiry import (
    EXPLANATION_SCHEMA,
    Explanation,
    LevelPrice,
    TeamAnswer,
    Variant,
    Why,
    WhyNot,
)
from models.plan import (
    Certainty,
    Change,
    ChangeKind,
    Command,
    CoverReport,
    EtaParts,
    FollowUp,
    Move,
    Plan,
    TownCover,
)
from tests.models import words
from tests.models.words import NOON, name


def full_plan() -> Plan:
    """The sample plan with all that a plan may say besides."""
    town = TownCover(town="500118001", name=name(), before=0.9, after=0.8)
    return replace(
        words.plan(),
        changes=(
            Change(kind=ChangeKind.DIVERTED, team="t1", name=name(), was="i0", now="i1", why=name()),
            Change(kind=ChangeKind.RECALLED, team="t3", name=name(), was="i0", now=None, why=name()),
        ),
        certainty=(
            Certainty(incident="i1", capability="flood", probability=0.81, confidence=0.9, by=None),
            Certainty(incident="i1", capability="drainage", probability=0.96, confidence=0.9, by=NOON),
        ),
        command=(Command(incident="i1", team="t1", echelon=Echelon.TOWN, begins_at=NOON),),
        cover=CoverReport(
            before=0.9, after=0.8, with_moves=0.85, worst=town, towns=(town,), broken=("x1",)
        ),
        moves=(
            Move(
                team="t4", name=name(), to="500118001", place=name(), lng=105.9, lat=29.3, travel_s=1200,
                gain=0.05, why=name(),
            ),
        ),
        follow_ups=(
            FollowUp(
                team="t1", name=name(), incident="i2", after="i1", capability="flood", strength=2,
                arrives_at=NOON + timedelta(hours=2),
                earliest=NOON + timedelta(hours=1),
                latest=NOON + timedelta(hours=4),
            ),
        ),
        asked=words.request(),
    )  # fmt: skip


def explanation() -> Explanation:
    """Every part filled, though an answer fills one."""
    price = LevelPrice(level=1, name=name(), now=3, then=9)
    return Explanation(
        schema=EXPLANATION_SCHEMA,
        request="r1",
        team=TeamAnswer(
            team="t1",
            name=name(),
            incident="i1",
            why=name(),
            eta=EtaParts(wait_s=0, call_processing_s=60, turnout_s=120, travel_s=600),
            next_best=None,
            price_without=(price,),
        ),
        why_not=(
            WhyNot(
                team="t2",
                name=name(),
                incident="i1",
                reason=Why.TOO_LATE,
                why=name(),
                eta_s=900,
                price=(price,),
                moved=("t1",),
            ),
        ),
        variants=(Variant(key="fastest", name=name(), plan=full_plan(), values=(3,)),),
    )
