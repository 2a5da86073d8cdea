"""Scores of found equations: exactness by terms, and coefficient errors of exact equations only."""

import numpy as np
import pytest

from mechanist.assess.equation_scores import score_equation

TRUTH = {"u_xx": 0.1, "u u_x": -1.0}


def test_an_exact_equation_has_the_mean_error_of_its_coefficients() -> None:
    score = score_equation({"u_xx": 0.11, "u u_x": -0.98, "u": 0.0}, TRUTH)
    assert score.exact
    assert score.true_positive_rate == 1
    assert score.error_percent == pytest.approx((10 + 2) / 2)
    assert score.n_terms == 2
    assert score.difference == pytest.approx(np.hypot(0.01, 0.02))
    assert score.size == pytest.approx(np.hypot(0.1, 1.0))


@pytest.mark.parametrize(
    ("found", "rate"),
    [({"u_xx": 0.1}, 1 / 2), (TRUTH | {"u": 1.0}, 2 / 3), ({"u": 1.0}, 0.0), ({}, 0.0)],
)
def test_missing_and_false_terms_are_not_exact(found: dict[str, float], rate: float) -> None:
    score = score_equation(found, TRUTH)
    assert not score.exact
    assert score.true_positive_rate == pytest.approx(rate)
    assert np.isnan(score.error_percent)
    # the coefficients that agree cancel; what is missing or false is the whole difference
    lost = {name: value for name, value in TRUTH.items() if name not in found}
    false = {name: value for name, value in found.items() if name not in TRUTH}
    assert score.difference == pytest.approx(np.linalg.norm([*lost.values(), *false.values()]))


def test_a_truth_without_terms_is_refused() -> None:
    with pytest.raises(ValueError, match="no terms"):
        score_equation({}, {"u": 0.0})
