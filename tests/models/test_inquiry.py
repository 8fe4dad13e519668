"""Answers to questions about a plan."""

from __future__ import annotations

from tests.models import words
from tests.models.plan_words import explanation


def test_an_explanation_of_another_version_is_refused() -> None:
    words.refused(
        explanation(),
        {"schema": "rescue-dispatch/explanation/2"},
        "schema 'rescue-dispatch/explanation/2' is not known; write rescue-dispatch/explanation/1",
    )
