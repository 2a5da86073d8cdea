"""Pointwise derivatives, and linear systems built from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.typing import FloatArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.pointwise import discrete_system, pointwise_system
from mechanist.formats.field_files import FieldData

FEW = settings(max_examples=20, deadline=None, derandomize=True)


def solve(matrix: FloatArray, target: FloatArray) -> FloatArray:
    solution: FloatArray = np.linalg.lstsq(matrix, target, rcond=None)[0]
    return solution


@FEW
@given(
    order=st.integers(1, 4),
    how=st.sampled_from(
        [
            Derivative(accuracy=2),
            Derivative(accuracy=4),
            Derivative("local_polynomial", half_width=6, degree=5),
        ]
    ),
)
def test_stencils_are_exact_for_polynomials_up_to_the_edges(order: int, how: Derivative) -> None:
    degree = 5 if how.method == "local_polynomial" else 2 * how.reach(order)
    x = np.linspace(-1, 2, 30)
    polynomial = np.polynomial.Polynomial(np.arange(1, degree + 2))
    values = np.stack([polynomial(x), 2 * polynomial(x)])
    result = how(values, axis=1, order=order, spacing=x[1] - x[0], periodic=False)
    expected = polynomial.deriv(order)(x)
    np.testing.assert_allclose(result, [expected, 2 * expected], atol=1e-8 * np.abs(expected).max())
    above = np.polynomial.Polynomial.basis(degree + 3)
    wrong = how(above(x), axis=0, order=order, spacing=x[1] - x[0], periodic=False)
    exact = above.deriv(order)(x)
    assert np.abs(wrong - exact).max() > 1e-6 * np.abs(exact).max()


@pytest.mark.parametrize("accuracy", [2, 4, 6])
def test_errors_shrink_with_the_order_of_accuracy(accuracy: int) -> None:
    errors = []
    for n in (32, 64):
        x = np.arange(n) * 2 * np.pi / n
        how = Derivative(accuracy=accuracy)
        result = how(np.sin(x), axis=0, order=1, spacing=x[1], periodic=True)
        errors.append(np.abs(result - np.cos(x)).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(accuracy, abs=0.1)


@pytest.mark.parametrize("n", [31, 32])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_spectral_derivatives_of_waves_are_exact(n: int, order: int) -> None:
    x = np.arange(n) * 2 * np.pi / n
    result = Derivative("spectral")(np.sin(5 * x), axis=0, order=order, spacing=x[1], periodic=True)
    np.testing.assert_allclose(result, 5.0**order * np.sin(5 * x + order * np.pi / 2), atol=1e-9)


def test_impossible_derivatives_are_refused() -> None:
    x = np.zeros(6)
    with pytest.raises(ValueError, match="need a periodic axis"):
        Derivative("spectral")(x, axis=0, order=1, spacing=1.0, periodic=False)
    with pytest.raises(ValueError, match="needs 7 points and degree 4, but there are 6"):
        Derivative()(x, axis=0, order=4, spacing=1.0, periodic=False)
    with pytest.raises(ValueError, match="expected one of"):
        Derivative("splines")
    with pytest.raises(ValueError, match="expected an even number"):
        Derivative(accuracy=3)
    with pytest.raises(ValueError, match="must be positive and below the number of points"):
        Derivative(half_width=2, degree=5)


def travelling() -> FieldData:
    """Return ``sin(x - 2 t) + cos(3 x - 6 t)``, which obeys ``u_t = -2 u_x``."""
    x, t = np.arange(64) * 2 * np.pi / 64, np.linspace(0, 1, 101)
    phase = x[:, None] - 2 * t
    field = np.sin(phase) + np.cos(3 * phase)
    return FieldData("wave", {"x": x, "t": t}, {"u": field}, periodic=frozenset("x"))


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [("finite_difference", 1e-3), ("spectral", 1e-5), ("local_polynomial", 2e-2)],
)
def test_all_methods_find_the_wave_equation(method: str, tolerance: float) -> None:
    terms = ["u", "u_x", "u u_x", "u^2"]
    system = pointwise_system([travelling()], terms, ["u_t"], method=method, trim={"t": 3})
    assert system.n_rows == 64 * 95
    assert set(system.notes) == {"u_x", "u u_x"}
    np.testing.assert_allclose(solve(*system.problem()), [0, -2, 0, 0], atol=tolerance)


def test_chunks_and_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = ["u", "u_x", "(u^2)_x", "u u_xx"]
    grams = []
    for chunk, blocks in ((2**22, 1), (1, 1), (1, 9)):
        monkeypatch.setattr("mechanist.discover.pointwise.CHUNK_BYTES", chunk)
        factor = pointwise_system([travelling()], terms, ["u_t"], blocks=blocks).combined()
        grams.append(factor.T @ factor)
    for gram in grams[1:]:
        np.testing.assert_allclose(gram, grams[0], rtol=1e-11, atol=1e-8)


def test_divergence_and_product_form_agree_point_by_point() -> None:
    terms = ["(u^2)_x", "u u_x"]
    factor = pointwise_system([travelling()], terms, ["u_t"], method="spectral").combined()
    np.testing.assert_allclose(factor[0, 0], 2 * factor[0, 1], rtol=1e-12)
    assert abs(factor[1, 1]) < 1e-12 * abs(factor[0, 0])


def test_the_logistic_map_with_its_parameter_as_input() -> None:
    data = []
    for mu in (3.5, 3.7, 3.9):
        x = [0.3]
        for _ in range(50):
            x.append(mu * x[-1] * (1 - x[-1]))
        axes = {"t": np.arange(51.0)}
        data.append(FieldData(f"mu={mu}", axes, {"x": np.array(x)}, {"mu": np.full(51, mu)}))
    terms = ["1", "x", "mu", "x^2", "mu x", "mu x^2"]
    system = discrete_system(data, terms)
    assert (system.targets, system.n_rows) == (("x_next",), 150)
    np.testing.assert_allclose(solve(*system.problem()), [0, 0, 0, 0, 1, -1], atol=1e-10)
    with pytest.raises(ValueError, match=r"terms \['x_t'\]: a discrete map has no time"):
        discrete_system(data, ["x", "x_t"])
    with pytest.raises(ValueError, match=r"\['y'\] not in the data"):
        discrete_system(data, ["x"], ["y"])


def test_too_much_trimming_is_refused() -> None:
    with pytest.raises(ValueError, match="101 points, of which 51 at each end"):
        pointwise_system([travelling()], ["u_x"], ["u_t"], trim={"t": 51})
