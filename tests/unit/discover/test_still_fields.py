"""Fields that do not vary are named, so that nobody looks for the fault in the library."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.discover.still_fields import still_fields
from mechanist.formats.field_files import FieldData

X, T = np.arange(48) * 2 * np.pi / 48, 0.05 * np.arange(50)
SEARCH = Search(library=Library(degree=2, order=2))


def ring(u: FloatArray) -> FieldData:
    return FieldData("ring", {"x": X, "t": T}, {"u": u}, periodic=frozenset(["x"]))


def moving() -> FloatArray:
    return np.sin(X[:, None] - T) + 0.5 * np.sin(2 * (X[:, None] - T))


def test_fields_are_named_that_are_constant_or_steady() -> None:
    constant, steady = np.full((48, 50), 3.0), np.repeat(np.sin(X)[:, None], 50, axis=1)
    assert still_fields([ring(constant)]) == [
        "the field 'u' has the value 3 everywhere; check its array"
    ]
    assert "does not change in time" in still_fields([ring(steady)])[0]
    # steady, but at other values in another trajectory
    assert "does not change in time" in still_fields([ring(constant), ring(constant + 1)])[0]
    assert still_fields([ring(moving())]) == []
    assert still_fields([ring(steady), ring(moving())]) == []
    # a change of a millionth is one
    assert still_fields([ring(constant + 1e-6 * moving())]) == []


def test_a_constant_field_is_refused_with_its_value() -> None:
    with pytest.raises(
        ValueError, match=r"The field 'u' has the value 3 everywhere; check its array"
    ):
        SEARCH.systems([ring(np.full((48, 50), 3.0))])


def test_the_verdict_on_a_steady_field_says_so() -> None:
    steady = np.repeat((np.sin(X) + 0.4 * np.cos(2 * X) + 0.1 * np.sin(3 * X))[:, None], 50, axis=1)
    (equation,) = discover(SEARCH, [ring(steady)])
    assert equation.verdict == "nothing found"
    assert "'u' does not change in time on these data" in equation.reason
    (equation,) = discover(SEARCH, [ring(moving())])
    assert set(equation.coefficients) == {"u_x"}
    assert "change in time" not in equation.reason


def test_less_noise_is_advised_only_where_noise_may_hide_the_law() -> None:
    x = np.arange(400) * 0.05
    noise = 0.002 * np.random.default_rng(0).normal(size=400)
    fields = {"u": np.sin(x) + 0.4 * np.sin(2.3 * x) + noise}
    swing = FieldData("swing", {"t": x}, fields)
    search = Search(library=Library(kind="polynomial", degree=1), targets=["u_tt"])
    (equation,) = discover(search, [swing])
    assert equation.verdict == "incomplete"
    assert "noise explains only" in equation.reason
    assert equation.reason.endswith("add terms, fields or known inputs")
    rng = np.random.default_rng(1)
    (equation,) = discover(SEARCH, [ring(rng.normal(size=(48, 50)))])
    assert equation.reason.endswith(
        "leave 100 %; add terms, fields or known inputs, or data with less noise"
    )
