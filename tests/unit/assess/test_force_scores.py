"""Misfit of learnt forces: what one factor cannot bring together."""

import numpy as np
import pytest

from mechanist.assess.force_scores import factor_and_misfit, slopes_of
from mechanist.mechanics.materials.material import load_material


def test_a_factor_is_no_misfit() -> None:
    truth = np.array([[1.0, -2.0], [3.0, 0.5]])
    assert factor_and_misfit(-4 * truth, truth) == pytest.approx((-0.25, 0.0))


def test_misfit_by_hand() -> None:
    # (1, 1) against (1, 0): the best factor is 1/2, and what is left is (-1/2, 1/2) of length sqrt(1/2).
    factor, misfit = factor_and_misfit(np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    assert factor == pytest.approx(0.5)
    assert misfit == pytest.approx(np.sqrt(0.5))


def test_slopes_are_those_of_the_pair() -> None:
    potential = load_material().pairs("a test")
    # The Lennard-Jones minimum of the pair A-B is at 2^(1/6) 0.8, and that of A-A at 2^(1/6).
    minimum = 2 ** (1 / 6) * 0.8
    assert slopes_of(potential, np.array([minimum]), (0, 1)) == pytest.approx([0.0], abs=1e-9)
    assert slopes_of(potential, np.array([minimum]), (0, 0))[0] < -50
