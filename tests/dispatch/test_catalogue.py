"""What finds the templates of the product: a planted one of each kind is found."""

from __future__ import annotations

import ast

import pytest

from tests.dispatch import catalogue

SOURCES: dict[str, str] = {
    "an error": 'raise InputError("found {n}", n=1)',
    "a check": 'require(x, "found {n}", n=1)',
    "a bound": 'at_most(n, 9, "found {n}")',
    "a phrase": 'phrases.say("found {n}", n=1)',
    "either of two": 'phrase("found {n}" if x else "other")',
    "a table of the function": 'def f(k):\n    return phrase({1: "found {n}"}[k] if k else k) and phrase(k)',
    "a table of the module": 'TABLE = {1: (2, "found {n}")}\n\ndef f(k):\n    word = TABLE[k]\n    return phrase(word)',
    "a constant of the module": 'TABLE: Final = {1: "found {n}"}\n\ndef f(k):\n    return say(TABLE[k]) and say(k)',
    "words of a set": 'SETS = {"found {n}": "one"}',
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_template_is_found(kind: str) -> None:
    """However it is said."""
    found = {said.template for said in catalogue.said_in(ast.parse(SOURCES[kind]), "f.py")}
    assert "found {n}" in found


def test_a_table_that_nobody_says_is_no_template() -> None:
    """A dictionary of other things stays out."""
    source = 'TABLE = {1: "key"}\n\ndef f(k):\n    return TABLE[k]'
    assert not list(catalogue.said_in(ast.parse(source), "f.py"))
