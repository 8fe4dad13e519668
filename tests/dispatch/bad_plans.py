"""Ways of being wrong with a plan at hand: asking about it, and going on from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.dispatch.bad import Arguments, Bad, Bench
from tests.dispatch.shell import REQUEST, documents, small_request

LATER = {"now": "2026-07-01T16:00:00+08:00"}


def planned(bench: Bench, **changes: Any) -> Path:
    """The plan for the small request in a file, with some of its keys changed."""
    plan = documents(*bench.plan(REQUEST))
    return bench.file("plan.json", json.dumps({**plan, **changes}))


def explained(*more: str, **changes: Any) -> Callable[[Bench], Arguments]:
    return lambda bench: ["explain", planned(bench, **changes), "--world", bench.world, *more]


def rolled(request: dict[str, Any], **changes: Any) -> Callable[[Bench], Arguments]:
    """Plan a request with the plan for the small one in force."""

    def command(bench: Bench) -> Arguments:
        before = planned(bench, **changes)
        return bench.plan(request, "--in-force", before)

    return command


def of_a_stranger(bench: Bench) -> Arguments:
    """Somebody the roster does not have any more was sent."""
    plan = documents(*bench.plan(REQUEST))
    plan["assignments"][0]["team"] = "gone"
    return bench.plan(small_request(**LATER), "--in-force", bench.file("plan.json", json.dumps(plan)))


def from_a_request(*more: str) -> Callable[[Bench], Arguments]:
    """A request where a plan should be."""
    return lambda bench: ["explain", bench.file("r.json", json.dumps(REQUEST)), "--world", bench.world, *more]


ELSEWHERE = small_request(
    **LATER,
    incidents=[
        *REQUEST["incidents"],
        {**REQUEST["incidents"][0], "id": "other", "force_needs": None, "supply_needs": []},
    ],
    locks=[{"team": "specialist-flood", "incident": "other"}],
)

EXPLAINED: dict[str, Bad] = {
    "nothing asked": Bad(explained(), "ask exactly one of --team, --why-not and --alternatives"),
    "two things asked": Bad(explained("--team", "specialist-flood", "--alternatives"), "ask exactly one of"),
    "incident without a team": Bad(
        explained("--alternatives", "--incident", "flood"), "--incident goes with --why-not"
    ),
    "team of no force": Bad(explained("--team", "nobody"), "no team 'nobody' in this world"),
    "no team of no force": Bad(explained("--why-not", "nobody"), "no team 'nobody' in this world"),
    "team that stays": Bad(
        explained("--team", "village-500118100-01"),
        "is not sent by this plan; ask --why-not village-500118100-01",
    ),
    "incident of no request": Bad(
        explained("--why-not", "specialist-flood", "--incident", "fire"), "no incident 'fire' in this request"
    ),
    "plan without its request": Bad(
        explained("--alternatives", asked=None), r"plan\.json: the plan does not hold its request; plan again"
    ),
    "plan without reasons": Bad(
        explained("--team", "specialist-flood", reasons=[]),
        "the plan gives no reason for team specialist-flood; plan again",
    ),
    "plan of another world": Bad(
        explained("--alternatives", world="elsewhere"),
        r"plan\.json: the plan was made for world 'elsewhere', not for '.+'; name it by --world",
    ),
    "plan of other inputs": Bad(
        explained("--alternatives", inputs_digest="0" * 64),
        r"plan\.json: the world or the request has changed since the plan was made; plan again",
    ),
    "a request for a plan": Bad(from_a_request("--alternatives"), r"r\.json: \w+: unknown key"),
    "no such plan": Bad(
        lambda bench: ["explain", bench.here / "missing.json", "--alternatives"],
        r"missing\.json: cannot be read: No such file",
    ),
}
"""`dispatch explain`."""

IN_FORCE: dict[str, Bad] = {
    "no such plan": Bad(
        lambda bench: bench.plan(REQUEST, "--in-force", bench.here / "missing.json"),
        r"missing\.json: cannot be read: No such file",
    ),
    "a request for a plan": Bad(
        lambda bench: bench.plan(REQUEST, "--in-force", bench.file("r.json", json.dumps(REQUEST))),
        r"r\.json: \w+: unknown key",
    ),
    "plan of the future": Bad(
        rolled(small_request(now="2026-07-01T13:00:00+08:00")),
        "the plan in force was made for 2026-07-01T14:00:00.*, after the request's now, 2026-07-01T13:00:00",
    ),
    "plan of another world": Bad(
        rolled(small_request(**LATER), world="elsewhere"),
        r"plan\.json: the plan was made for world 'elsewhere', not for '.+'; name it by --world",
    ),
    "team of no force": Bad(of_a_stranger, r"no team 'gone' in this world"),
    "order against a team on scene": Bad(
        rolled(ELSEWHERE),
        "team specialist-flood is on scene at incident flood; give it free to send it elsewhere",
    ),
}
"""`dispatch plan --in-force`."""
