"""Which columns the smallest subset keeps, just inside and just outside of what is asked."""

import math

import numpy as np
import pytest

from mechanist.discover.elimination import smallest_subset


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
