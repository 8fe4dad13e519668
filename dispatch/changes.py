"""What is new against the plan in force, listed as changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dispatch.language import Duration, phrase
from dispatch.problem import Problem
from models.force import TeamStatus
from models.place import Name
from models.plan import Assignment, Change, ChangeKind
from models.request import Engagement


def changes(problem: Problem, assignments: Sequence[Assignment]) -> Iterator[Change]:
    """List orders that are added, teams that are turned elsewhere, teams that are called back."""
    before = {each.team: each for each in problem.request.engaged}
    if not before:
        return
    rows = {team.id: t for t, team in enumerate(problem.teams)}
    goes = {each.team: each for each in assignments}
    for each in assignments:
        was = before.get(each.team)
        if was is None:
            yield _change(ChangeKind.ADDED, each.team, each.name, None, each.incident, _joins(each))
        elif was.incident != each.incident:
            yield _change(
                ChangeKind.DIVERTED, each.team, each.name, was.incident, each.incident, _turned(each)
            )
    for team, was in before.items():
        if team not in goes:
            name = problem.teams[rows[team]].name
            yield _change(
                ChangeKind.RECALLED, team, name, was.incident, None, _called_back(problem, rows[team], was)
            )


def _turned(each: Assignment) -> Name:
    if each.locked:
        return phrase("ordered by the operator")
    return phrase(
        "needed more at {incident}, there in {eta}", incident=each.incident, eta=Duration(each.eta.total_s)
    )


def _called_back(problem: Problem, t: int, was: Engagement) -> Name:
    """Say why a team goes nowhere any more: it cannot, it may not, or it is not needed."""
    team = problem.teams[t]
    if team.status is TeamStatus.OUT_OF_SERVICE:
        return phrase("out of service: it will not arrive at {incident}", incident=was.incident)
    if any(ban.team == team.id and ban.incident in {None, was.incident} for ban in problem.request.forbids):
        return phrase("forbidden by order")
    return phrase("others serve {incident} as well", incident=was.incident)


def _joins(each: Assignment) -> Name:
    return phrase("joins at {incident} in {eta}", incident=each.incident, eta=Duration(each.eta.total_s))


def _change(kind: ChangeKind, team: str, name: Name, was: str | None, now: str | None, why: Name) -> Change:
    return Change(kind=kind, team=team, name=name, was=was, now=now, why=why)
