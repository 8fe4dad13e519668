"""What else a plan says, as titled lists of sentences: warnings, changes, command, certainty, what is next, cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.language import Clock, Duration, Phrases
from models.plan import Assignment, ChangeKind, CoverReport, Plan
from models.world import District


@dataclass(frozen=True, slots=True)
class Section:
    """A title and the sentences under it; `alert` marks those that need attention."""

    title: str
    lines: tuple[tuple[str, bool], ...]


def sections(plan: Plan, district: District, phrases: Phrases) -> tuple[Section, ...]:
    """Give the sections of a plan that have something to say."""
    teller = _Teller(plan, district, phrases)
    made = (
        Section(phrases.say("Colour warnings"), tuple(teller.forecasts())),
        Section(phrases.say("Changes against the plan in force"), tuple(teller.changes())),
        Section(phrases.say("Command"), tuple(teller.command())),
        Section(phrases.say("How sure the strength is"), tuple(teller.certainty())),
        Section(phrases.say("Afterwards"), tuple(teller.follow_ups())),
        Section(phrases.say("Cover left behind"), tuple(teller.cover())),
        Section(phrases.say("Proposed moves"), tuple(teller.moves())),
    )
    return tuple(section for section in made if section.lines)


class _Teller:
    """Sentences of one plan in one language."""

    def __init__(self, plan: Plan, district: District, phrases: Phrases) -> None:
        self.plan, self.district, self.phrases = plan, district, phrases
        self.sent: dict[str, Assignment] = {each.team: each for each in plan.assignments}

    def _capability(self, key: str) -> str:
        name = self.district.doctrine.capabilities.get(key)
        return key if name is None else self.phrases.of(name)

    def forecasts(self) -> Iterator[tuple[str, bool]]:
        """Say the warnings of the request, and which of them the cover does not count."""
        towns = {town.code: town.name for town in self.district.towns}
        for each in () if self.plan.asked is None else self.plan.asked.forecasts:
            named = [self.phrases.of(towns[code]) if code in towns else code for code in each.towns]
            now = each.begin <= self.plan.made_for < each.end
            line = self.phrases.say(
                "{id}: {colour} warning for {towns}, {begin} to {end}"
                if now
                else "{id}: {colour} warning for {towns}, {begin} to {end}; not in force now, so it raises no risk",
                id=each.id,
                colour=each.colour,
                towns=self.phrases.listing(named) or self.phrases.say("the whole district"),
                begin=Clock(each.begin, self.plan.made_for),
                end=Clock(each.end, self.plan.made_for),
            )
            yield line, now

    def changes(self) -> Iterator[tuple[str, bool]]:
        for each in self.plan.changes:
            line = self.phrases.say(
                "{name} ({team}): {kind} from {was}, {why}"
                if each.kind is ChangeKind.DIVERTED
                else "{name} ({team}): {kind}, {why}",
                name=each.name,
                team=each.team,
                kind=self.phrases.word(each.kind),
                was=each.was,
                why=each.why,
            )
            yield line, False

    def command(self) -> Iterator[tuple[str, bool]]:
        for incident in dict.fromkeys(each.incident for each in self.plan.command):
            chain = [
                self.phrases.say(
                    "{name} from {time}",
                    name=self.sent[each.team].name,
                    time=Clock(each.begins_at, self.plan.made_for),
                )
                for each in self.plan.command
                if each.incident == incident
            ]
            yield f"{incident}: {' → '.join(chain)}", False

    def certainty(self) -> Iterator[tuple[str, bool]]:
        for each in self.plan.certainty:
            facts = {
                "incident": each.incident,
                "capability": self._capability(each.capability),
                "share": f"{100 * each.confidence:.0f}",
            }
            if each.by is not None:
                time = Clock(each.by, self.plan.made_for)
                yield (
                    self.phrases.say(
                        "{incident}, {capability}: with {share} % certainty by {time}", **facts, time=time
                    ),
                    False,
                )
            else:
                chance = f"{100 * each.probability:.0f}"
                yield (
                    self.phrases.say(
                        "{incident}, {capability}: complete with {chance} % certainty, {share} % are asked for",
                        **facts,
                        chance=chance,
                    ),
                    True,
                )

    def follow_ups(self) -> Iterator[tuple[str, bool]]:
        for each in self.plan.follow_ups:
            line = self.phrases.say(
                "{name} goes on from {after} to {incident} with {strength} of {capability}: about {time}, "
                "between {earliest} and {latest}",
                name=each.name,
                after=each.after,
                incident=each.incident,
                strength=each.strength,
                capability=self._capability(each.capability),
                time=Clock(each.arrives_at, self.plan.made_for),
                earliest=Clock(each.earliest, self.plan.made_for),
                latest=Clock(each.latest, self.plan.made_for),
            )
            yield line, False

    def cover(self) -> Iterator[tuple[str, bool]]:
        report = self.plan.cover
        if report is None:
            return
        yield self._shares(report), False
        if report.worst is not None:
            worst = self.phrases.say(
                "worst-served town: {town}, {before} % before, {after} % now",
                town=report.worst.name,
                before=f"{100 * report.worst.before:.1f}",
                after=f"{100 * report.worst.after:.1f}",
            )
            yield worst, report.worst.after < report.worst.before
        if report.broken:
            yield (
                self.phrases.say(
                    "red and orange cells that nobody free reaches in time any more: {cells}",
                    cells=self.phrases.listing(report.broken),
                ),
                True,
            )

    def _shares(self, report: CoverReport) -> str:
        return self.phrases.say(
            "people at risk covered: {before} % before, {after} % with this plan, {moved} % with the moves",
            before=f"{100 * report.before:.1f}",
            after=f"{100 * report.after:.1f}",
            moved=f"{100 * report.with_moves:.1f}",
        )

    def moves(self) -> Iterator[tuple[str, bool]]:
        for each in self.plan.moves:
            line = self.phrases.say(
                "{name} ({team}) to {place}, there in {eta}: {share} % more",
                name=each.name,
                team=each.team,
                place=each.place,
                eta=Duration(each.travel_s),
                share=f"{100 * each.gain:.1f}",
            )
            yield line, False
