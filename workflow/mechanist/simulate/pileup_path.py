"""Quasistatic path of a periodic pileup up to its flow stress, without integrating in time.

Dislocations of one sign repel each other, so their energy is convex in every pair and overdamped
motion keeps order: a configuration that starts behind another never passes it (Middleton,
https://doi.org/10.1103/PhysRevLett.68.670). Under a slowly rising stress each state is therefore
the *least* equilibrium ahead of the start, however the stress was raised, and any forward motion
that passes no equilibrium finds it. Steps are damped Newton steps: with all net forces forward, a
positive definite stiffness (plus damping) sends every dislocation forward.
"""

from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray
from mechanist.mechanics.pileup_forces import energy, factor, forces, solve, stiffness

PINNED: Final = 0
FLOWING: Final = 1
LOST: Final = 2
#: Longest move in a step, as a fraction of the landscape's node spacing.
LONGEST: Final = 0.4
#: Largest backward net force after a step, as a fraction of the largest force before it.
BACKWARD: Final = 0.1
#: Factors by which the damping grows after a refused step and shrinks after an accepted one.
HARDER: Final = 4.0
SOFTER: Final = 0.5
#: Damping below this fraction of the mean stiffness is set to zero.
NEGLIGIBLE: Final = 1e-4
#: Steps after which a single search is given up.
MOST_STEPS: Final = 4000


@njit(cache=True, error_model="numpy")
def advance(
    x: FloatArray, stress: float, coefficients: FloatArray, length: float, tolerance: float
) -> tuple[int, int]:
    """Move ``x`` in place to the least equilibrium ahead.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Sorted positions, at which all net forces are forward up to ``tolerance``.
    stress : float
        External stress (D/b).
    coefficients, length
        Landscape, as in :func:`mechanist.mechanics.pileup_forces.pinning`.
    tolerance : float
        Largest net force at which the state counts as an equilibrium (D/b).

    Returns
    -------
    status : int
        ``PINNED``; ``FLOWING`` once every dislocation has passed the start of the next, after which
        the motion repeats forever; or ``LOST`` if neither happened in ``MOST_STEPS``.
    steps : int
        Number of factorised stiffness matrices.
    """
    n = x.size
    start, trial, step = x.copy(), np.empty(n), np.empty(n)
    net, after = np.empty(n), np.empty(n)
    matrix, lower = np.empty((n, n)), np.zeros((n, n))
    longest = LONGEST * length / coefficients.size
    damping = 0.0
    forces(x, coefficients, length, net)
    net += stress
    fresh = True
    for steps in range(MOST_STEPS):
        largest = np.abs(net).max()
        if largest < tolerance:
            return PINNED, steps
        if fresh:
            if _has_flowed(x, start, length):
                return FLOWING, steps
            stiffness(x, coefficients, length, matrix)
            scale = np.trace(matrix) / n
            scale = max(scale, 1.0 / length)
            fresh = False
        if not factor(matrix, damping, lower):
            damping = max(HARDER * damping, 1e-2 * scale)
            continue
        solve(lower, net, step)
        trial[:] = x + step * min(1.0, longest / np.abs(step).max())
        admitted = _ordered(trial, length)
        if admitted:
            forces(trial, coefficients, length, after)
            after += stress
            allowed = max(tolerance, BACKWARD * largest, -net.min())
            admitted = after.min() >= -allowed
        if not admitted:
            damping = max(HARDER * damping, 1e-2 * scale)
            continue
        x[:], net[:], fresh = trial, after, True
        damping *= SOFTER
        if damping < NEGLIGIBLE * scale:
            damping = 0.0
    return LOST, MOST_STEPS


@njit(cache=True, error_model="numpy")
def relax(x: FloatArray, coefficients: FloatArray, length: float, tolerance: float) -> bool:
    """Move ``x`` in place downhill to an equilibrium without stress; False if none was found.

    Parameters are those of :func:`advance`; forces may have any sign at the start.
    """
    n = x.size
    trial, step, net, after = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    matrix, lower = np.empty((n, n)), np.zeros((n, n))
    longest = LONGEST * length / coefficients.size
    value = energy(x, coefficients, length)
    forces(x, coefficients, length, net)
    stiffness(x, coefficients, length, matrix)
    damping = np.trace(matrix) / n
    for _ in range(MOST_STEPS):
        largest = np.abs(net).max()
        if largest < tolerance:
            return factor(matrix, 0.0, lower)
        scale = max(np.trace(matrix) / n, 1.0 / length)
        if not factor(matrix, damping, lower):
            damping = max(HARDER * damping, 1e-2 * scale)
            continue
        solve(lower, net, step)
        trial[:] = x + step * min(1.0, longest / np.abs(step).max())
        if not _ordered(trial, length):
            damping = HARDER * max(damping, 1e-2 * scale)
            continue
        lowered = energy(trial, coefficients, length)
        forces(trial, coefficients, length, after)
        # Close to the minimum the energy falls by less than its rounding error; then forces decide.
        if not (lowered < value or np.abs(after).max() < 0.5 * largest):
            damping = max(HARDER * damping, 1e-2 * scale)
            continue
        x[:], net[:], value = trial, after, lowered
        stiffness(x, coefficients, length, matrix)
        damping *= SOFTER
        if damping < NEGLIGIBLE * scale:
            damping = 0.0
    return False


@njit(cache=True, error_model="numpy")
def ramp(
    x: FloatArray,
    coefficients: FloatArray,
    length: float,
    tolerance: float,
    largest_step: float,
    smallest_step: float,
    jump: float,
) -> tuple[int, FloatArray, FloatArray, FloatArray, float, int]:
    """Raise the stress from zero until the pileup flows.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Relaxed positions; left at the last pinned state.
    coefficients, length, tolerance
        As in :func:`advance`.
    largest_step, smallest_step : float
        Stress steps (D/b). A step is shortened to a quarter, down to the smallest, if the mean
        displacement would jump or the pileup would flow.
    jump : float
        Mean displacement in a step (b) above which a smaller step is taken.

    Returns
    -------
    status : int
        ``FLOWING``, or ``LOST`` if a search failed.
    stress, displacement : ndarray of shape (k,)
        Pinned states: stress (D/b) and mean displacement (b), both rising from zero. The start and
        end of an avalanche larger than ``jump`` are ``smallest_step`` apart.
    states : ndarray of shape (k, n)
        Positions of the pinned states.
    last : float
        The stress at which the search ended, without a pinned state.
    steps : int
        Number of factorised stiffness matrices.
    """
    start = x.mean()
    trial = x.copy()
    stresses, moved, states = [0.0], [0.0], [x.copy()]
    stress, step, total = 0.0, largest_step, 0
    while True:
        trial[:] = x
        status, steps = advance(trial, stress + step, coefficients, length, tolerance)
        total += steps
        far = trial.mean() - x.mean() > jump
        if status == LOST:
            break
        if (status == FLOWING or far) and step > smallest_step:
            step = max(0.25 * step, smallest_step)
            continue
        if status == FLOWING:
            break
        stress += step
        x[:] = trial
        stresses.append(stress)
        moved.append(x.mean() - start)
        states.append(x.copy())
        step = min(2.0 * step, largest_step)
    kept = np.empty((len(states), x.size))
    for k in range(len(states)):
        kept[k] = states[k]
    return status, np.array(stresses), np.array(moved), kept, stress + step, total


@njit(cache=True, error_model="numpy")
def _ordered(x: FloatArray, length: float) -> bool:
    """Return whether no dislocation has passed the next one."""
    for i in range(x.size - 1):
        if x[i] >= x[i + 1]:
            return False
    return x[x.size - 1] < x[0] + length


@njit(cache=True, error_model="numpy")
def _has_flowed(x: FloatArray, start: FloatArray, length: float) -> bool:
    """Return whether every dislocation has passed the starting position of the next one."""
    n = x.size
    for i in range(n - 1):
        if x[i] < start[i + 1]:
            return False
    return x[n - 1] >= start[0] + length
