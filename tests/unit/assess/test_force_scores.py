"""Misfit of learnt forces: what one factor cannot bring together."""

import numpy as np
import pytest

from mechanist.assess.force_scores import _half_width, factor_and_misfit, slopes_of
from mechanist.mechanics.materials.material import load_material


def test_a_factor_is_no_misfit() -> None:
    truth = np.array([[1.0, -2.0], [3.0, 0.5]])
    assert factor_and_misfit(-4 * truth, truth) == pytest.approx((-0.25, 0.0))


def test_misfit_by_hand() -> None:
    # (1, 1) against (1, 0): the best factor is 1/2, and what is left is (-1/2, 1/2) of length sqrt(1/2).
    factor, misfit = factor_and_misfit(np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    assert factor == pytest.approx(0.5)
    assert misfit == pytest.approx(np.sqrt(0.5))


def test_the_half_width_of_a_mean_is_that_of_student() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without = (values.sum() - values) / 3
    # t of 3 degrees of freedom at 95 % is 3.18245
    assert _half_width(without, 0.95) == pytest.approx(3.18245 * values.std(ddof=1) / 2, rel=1e-5)
    assert np.isnan(_half_width(np.ones((1, 2)), 0.95)).all()


def test_slopes_are_those_of_the_pair() -> None:
    potential = load_material().pairs("a test")
    # The Lennard-Jones minimum of the pair A-B is at 2^(1/6) 0.8, and that of A-A at 2^(1/6).
    minimum = 2 ** (1 / 6) * 0.8
    assert slopes_of(potential, np.array([minimum]), (0, 1)) == pytest.approx([0.0], abs=1e-9)
    assert slopes_of(potential, np.array([minimum]), (0, 0))[0] < -50
