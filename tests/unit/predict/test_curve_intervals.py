"""Intervals of curves: sizes by hand, and the share of curves that they hold."""

import numpy as np
import pytest

from mechanist.predict.curve_intervals import CurveBand, band_of, held_curves


def correlated(n: int, seed: int) -> np.ndarray:
    """Return residuals of curves with a common part, larger at larger strains."""
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(n, 1)), rng.normal(size=(n, 6))
    return (common + own) * np.logspace(-3, 0, 6)


def test_a_wider_band_reaches_from_its_middle() -> None:
    band = CurveBand(np.array([-1.0, 0.0]), np.array([3.0, 2.0]), 1.5)
    low, high = band.ends(1.5)
    np.testing.assert_allclose(low, [-2.0, -0.5])
    np.testing.assert_allclose(high, [4.0, 2.5])
    residuals = np.array([[-1.5, 1.0], [0.0, 2.4], [4.1, 1.0]])
    assert band.holds(residuals, 1.5).tolist() == [[True, True], [True, True], [False, True]]
    assert band.holds(residuals).tolist() == [[False, True], [True, False], [False, True]]


def test_the_band_of_new_curves_holds_the_nominal_share() -> None:
    band = band_of(correlated(1500, 1), np.arange(1500), level=0.9)
    assert band is not None
    new = correlated(4000, 2)
    np.testing.assert_allclose(band.holds(new).mean(axis=0), 0.9, atol=0.03)
    assert band.holds(new, band.factor).all(axis=1).mean() == pytest.approx(0.9, abs=0.03)
    # Without the factor, curves leave the intervals of single strains more often.
    assert band.holds(new).all(axis=1).mean() < 0.75
    assert band.factor > 1.2


def test_curves_of_one_strain_need_no_factor() -> None:
    one = correlated(200, 3)[:, :1]
    band = band_of(one, np.arange(200), level=0.9)
    assert band is not None
    assert band.factor == pytest.approx(1.0, abs=1e-9)


def test_held_out_folds_measure_the_share_and_notice_another_fold() -> None:
    residuals, folds = correlated(300, 4), np.arange(300) % 5
    held = held_curves(residuals, np.arange(300), folds, level=0.9)
    assert held is not None
    np.testing.assert_allclose(held.by_strain, 0.9, atol=0.04)
    assert held.whole == pytest.approx(0.9, abs=0.05)
    assert held.whole_unstretched < 0.8
    strange = residuals.copy()
    strange[folds == 0] *= 10
    other = held_curves(strange, np.arange(300), folds, level=0.9)
    assert other is not None
    assert other.whole < 0.85


def test_rows_of_one_sample_count_as_one() -> None:
    # Nine samples are the fewest at this level; eight samples of two rows each are not enough.
    assert band_of(correlated(9, 5), np.arange(9), level=0.9) is not None
    assert band_of(correlated(16, 5), np.arange(16) // 2, level=0.9) is None
    assert held_curves(correlated(9, 5), np.arange(9), np.arange(9) % 3, level=0.9) is None


def test_residuals_that_are_all_equal_give_a_band() -> None:
    band = band_of(np.zeros((20, 2)), np.arange(20), level=0.9)
    assert band is not None
    assert band.holds(np.zeros((1, 2)), band.factor).all()
    assert not band.holds(np.full((1, 2), 1e-6), band.factor).any()


def test_the_factor_by_plain_loops() -> None:
    """A sample of two curves counts by the one that leaves its interval further."""
    rng = np.random.default_rng(6)
    residuals, samples = rng.normal(size=(58, 3)) * [1, 2, 5] + [0, 1, 2], np.arange(58) // 2
    band = band_of(residuals, samples, level=0.9)
    assert band is not None
    reach = []
    for one in range(29):
        rows = residuals[2 * one : 2 * one + 2]
        reach.append(
            max(
                abs(value - (low + high) / 2) / ((high - low) / 2)
                for row in rows
                for value, low, high in zip(row, band.lower, band.upper, strict=True)
            )
        )
    assert band.factor == pytest.approx(sorted(reach)[27 - 1])  # 0.9 of 30, the new sample included
    assert band.factor > 1.0
