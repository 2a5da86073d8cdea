"""The weak form against explicit sums, exact identities, symmetries and manufactured solutions."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev

from mechanist.core.typing import FloatArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.reduction import reduced
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import parse_term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import weak_system
from mechanist.formats.field_files import FieldData

FEW = settings(max_examples=15, deadline=None, derandomize=True)
SHAPES = {"x": 24, "y": 20, "z": 18}
BUMP = TestFunction(4, 5)


def waves(axes: str, *, seed: int = 0, periodic: bool = True, nt: int = 30) -> FieldData:
    """Return fields u, v and input f: a few waves along periodic axes, smooth in time."""
    rng = np.random.default_rng(seed)
    grids = {axis: np.arange(SHAPES[axis]) * 2 * np.pi / SHAPES[axis] for axis in axes}
    grids["t"] = np.linspace(0, 1, nt)
    mesh = np.meshgrid(*grids.values(), indexing="ij")

    def wave() -> FloatArray:
        total = np.zeros(mesh[0].shape)
        for _ in range(3):
            phase = rng.uniform(0, 6) + rng.uniform(1, 3) * mesh[-1]
            total += rng.normal() * np.cos(phase + sum(rng.integers(-2, 3) * x for x in mesh[:-1]))
        return total

    fields = {"u": wave(), "v": wave()}
    return FieldData(
        "waves", grids, fields, {"f": wave()}, periodic=frozenset(axes if periodic else "")
    )


def gram(system: LinearSystem) -> FloatArray:
    factor = system.combined()
    product: FloatArray = factor.T @ factor
    return product


def slow_rows(
    data: FieldData, names: list[str], widths: dict[str, TestFunction], strides: dict[str, int]
) -> FloatArray:
    """Return ``[Theta | B]`` by a loop over test functions, each a product of bumps on the grid."""
    starts = []
    for axis, n in zip(data.axes, data.shape, strict=True):
        m, stride = widths[axis].half_width, strides[axis]
        if axis in data.periodic:
            starts.append(range(-m, n - m, stride))
        else:
            starts.append(range((n - 2 * m - 1) % stride // 2, n - 2 * m, stride))
    evaluator = Evaluator(data, Derivative(), 0, data.shape[-1])
    rows = []
    for corner in itertools.product(*starts):
        row = []
        for name in names:
            value = 0.0
            for part, coefficient in reduced(parse_term(name)).items():
                window = evaluator.product(part.factors)
                for k, (axis, start) in enumerate(zip(data.axes, corner, strict=True)):
                    function, order = widths[axis], dict(part.outer).get(axis, 0)
                    index = np.arange(start, start + function.support) % data.shape[k]
                    weights = function.weights(order, data.spacings[axis])
                    window = np.tensordot(weights, window.take(index, axis=k), (0, k))
                    window = window[None] if k == 0 else np.expand_dims(window, k)
                value += coefficient * window.item()
            row.append(value)
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("axes", ["", "x", "xy"])
@pytest.mark.parametrize("periodic", [True, False])
def test_rows_equal_a_loop_over_test_functions(axes: str, periodic: bool) -> None:
    data = waves(axes, periodic=periodic, nt=17)
    names = ["1", "u", "u^2 v", "f"] if not axes else ["u_x", "(u v)_xx", "u u_x", "v u_x", "f"]
    names += ["u_xy", "(u^2)_y"] if "y" in axes else []
    widths = dict.fromkeys(data.axes, BUMP)
    strides = dict(zip("xyt", (7, 6, 2), strict=True))
    system = weak_system([data], names, ["u_t", "v_t"], widths=widths, strides=strides)
    rows = slow_rows(data, [*names, "u_t", "v_t"], widths, strides)
    assert system.n_rows == len(rows)
    np.testing.assert_allclose(gram(system), rows.T @ rows, rtol=1e-11, atol=1e-11)
    wrong = slow_rows(data, [*names, "u_t", "v_t"], widths, strides | {"t": 1})
    assert np.abs(gram(system) - wrong.T @ wrong).max() > 1e-3 * np.abs(gram(system)).max()


def test_three_space_dimensions() -> None:
    data = waves("xyz", nt=12)
    widths = dict.fromkeys(data.axes, TestFunction(3, 4))
    strides = {"x": 12, "y": 10, "z": 9, "t": 5}
    names = ["u_z", "(u v)_xz"]
    system = weak_system([data], names, ["u_t"], widths=widths, strides=strides)
    rows = slow_rows(data, [*names, "u_t"], widths, strides)
    np.testing.assert_allclose(gram(system), rows.T @ rows, rtol=1e-11)


@FEW
@given(
    m=st.integers(3, 40), p=st.integers(2, 12), order=st.integers(0, 4), spacing=st.floats(0.01, 10)
)
def test_integration_by_parts_is_exact_for_polynomials(
    m: int, p: int, order: int, spacing: float
) -> None:
    """The discrete adjoint identity: ``sum phi_d f = sum phi_0 f^(d)``, to rounding."""
    function = TestFunction(m, p)
    if order >= min(m, p):
        with pytest.raises(ValueError, match=f"order {order} needs test functions"):
            function.weights(order, spacing)
        return
    moved, plain = function.weights(order, spacing), function.weights(0, spacing)
    scale = m * spacing
    x = np.arange(-m, m + 1) * spacing
    for degree in range(function.exact_degree(order) + 1):
        f = np.polynomial.chebyshev.Chebyshev.basis(degree, domain=[-scale, scale])
        left, right = moved @ f(x), plain @ f.deriv(order)(x)
        assert abs(left - right) <= 1e-12 * np.abs(moved).sum()


def test_beyond_the_exact_degree_the_identity_fails() -> None:
    function = TestFunction(4, 3)
    degree = function.exact_degree(1) + 2 - function.exact_degree(1) % 2 + 1
    x = np.arange(-4, 5.0)
    left = function.weights(1, 1.0) @ x**degree
    right = function.weights(0, 1.0) @ (degree * x ** (degree - 1))
    assert abs(left - right) > 1e-6 * abs(right)


@pytest.mark.parametrize("letters", ["x", "xx", "xxx"])
def test_a_derivative_of_a_periodic_field_integrates_to_zero(letters: str) -> None:
    """With a test function at every point, the sum over all is that of ``D^a u``, which is zero."""
    names = ["1", f"(u^2)_{letters}", "u^2"]
    widths, strides = dict.fromkeys("xt", BUMP), {"x": 1}
    product = gram(weak_system([waves("x")], names, ["u_t"], widths=widths, strides=strides))
    norms = np.sqrt(np.diag(product))
    assert abs(product[0, 1]) < 1e-12 * norms[0] * norms[1]
    assert abs(product[0, 2]) > 1e-2 * norms[0] * norms[2]


def manufactured(axes: str, weights: dict[str, float], seed: int) -> FieldData:
    """Return data with an input ``f`` that makes ``u_t = f + sum of weights times terms`` exact."""
    data = waves(axes, seed=seed, nt=40)
    spectral = Evaluator(data, Derivative("spectral"), 0, data.shape[-1])
    columns = data.fields["u"].reshape(-1, 40).T
    fitted = chebyshev.chebfit(2 * data.axes["t"] - 1, columns, 18)
    rate = chebyshev.chebval(2 * data.axes["t"] - 1, 2 * chebyshev.chebder(fitted))
    source = rate.reshape(data.shape)
    for name, weight in weights.items():
        source = source - weight * spectral.term(parse_term(name))
    return replace(data, inputs={"f": source})


@FEW
@given(
    seed=st.integers(0, 1000), axes=st.sampled_from(["x", "xy"]), chosen=st.permutations(range(7))
)
def test_random_sparse_models_are_recovered_exactly(
    seed: int, axes: str, chosen: list[int]
) -> None:
    names = ["u", "v", "(u^2)_x", "u v", "u_xx", "v_x", "(u v)_x"]
    rng = np.random.default_rng(seed)
    weights = {names[k]: float(rng.normal()) for k in chosen[:3]}
    data = manufactured(axes, weights, seed)
    widths = {axis: TestFunction(8, 8) for axis in data.axes}
    system = weak_system([data], [*names, "f"], ["u_t"], widths=widths)
    matrix, target = system.problem()
    found = np.linalg.lstsq(matrix, target, rcond=None)[0]
    expected = [weights.get(name, 0.0) for name in names] + [1.0]
    np.testing.assert_allclose(found, expected, atol=1e-4)
    noisy = replace(
        data, fields={k: u + 0.1 * rng.normal(size=u.shape) for k, u in data.fields.items()}
    )
    matrix, target = weak_system([noisy], [*names, "f"], ["u_t"], widths=widths).problem()
    assert np.abs(np.linalg.lstsq(matrix, target, rcond=None)[0] - expected).max() > 1e-3


@FEW
@given(u=st.floats(0.01, 100), x=st.floats(0.01, 100), t=st.floats(0.01, 100))
def test_other_units_rescale_columns(u: float, x: float, t: float) -> None:
    """Widths are chosen from the data here, and must not depend on units either."""
    names = ["1", "u", "u^2", "u_x", "(u^2)_x", "u u_xx", "u_xxx"]
    before = waves("x")
    after = replace(
        before,
        axes={"x": before.axes["x"] * x, "t": before.axes["t"] * t},
        fields={"u": before.fields["u"] * u, "v": before.fields["v"] * u},
    )
    factors = np.array([1, u, u**2, u / x, u**2 / x, u**2 / x**2, u / x**3, u / t])
    first = gram(weak_system([before], names, ["u_t"]))
    second = gram(weak_system([after], names, ["u_t"]))
    scale = np.sqrt(np.diag(first)) * factors
    expected = first * np.outer(factors, factors)
    assert np.abs((second - expected) / np.outer(scale, scale)).max() < 1e-9


@FEW
@given(seed=st.integers(0, 1000), periodic=st.booleans())
def test_reflection_flips_odd_derivatives(seed: int, periodic: bool) -> None:
    names = ["u", "u_x", "u_xx", "(u^2)_x", "u u_xxx", "v u_x", "f"]
    before = waves("x", seed=seed, periodic=periodic)
    shift = int(periodic)  # reflect a periodic grid: the first point stays in place

    def mirrored(values: FloatArray) -> FloatArray:
        return np.roll(values[::-1], shift, axis=0)

    after = replace(
        before,
        fields={name: mirrored(values) for name, values in before.fields.items()},
        inputs={"f": mirrored(before.inputs["f"])},
    )
    widths, strides = {"x": TestFunction(5, 6), "t": BUMP}, {"x": 3 if periodic else 1}
    signs = np.array([1, -1, 1, -1, -1, -1, 1, 1])
    first = gram(weak_system([before], names, ["u_t"], widths=widths, strides=strides))
    second = gram(weak_system([after], names, ["u_t"], widths=widths, strides=strides))
    scale = np.sqrt(np.diag(first))
    difference = (second - first * np.outer(signs, signs)) / np.outer(scale, scale)
    assert np.abs(difference).max() < 1e-11
    assert np.abs((second - first) / np.outer(scale, scale)).max() > 1e-3


def test_blocks_hold_all_rows_and_overlap_only_at_edges() -> None:
    data = [waves("x", seed=seed, nt=60) for seed in (1, 2)]
    widths = {"x": BUMP, "t": BUMP}
    one = weak_system(data, ["u", "u_x"], ["u_t"], widths=widths, blocks=1)
    many = weak_system(data, ["u", "u_x"], ["u_t"], widths=widths, blocks=6)
    assert (one.n_blocks, many.n_blocks) == (2, 12)
    assert list(many.groups) == [0] * 6 + [1] * 6
    assert one.n_rows == many.n_rows
    np.testing.assert_allclose(gram(one), gram(many), rtol=1e-12, atol=1e-10)
    most = weak_system(data, ["u", "u_x"], ["u_t"], widths=widths, blocks=1000)
    assert 60 < most.n_blocks <= 2 * (60 // BUMP.half_width) * (24 // BUMP.half_width)
    assert most.n_rows == one.n_rows
    np.testing.assert_allclose(gram(one), gram(most), rtol=1e-12, atol=1e-10)


def test_small_stretches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def system() -> LinearSystem:
        return weak_system(
            [waves("x", nt=90)], ["u", "u_x"], ["u_t"], widths={"x": BUMP, "t": BUMP}, blocks=2
        )

    whole = system()
    monkeypatch.setattr("mechanist.discover.weak_rows.STRETCH_BYTES", 1)
    np.testing.assert_allclose(gram(system()), gram(whole), rtol=1e-12, atol=1e-10)


def test_notes_name_terms_that_are_differentiated_point_by_point() -> None:
    system = weak_system([waves("x")], ["u_x", "u u_x", "v u_x", "u u_xx"], ["u_t"])
    assert sorted(system.notes) == ["u u_xx", "v u_x"]


def test_bad_input_is_refused_by_name() -> None:
    data = waves("x")
    build: Callable[..., LinearSystem] = weak_system
    with pytest.raises(ValueError, match=r"axis 't': 30 points, but a test function covers 41"):
        build([data], ["u"], ["u_t"], widths={"x": BUMP, "t": TestFunction(20, 5)})
    with pytest.raises(ValueError, match=r"term 'w_x': \['w'\] not in the data"):
        build([data], ["w_x"], ["u_t"])
    with pytest.raises(ValueError, match=r"term 'u_y': \['y'\] not in the data"):
        build([data], ["u_y"], ["u_t"])
    with pytest.raises(ValueError, match="no trajectories"):
        build([], ["u"], ["u_t"])
    with pytest.raises(ValueError, match="listed more than once"):
        build([data], ["u v", "v u"], ["u_t"])
    with pytest.raises(ValueError, match="all must agree"):
        build([data, replace(data, inputs={})], ["u"], ["u_t"])
    with pytest.raises(ValueError, match="order 4 needs test functions of power and half-width"):
        build([data], ["u_xxxx"], ["u_t"], widths={"x": TestFunction(4, 5), "t": BUMP})
    with pytest.raises(ValueError, match=r"no test function for axes \['t'\]"):
        build([data], ["u"], ["u_t"], widths={"x": BUMP})


def test_a_library_too_large_for_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mechanist.discover.regression_data.LIMIT_BYTES", 2**10)
    with pytest.raises(ValueError, match=r"21 columns in 8 blocks need .* GiB, above the limit"):
        weak_system([waves("x")], [f"u^{k}" for k in range(1, 21)], ["u_t"])


def test_a_stretch_of_time_is_divided_along_its_first_axis() -> None:
    """Of six test functions along x, each part holds three, with all five along y, at one time."""
    data = waves("xy")
    widths, strides = dict.fromkeys(data.axes, BUMP), {"x": 4, "y": 4, "t": 30}
    system = weak_system([data], ["u", "u_x"], ["u_t"], widths=widths, strides=strides, blocks=2)
    assert system.rows.tolist() == [15, 15]
