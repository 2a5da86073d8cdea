"""Follow a law without space: ordinary differential equations, and maps, for many coefficients at once.

All members share the steps of one adaptive method, whose error is controlled over all of them. A law
that is stiff is followed by an implicit method instead.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.predict.law_rates import Rates

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult as OdeResult

TOLERANCE: Final = 1e-9
STIFF_TOLERANCE: Final = 1e-7
#: Evaluations after which a law counts as stiff.
MOST_EVALUATIONS: Final = 20_000
#: Returns the values of all inputs at a time.
Inputs = Callable[[float], Mapping[str, FloatArray]]


class _StiffError(Exception):
    """The explicit method needs too many evaluations."""


def follow_ordinary(
    rates: Rates, start: FloatArray, times: FloatArray, inputs: Inputs, limits: FloatArray
) -> FloatArray:
    """Return the states of all members at all times, shape (m, n_state, n_t).

    Parameters
    ----------
    rates : Rates
        Of m members.
    start : ndarray of shape (n_state,)
        Initial state, as deviations from the offsets of the law.
    times : ndarray of shape (n_t,)
        Increasing; the first is that of the initial state.
    inputs : callable
        Known variables at a time, as deviations too.
    limits : ndarray of shape (n_state,)
        Largest size of each entry; a member is not followed beyond.
    """
    states = np.full((rates.members.count, len(start), len(times)), np.nan)
    active = np.arange(rates.members.count)
    current, done = np.tile(start, (len(active), 1)), 0
    states[..., 0] = start
    t, stiff = float(times[0]), False
    while len(active) and done < len(times) - 1:
        some = Rates(rates.law, rates.members.chosen(active))
        try:
            result = _until_one_is_lost(
                some, current, (t, times[done + 1 :]), inputs, limits, stiff=stiff
            )
        except _StiffError:
            stiff = True
            continue
        reached = len(result.t)
        shape = (len(active), len(start), reached)
        states[active, :, done + 1 : done + 1 + reached] = np.reshape(result.y, shape)
        done += reached
        if result.status != 1:
            break
        t, current = float(result.t_events[0][-1]), result.y_events[0][-1].reshape(current.shape)
        # the member at its limit, and any that passes it at the same time
        near = (np.abs(current) > limits * (1.0 - 1e-6)).any(axis=1)
        active, current = active[~near], current[~near]
    return states


def _until_one_is_lost(
    rates: Rates,
    first: FloatArray,
    span: tuple[float, FloatArray],
    inputs: Inputs,
    limits: FloatArray,
    *,
    stiff: bool,
) -> "OdeResult":
    """Follow all members until the last time, or until one of them exceeds its limits."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import block_diag

    count, size = first.shape
    evaluations = 0

    def slope(t: float, flat: FloatArray) -> FloatArray:
        nonlocal evaluations
        evaluations += 1
        if evaluations > MOST_EVALUATIONS and not stiff:
            raise _StiffError
        # A trial step may overshoot far before it is rejected.
        state = np.clip(flat.reshape(count, size), -2 * limits, 2 * limits)
        return rates.ordinary(state, inputs(t)).ravel()

    def left(_: float, flat: FloatArray) -> float:
        return float((1.0 - np.abs(flat.reshape(count, size)) / limits).min())

    left.terminal = True  # type: ignore[attr-defined]
    how: dict[str, object] = {"method": "DOP853"}
    tolerance = STIFF_TOLERANCE if stiff else TOLERANCE
    if stiff:
        blocks = block_diag([np.ones((size, size))] * count, format="csc")
        how = {"method": "Radau", "jac_sparsity": blocks}
    start, times = span
    return solve_ivp(
        slope,
        (start, float(times[-1])),
        first.ravel(),
        t_eval=times,
        events=left,
        rtol=tolerance,
        atol=np.tile(tolerance * _small(limits), count),
        **how,
    )


def _small(limits: FloatArray) -> FloatArray:
    """Return the size of a small change of each entry; limits are a hundred times the usual size."""
    finite = limits[np.isfinite(limits)]
    usual = float(finite.min(initial=np.inf))
    sizes = np.where(np.isfinite(limits), limits, usual if np.isfinite(usual) else 1.0)
    return np.asarray(0.01 * sizes)


def iterated(
    rates: Rates, start: FloatArray, times: FloatArray, inputs: Inputs, limits: FloatArray
) -> FloatArray:
    """Return the states of all members of a map; parameters as in :func:`follow_ordinary`."""
    states = np.full((rates.members.count, len(start), len(times)), np.nan)
    states[..., 0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, len(times)):
            known = inputs(float(times[k - 1]))
            states[..., k] = rates.ordinary(states[..., k - 1], known)
    return lost_beyond(states, limits)


def lost_beyond(states: FloatArray, limits: FloatArray) -> FloatArray:
    """Return states that are NaN from the time on at which a member exceeds the limits.

    Parameters
    ----------
    states : ndarray of shape (m, n_state, ..., n_t)
    limits : ndarray of shape (n_state,)
    """
    shape = (-1, *[1] * (states.ndim - 2))
    beyond = ~(np.abs(states) <= limits.reshape(shape))
    lost = np.logical_or.accumulate(beyond.any(axis=tuple(range(1, states.ndim - 1))), axis=-1)
    places = lost.reshape(lost.shape[0], *[1] * (states.ndim - 2), lost.shape[1])
    return np.where(places, np.nan, states)
