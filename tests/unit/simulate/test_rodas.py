"""The implicit step solves its linear systems, has the stated order, and is L-stable."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.simulate import rodas


def positive_definite(rng: np.random.Generator, n: int) -> FloatArray:
    a = rng.normal(size=(n, n))
    return a @ a.T + 0.1 * np.eye(n)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 13, 30])
def test_factors_solve_linear_systems(n: int) -> None:
    rng = np.random.default_rng(n)
    matrix, b = positive_definite(rng, n), rng.normal(size=n)
    factors, x = np.triu(matrix) + np.tril(np.full((n, n), np.nan), -1), b.copy()
    assert rodas.factorise(factors)
    rodas.solve(factors, x)
    np.testing.assert_allclose(matrix @ x, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 8, 11])
def test_matrices_that_are_not_positive_definite_are_refused(n: int) -> None:
    rng = np.random.default_rng(n)
    vectors, _ = np.linalg.qr(rng.normal(size=(n, n)))
    values = np.ones(n)
    assert rodas.factorise(vectors @ np.diag(values) @ vectors.T)
    values[0] = -0.1
    assert not rodas.factorise(vectors @ np.diag(values) @ vectors.T)
    assert not rodas.factorise(np.full((n, n), np.nan))


def integrated(
    force: Callable[[FloatArray], FloatArray],
    hessian: Callable[[FloatArray], FloatArray],
    x: FloatArray,
    *,
    drive: tuple[float, float, float],
    end: float,
    steps: int,
) -> tuple[FloatArray, float]:
    """Take equal steps; return the final state and the error estimate of the last step."""
    n, h = len(x), end / steps
    factors, work, sign = np.empty((n, n)), np.empty((rodas.WORK_ROWS, n)), np.ones(n)
    load, error = np.array(drive), math.nan
    for _ in range(steps):
        assert rodas.begin(x, sign, force(x), hessian(x), load, h, factors, work)
        work[rodas.K3] = force(work[rodas.NEW])
        rodas.continue_(sign, load, h, factors, work)
        work[rodas.K4] = force(work[rodas.NEW])
        error = rodas.finish(sign, np.ones(n), load, h, factors, work)
        moved = (work[rodas.NEW] - x).sum()
        x = work[rodas.NEW].copy()
        load[0] += load[1] * h - load[2] * moved
    return x, error


@pytest.mark.parametrize("drive", [(0.0, 0.0, 0.0), (0.3, 0.5, 0.0), (0.3, 0.5, 2.0)])
def test_order_is_three_with_ramp_and_spring(drive: tuple[float, float, float]) -> None:
    def force(x: FloatArray) -> FloatArray:
        return -np.sin(x) - 0.5 * (x - x[::-1])

    def hessian(x: FloatArray) -> FloatArray:
        return np.diag(np.cos(x)) + 0.5 * np.array([[1.0, -1.0], [-1.0, 1.0]])

    start = np.array([0.4, -0.9])
    ends = {
        steps: integrated(force, hessian, start, drive=drive, end=1.0, steps=steps)
        for steps in (20, 40, 1280)
    }
    exact = ends[1280][0]
    coarse, fine = (np.abs(ends[steps][0] - exact).max() for steps in (20, 40))
    assert 2.7 < np.log2(coarse / fine) < 3.5
    assert 2.5 < np.log2(ends[20][1] / ends[40][1]) < 3.5


def test_stiff_modes_vanish_in_one_long_step() -> None:
    rate = 1e9
    end, _ = integrated(lambda x: -rate * x, lambda x: np.array([[rate]]), np.ones(1),
                        drive=(0.0, 0.0, 0.0), end=1.0, steps=1)  # fmt: skip
    assert abs(end[0]) < 1e-6


def test_a_step_beyond_an_instability_is_refused() -> None:
    factors, work = np.empty((1, 1)), np.empty((rodas.WORK_ROWS, 1))
    one, drive = np.ones(1), np.zeros(3)
    unstable = np.array([[-1.0]])
    assert rodas.begin(one, one, one, unstable, drive, 1.9, factors, work)
    assert not rodas.begin(one, one, one, unstable, drive, 2.1, factors, work)


def test_numbers_that_are_none_have_infinite_error() -> None:
    factors, work = np.empty((1, 1)), np.empty((rodas.WORK_ROWS, 1))
    one, drive = np.ones(1), np.zeros(3)
    assert rodas.begin(one, one, one, np.array([[1.0]]), drive, 0.1, factors, work)
    work[rodas.K3] = 0.0
    rodas.continue_(one, drive, 0.1, factors, work)
    for value, finite in ((0.0, True), (np.nan, False), (np.inf, False)):
        stored = work.copy()
        stored[rodas.K4] = value
        assert math.isfinite(rodas.finish(one, one, drive, 0.1, factors, stored)) is finite
