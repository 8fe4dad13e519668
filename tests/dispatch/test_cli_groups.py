"""Groups of options: Typer sees each option, the command sees the group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from dispatch.cli.groups import grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Two options."""

    wide: Annotated[int, typer.Option("--wide", "-w", help="Across.")] = 3
    high: Annotated[int | None, typer.Option(help="Upright.")] = None


@grouped
def measure(*, name: str = "box", size: Size, twice: bool = False) -> None:
    """Measure a thing."""
    typer.echo(f"{name} {size} {twice}")


@pytest.fixture
def app() -> typer.Typer:
    """A program of one command."""
    program = typer.Typer()
    program.command()(measure)
    return program


def run(app: typer.Typer, *words: str) -> str:
    """Give what it prints."""
    done = CliRunner().invoke(app, words)
    return done.output


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ((), "box Size(wide=3, high=None) False\n"),
        (("-w", "5", "--twice"), "box Size(wide=5, high=None) True\n"),
        (("--high", "7", "--name", "door"), "door Size(wide=3, high=7) False\n"),
    ],
)
def test_the_options_of_a_group_reach_the_command_as_the_group(
    app: typer.Typer, words: tuple[str, ...], printed: str
) -> None:
    assert run(app, *words) == printed


def test_the_help_lists_the_options_of_a_group_where_the_group_stands(app: typer.Typer) -> None:
    text = run(app, "--help")
    assert "Measure a thing." in text
    places = [text.index(option) for option in ("--name", "--wide", "--high", "--twice")]
    assert places == sorted(places)


def test_a_bad_value_is_refused_as_that_of_any_option(app: typer.Typer) -> None:
    assert "--wide" in run(app, "--wide", "much")
    assert CliRunner().invoke(app, ["--wide", "much"]).exit_code == 2
