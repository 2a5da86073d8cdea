"""Which columns the smallest subset keeps, just inside and just outside of what is asked."""

import math

import numpy as np
import pytest

from mechanist.discover.elimination import eliminate, smallest_subset


def kept(weight: float, noise: float, rows: int = 102) -> tuple[int, ...]:
    """Return the columns kept of two orthonormal ones with weights 1 and ``weight``.

    The part of the target outside of them has the norm ``noise``.
    """
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(rows, 3)))[0]
    return smallest_subset(basis[:, :2], basis @ np.array([1.0, weight, noise])).support


@pytest.mark.parametrize(("weight", "columns"), [(0.0395, (0,)), (0.0405, (0, 1))])
def test_a_column_must_be_four_times_its_error(weight: float, columns: tuple[int, ...]) -> None:
    """The error of a weight is 0.1 / sqrt(102 rows - 2 columns) = 0.01, of either sign."""
    assert kept(weight, 0.1) == kept(-weight, 0.1) == columns


@pytest.mark.parametrize(("share", "columns"), [(0.98e-3, (0,)), (1.02e-3, (0, 1))])
def test_without_noise_a_column_must_hold_a_thousandth_of_the_target(
    share: float, columns: tuple[int, ...]
) -> None:
    weight = share / math.sqrt(1 - share**2)  # the target has the norm sqrt(1 + weight^2)
    assert kept(weight, 0.0) == kept(-weight, 0.0) == columns


@pytest.mark.parametrize(("angle", "dependent"), [(1.8e-14, True), (2.2e-14, False)])
def test_columns_at_a_tiny_angle_are_dependent(angle: float, dependent: bool) -> None:
    """The singular values of two unit columns have half of a small angle as their ratio.

    Columns that are accepted are fitted, though the product of such columns is singular to rounding.
    """
    matrix = np.array([[1.0, 1.0], [0.0, angle], [0.0, 0.0]])
    if dependent:
        with pytest.raises(ValueError, match=r"columns \[0, 1\] are linearly dependent"):
            eliminate(matrix, np.ones(3))
    else:
        # either of the two is enough
        fit = eliminate(matrix, np.array([3.0, 2 * angle, 0.0]))
        assert sorted(fit.coefficients) == pytest.approx([0, 3])
