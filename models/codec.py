"""JSON and TOML in, JSON out: strict, unknown and repeated keys refused. The documents there are: `models.schemas`.

The one module of `models` that imports pydantic. Every way of being wrong ends in one `InputError` that names the
field by its path.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from models.doctrine import Doctrine
from models.errors import InputError

T = TypeVar("T")

LARGEST: Final = 10**15
"""The largest whole number a document may hold."""

_adapter: Final[Callable[[Any], TypeAdapter[Any]]] = cache(TypeAdapter)


def read_json(kind: type[T], text: str | bytes, source: str) -> T:
    """Read one JSON document of type `kind`.

    Parameters
    ----------
    kind
        A dataclass of `models`.
    text
        The document.
    source
        What to call it in a message: usually the file name.

    Raises
    ------
    InputError
        Not JSON, a key unknown, repeated or missing, or a value that the dataclass refuses.
    """
    plain = _decode(text, source)
    try:
        json.loads(
            plain,
            object_pairs_hook=_refuse_repeated,
            parse_constant=_refuse_constant,
            parse_int=_refuse_large,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            "not valid JSON: {what}",
            where=f"{source}, line {error.lineno}, column {error.colno}",
            what=error.msg,
        ) from None
    except InputError as error:
        raise error.at(source) from None
    except ValueError:  # Python's own limit on the digits of one whole number
        raise InputError("a number has thousands of digits", where=source) from None
    except RecursionError:
        raise InputError("nested too deep to be a document of this kind", where=source) from None
    try:
        document: T = _adapter(kind).validate_json(plain, strict=True)
    except ValidationError as error:
        raise _as_input_error(error, source) from None
    return document


def read_value(kind: type[T], value: object, source: str) -> T:
    """Read `kind` from plain values that came from TOML or a table (enumerations and times may be text)."""
    return read_json(kind, json.dumps(value, default=str, ensure_ascii=False), source)


def read_doctrine(path: Path) -> Doctrine:
    """Read a doctrine from a TOML file."""
    return read_toml(Doctrine, path)


def read_toml(kind: type[T], path: Path) -> T:
    """Read `kind` from a TOML file; errors as of `read_json`."""
    try:
        table = tomllib.loads(_decode(path.read_bytes(), str(path)))
    except tomllib.TOMLDecodeError as error:
        raise InputError("not valid TOML: {what}", where=str(path), what=str(error)) from None
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    return read_value(kind, table, str(path))


def read_file(kind: type[T], path: Path) -> T:
    """Read `kind` from a JSON file."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    return read_json(kind, text, str(path))


def write_json(document: object, *, indent: int | None = 2) -> str:
    """Write a dataclass of `models` as JSON text; the same value always gives the same text."""
    return _adapter(type(document)).dump_json(document, indent=indent).decode()


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema of a dataclass of `models`."""
    return _adapter(kind).json_schema()


def _decode(text: str | bytes, source: str) -> str:
    """Read UTF-8; the mark that some editors put at the head of a file is passed over."""
    try:
        plain = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text; save the file as UTF-8", where=source) from None
    return plain.removeprefix("\ufeff")


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise InputError("key {key!r} stands twice in one object", key=repeated)
    return found


def _refuse_large(digits: str) -> int:
    """Refuse a whole number that no count, time or value of a plan comes to."""
    number = int(digits)
    if abs(number) > LARGEST:
        raise InputError(
            "{n} is larger than any number meant here; the most is {most}", n=digits[:30], most=LARGEST
        )
    return number


def _refuse_constant(name: str) -> float:
    raise InputError("{name} is not a JSON number", name=name)


def _as_input_error(error: ValidationError, source: str) -> InputError:
    """Turn the first complaint into one sentence with the field's path."""
    complaints = error.errors(include_url=False)
    # a misspelt key is both unknown and missing: the unknown one is what the reader can find in the file
    first = next(
        (each for each in complaints if each["type"] == "unexpected_keyword_argument"), complaints[0]
    )
    parts = [part for part in first["loc"] if part != "[key]"]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
    where = f"{source}: {path}" if path else source
    kind, context = first["type"], first.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        return InputError("unknown key; see `dispatch schema` for the keys there are", where=where)
    if kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return InputError("this key is missing", where=where)
    if kind == "value_error" and isinstance(context.get("error"), InputError):
        return context["error"].at(where)  # type: ignore[no-any-return]
    if kind == "json_invalid":
        return InputError("not valid JSON: {what}", where=where, what=context.get("error", ""))
    if kind == "enum":
        return InputError(
            "{found!r} is not one of {expected}",
            where=where,
            found=first["input"],
            expected=context.get("expected", ""),
        )
    return InputError("{what}, got {found!r}", where=where, what=first["msg"], found=_short(first["input"]))


def _short(value: object, limit: int = 60) -> object:
    text = repr(value)
    return value if len(text) <= limit else text[:limit] + "…"
