"""Groups of commands that are imported when one of them is named: a start does not pay for what it does not use."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


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
