"""Data that were made with differences of second order obey a slightly different law."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import Corrected, corrected_fit
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.noise_response import noisy_evaluator, stretch_rows
from mechanist.discover.regression_data import as_terms
from mechanist.discover.scheme_bias import scheme_bias
from mechanist.discover.search import Search
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import weak_system
from mechanist.discover.weak_rows import make_plan, make_projectors
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import FieldData

POINTS, SPEED = 64, 2.0
STEP = 2 * np.pi / POINTS
WIDTHS = {"x": TestFunction(6, 8), "t": TestFunction(8, 8)}
#: The dispersion by which central differences of second order change advection, to first order.
LEFT = -SPEED * STEP**2 / 6


def waves(level: float, seed: int = 0, *, differences: bool, dispersion: float = 0.0) -> FieldData:
    """Return u_t = -2 u_x + dispersion u_xxx, exactly or as central differences would have it."""
    x, t = np.arange(POINTS) * STEP, np.linspace(0.0, 3.0, 61)
    values: FloatArray = np.zeros((len(x), len(t)))
    for k, amplitude in ((1, 1.0), (2, 0.7), (3, 0.5), (5, 0.3)):
        wave_number = np.sin(k * STEP) / STEP if differences else k
        frequency = SPEED * wave_number + dispersion * k**3
        values += amplitude * np.cos(k * x[:, None] - frequency * t + k**2)
    values += level * values.std() * np.random.default_rng(seed).normal(size=values.shape)
    return FieldData("waves", {"x": x, "t": t}, {"u": values}, periodic=frozenset("x"))


def fitted(data: FieldData) -> Corrected:
    found = corrected_fit([data], [["u_x"]], "u_t", widths=WIDTHS)
    assert found is not None
    return found


def equation(data: FieldData) -> Equation:
    library = Library(kind="custom", terms=("u", "u^2", "u_x", "(u^2)_x", "u_xx", "u_xxx"))
    (found,) = discover(Search(library=library), [data])
    return found


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01])
def test_the_bias_that_differences_leave_is_known(level: float) -> None:
    found = fitted(waves(level, differences=True))
    off = found.weights[0] + SPEED
    # modes of wave number k lag by (k h)^2 / 6, 0.16 % for k = 1 and 4 % for k = 5
    assert 0.01 < off < 0.06
    # differences in time would have nearly the same effect, and are not told from those in space
    assert off < found.scheme[0] < 1.5 * off


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01])
def test_exact_data_exclude_a_bias(level: float) -> None:
    found = fitted(waves(level, differences=False))
    assert found.weights[0] == pytest.approx(-SPEED, abs=4 * found.errors[0] + 1e-6)
    assert found.scheme[0] < max(2.5 * found.errors[0], 1e-6)


def test_noise_that_hides_differences_leaves_their_bias_possible() -> None:
    exact, made = (fitted(waves(1.0, differences=how)).scheme[0] for how in (False, True))
    assert exact == pytest.approx(made, rel=0.3)
    assert 0.01 < exact < 0.06


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", [0.001, 0.01])
def test_what_differences_leave_is_no_term_and_error_bars_hold_the_law(
    level: float, seed: int
) -> None:
    found = equation(waves(level, seed, differences=True))
    (term,) = found.terms
    assert term.name == "u_x"
    assert abs(term.coefficient + SPEED) < 2 * term.error


@pytest.mark.parametrize("factor", [8, -8])
def test_a_term_that_is_larger_than_what_differences_leave_is_found(factor: float) -> None:
    true = factor * LEFT
    found = equation(waves(0.001, differences=False, dispersion=true)).coefficients
    assert set(found) == {"u_x", "u_xxx"}
    assert found["u_x"] == pytest.approx(-SPEED, rel=1e-3)
    assert found["u_xxx"] == pytest.approx(true, rel=0.02)


def bias(data: FieldData, variance: float) -> float:
    """Return the bias of the coefficient of u_x, by differences along x, for a variance of the noise."""
    terms = as_terms(["u_x", "u_t"])
    plan, _ = make_plan(terms, frozenset())
    parts = list(stretch_rows(noisy_evaluator(data), make_projectors(data, WIDTHS, {}), plan))
    signed = np.array([-SPEED, -1.0])
    return float(scheme_bias(parts, plan, np.eye(2), signed, variance=variance)[0, 0])


def share(data: FieldData, variance: float) -> float:
    """Return the share of the bias that counts; all noise and no data leave the root of a half."""
    return np.sqrt(0.5) * bias(data, variance) / bias(data, 1e6)


def size(exact: FieldData) -> float:
    """Return the norm of the error outside of the span of the terms.

    For data without the error, the share is (1 + exp(1 / 2 e^2))^(-1/2), where e is the standard error
    of the share that is found: the root of the variance over the norm.
    """
    odds = np.log(np.expm1(-2.0 * np.log(share(exact, 0.1))))
    return float(np.sqrt(0.1 * 2.0 * odds))


@pytest.mark.parametrize(("error", "counted"), [(0.48, 0.319), (0.52, 0.7071)])
def test_a_standard_error_of_half_tells_nothing(error: float, counted: float) -> None:
    exact = waves(0.0, differences=False)
    assert share(exact, (error * size(exact)) ** 2) == pytest.approx(counted, rel=0.01)


@pytest.mark.parametrize(("ratio", "counted"), [(1.9, 0.32), (2.1, 0.4 + 2 * 0.4 / 2.1)])
def test_a_share_of_the_error_is_seen_from_two_standard_errors_on(
    ratio: float, counted: float
) -> None:
    made = waves(0.0, differences=False, dispersion=0.4 * LEFT)
    variance = (0.4 / ratio * size(waves(0.0, differences=False))) ** 2
    assert share(made, 1e-12) == pytest.approx(0.4, rel=0.01)
    assert share(made, variance) == pytest.approx(counted, rel=0.03)


@pytest.mark.parametrize(("outside", "kept"), [(0.95e-6, True), (1.05e-6, False)])
def test_a_millionth_of_the_error_outside_of_the_terms_is_rounding(
    outside: float, kept: bool
) -> None:
    """Differences shrink u_x of wave number k by 1 - sin(k h) / k h, so that one wave hides all."""

    def wave(amplitudes: dict[int, float]) -> FieldData:
        x, t = np.arange(POINTS) * STEP, np.linspace(0.0, 3.0, 61)
        values = sum(a * np.cos(k * (x[:, None] - SPEED * t)) for k, a in amplitudes.items())
        return FieldData("wave", {"x": x, "t": t}, {"u": values}, periodic=frozenset("x"))

    columns = [
        np.linalg.norm(weak_system([wave({k: 1.0})], ["u_x"], ["u_t"], widths=WIDTHS).problem()[0])
        for k in (1, 2)
    ]
    lost = [1.0 - np.sin(k * STEP) / (k * STEP) for k in (1, 2)]
    second = outside / (lost[1] / lost[0] - 1.0) * columns[0] / columns[1]
    found = bias(wave({1: 1.0, 2: second}), 0.0)
    assert found == pytest.approx(SPEED * lost[0] if kept else 0.0, rel=0.01, abs=1e-6)
