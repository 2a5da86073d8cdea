"""One step against a spring: the state is multiplied by the method's own function of stability."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.simulate import rodas


def stability(z: float) -> float:
    """Return the factor of one step of ``dx/dt = z x / h``.

    A method of order 3 with four stages, gamma = 1/2 and no response to infinitely stiff modes has
    ``R(z) = P(z) / (1 - z/2)^4`` with P of degree 3 that makes R agree with exp up to ``z^3``.
    """
    return (1 - z + z**3 / 6) / (1 - z / 2) ** 4


def step(x: FloatArray, sign: FloatArray, drive: FloatArray, h: float, pull: float) -> FloatArray:
    """Return the positions after one step of dislocations that are each pulled back by ``pull x``."""
    n = len(x)
    factors, work = np.empty((n, n)), np.empty((rodas.WORK_ROWS, n))
    assert rodas.begin(x, sign, -pull * x, pull * np.eye(n), drive, h, factors, work)
    work[rodas.K3] = -pull * work[rodas.NEW]
    rodas.continue_(sign, drive, h, factors, work)
    work[rodas.K4] = -pull * work[rodas.NEW]
    rodas.finish(sign, np.ones(n), drive, h, factors, work)
    return work[rodas.NEW].copy()


@pytest.mark.parametrize("z", [-0.1, -1.0, -3.7, -40.0, -1e4])
def test_a_spring_on_the_stress_acts_on_the_mean_alone(z: float) -> None:
    """The stress falls by ``stiffness sum(sign dx)``: the sum relaxes with the rate n stiffness."""
    sign, stress, h = np.array([1.0, -1.0, 1.0]), 0.8, 0.25
    stiffness = -z / (3 * h)
    x = step(np.zeros(3), sign, np.array([stress, 0.0, stiffness]), h, 0.0)
    rest = stress / stiffness  # sum(sign x) at which the stress is gone
    np.testing.assert_allclose(sign * x, rest / 3 * (1 - stability(z)), rtol=1e-9)


@pytest.mark.parametrize("z", [-0.5, -3.0, -50.0])
def test_a_spring_on_each_line_relaxes_by_the_same_factor(z: float) -> None:
    start = np.array([1.0, -2.0, 0.3])
    x = step(start, np.array([1.0, 1.0, -1.0]), np.zeros(3), 0.5, -2 * z)
    np.testing.assert_allclose(x, stability(z) * start, rtol=1e-9)


def test_a_ramp_of_the_stress_is_followed_exactly() -> None:
    """Without resistance x is quadratic in time, which a method of order 3 gives without error."""
    sign = np.array([1.0, -1.0])
    x = step(np.array([0.2, 0.7]), sign, np.array([0.6, 1.5, 0.0]), 0.4, 0.0)
    np.testing.assert_allclose(x, [0.2, 0.7] + sign * (0.6 * 0.4 + 1.5 * 0.4**2 / 2), rtol=1e-12)


@pytest.mark.parametrize("stiffness", [0.0, 1e6])
def test_stiff_springs_leave_no_stress_after_one_step(stiffness: float) -> None:
    sign = np.ones(4)
    drive = np.array([1.0, 0.0, stiffness])
    x = step(np.zeros(4), sign, drive, 1.0, 0.0)
    left = drive[0] - stiffness * x.sum()
    assert left == pytest.approx(1.0 if stiffness == 0.0 else 0.0, abs=1e-5)
