"""Probabilities from predictions: a known curve is found, and they are frequencies."""

import numpy as np
import pytest

from mechanist.predict.odds_fitting import calibration_error, fit_odds
from mechanist.predict.plastic_odds import PlasticOdds, most_plastic


def drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    x = 0.01 * rng.normal(size=n)
    odds = -2 + 150 * x
    return x, rng.random(n) < 1 / (1 + np.exp(-odds))


def test_the_curve_that_was_drawn_from_is_found() -> None:
    x, plastic = drawn(np.random.default_rng(0), 200_000)
    odds = fit_odds(x, plastic, fraction=0.1)
    assert (odds.constant, odds.slope) == (
        pytest.approx(-2, abs=0.03),
        pytest.approx(150, rel=0.02),
    )


def test_probability_does_not_depend_on_the_level_of_a_sample() -> None:
    odds = PlasticOdds(0.1, -2.0, 3.0)
    x = np.array([0.0, 1.0, 2.0])
    expected = 1 / (1 + np.exp([5.0, 2.0, -1.0]))
    np.testing.assert_allclose(odds.probability(x), expected)
    np.testing.assert_allclose(odds.probability(x + 7), expected)


def test_most_plastic_are_the_largest() -> None:
    truth = np.array([3.0, 9.0, 1.0, 8.0, 2.0, 7.0, 4.0, 5.0, 6.0, 0.0])
    assert np.flatnonzero(most_plastic(truth, 0.2)).tolist() == [1, 3]
    assert most_plastic(truth, 0.01).sum() == 1


def test_calibration_error_is_small_for_frequencies_and_large_where_folds_differ() -> None:
    rng = np.random.default_rng(1)
    x, plastic = drawn(rng, 40_000)
    folds = np.arange(len(x)) % 4
    assert calibration_error(x, plastic, folds, fraction=0.1) < 0.01
    halves = np.repeat([0, 1], len(x) // 2)
    opposite = np.where(halves == 1, -x, x)
    assert calibration_error(opposite, plastic, halves, fraction=0.1) > 0.05


@pytest.mark.parametrize(
    ("fraction", "chosen"), [(0.16, [3, 4]), (0.14, [4]), (0.25, [3, 4]), (0.05, [4])]
)
def test_the_share_of_the_most_plastic_is_rounded(fraction: float, chosen: list[int]) -> None:
    truth = np.array([0.0, 1.0, 2.0, 8.0, 9.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert np.flatnonzero(most_plastic(truth, fraction)).tolist() == chosen
    assert most_plastic(np.zeros(4), 0.5).tolist() == [False, False, True, True]
