"""Commands that are imported when they are named: a start does not pay for what it does not use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group


def later(module: str, help_text: str) -> typer.Typer:
    """Stand in for the application `app` of a module, with its help of one line.

    Parameters
    ----------
    module
        Name of the module, imported with the first command that is asked for.
    help_text
        What the group is for.
    """

    @cache
    def commands() -> dict[str, Any]:
        return dict(get_group(import_module(module).app).commands)

    class Later(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's own signature
            return list(commands())

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
            return commands().get(cmd_name)

    return typer.Typer(cls=Later, help=help_text, no_args_is_help=True)


def add_later(app: typer.Typer, name: str, source: str, help_text: str) -> None:
    """Add a command whose module is imported when the command is named.

    Parameters
    ----------
    app
        The application that gets the command.
    name
        What the command is called.
    source
        Module and function, as in "dispatch.cli.plan:demo".
    help_text
        The first sentence of the function's own help: what a list of commands says.
    """
    module, function = source.split(":")

    @cache
    def command() -> Any:
        alone = typer.Typer(add_completion=False, rich_markup_mode=app.rich_markup_mode)
        called: Callable[..., None] = getattr(import_module(module), function)
        alone.command(name)(called)
        return get_command(alone)

    class Later(TyperCommand):
        def make_context(
            self, info_name: str | None, args: list[str], parent: Any = None, **more: Any
        ) -> Any:
            # click goes on with the command of the context, not with the one whose context it asked for
            return command().make_context(info_name, args, parent, **more)

    app.command(name, cls=Later, help=help_text)(_named_later)


def _named_later() -> None:
    """Stand in for a command of which no word was read yet."""
