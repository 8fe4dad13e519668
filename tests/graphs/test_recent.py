"""A small memory."""

from __future__ import annotations

from graphs.recent import Recent


def test_a_value_is_made_once_and_the_one_not_asked_for_longest_goes() -> None:
    made: list[str] = []
    kept: Recent[str, str] = Recent(2)

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    def ask(key: str) -> str:
        return kept.get(key, lambda: make(key))

    assert [ask(key) for key in "abacaab"] == list("ABACAAB")
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2
