"""Which English templates the product says; `python -m tests.dispatch.catalogue` lists untranslated ones."""

from __future__ import annotations

import ast
import json
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

PACKAGES = ("models", "graphs", "kernels", "scenarios", "dispatch")
SAYERS = {
    "InputError": 0,
    "DispatchError": 0,
    "say": 0,
    "phrase": 0,
    "_finding": 2,
    "require": 1,
    "_demand": 1,
}
"""Callables whose argument at this index is a template."""
IN_TEMPLATE = re.compile(r"""\bsay\("((?:[^"\\]|\\.)*)\"""")
"""How a Jinja2 template says something."""
WORDS = {"refuse_duplicates": 1, "_known": 2, "fill": 0, "at_most": 2}
"""Callables whose argument at this index is a word that a template takes up."""
WORD_TABLES = {"SETS"}
"""Tables of a module whose keys and values are words that a template takes up."""


@dataclass(frozen=True)
class Said:
    template: str
    place: str


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr.lstrip("_") if isinstance(call.func, ast.Attribute) else ""


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def said_from_tables(tree: ast.AST, file: str) -> Iterator[Said]:
    """Templates in a table that a function says one of, its own or the module's, and words beside a phrase."""
    shared = module_tables(tree)
    for name in sorted(WORD_TABLES & shared.keys()):
        yield from constants_in(shared[name], file)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_says_a_variable(inner) for inner in ast.walk(node)):
            used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} & shared.keys()
            for part in (node, *(shared[name] for name in sorted(used))):
                yield from said_from_parts(part, file)
        if isinstance(node, ast.Tuple) and any(
            isinstance(part, ast.Call) and _name(part) == "phrase" for part in node.elts
        ):
            for each in node.elts:
                for text in _literals(each):
                    yield Said(text, f"{file}:{each.lineno}")


def said_from_parts(root: ast.AST, file: str) -> Iterator[Said]:
    """The first of each tuple of texts, and the texts that dictionaries lead to."""
    for table in ast.walk(root):
        if isinstance(table, ast.Tuple) and table.elts and isinstance(table.elts[0], ast.Constant):
            for text in _literals(table.elts[0]):
                yield Said(text, f"{file}:{table.lineno}")
        if isinstance(table, ast.Dict):
            for value in table.values:
                yield from constants_in(value, file)


def constants_in(root: ast.AST, file: str) -> Iterator[Said]:
    """Every text below a node."""
    for word in ast.walk(root):
        if isinstance(word, ast.Constant) and isinstance(word.value, str):
            yield Said(word.value, f"{file}:{word.lineno}")


def module_tables(tree: ast.AST) -> dict[str, ast.expr]:
    """Dictionaries that a module gives a name, by that name."""
    tables: dict[str, ast.expr] = {}
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            tables.update({target.id: node.value for target in targets if isinstance(target, ast.Name)})
    return tables


def _says_a_variable(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and _name(node) in {"phrase", "say"}
        and bool(node.args)
        and isinstance(node.args[0], ast.Name)
    )


def said_in(tree: ast.AST, file: str) -> Iterator[Said]:
    """Every literal template and word of one module."""
    yield from said_from_tables(tree, file)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node)
        for index in (SAYERS.get(name), WORDS.get(name)):
            if index is not None and index < len(node.args):
                for text in _literals(node.args[index]):
                    yield Said(text, f"{file}:{node.lineno}")
        if name == "ObjectiveLevel":
            for keyword in node.keywords:
                if keyword.arg == "unit":
                    for text in _literals(keyword.value):
                        yield Said(text, f"{file}:{node.lineno}")
        if name in SAYERS:
            for keyword in node.keywords:
                if keyword.arg in {"what", "complaint"}:  # words that a sentence takes up
                    for text in _literals(keyword.value):
                        yield Said(text, f"{file}:{node.lineno}")


def said_by_the_product(root: Path = ROOT) -> list[Said]:
    found: list[Said] = []
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            found.extend(
                said_in(ast.parse(file.read_text(encoding="utf-8")), file.relative_to(root).as_posix())
            )
    for file in sorted((root / "dispatch/templates").iterdir()):
        text = file.read_text(encoding="utf-8")
        for match in IN_TEMPLATE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Said(match.group(1), f"{file.relative_to(root).as_posix()}:{line}"))
    return [said for said in found if said.template]


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def chinese(root: Path = ROOT) -> dict[str, str]:
    return tomllib.loads((root / "dispatch/data/zh.toml").read_text(encoding="utf-8"))


def missing(root: Path = ROOT) -> dict[str, str]:
    """Templates that the catalogue does not have, with the first place that says them."""
    known = chinese(root)
    gaps: dict[str, str] = {}
    for said in said_by_the_product(root):
        if said.template not in known:
            gaps.setdefault(said.template, said.place)
    return gaps


def unused(root: Path = ROOT) -> list[str]:
    """Templates of the catalogue that nothing says any more."""
    said = {each.template for each in said_by_the_product(root)}
    return [template for template in chinese(root) if template not in said]


if __name__ == "__main__":
    for template, place in missing().items():
        print(f'# {place}\n{json.dumps(template, ensure_ascii=False)} = ""')  # noqa: T201
    for template in unused():
        print(f"# no longer said: {template}")  # noqa: T201
