"""Fields that do not vary are named, so that nobody looks for the fault in the library."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.discover.still_fields import require_change
from mechanist.formats.field_files import FieldData

X = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
T = np.linspace(0.0, 2.45, 50)
SEARCH = Search(library=Library(degree=2, order=2))


def ring(u: FloatArray) -> FieldData:
    return FieldData("ring", {"x": X, "t": T}, {"u": u}, periodic=frozenset(["x"]))


def moving() -> FloatArray:
    return np.asarray(np.sin(X[:, None] - T) + 0.5 * np.sin(2 * (X[:, None] - T)))


STEADY = np.repeat(np.sin(X)[:, None], 50, axis=1)


def test_a_constant_field_is_refused_with_its_value() -> None:
    with pytest.raises(
        ValueError, match="the field 'u' has the value 3 everywhere, expected a change"
    ):
        SEARCH.systems([ring(np.full((48, 50), 3.0))])
    with pytest.raises(ValueError, match="has the value 0 everywhere"):
        SEARCH.systems([ring(np.zeros((48, 50)))])


def test_a_steady_field_is_refused() -> None:
    with pytest.raises(ValueError, match="'u' does not change in time, expected a change"):
        SEARCH.systems([ring(STEADY)])
    # other values in another trajectory are no change in time
    with pytest.raises(ValueError, match="does not change in time"):
        SEARCH.systems([ring(STEADY), ring(2 * STEADY)])


def test_fields_that_change_in_some_trajectory_or_hardly_are_used() -> None:
    require_change([ring(STEADY), ring(moving())], ["u"])
    require_change([ring(3 + 1e-6 * moving())], ["u"])
    require_change([ring(STEADY)], [])
    (equation,) = discover(SEARCH, [ring(moving())])
    assert set(equation.coefficients) == {"u_x"}


def test_less_noise_is_advised_only_where_noise_may_hide_the_law() -> None:
    x = np.linspace(0.0, 19.95, 400)
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


@pytest.mark.parametrize(("change", "varies"), [(0.95e-12, False), (1.05e-12, True)])
def test_a_change_by_a_million_millionth_is_rounding(change: float, varies: bool) -> None:
    values = np.repeat(np.sin(X)[:, None], 50, axis=1)
    values[12] = 1.0  # the largest value, which changes once
    values[12, 3] -= change
    if varies:
        require_change([ring(values)], ["u"])
    else:
        with pytest.raises(ValueError, match="does not change in time"):
            require_change([ring(values)], ["u"])
