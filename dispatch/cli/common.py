"""What all commands share: language, JSON, the consoles, and the one table from error to exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console

from dispatch.language import LANGUAGES, in_language
from models.errors import DispatchError, InputError

EXIT_INPUT: Final = 2
EXIT_FAULT: Final = 1
EXIT_CODES: Final[tuple[tuple[type[DispatchError], int], ...]] = (
    (InputError, EXIT_INPUT),
    (DispatchError, EXIT_FAULT),
)
"""From error to exit code, the first that fits."""


def default_language() -> str:
    """`DISPATCH_LANG`, else the locale's language where it is Chinese, else English."""
    wanted = os.environ.get("DISPATCH_LANG")
    if wanted:
        return wanted
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def _known_language(value: str) -> str:
    if value not in LANGUAGES:
        message = f"{value!r} is not known; there are {', '.join(LANGUAGES)}"
        raise typer.BadParameter(message)
    return value


Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help="Language of what is shown (default: DISPATCH_LANG, else the locale).",
        default_factory=default_language,
        show_default=False,
        callback=_known_language,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
WorldOption = Annotated[
    str,
    typer.Option(
        "--world", "-w", metavar="NAME|DIR", help="A built-in world, or the folder of a world you built."
    ),
]


def out_console() -> Console:
    """Standard output; plain and wide enough for a table where it is no terminal."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=140)


def error_console() -> Console:
    """Standard error: progress, notes and refusals."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Any) -> None:
    """Print a JSON document of plain values on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def refusals(language: str, *, as_json: bool = False) -> Iterator[None]:
    """Turn an error raised on purpose into its sentence on standard error and its exit code."""
    try:
        yield
    except DispatchError as error:
        _refuse(error, language, as_json=as_json)


def _refuse(error: DispatchError, language: str, *, as_json: bool) -> NoReturn:
    sentence = in_language(error, language)
    if as_json:
        sys.stderr.write(json.dumps({"error": sentence}, ensure_ascii=False) + "\n")
    else:
        error_console().print(sentence, style="red", markup=False)
    raise typer.Exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show on standard error that something is under way, where somebody watches."""
    console = error_console()
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        yield


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise InputError(
            "cannot be written: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
