"""Plain values get types; a value of another type is refused with what was expected."""

import math
from collections import UserDict
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from mechanist.core.narrowing import (
    built,
    mapping,
    number,
    numbers,
    optional_number,
    sequence,
    text,
    texts,
    whole,
)

HELD = {"a": 1}


@pytest.mark.parametrize("value", [3, 2.5, True, np.float32(0.1), np.int64(7), math.inf])
def test_numbers_are_returned_as_they_are(value: float) -> None:
    assert number(value) is value
    assert optional_number(value) is value


def test_no_number_stays_none() -> None:
    assert optional_number(None) is None
    assert numbers([1, 2.5]) == (1, 2.5)


@pytest.mark.parametrize(("value", "expected"), [(4, 4), (4.0, 4), (np.int32(4), 4), (-2.0, -2)])
def test_whole_numbers_are_integers(value: float, expected: int) -> None:
    found = whole(value)
    assert found == expected
    assert type(found) is int


def test_texts_and_lists_and_mappings_keep_their_values() -> None:
    assert text("x") == "x"
    assert texts(["x", "y"]) == ("x", "y")
    assert texts(("x",)) == ("x",)
    assert mapping(HELD) is HELD
    assert mapping(UserDict(a=1))["a"] == 1
    listed = [1, "x"]
    assert sequence(listed) is listed


@pytest.mark.parametrize(
    ("narrow", "value", "message"),
    [
        (text, 3, "3 is of type int; expected a text"),
        (text, None, "None is of type NoneType; expected a text"),
        (texts, "xyz", "'xyz' is of type str; expected a list"),
        (texts, ["x", 2], "2 is of type int; expected a text"),
        (number, "3", "'3' is of type str; expected a number"),
        (number, None, "None is of type NoneType; expected a number"),
        (optional_number, "", "'' is of type str; expected a number"),
        (whole, 2.5, "2.5 is of type float; expected a whole number"),
        (whole, math.inf, "inf is of type float; expected a whole number"),
        (whole, "2", "'2' is of type str; expected a whole number"),
        (mapping, [1], r"\[1\] is of type list; expected named entries"),
        (sequence, {"a": 1}, "{'a': 1} is of type dict; expected a list"),
    ],
)
def test_other_values_are_refused(
    narrow: Callable[[object], object], value: object, message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        narrow(value)


def test_named_values_become_arguments() -> None:
    assert built(Fraction, {"numerator": 2, "denominator": 4}) == Fraction(1, 2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'top'"):
        built(Fraction, {"top": 2})
