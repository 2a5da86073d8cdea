"""Factors by nested dissection and conjugate gradients solve as dense linear algebra does."""

import numpy as np
import pytest
import scipy.sparse as sparse

from mechanist.core.typing import FloatArray
from mechanist.mechanics import nested_dissection, stiffness_solvers
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.mechanics.nested_dissection import IndefiniteError, NestedFactors
from mechanist.mechanics.stiffness_solvers import ConjugateGradients, stiffness_solver
from relaxed import glass as relaxed_glass

Matrix = tuple[sparse.csc_array, FloatArray]


@pytest.fixture(params=[2, 3])
def springs(request: pytest.FixtureRequest) -> Matrix:
    """Return the stiffness of springs between near particles in a periodic box, and their places.

    Springs to the ground hold them all.
    """
    d, n = request.param, 400
    rng = np.random.default_rng(d)
    length = n ** (1 / d)
    places = rng.uniform(0, length, (n, d))
    apart = places[None] - places[:, None]
    apart -= length * np.round(apart / length)
    distances = np.linalg.norm(apart, axis=-1)
    near = (distances < 1.8) & (distances > 0)
    stiffness = np.where(near, rng.uniform(1, 2, (n, n)), 0.0)
    stiffness = stiffness + stiffness.T
    units = apart / np.where(near, distances, 1.0)[..., None]
    blocks = -stiffness[:, :, None, None] * units[..., None] * units[..., None, :]
    blocks[np.arange(n), np.arange(n)] = -blocks.sum(axis=1) + 0.05 * np.eye(d)
    whole = blocks.transpose(0, 2, 1, 3).reshape(n * d, n * d)
    return sparse.csc_array(whole), places


@pytest.mark.parametrize("leaf", [20, 160, 10_000])
def test_factors_solve_as_dense_algebra_does(
    springs: Matrix, leaf: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix, places = springs
    monkeypatch.setattr(nested_dissection, "LEAF", {2: leaf, 3: leaf})
    factors = NestedFactors(matrix, places)
    right = np.random.default_rng(1).normal(size=(matrix.shape[0], 3))
    expected = np.linalg.solve(matrix.toarray(), right)
    np.testing.assert_allclose(factors.solve(right), expected, atol=1e-11 * np.abs(expected).max())
    np.testing.assert_allclose(factors.solve(right[:, 0]), expected[:, 0], rtol=1e-9, atol=1e-9)
    _, logarithm = np.linalg.slogdet(matrix.toarray())
    assert np.log(factors.pivots).sum() == pytest.approx(logarithm, rel=1e-12)
    other = matrix + 1e-3 * sparse.eye_array(matrix.shape[0])
    assert np.abs(factors.solve(right) - np.linalg.solve(other.toarray(), right)).max() > 1e-5


def test_dissection_leaves_fewer_values(springs: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, places = springs
    monkeypatch.setattr(nested_dissection, "LEAF", {2: 20, 3: 20})
    parted = NestedFactors(matrix, places).size
    scattered = np.random.default_rng(0).permutation(places)
    assert parted < 0.6 * NestedFactors(matrix, scattered).size


@pytest.mark.parametrize(("shift", "low", "high"), [(1e-3, -1.0, -1e-12), (0.0, -1e-12, 1e-12)])
def test_matrices_that_are_not_positive_definite_are_refused(
    springs: Matrix, shift: float, low: float, high: float
) -> None:
    """A negative eigenvalue is told from one that is zero."""
    matrix, places = springs
    lowest = np.linalg.eigvalsh(matrix.toarray())[0]
    loose = matrix - (lowest + shift) * sparse.eye_array(matrix.shape[0])
    try:
        factors = NestedFactors(sparse.csc_array(loose), places)
        ratio = float(factors.pivots.min() / factors.pivots.max())
    except IndefiniteError as error:
        ratio = error.lowest
    assert low < ratio < high
    NestedFactors(sparse.csc_array(loose + 2 * shift * sparse.eye_array(matrix.shape[0])
                                   + 1e-6 * sparse.eye_array(matrix.shape[0])), places)  # fmt: skip


def test_iterations_end_at_the_stated_residual(
    springs: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix, places = springs
    d = places.shape[1]
    right = np.random.default_rng(1).normal(size=(matrix.shape[0], 2))
    right[:, 1] = 0.0
    found = ConjugateGradients(matrix, d).solve(right)
    residual = np.linalg.norm(matrix @ found - right, axis=0)
    assert residual[0] < 1.01 * stiffness_solvers.TOLERANCE * np.linalg.norm(right[:, 0])
    np.testing.assert_array_equal(found[:, 1], 0.0)
    expected = np.linalg.solve(matrix.toarray(), right)
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())
    monkeypatch.setattr(stiffness_solvers, "TOLERANCE", 1e-2)
    rough = ConjugateGradients(matrix, d).solve(right)
    assert np.abs(rough - expected).max() > 1e-5 * np.abs(expected).max()
    monkeypatch.setattr(stiffness_solvers, "TOLERANCE", 1e-9)
    monkeypatch.setattr(stiffness_solvers, "ITERATIONS", 3)
    with pytest.raises(ValueError, match="after 3 iterations"):
        ConjugateGradients(matrix, d).solve(right)


def test_iterations_find_a_negative_curvature(springs: Matrix) -> None:
    matrix, places = springs
    n, d = places.shape
    lowest = np.linalg.eigvalsh(matrix.toarray())[0]
    saddle = sparse.csc_array(matrix - 1.5 * lowest * sparse.eye_array(n * d))
    right = np.random.default_rng(1).normal(size=n * d)
    assert ConjugateGradients(saddle, d).lowest > 0
    with pytest.raises(ValueError, match="negative eigenvalues or zero modes"):
        ConjugateGradients(saddle, d).solve(right)
    free = matrix.toarray()
    free[:d] = free[:, :d] = 0.0
    assert ConjugateGradients(sparse.csc_array(free), d).lowest == 0


def test_the_solver_follows_from_the_size(springs: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, places = springs
    kinds = []
    for small, iterative in ((400, 16_000), (399, 16_000), (399, 399)):
        monkeypatch.setattr(stiffness_solvers, "SMALL", small)
        monkeypatch.setattr(stiffness_solvers, "ITERATIVE", iterative)
        solver, lowest = stiffness_solver(matrix, places)
        assert lowest > 0
        kinds.append(type(solver).__name__)
    last = "ConjugateGradients" if places.shape[1] == 3 else "NestedFactors"
    assert kinds == ["SuperLU", "NestedFactors", last]


def test_responses_do_not_depend_on_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    glass = relaxed_glass(3)
    load = strain_of(random_load(3, np.random.default_rng(1)))
    pairs = PairStiffness.of(glass)
    found = []
    for small, iterative in ((2000, 16_000), (10, 16_000), (10, 10)):
        monkeypatch.setattr(stiffness_solvers, "SMALL", small)
        monkeypatch.setattr(stiffness_solvers, "ITERATIVE", iterative)
        response = LinearResponse(pairs)
        found.append((response.displacement(load), response.modulus(load), response.soft_modes(5)[0]))  # fmt: skip
    for one, bound in ((found[1], 1e-10), (found[2], 1e-6)):
        for a, b in zip(one, found[0], strict=True):
            np.testing.assert_allclose(a, b, rtol=bound, atol=bound * np.abs(b).max())
