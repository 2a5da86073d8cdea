"""The midpoint of a smooth step must be found, with an interval that covers it."""

import numpy as np
import pytest

from mechanist.assess.midpoint import midpoint

LEVELS = np.geomspace(0.01, 10, 10)


def step(at: float, *, noise: float, seed: int, falling: bool = False) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    parameter = np.repeat(LEVELS, 25)
    height = 1 / (1 + (parameter / at) ** (2.0 if falling else -2.0))
    return parameter, 3 + 2 * height + noise * rng.normal(size=len(parameter))


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("at", [0.1, 0.5, 2.0])
@pytest.mark.parametrize(("noise", "accuracy"), [(0.05, 0.06), (0.3, 0.12)])
def test_a_step_is_found(at: float, noise: float, accuracy: float, falling: bool) -> None:
    """Trial midpoints are 4.4 % apart."""
    found = midpoint(*step(at, noise=noise, seed=1, falling=falling), resamples=50)
    assert found.value == pytest.approx(at, rel=accuracy)
    assert found.low / 1.045 <= at <= found.high * 1.045
    assert found.high / found.low < (1.2 if noise < 0.1 else 2.0)


def test_noise_without_a_step_leaves_the_place_open() -> None:
    parameter, value = step(1.0, noise=1.0, seed=2)
    flat = np.random.default_rng(3).permutation(value)
    wide, narrow = (
        midpoint(parameter, flat, resamples=100),
        midpoint(parameter, value, resamples=100),
    )
    assert np.log(wide.high / wide.low) > 3 * np.log(narrow.high / narrow.low)


def test_bad_input_is_refused() -> None:
    parameter, value = step(1.0, noise=0.1, seed=4)
    with pytest.raises(ValueError, match="4 positive levels"):
        midpoint(parameter - 0.01, value)
    with pytest.raises(ValueError, match="values finite: False"):
        midpoint(parameter, np.where(value > 4, np.nan, value))
