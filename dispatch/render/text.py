"""A plan in the terminal, with Rich: readable at 80 columns, with reasons beside the teams from 110 on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from dispatch.language import minutes
from dispatch.render.lines import IncidentView, PlanView, ShortfallLine, Trip
from dispatch.render.view import plan_view
from models.plan import Plan
from models.request import Request
from models.world import District

WIDE: Final = 110
"""Columns from which reasons stand in the table instead of below it."""

_NAME_WIDTH: Final = 24
_ALERT: Final = "red"
_GOOD: Final = "green"
_QUIET: Final = "dim"


def plan_text(plan: Plan, request: Request, district: District, language: str) -> RenderableType:
    """Lay a plan out for a terminal.

    Parameters
    ----------
    plan, request, district
        The plan, the request it answers, the district it was made for.
    language
        "zh" or "en".

    Returns
    -------
    RenderableType
        To be printed with a `rich.console.Console`; it fits itself to the console's width.

    Raises
    ------
    InputError
        An unknown language.
    """
    return PlanText(plan_view(plan, request, district, language))


@dataclass(frozen=True, slots=True)
class PlanText:
    """A view of a plan as lines and tables."""

    view: PlanView

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= WIDE
        yield from self._header()
        for incident in self.view.incidents:
            yield Text()
            yield from self._incident(incident, wide=wide)
        if self.view.trucks:
            yield Text()
            yield from self._shipments(wide=wide)
        if self.view.incidents:
            yield Text()
            yield from self._shortfalls()
        for section in self.view.sections:
            yield Text()
            yield Rule(Text(section.title, "bold"), align="left", style=_QUIET)
            for line, alert in section.lines:
                yield Padding(Text(line, _ALERT if alert else ""), (0, 1))
        yield Text()
        yield from self._objective()
        yield from self._close()

    def _say(self, template: str, /, **params: object) -> str:
        return self.view.phrases.say(template, **params)

    def _header(self) -> Iterator[RenderableType]:
        view = self.view
        title = Text.assemble((self._say("Dispatch plan"), "bold"), f"  {view.title}")
        if view.demo:
            title.append("  ")
            title.append(f" {self._say('demo data')} ", "reverse")
        yield title
        yield Text(
            self._say(
                "request {id}, {moment}", id=view.request, moment=view.made_for.isoformat(" ", "minutes")
            )
        )
        yield Text(
            self._say(
                "{incidents} incidents, {teams} teams, {trucks} trucks; {short} shortfalls, {late} late",
                incidents=len(view.incidents),
                teams=view.teams,
                trucks=view.trucks,
                short=len(view.shortfalls),
                late=view.late,
            )
        )
        for note in view.notes:
            yield Text(note, _QUIET)

    def _incident(self, incident: IncidentView, *, wide: bool) -> Iterator[RenderableType]:
        yield Rule(Text(f"{incident.id}  {incident.name}", "bold"), align="left", style=_QUIET)
        facts = [incident.type, incident.grade, incident.level]
        if incident.warning:
            facts.append(self._say("{colour} warning", colour=incident.warning))
        if incident.people:
            facts.append(self._say("{n} people affected", n=incident.people))
        facts.append(self._say("reported {time}", time=incident.reported))
        yield Text(" · ".join(facts), _QUIET)
        yield self._needs(incident)
        if not incident.teams:
            yield Text(self._say("no team is sent"), _ALERT)
            return
        yield self._teams(incident.teams, wide=wide)
        if not wide:
            yield from self._reasons(incident.teams)

    def _needs(self, incident: IncidentView) -> Table:
        table = self._table(
            (self._say("Need"), "left"),
            (self._say("Met"), "right"),
            (self._say("Target"), "right"),
            (self._say("Complete"), "right"),
            ("", "left"),
        )
        for need in incident.needs:
            late = self._say("late by {time}", time=need.late) if need.late else ""
            table.add_row(
                Text(need.what),
                Text(f"{need.met}/{need.needed}", "" if need.met >= need.needed else _ALERT),
                Text(need.due),
                Text(need.full or "–"),
                Text(late, _ALERT),
            )
        return table

    def _teams(self, trips: tuple[Trip, ...], *, wide: bool) -> Table:
        columns = [(self._say("Team"), "left"), *self._times_heads(), (self._say("Fills"), "left")]
        table = self._table(
            *columns, *(((self._say("Approval"), "left"), (self._say("Reason"), "left")) if wide else ())
        )
        for trip in trips:
            kind = f"{trip.kind} · {self._say('locked')}" if trip.locked else trip.kind
            cells = [Text.assemble(trip.name, "\n", (kind, _QUIET)), *_times(trip), Text(trip.brings)]
            if wide:
                cells += [Text(trip.approver or "–"), self._why(trip)]
            table.add_row(*cells)
        return table

    def _shipments(self, *, wide: bool) -> Iterator[RenderableType]:
        yield Rule(Text(self._say("Shipments"), "bold"), align="left", style=_QUIET)
        columns = [
            (self._say("Truck"), "left"),
            *self._times_heads(),
            (self._say("Loads"), "left"),
            (self._say("Mass"), "right"),
        ]
        table = self._table(*columns, *(((self._say("Reason"), "left"),) if wide else ()))
        for incident in self.view.incidents:
            for trip in incident.trucks:
                leg = f"{trip.id} → {incident.id}"
                kind = f"{trip.kind} · {leg}" if wide else f"{trip.kind}\n{leg}"
                origin = Text.assemble(trip.name, "\n", (kind, _QUIET))
                cells = [origin, *_times(trip), Text(trip.brings), Text(trip.mass)]
                table.add_row(*cells, *((self._why(trip),) if wide else ()))
        yield table
        if not wide:
            yield from self._reasons(tuple(t for i in self.view.incidents for t in i.trucks))
        yield Text(self._say("Times in min:s; turnout of a truck is release and loading."), _QUIET)

    def _why(self, trip: Trip) -> Text:
        parts = [trip.why or "–"]
        if trip.next_best:
            parts.append(self._say("Next best: {what}", what=trip.next_best))
        return Text("\n".join(parts))

    def _reasons(self, trips: tuple[Trip, ...]) -> Iterator[RenderableType]:
        table = Table.grid(Column(max_width=_NAME_WIDTH, overflow="fold"), Column(), padding=(0, 2, 0, 0))
        for trip in trips:
            said = []
            if trip.approver:
                said.append(self._say("approval by {who}", who=trip.approver))
            if trip.why:
                said.append(trip.why)
            if trip.next_best:
                said.append(self._say("Next best: {what}", what=trip.next_best))
            if said:
                table.add_row(Text(trip.name), Text("\n".join(said), _QUIET))
        if table.row_count:
            yield Text()
            yield table

    def _shortfalls(self) -> Iterator[RenderableType]:
        yield Rule(Text(self._say("Shortfalls"), "bold"), align="left", style=_QUIET)
        if not self.view.shortfalls:
            yield Padding(Text(self._say("none: every need is met"), _GOOD), (0, 1))
        for short in self.view.shortfalls:
            yield Padding(self._shortfall(short), (0, 1))

    def _shortfall(self, short: ShortfallLine) -> Text:
        count = self._say("{missing} of {needed} missing", missing=short.missing, needed=short.needed)
        return Text.assemble(
            f"{short.incident}  ",
            (f"{short.what}  {count}", f"bold {_ALERT}"),
            f"  {short.limit}\n",
            f"  {short.reason}\n",
            ("  " + self._say("Remedy: {what}", what=short.remedy), ""),
        )

    def _objective(self) -> Iterator[RenderableType]:
        yield Rule(Text(self._say("Objective"), "bold"), align="left", style=_QUIET)
        table = self._table(
            (self._say("Level"), "left"),
            (self._say("Unit"), "left"),
            (self._say("Value"), "right"),
            (self._say("Bound"), "right"),
            (self._say("Gap"), "right"),
            ("", "left"),
        )
        for line in self.view.objective:
            proven = self._say("proven") if line.proven else self._say("not proven")
            table.add_row(
                Text(f"{line.level}  {line.name}"),
                Text(line.unit, _QUIET),
                Text(f"{line.value:,}"),
                Text(f"{line.bound:,}"),
                Text(line.gap),
                Text(proven, "" if line.proven else _ALERT),
            )
        yield table

    def _close(self) -> Iterator[RenderableType]:
        view = self.view
        yield Text(
            self._say(
                "doctrine {doctrine}, solver {solver}, seed {seed}",
                doctrine=view.doctrine,
                solver=view.solver,
                seed=view.seed,
            ),
            _QUIET,
        )
        yield Text(self._say("inputs {digest}", digest=view.digest[:16]), _QUIET)
        if not view.checked:
            yield Text(self._say("check: not run"), _ALERT)
        elif view.check_ok:
            yield Text(self._say("check: ok"), _GOOD)
        else:
            yield Text(self._say("check: {n} faults", n=len(view.faults)), f"bold {_ALERT}")
            for fault in view.faults:
                yield Padding(Text(fault, _ALERT), (0, 2))

    def _times_heads(self) -> tuple[tuple[str, str], ...]:
        heads = (
            self._say("Wait"),
            self._say("Call"),
            self._say("Turnout"),
            self._say("Travel"),
            self._say("Arrives"),
        )
        return tuple((head, "right") for head in heads)

    def _table(self, *columns: tuple[str, str]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
        for title, side in columns:
            table.add_column(
                title,
                justify="right" if side == "right" else "left",
                overflow="fold",
                no_wrap=side == "right",
            )
        return table


def _times(trip: Trip) -> list[Text]:
    eta = trip.eta
    parts = (eta.wait_s, eta.call_processing_s, eta.turnout_s, eta.travel_s)
    return [
        *(Text(minutes(part)) for part in parts),
        Text(trip.arrives, f"bold {_ALERT}" if trip.late else "bold"),
    ]
