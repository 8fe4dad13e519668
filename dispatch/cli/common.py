"""What all commands share: language, JSON, the consoles, and the one table from error to exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR
from os import strerror
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar

import typer
from rich.console import Console

from dispatch.language import LANGUAGES, Phrases, in_language
from models.errors import DispatchError, InputError, require

if TYPE_CHECKING:
    from models.plan import Plan
    from scenarios.world import World

T = TypeVar("T")

EXIT_INPUT: Final = 2
EXIT_FAULT: Final = 1
EXIT_CODES: Final[tuple[tuple[type[DispatchError], int], ...]] = (
    (InputError, EXIT_INPUT),
    (DispatchError, EXIT_FAULT),
)
"""From error to exit code, the first that fits."""

PLAIN_WIDTH: Final = 140
"""Columns of a text that goes to a file or a pipe."""


def language_of(wanted: str | None) -> str:
    """Give the language to speak: as asked, else `DISPATCH_LANG`, else the locale's if Chinese, else English."""
    named = wanted or os.environ.get("DISPATCH_LANG")
    if named:
        return named if named in LANGUAGES else "en"
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def _known_language(value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        message = f"{value!r} is not known; there are {', '.join(LANGUAGES)}"
        raise typer.BadParameter(message)
    return value


Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help="Language of what is shown (default: DISPATCH_LANG, else the locale).",
        callback=_known_language,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
WorldOption = Annotated[
    str,
    typer.Option(
        "--world", "-w", metavar="NAME|DIR", help="A built-in world, or the folder of a world you built."
    ),
]
WorldArgument = Annotated[
    str, typer.Argument(metavar="NAME|DIR", help="A built-in world, or the folder of a world you built.")
]

Force = Annotated[
    str | None,
    typer.Option(
        "--force",
        metavar="1+7+23+388+40",
        help="Counts of a built-in world's force: district+specialist+town+village+others.",
    ),
]


def load_world(name: str, force: str | None, say: Callable[[str], None]) -> World:
    """Load a world by name or folder, a built-in one with the counts asked for."""
    from models.force import ForceStructure
    from scenarios.library import load

    return load(name, force=None if force is None else ForceStructure.parse(force), progress=say)


def read_document(kind: type[T], path: Path) -> T:
    """Read a JSON document from a file, or from standard input where the path is "-"."""
    from models.codec import read_file, read_json

    return (
        read_json(kind, sys.stdin.buffer.read(), "standard input")
        if str(path) == "-"
        else read_file(kind, path)
    )


def refuse_other_world(made: Plan, world: World, where: str) -> None:
    """Refuse a plan that was made for another world than the one at hand."""
    require(
        made.world == world.district.id,
        "the plan was made for world {plan_world!r}, not for {world!r}; name it by --world",
        where=where,
        plan_world=made.world,
        world=world.district.id,
    )


def out_console() -> Console:
    """Give standard output; plain and wide enough for a table where it is no terminal."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=PLAIN_WIDTH)


def error_console() -> Console:
    """Give standard error, for progress, notes and refusals."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Any, indent: int | None = 2) -> None:
    """Print a JSON document of plain values on standard output; on one line where `indent` is None."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=indent) + "\n")


@contextmanager
def refusals(language: str | None, *, as_json: bool = False) -> Iterator[None]:
    """Turn an error raised on purpose into its sentence on standard error and its exit code."""
    try:
        yield
    except DispatchError as error:
        _refuse(error, language_of(language), as_json=as_json)


def _refuse(error: DispatchError, language: str, *, as_json: bool) -> NoReturn:
    # one line, also where an id or another program's words hold a line break
    sentence = " ".join(in_language(error, language).splitlines())
    if as_json:
        sys.stderr.write(json.dumps({"error": sentence}, ensure_ascii=False) + "\n")
    else:
        error_console().print(sentence, style="red", markup=False)
    raise typer.Exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))


@contextmanager
def progress(language: str | None) -> Iterator[Callable[[str], None]]:
    """Show on standard error what is under way and for how long, where somebody watches.

    Yields a function that takes an English sentence and shows it in the language.
    """
    console, phrases = error_console(), Phrases(language_of(language))
    if not console.is_terminal:
        yield lambda _: None
        return
    # only where somebody watches: it takes as long to import as the rest of this module
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda sentence: bar.update(task, description=phrases.say(sentence))


def write_files(texts: Mapping[Path, str]) -> None:
    """Write some files, all of them or none: every draft is on the disk before the first is put in its place."""
    drafts = {path: path.with_name(f".{path.name}.draft") for path in texts}
    path = Path()
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(EISDIR, strerror(EISDIR))
            drafts[path].write_text(text, encoding="utf-8")
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise InputError(
            "cannot be written: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    finally:
        for draft in drafts.values():
            with suppress(OSError):  # it is not there, nor is its folder
                draft.unlink()
