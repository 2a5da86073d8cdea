"""The sparsest form of a law is found in mixed coordinates, and a dense law stays dense."""

import numpy as np
import pytest

from mechanist.latent.affine_forms import affine_forms, before_the_gap

PAIRS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]


def terms(z: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(z)), z, *(z[:, a] * z[:, b] for a, b in PAIRS)])


def lorenz(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates that mix those of a Lorenz attractor, in units of 40, and their rates."""
    rng = np.random.default_rng(seed)
    x, y, z = rng.uniform(-20, 20, 500), rng.uniform(-25, 25, 500), rng.uniform(2, 45, 500)
    rates = np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], axis=1) / 40
    matrix, shift = rng.standard_normal((3, 3)), 0.3 * rng.standard_normal(3)
    return np.stack([x, y, z], axis=1) / 40 @ matrix.T + shift, rates @ matrix.T


@pytest.mark.slow
def test_the_seven_terms_of_lorenz_are_found_in_mixed_coordinates() -> None:
    mixed, rates = lorenz(0)
    coefficients = np.linalg.lstsq(terms(mixed), rates, rcond=None)[0]
    best = affine_forms(coefficients, mixed, starts=8, rng=np.random.default_rng(1))[0]
    kept = before_the_gap(best.shares, 3)
    assert kept.sum() == 7
    # The form is the same law: its rates are those of the new coordinates.
    new = mixed @ best.matrix.T + best.shift
    np.testing.assert_allclose(terms(new) @ best.coefficients, rates @ best.matrix.T, atol=1e-6)
    assert np.abs(best.shares[kept == 0]).max() < 0.01 * np.abs(best.shares[kept == 1]).min()


@pytest.mark.slow
def test_a_dense_law_has_no_sparse_form() -> None:
    rng = np.random.default_rng(2)
    z, coefficients = rng.standard_normal((500, 3)), rng.standard_normal((10, 3))
    best = affine_forms(coefficients, z, starts=8, rng=np.random.default_rng(1))[0]
    assert (np.abs(best.shares) > 0.03).sum() > 12


def test_the_cut_lies_in_the_widest_gap() -> None:
    shares = np.array([[1.0, 0.5], [-0.3, 0.001], [0.01, 0.02]])
    assert before_the_gap(shares, 2).tolist() == [[1, 1], [1, 0], [0, 0]]
    assert before_the_gap(shares, 4).sum() == 4


def test_coordinates_have_variance_one_and_the_same_law() -> None:
    """A rotation in coordinates of very different sizes: one start suffices."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal((400, 2)) * [100.0, 0.01] + [3.0, 0.0]
    rates = np.stack([-1e4 * z[:, 1], 1e-4 * (z[:, 0] - 3)], axis=1)
    columns = np.column_stack([np.ones(400), z, z[:, 0] ** 2, z[:, 0] * z[:, 1], z[:, 1] ** 2])
    scale = np.abs(columns).max(axis=0)
    coefficients = np.linalg.lstsq(columns / scale, rates, rcond=None)[0] / scale[:, None]
    best = affine_forms(coefficients, z, starts=2, rng=np.random.default_rng(1))[0]
    new = z @ best.matrix.T + best.shift
    # Of the frames on which shares are measured; all 400 differ a little.
    np.testing.assert_allclose(new.std(axis=0), 1, rtol=0.1)
    columns = np.column_stack([np.ones(400), new, new[:, 0] ** 2, new[:, 0] * new[:, 1], new[:, 1] ** 2])  # fmt: skip
    size = np.abs(rates @ best.matrix.T).max()
    np.testing.assert_allclose(columns @ best.coefficients, rates @ best.matrix.T, atol=1e-6 * size)
