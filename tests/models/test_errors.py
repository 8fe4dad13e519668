"""The family of errors."""

from __future__ import annotations

import pytest

from models.errors import DispatchError, InputError, require


def test_the_sentence_is_the_template_with_its_parameters() -> None:
    error = InputError("team {id} has crew {n}", id="t1", n=0)
    assert str(error) == error.sentence == "team t1 has crew 0"
    assert error.template == "team {id} has crew {n}"
    assert error.params == {"id": "t1", "n": 0}


def test_a_template_without_parameters_may_hold_braces() -> None:
    assert str(InputError("write {} for nothing")) == "write {} for nothing"


def test_parameters_may_be_called_template_and_condition() -> None:
    assert (
        str(InputError("a {template} is {condition}", template="form", condition="missing"))
        == "a form is missing"
    )
    with pytest.raises(InputError, match=r"^a form$"):
        require(False, "a {template}", template="form")


def test_at_puts_the_outer_place_first() -> None:
    error = InputError("it is wrong", where="teams[3]").at("world.json")
    assert str(error) == "world.json: teams[3]: it is wrong"
    assert str(InputError("it is wrong").at("world.json")) == "world.json: it is wrong"


def test_require_raises_only_where_the_condition_fails() -> None:
    require(True, "never said")
    with pytest.raises(InputError) as caught:
        require(False, "{n} is too much", where="line 3", n=9)
    assert str(caught.value) == "line 3: 9 is too much"


def test_bad_input_is_a_value_error() -> None:
    assert issubclass(InputError, ValueError)
    assert issubclass(InputError, DispatchError)
    assert not issubclass(DispatchError, ValueError)
