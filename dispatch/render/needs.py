"""What people need, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.deprivation import Without
from dispatch.language import Duration, Phrases
from models.relief import Counts, Every, Needs
from models.relief import Group as People
from models.season import Likelihood
from models.supply import Item
from models.units import SECONDS_PER_HOUR
from models.world import District


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An estimate and what it is held against.

    Attributes
    ----------
    stock, short
        Units that may be issued, and that are missing, by item.
    likelihood
        Which of the three figures accounts and shortfalls are of.
    order_up_to
        Level to order up to, by item; empty where it was not asked for.
    without
        Account of who goes without, by item; empty where no deliveries are given.
    """

    needs: Needs
    stock: Mapping[str, int]
    short: Mapping[str, Counts]
    likelihood: Likelihood
    order_up_to: Mapping[str, int] = field(default_factory=dict)
    without: Mapping[str, Without] = field(default_factory=dict)


def needs_text(shown: Shown, district: District, language: str) -> RenderableType:
    """Lay an estimate out: people, items with stock and shortfall, the daily needs, accounts, and every basis."""
    phrases = Phrases(language)
    items = {item.id: item for item in district.items}
    parts: list[RenderableType] = [*_people(shown.needs, phrases), _items(shown, items, phrases)]
    if shown.needs.days > 1 and any(line.every is Every.DAY for line in shown.needs.lines):
        parts.append(_days(shown.needs, items, phrases))
    if shown.without:
        parts.append(_accounts(shown, items, phrases))
    parts.append(Text(phrases.say("low goes with low and high with high throughout; sources:"), style="dim"))
    parts.append(Text(f"  {phrases.say('relocated')}: {shown.needs.shares_basis}", style="dim"))
    parts += [
        Text(f"  {phrases.of(items[line.item].name)}: {line.basis}", style="dim")
        for line in shown.needs.lines
    ]
    return Group(*parts)


def _people(needs: Needs, phrases: Phrases) -> Iterator[Text]:
    yield Text(
        phrases.say(
            "{people} people affected, {season}, {days} days",
            people=needs.people,
            season=needs.season,
            days=needs.days,
        ),
        style="bold",
    )
    for group in (People.RELOCATED, People.SHELTERED, People.TENTED):
        low, likely, high = needs.groups[group]
        yield Text(
            "  "
            + phrases.say(
                "{group}: {likely} ({low} to {high})", group=group, likely=likely, low=low, high=high
            )
        )


def _items(shown: Shown, items: Mapping[str, Item], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("item"))
    table.add_column(phrases.say("unit"))
    table.add_column(phrases.say("for whom"))
    heads = ["low", "likely", "high", "in stock", "short"] + (["order up to"] if shown.order_up_to else [])
    for head in heads:
        table.add_column(phrases.say(head), justify="right")
    table.add_column(phrases.say("within"), justify="right")
    for line in shown.needs.lines:
        missing = shown.short[line.item].of(shown.likelihood)
        cells = [*(str(n) for n in line.total), str(shown.stock[line.item])]
        cells.append(f"[red]{missing}[/red]" if missing else "–")
        if shown.order_up_to:
            cells.append(str(shown.order_up_to[line.item]))
        table.add_row(
            Text(phrases.of(items[line.item].name)),
            Text(phrases.of(items[line.item].unit)),
            phrases.word(line.group),
            *cells,
            phrases.of(Duration(line.deadline_s)),
        )
    return table


def _days(needs: Needs, items: Mapping[str, Item], phrases: Phrases) -> Table:
    """Lay out what is needed anew each day: the likely figure, a column to a change of it."""
    lines = [line for line in needs.lines if line.every is Every.DAY]
    starts = [
        day
        for day in range(needs.days)
        if day == 0 or any(line.by_day[day] != line.by_day[day - 1] for line in lines)
    ]
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("each day"))
    for first, end in zip(starts, [*starts[1:], needs.days], strict=True):
        table.add_column(phrases.say("day {first} to {last}", first=first + 1, last=end), justify="right")
    for line in lines:
        table.add_row(
            Text(phrases.of(items[line.item].name)),
            *(
                f"{line.by_day[day].likely} ({line.by_day[day].low}–{line.by_day[day].high})"
                for day in starts
            ),
        )
    return table


def _accounts(shown: Shown, items: Mapping[str, Item], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("item"))
    for head in (
        "day",
        "needed",
        "carried over",
        "delivered",
        "unmet",
        "people without",
        "person-hours",
        "longest",
    ):
        table.add_column(phrases.say(head), justify="right")
    for item, account in shown.without.items():
        if not any(day.delivered for day in account.days):
            cells = (str(sum(day.needed for day in account.days)), "", "0", str(account.days[-1].unmet))
            without = max(day.people_without for day in account.days)
            table.add_row(
                Text(phrases.of(items[item].name)),
                f"1–{len(account.days)}",
                *cells,
                str(without),
                f"{account.person_hours:.0f}",
                phrases.of(Duration(round(account.longest_h * SECONDS_PER_HOUR))),
            )
            continue
        for number, day in enumerate(account.days, 1):
            last = number == len(account.days)
            longest = phrases.of(Duration(round(account.longest_h * SECONDS_PER_HOUR))) if last else ""
            table.add_row(
                Text(phrases.of(items[item].name) if number == 1 else ""),
                str(number),
                str(day.needed),
                str(day.carried),
                str(day.delivered),
                str(day.unmet),
                str(day.people_without),
                f"{day.person_hours:.0f}",
                longest,
            )
    return table
