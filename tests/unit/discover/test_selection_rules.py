"""What selection asks of a term, in numbers worked out by hand, and each limit from both sides."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.regression import Fit, Problem
from mechanist.discover.selection import select
from mechanist.discover.selection_rules import (
    Demand,
    demand_on,
    messenger_bortz,
    penalised,
    smallest_gain,
)
from sparse_systems import compressed


def rows_of(n: int, p: int, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, p))
    return rows, rows[:, 0] + 0.3 * rng.normal(size=n)


@pytest.mark.parametrize(
    ("windows", "terms", "gain"),
    [
        # (2 ln p + 3) / n, but no less than 0.1 and no more than 0.5
        (20, 8, 0.357944),
        (50, 8, 0.143178),
        (71, 8, 0.100829),
        (72, 8, 0.1),
        (1000, 8, 0.1),
        (14.4, 8, 0.497144),
        (14.2, 8, 0.5),
        (1, 8, 0.5),
        (20, 2, 0.219315),
        (20, 50, 0.5),
        (40, 50, 0.270601),
    ],
)
def test_the_smallest_gain_by_hand(windows: float, terms: int, gain: float) -> None:
    system = compressed(*rows_of(400, terms))
    assert smallest_gain(dataclasses.replace(system, overlap=400 / windows)) == pytest.approx(
        gain, abs=1e-6
    )


def test_a_library_of_one_term_counts_as_two_and_no_window_as_one() -> None:
    one, two = (compressed(*rows_of(400, p)) for p in (1, 2))
    narrow = {"overlap": 400 / 20}
    assert smallest_gain(dataclasses.replace(one, **narrow)) == smallest_gain(
        dataclasses.replace(two, **narrow)
    )
    assert smallest_gain(dataclasses.replace(two, overlap=1e9)) == 0.5


def fit(*support: int, loss: float, weights: FloatArray | None = None) -> Fit:
    return Fit(np.zeros(8) if weights is None else weights, support, loss)


@pytest.mark.parametrize(("left", "taken"), [(math.exp(-0.29), 1), (math.exp(-0.31), 2)])
def test_a_term_is_taken_if_it_earns_its_gain(left: float, taken: int) -> None:
    path = [fit(loss=1.0), fit(0, loss=0.1), fit(0, 1, loss=0.1 * left)]
    assert len(penalised(None, path, Demand(0.3, lambda _: 0.0)).support) == taken  # type: ignore[arg-type]


def test_gains_below_the_floor_do_not_count() -> None:
    """Without a floor the second term would halve the residual; with one it lowers it by 1 %."""
    path = [fit(loss=1.0), fit(0, loss=2e-6), fit(0, 1, loss=1e-6)]
    assert penalised(None, path, Demand(0.3, lambda _: 0.0)).support == (0, 1)  # type: ignore[arg-type]
    assert penalised(None, path, Demand(0.3, lambda _: 1e-4)).support == (0,)  # type: ignore[arg-type]


@pytest.mark.parametrize(("loss", "terms"), [(5e-17, 1), (3e-16, 2), (1e-13, 2)])
def test_residuals_of_round_off_are_no_gain(loss: float, terms: int) -> None:
    """A residual of 1e-15 of the squared target is left by this computation itself.

    Here a term is asked to lower the logarithm of the residual by 0.1: from 3e-16 to 0, counted
    from 1e-15, it lowers it by ln 1.3 = 0.26, and from 5e-17 to 0 by ln 1.05 = 0.05.
    """
    demand = demand_on(compressed(*rows_of(400, 8)))
    assert demand.gain == pytest.approx(0.1)
    path = [fit(loss=1.0), fit(0, loss=loss), fit(0, 1, loss=0.0)]
    assert len(penalised(None, path, demand).support) == terms  # type: ignore[arg-type]


def blockwise(ratio: float) -> Any:
    """Return a system whose second weight is ``ratio`` times its error over blocks.

    Both columns are constant in size and orthogonal in each of eight blocks of equal length, so
    that weights are means over blocks and errors are those of a mean of eight numbers.
    """
    offsets = np.array([1.0, -1.0] * 4)
    error = math.sqrt((offsets**2).sum() / 7 / 8)  # 0.377964
    first = np.ones(80)
    second = np.tile([1.0, -1.0], 40)
    weight = np.repeat(ratio * error + offsets, 10)
    return compressed(np.column_stack([first, second]), 5.0 * first + weight * second, blocks=8)


@pytest.mark.parametrize(("ratio", "support"), [(2.95, (0,)), (3.05, (0, 1)), (-3.05, (0, 1))])
def test_a_coefficient_must_be_three_times_its_error(
    ratio: float, support: tuple[int, ...]
) -> None:
    system = blockwise(ratio)
    free = select(system, rule="penalised", max_terms=2)
    assert free.fit.support == (0, 1)  # the gain alone would keep the term
    assert free.errors[1] == pytest.approx(1 / math.sqrt(7), rel=1e-9)
    assert select(system, rule="auto", max_terms=2).fit.support == support


def test_the_held_out_loss_is_that_of_blocks_left_out_of_the_fit() -> None:
    rows, target = rows_of(60, 6, seed=3)
    found = select(compressed(rows, target, blocks=5), max_terms=3)
    columns, parts = rows[:, list(found.fit.support)], np.array_split(np.arange(60), 5)
    left = 0.0
    for held in parts:
        kept = np.setdiff1d(np.arange(60), held)
        weights, *_ = np.linalg.lstsq(columns[kept], target[kept], rcond=None)
        left += ((columns[held] @ weights - target[held]) ** 2).sum()
    assert found.held_out == pytest.approx(left / (target @ target), rel=1e-9)
    assert found.held_out > 1.01 * found.fit.loss


def test_the_balance_of_messenger_and_bortz_by_hand() -> None:
    """Columns are orthonormal, with weights 3, 1, 0.6 and 0.1, and noise as large as the signal.

    Keeping k of 4 terms costs |w_left| / |w| + k / 4, of which the size of the noise is no part:
    with |w| = 3.2202, that is 1 for none, 0.3637 + 0.25 for one, 0.1889 + 0.5 for two.
    """
    basis = np.linalg.qr(np.random.default_rng(4).normal(size=(200, 5)))[0]
    clean = basis[:, :4] @ [3.0, 1.0, 0.6, 0.1]
    for noise in (0.0, 3.0, 30.0):
        target = clean + noise * basis[:, 4]
        problem = Problem.dense(basis[:, :4], target)
        assert messenger_bortz(problem, []).support == (0,), noise


def test_among_models_with_as_many_right_terms_the_oracle_takes_the_closer_weights() -> None:
    """Of two true terms, (0) has one and no false one; (0, 1, 2, 3) has both and two false ones."""
    truth = {"f0": 2.0, "f1": 1.0}
    system = compressed(*rows_of(400, 8))

    def weights(**values: float) -> FloatArray:
        return np.array([values.get(f"f{k}", 0.0) for k in range(8)])

    near, far = weights(f0=2.0, f1=1.0, f2=0.1, f3=0.1), weights(f0=2.0, f1=1.0, f2=3.0, f3=0.1)
    short = fit(0, loss=0.2, weights=weights(f0=2.0))  # misses by 1
    for values, expected in ((near, (0, 1, 2, 3)), (far, (0,))):
        whole = fit(0, 1, 2, 3, loss=0.1, weights=values)
        for path in ([short, whole], [whole, short]):
            found = select(system, rule="oracle", truth=truth, path=path)
            assert found.fit.support == expected
