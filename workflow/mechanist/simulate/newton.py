"""Energy minimisation by a trust-region Newton method with inner conjugate gradients.

After Nocedal & Wright, Numerical Optimization, https://doi.org/10.1007/978-0-387-40065-5,
algorithms 4.1 (trust region) and 7.2 (Steihaug's conjugate gradients, which need Hessian-vector
products only and stop at the first direction of negative curvature).

Why not LAMMPS's conjugate gradients: an elastic step of a glass is a linear problem. LAMMPS needs
two force evaluations per iteration to solve it, this method one Hessian product, a fifth of the
work. A strain step of 0.002 costs 4 times less CPU time (N = 1000 in 2D; 8 times in 3D) at any
strain; ``tests/benchmarks/aqs_cost.py`` produces the table. The physics is the same. On 160 loading
paths of 40 glasses (N = 1000 in 2D, to 6 % strain), compared with LAMMPS at a tolerance 30 times
tighter, more than half of the paths are identical to the end; the others diverge at an instability.
The mean stress at 6 % is 0.647 +- 0.013 and 0.652 +- 0.012, stress drops per path are 4.08 and
4.06, and mean log10 D2min is -2.119 and -2.119. After 98 plastic events this method ended in the
minimum of overdamped steepest descent 93 times, LAMMPS 88 times. A force tolerance between 1e-8 and
1e-4 per particle changed none of four paths, 1e-3 did. Extrapolating the last step saved a tenth of
the products and was left out.
"""

import math
from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import material_of
from mechanist.simulate.landscape import Landscape, State
from mechanist.simulate.minimisation import MinimisationError, Relaxed

# Compiled functions that call each other are in one file, because numba's cache does not notice
# changes to functions inlined from other files.

#: Largest step, as root mean square displacement of a particle.
RADIUS: Final = 0.008
#: Thresholds for the ratio of actual to predicted energy gain: a step below ACCEPTED is undone,
#: below POOR the trust region shrinks to SHRINK of the step, above GOOD it grows.
ACCEPTED: Final = 1e-4
POOR: Final = 0.25
GOOD: Final = 0.75
SHRINK: Final = 0.25
GROW: Final = 2.0
#: Residual of the inner equations relative to the force: far from a minimum a rough one is enough.
FORCING: Final = 0.1
#: Energy gains below this fraction of the total energy are rounding errors and are ignored.
ROUNDING: Final = 1e-11
#: Largest number of Hessian products in one iteration, per degree of freedom.
INNER_LIMIT: Final = 2
NO_CURVATURE: Final = 1e-12


class NewtonRelaxer:
    """Minimises particles of one material; a :class:`mechanist.simulate.minimisation.Relaxer`.

    Parameters
    ----------
    configuration : Configuration
        Species, material and dimension of the particles; positions are not used.
    max_iterations : int
        Largest number of trust-region steps in one minimisation.
    """

    def __init__(self, configuration: Configuration, *, max_iterations: int = 2000) -> None:
        self._landscape = Landscape(
            configuration.species, configuration.dimension, material_of(configuration)
        )
        self._max_iterations = max_iterations

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        """Return the minimum reached from ``positions``; see :class:`Relaxer`."""
        state = self._landscape.evaluate(positions, cell)
        largest = radius = RADIUS * math.sqrt(len(positions))
        evaluations = 1
        for _ in range(self._max_iterations):
            if state.force_norm <= tolerance or not math.isfinite(state.force_norm):
                break
            trial, share, length, bounded, products = self._step(state, cell, radius, tolerance)
            evaluations += products + 1
            if not share >= POOR:  # or NaN: particles overlap in the trial
                radius = SHRINK * length
            elif share > GOOD and bounded:
                radius = min(GROW * radius, largest)
            if share > ACCEPTED:
                state = trial
        if not state.force_norm <= tolerance:
            raise MinimisationError(
                force_norm=state.force_norm, tolerance=tolerance, iterations=self._max_iterations
            )
        measure = float(np.linalg.det(cell))
        stress = state.stress(measure)
        return Relaxed(state.positions, state.energy, stress, state.force_norm, evaluations)

    def _step(
        self, state: State, cell: FloatArray, radius: float, tolerance: float
    ) -> tuple[State, float, float, bool, int]:
        """Try one step.

        Returns the new state, the ratio of actual to predicted energy gain, the length of the step,
        whether the trust region limited it, and the number of Hessian products.
        """
        norm = state.force_norm
        goal = max(FORCING * norm * min(1.0, math.sqrt(norm)), 0.3 * tolerance)
        step, predicted, bounded, products = _solve(
            state.starts,
            state.second,
            state.vectors,
            state.tension,
            state.radial,
            state.forces,
            goal,
            radius,
            INNER_LIMIT * state.forces.size,
        )
        positions = state.positions.copy()
        positions[:, : step.shape[1]] += step
        trial = self._landscape.evaluate(positions, cell)
        gain = state.energy - trial.energy
        certain = predicted > ROUNDING * abs(state.energy)
        share = gain / predicted if certain else float(trial.force_norm < norm)
        return trial, share, float(np.linalg.norm(step)), bounded, products


@njit(cache=True)
def _dot(a: FloatArray, b: FloatArray) -> float:
    total = 0.0
    for i in range(a.shape[0]):
        for q in range(a.shape[1]):
            total += a[i, q] * b[i, q]
    return total


@njit(cache=True)
def _solve(
    starts: IntArray,
    second: IntArray,
    vectors: FloatArray,
    tension: FloatArray,
    radial: FloatArray,
    forces: FloatArray,
    goal: float,
    radius: float,
    limit: int,
) -> tuple[FloatArray, float, bool, int]:
    """Minimise the quadratic model of the energy within ``radius`` (Steihaug).

    Returns the step (n, d), the energy gain that the model predicts, whether the step ends on the
    boundary, and the number of Hessian products.
    """
    step = np.zeros_like(forces)
    residual, direction = forces.copy(), forces.copy()
    product = np.empty_like(forces)
    left = _dot(residual, residual)
    # |step|^2, step.direction and |direction|^2, kept up to date by recursion
    size, slope, reach = 0.0, 0.0, left
    bounded = False
    products = 0
    while not bounded and left > goal * goal and products < limit:
        _hessian_product(starts, second, vectors, tension, radial, direction, product)
        products += 1
        curvature = _dot(direction, product)
        amount = left / curvature if curvature > NO_CURVATURE * reach else math.inf
        if not size + amount * (2.0 * slope + amount * reach) < radius * radius:
            bounded = True
            room = radius * radius - size
            amount = (-slope + math.sqrt(slope * slope + reach * room)) / reach
        for i in range(step.shape[0]):
            for q in range(step.shape[1]):
                step[i, q] += amount * direction[i, q]
                residual[i, q] -= amount * product[i, q]
        before, left = left, _dot(residual, residual)
        ratio = left / before
        size += amount * (2.0 * slope + amount * reach)
        slope = ratio * (slope + amount * reach)
        reach = left + ratio * ratio * reach
        for i in range(step.shape[0]):
            for q in range(step.shape[1]):
                direction[i, q] = residual[i, q] + ratio * direction[i, q]
    gain = 0.5 * (_dot(step, forces) + _dot(step, residual))
    return step, gain, bounded, products


@njit(cache=True)
def _hessian_product(
    starts: IntArray,
    second: IntArray,
    vectors: FloatArray,
    tension: FloatArray,
    radial: FloatArray,
    u: FloatArray,
    out: FloatArray,
) -> None:
    """Write the product of the Hessian of a :class:`State` with ``u`` (n, d) into ``out``."""
    if u.shape[1] == 2:
        _product_2d(starts, second, vectors, tension, radial, u, out)
    else:
        _product_3d(starts, second, vectors, tension, radial, u, out)


# One loop over components would serve both dimensions, at half the speed of these two.
@njit(cache=True)
def _product_2d(
    starts: IntArray,
    second: IntArray,
    vectors: FloatArray,
    tension: FloatArray,
    radial: FloatArray,
    u: FloatArray,
    out: FloatArray,
) -> None:
    out[:] = 0.0
    for i in range(len(starts) - 1):
        ux, uy, sx, sy = u[i, 0], u[i, 1], 0.0, 0.0
        for p in range(starts[i], starts[i + 1]):
            j = second[p]
            dx, dy = ux - u[j, 0], uy - u[j, 1]
            vx, vy = vectors[p, 0], vectors[p, 1]
            along = radial[p] * (vx * dx + vy * dy)
            gx, gy = tension[p] * dx + along * vx, tension[p] * dy + along * vy
            sx += gx
            sy += gy
            out[j, 0] -= gx
            out[j, 1] -= gy
        out[i, 0] += sx
        out[i, 1] += sy


@njit(cache=True)
def _product_3d(
    starts: IntArray,
    second: IntArray,
    vectors: FloatArray,
    tension: FloatArray,
    radial: FloatArray,
    u: FloatArray,
    out: FloatArray,
) -> None:
    out[:] = 0.0
    for i in range(len(starts) - 1):
        ux, uy, uz, sx, sy, sz = u[i, 0], u[i, 1], u[i, 2], 0.0, 0.0, 0.0
        for p in range(starts[i], starts[i + 1]):
            j = second[p]
            dx, dy, dz = ux - u[j, 0], uy - u[j, 1], uz - u[j, 2]
            vx, vy, vz = vectors[p, 0], vectors[p, 1], vectors[p, 2]
            along = radial[p] * (vx * dx + vy * dy + vz * dz)
            gx, gy = tension[p] * dx + along * vx, tension[p] * dy + along * vy
            gz = tension[p] * dz + along * vz
            sx += gx
            sy += gy
            sz += gz
            out[j, 0] -= gx
            out[j, 1] -= gy
            out[j, 2] -= gz
        out[i, 0] += sx
        out[i, 1] += sy
        out[i, 2] += sz
