"""Faults of proposed moves: may this team stand elsewhere, and is enough left at home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dispatch.check.facts import Facts
from models.doctrine import Scope
from models.force import Team
from models.plan import Move, Plan

_ROUNDING = 1e-6


def move_faults(facts: Facts, plan: Plan) -> Iterator[str]:
    """Everything that is wrong with the moves of a plan."""
    cover = facts.doctrine.cover
    if len(plan.moves) > (0 if cover is None else cover.most_moves):
        yield f"{len(plan.moves)} moves are proposed, more than the doctrine allows"
    for what, times in (
        *Counter(f"team {move.team}" for move in plan.moves).items(),
        *Counter(f"post {move.to}" for move in plan.moves).items(),
    ):
        if times > 1:
            yield f"{what} stands in {times} moves"
    for move in plan.moves:
        if move.team not in facts.teams:
            yield f"the move of {move.team} names a team that does not exist"
        else:
            yield from _may_move(facts, move, facts.teams[move.team], plan)
    yield from _left_at_home(facts, plan)


def _may_move(facts: Facts, move: Move, team: Team, plan: Plan) -> Iterator[str]:
    cover = facts.doctrine.cover
    if cover is None or team.echelon not in cover.movers:
        yield f"team {team.id}: echelon {team.echelon} is not moved for cover"
        return
    if any(each.team == team.id for each in plan.assignments):
        yield f"team {team.id} is sent and moved at once"
    if team.id in facts.engaged or facts.free_from(team) != facts.request.now:
        yield f"team {team.id} is moved but not free"
    if any(ban.team == team.id and ban.incident is None for ban in facts.request.forbids):
        yield f"team {team.id} is moved, though it may be sent nowhere"
    if move.travel_s > cover.move_within_s or move.gain < cover.least_gain - _ROUNDING:
        yield f"the move of team {team.id} takes too long or gains too little"


def _left_at_home(facts: Facts, plan: Plan) -> Iterator[str]:
    """Find the towns that a move leaves with less than their reserve; a post at a site is taken to be in the town."""
    seats = {town.code for town in facts.district.towns}
    gone = {each.team for each in plan.assignments}
    leaves = {move.team: move.to for move in plan.moves if move.to in seats}
    locked = {lock.team for lock in facts.request.locks}
    for rule in facts.doctrine.reserves:
        if rule.scope is not Scope.TOWN:
            continue
        for home in seats:
            free = [
                team.id
                for team in facts.teams.values()
                if team.town == home
                and team.echelon in rule.echelons
                and team.id not in gone | locked | facts.engaged.keys()
                and facts.free_from(team) == facts.request.now
            ]
            moved = [team for team in free if leaves.get(team, home) != home]
            if moved and len(free) - len(moved) < rule.keep:
                yield f"{rule.name.en}: moves leave {home} {len(free) - len(moved)} teams, {rule.keep} must stay"
