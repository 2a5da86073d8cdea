"""The score that coarse paths reach at a cost: dominated paths do not count, and nothing beats the best."""

import numpy as np
import pytest

from mechanist.assess.path_frontier import at_cost

PATHS = {
    1.0: np.array([0.5, 0.7]),
    2.0: np.array([0.4, 0.4]),  # dearer than the first, and worse
    5.0: np.array([0.9, 0.9]),
}


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1.0, [0.5, 0.7]),
        (2.0, [0.6, 0.75]),
        (3.0, [0.7, 0.8]),
        (5.0, [0.9, 0.9]),
        (50.0, [0.9, 0.9]),
    ],
)
def test_scores_of_each_glass_are_interpolated_between_paths(
    seconds: float, expected: list[float]
) -> None:
    found = at_cost(PATHS, seconds)
    assert found is not None
    assert found == pytest.approx(expected)


def test_there_is_no_frontier_below_the_cheapest_path() -> None:
    assert at_cost(PATHS, 0.99) is None
