"""Varying coefficients: exact weak form, found terms and curves, published methods as rivals."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.discover.derivatives import Derivative
from mechanist.discover.grouped import discover_varying
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.slices import group_lasso, sgtr, sliced_system
from mechanist.discover.terms import monomial
from mechanist.discover.test_functions import TestFunction as Bump
from mechanist.discover.varying import VaryingSystem, varying_system
from mechanist.formats.field_files import FieldData

WIDTHS = {"x": Bump(14, 8), "t": Bump(12, 8)}
LIBRARY = ["1", "u", "u_x", "u_xx", "u^2", "(u^2)_x", "(u^2)_xx"]


def advected(speed: Callable[[np.ndarray], np.ndarray], *, axis: str, n: int = 96) -> FieldData:
    """Return waves that solve ``u_t = c(t) u_x + 0.1 u_xx``, or some field if c depends on x."""
    x, t = np.arange(n) * 2 * np.pi / n, np.linspace(0, 3, n)
    path = np.concatenate([[0], np.cumsum(0.5 * (speed(t)[1:] + speed(t)[:-1]) * np.diff(t))])
    u = sum(
        a * np.exp(-0.1 * k**2 * t) * np.cos(k * (x[:, None] + path) + k)
        for k, a in ((1, 1.0), (2, 0.7), (3, 0.4))
    )
    return FieldData("0", {"x": x, "t": t}, {"u": u}, periodic=frozenset({"x"}))


def speed(t: np.ndarray) -> np.ndarray:
    return np.asarray(1 + 0.5 * np.sin(2 * t))


def system(data: FieldData, axis: str = "t", n_basis: int = 9) -> VaryingSystem:
    return varying_system(data, LIBRARY, "u_t", axis=axis, n_basis=n_basis, widths=WIDTHS)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(order=st.integers(0, 4), harmonic=st.integers(0, 3), seed=st.integers(0, 20))
def test_derivatives_move_onto_the_product_with_the_basis(
    order: int, harmonic: int, seed: int
) -> None:
    """The column of ``B_k D^d u`` is its exact weak integral, without differentiating data."""
    n = 128
    x, t = np.arange(n) * 2 * np.pi / n, np.linspace(0, 1, 32)
    phase = np.random.default_rng(seed).uniform(0, 6)
    u = np.broadcast_to(np.sin(2 * x + phase)[:, None], (n, 32)).copy()
    derived = (2.0**order * np.sin(2 * x + phase + order * np.pi / 2))[:, None]
    basis = [np.ones(n), *(f(m * x) for m in (1, 2) for f in (np.cos, lambda v: -np.sin(-v)))]
    widths = {"x": Bump(24, 9), "t": Bump(8, 4)}
    term = "u" if not order else "u_" + "x" * order
    data = FieldData("0", {"x": x, "t": t}, {"u": u}, periodic=frozenset({"x"}))
    ours = varying_system(data, [term], "u_t", axis="x", n_basis=5, widths=widths, blocks=1)
    product = basis[harmonic][:, None] * np.broadcast_to(derived, u.shape)
    plain = FieldData("0", {"x": x, "t": t}, {"u": product}, periodic=frozenset({"x"}))
    other = varying_system(plain, ["u"], "u_t", axis="x", n_basis=1, widths=widths, blocks=1)
    # Compare columns by their norms and by their angle to another basis function's column.
    size = np.linalg.norm(ours.factors[0][:, harmonic])
    assert size == pytest.approx(np.linalg.norm(other.factors[0][:, 0]), rel=1e-6)


def test_clean_data_give_terms_and_curves() -> None:
    data = advected(speed, axis="t")
    equation, path = discover_varying(system(data, n_basis=17))
    assert set(equation.curves) == {"u_x", "u_xx"}
    np.testing.assert_allclose(equation.curves["u_x"], speed(equation.grid), atol=2e-3)
    np.testing.assert_allclose(equation.curves["u_xx"], 0.1, atol=1e-4)
    assert equation.sizes["u_x"] > 1
    assert [len(step.terms) for step in path] == list(range(len(LIBRARY), -1, -1))


@pytest.mark.parametrize("level", [0.01, 0.1])
def test_noise_widens_bands_that_still_hold(level: float) -> None:
    data = noisy([advected(speed, axis="t")], level, 0)[0]
    equation, _ = discover_varying(system(data, n_basis=9))
    assert set(equation.curves) == {"u_x", "u_xx"}
    off = np.abs(equation.curves["u_x"] - speed(equation.grid))
    assert np.median(off / equation.errors["u_x"]) < 3
    assert equation.sizes["u_xx"] == 1


def test_pure_noise_gives_no_equation() -> None:
    data = advected(speed, axis="t")
    noise = np.random.default_rng(0).standard_normal(data.shape)
    rough = FieldData("0", data.axes, {"u": noise}, periodic=data.periodic)
    equation, _ = discover_varying(system(rough))
    assert equation.curves == {}


def test_published_routes_find_clean_and_lose_noisy() -> None:
    library = ["1", "u", "u^2", "u_x", "u u_x", "u_xx", "u u_xx"]
    clean = advected(speed, axis="t")
    slices = sliced_system(clean, library, "u_t", axis="t", derivative=Derivative())
    for method in (sgtr, group_lasso):
        equation = method(slices)
        assert {"u_x", "u_xx"} <= set(equation.curves)
        np.testing.assert_allclose(equation.curves["u_x"], speed(equation.grid), atol=0.02)
    assert set(sgtr(slices).curves) == {"u_x", "u_xx"}
    noise = noisy([clean], 0.1, 0)[0]
    rough = sliced_system(noise, library, "u_t", axis="t", derivative=Derivative())
    off = sgtr(rough).curves.get("u_xx", np.zeros(len(rough.grid))) - 0.1
    assert np.abs(off).max() > 0.05


def test_refusals() -> None:
    data = advected(speed, axis="t")
    with pytest.raises(ValueError, match="write them in divergence form"):
        varying_system(data, ["u u_x"], "u_t", axis="t", n_basis=3, widths=WIDTHS)
    with pytest.raises(ValueError, match="odd number of harmonics"):
        varying_system(data, LIBRARY, "u_t", axis="x", n_basis=4, widths=WIDTHS)
    with pytest.raises(ValueError, match="half of the 96 points"):
        varying_system(data, LIBRARY, "u_t", axis="t", n_basis=60, widths=WIDTHS)
    wide = {**WIDTHS, "t": Bump(60, 8)}
    with pytest.raises(ValueError, match="a test function covers 121"):
        varying_system(data, LIBRARY, "u_t", axis="t", n_basis=3, widths=wide)
    with pytest.raises(ValueError, match="expected one space axis and t"):
        varying_system(data, LIBRARY, "u_t", axis="y", n_basis=3, widths=WIDTHS)


def orthonormal(weights: list[float], noise: float, *, terms: int) -> VaryingSystem:
    """Return four equal blocks, so that errors do not scatter, of orthonormal columns.

    The part of the target outside of the columns has the norm ``noise`` on every block.
    """
    n = len(weights)
    block = np.column_stack([np.eye(n + 1, n), [*weights, noise]])
    return VaryingSystem(
        tuple(monomial({f"f{k}": 1}) for k in range(terms)), "t", np.arange(3.0),
        np.ones((3, n // terms)), np.stack([block] * 4), 4 * (n + 1),
    )  # fmt: skip


@pytest.mark.parametrize(("ratio", "kept"), [(1.09, {"f0"}), (1.11, {"f0", "f1"})])
def test_a_term_must_lower_the_held_out_error_by_a_tenth(ratio: float, kept: set[str]) -> None:
    weight = 0.1 * np.sqrt(ratio**2 - 1)
    found, _ = discover_varying(orthonormal([1.0, weight], 0.1, terms=2))
    assert set(found.sizes) == kept


@pytest.mark.parametrize(("share", "kept"), [(0.95e-3, {"f0"}), (1.05e-3, {"f0", "f1"})])
def test_without_noise_a_term_must_hold_a_thousandth_of_the_target(
    share: float, kept: set[str]
) -> None:
    found, _ = discover_varying(orthonormal([1.0, share], 0.0, terms=2))
    assert set(found.sizes) == kept


@pytest.mark.parametrize(("ratio", "size"), [(1.009, 1), (1.011, 3)])
def test_more_basis_functions_must_lower_the_held_out_error_by_a_hundredth(
    ratio: float, size: int
) -> None:
    weight = 0.1 * np.sqrt(ratio**2 - 1)
    found, _ = discover_varying(orthonormal([1.0, weight, 0.0], 0.1, terms=1))
    assert found.sizes == {"f0": size}


@pytest.mark.parametrize(("share", "size"), [(0.95e-6, 1), (1.05e-6, 3)])
def test_without_noise_basis_functions_must_hold_a_millionth_of_the_target(
    share: float, size: int
) -> None:
    found, _ = discover_varying(orthonormal([1.0, share, 0.0], 0.0, terms=1))
    assert found.sizes == {"f0": size}
