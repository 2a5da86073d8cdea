"""Overdamped glide of edge dislocations: adaptive implicit steps with annihilation."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics import edge_glide
from mechanist.mechanics.edge_glide import SIGN, X, Y
from mechanist.mechanics.edge_system import EdgeSystem, Well
from mechanist.simulate import rodas

#: Step control: safety factor, and bounds on the change of a step's length.
SAFETY: Final = 0.9
SHRINK: Final = 0.2
GROW: Final = 5.0
#: Floor of the error in step control; at this error a step always grows by GROW.
TINY_ERROR: Final = 1e-10
#: Factor on the step length after an instability or a non-finite result.
RETREAT: Final = 0.3
#: First step, and the step below which integration fails, in units of the box, side^2 / D b.
FIRST_STEP: Final = 1e-6
LAST_STEP: Final = 1e-16
#: Positions are finite here, distances may be infinite.
_FAST: Final = {"contract", "reassoc", "nnan", "nsz"}


class ConvergenceError(RuntimeError):
    """A sample could not be integrated or did not come to rest; the message states where."""


@dataclass(frozen=True, kw_only=True)
class Integration:
    """Accuracy of the trajectories.

    Parameters
    ----------
    tolerance : float
        Allowed error of a position in one step, in b.
    relative_tolerance : float
        The same in units of the distance to the nearest dislocation; the smaller one applies.
    annihilation : float
        Distance in b below which dislocations of opposite sign annihilate; zero for never.
    max_steps : int
        Number of steps at which a relaxation or loading fails.
    """

    tolerance: float = 5e-3
    relative_tolerance: float = 0.05
    annihilation: float = 1.0
    max_steps: int = 40_000

    def __post_init__(self) -> None:
        """Validate the settings."""
        if min(self.tolerance, self.relative_tolerance, self.max_steps) <= 0:
            raise ValueError(f"{self}; expected positive tolerances and steps")
        if self.annihilation < 0:
            raise ValueError(f"annihilation = {self.annihilation}; expected zero or a distance")


@njit(cache=True, fastmath=_FAST)
def survey(
    lines: FloatArray,
    force: FloatArray,
    stress: float,
    absolute: float,
    relative: float,
    tolerance: FloatArray,
) -> tuple[float, float, int, int]:
    """Set the tolerance of each position; return the mean speed and the closest opposite pair.

    Returns
    -------
    speed, distance : float
        Mean of the absolute velocities; distance of the pair, infinite without a pair.
    i, j : int
        Indices of the pair.
    """
    n = lines.shape[1]
    tolerance[:] = np.inf
    speed, closest, at = 0.0, np.inf, -1
    for i in range(n):
        speed += abs(force[i] + lines[SIGN, i] * stress)
        xi, yi, si = lines[X, i], lines[Y, i], lines[SIGN, i]
        x, y, sign = lines[X, i + 1 :], lines[Y, i + 1 :], lines[SIGN, i + 1 :]
        after, nearest, opposite = tolerance[i + 1 :], np.inf, np.inf
        for j in range(len(x)):
            dx, dy = xi - x[j], yi - y[j]
            dx -= np.round(dx)
            dy -= np.round(dy)
            r = dx * dx + dy * dy
            nearest = min(nearest, r)
            after[j] = min(after[j], r)
            opposite = min(opposite, r if sign[j] != si else np.inf)
        tolerance[i] = min(tolerance[i], nearest)
        if opposite < closest:
            closest, at = opposite, i
    for i in range(n):
        tolerance[i] = min(absolute, relative * math.sqrt(tolerance[i]))
    return speed / max(n, 1), math.sqrt(closest), at, _partner(lines, at)


# Inlined, as in :mod:`mechanist.simulate.rodas`, so that sums are always reordered identically.
@njit(cache=True, fastmath=_FAST, inline="always")
def _partner(lines: FloatArray, i: int) -> int:
    """Return the nearest dislocation of opposite sign among those after dislocation ``i``."""
    best, at = np.inf, -1
    if i < 0:
        return at
    for j in range(i + 1, lines.shape[1]):
        dx, dy = lines[X, i] - lines[X, j], lines[Y, i] - lines[Y, j]
        dx -= np.round(dx)
        dy -= np.round(dy)
        r = dx * dx + dy * dy
        if lines[SIGN, i] != lines[SIGN, j] and r < best:
            best, at = r, j
    return at


class Glide:
    """Moving dislocations, with their current positions, time, stress and strain.

    Internal units are those of the box: lengths in its side L, stresses in D b/L, times in L^2/D b.

    Parameters
    ----------
    configuration : Configuration
        A neutral set of dislocations, with or without pins; see :class:`EdgeSystem`.
    integration : Integration
    well : Well, optional
        Potential of a pin.

    Raises
    ------
    ValueError
        If the cell is not a periodic square, or the net Burgers vector is not zero.
    ConvergenceError
        If no dislocation is left.
    """

    def __init__(
        self, configuration: Configuration, integration: Integration, well: Well | None = None
    ) -> None:
        self.system = EdgeSystem.of(configuration, well)
        self.integration = integration
        self.steps = self.rejected = self.annihilated = 0
        self._length = self.system.length
        self._time = self._strain = 0.0
        self._drive = np.zeros(3)
        self._step = FIRST_STEP
        self._allocate()
        self._settle()

    @property
    def time(self) -> float:
        """Time in b^2 / D per unit of mobility."""
        return self._time * self._length**2

    @property
    def strain(self) -> float:
        """Plastic strain since the last reset."""
        return self._strain / self._length

    @property
    def stress(self) -> float:
        """Applied stress in D/b."""
        return float(self._drive[0]) / self._length

    @property
    def speed(self) -> float:
        """Mean absolute velocity, in b per unit of time."""
        return self._speed / self._length

    @property
    def strain_rate(self) -> float:
        """Plastic strain per unit of time."""
        sign = self.system.sign
        rate = np.dot(sign, self._force) + self._drive[0] * len(sign)
        return float(rate) / self._length**3

    def apply(self, stress: float) -> None:
        """Set the applied stress, in D/b."""
        self._drive[0] = stress * self._length
        self._survey()

    def reset(self) -> None:
        """Set time, strain and steps to zero."""
        self._time = self._strain = 0.0
        self.steps = self.rejected = 0

    def advance(
        self, *, rate: float = 0.0, stiffness: float = 0.0, within: float = math.inf
    ) -> None:
        """Take one step.

        Parameters
        ----------
        rate : float
            Increase of the applied stress, in D/b per unit of time.
        stiffness : float
            Decrease of the applied stress per plastic strain, in D/b.
        within : float
            Longest step, in units of time.

        Raises
        ------
        ConvergenceError
            If the time step becomes too short, there are too many steps, or no dislocation is left.
        """
        self._drive[1:] = rate * self._length**3, stiffness
        longest = within / self._length**2
        while True:
            h = min(self._step, longest)
            error = self._try(h)
            factor = SAFETY * max(error, TINY_ERROR) ** (-1 / rodas.ORDER)
            if error <= 1.0:
                break
            self.rejected += 1
            self._step = h * (max(SHRINK, factor) if math.isfinite(error) else RETREAT)
            self._check()
        self._accept(h)
        # a step cut short by the caller gives no information on longer steps
        self._step = max(self._step if h < self._step else 0.0, h * min(GROW, factor))

    def _check(self) -> None:
        if self._step < LAST_STEP:
            raise ConvergenceError(
                f"the time step fell below {LAST_STEP:g} of the box's unit after {self.steps} steps"
                f" at stress {self.stress:.4g} D/b, strain {self.strain:.4g}"
            )

    def _try(self, h: float) -> float:
        """Compute a step of length ``h`` in the workspace and return its error."""
        system, work, drive = self.system, self._work, self._drive
        sign, pinned = system.lines[SIGN], (system.spans, system.pins, system.well)
        if not rodas.begin(
            system.lines[X], sign, self._force, self._hessian, drive, h, self._factors, work
        ):
            return math.inf
        self._trial[X] = work[rodas.NEW]
        edge_glide.forces(self._trial, *pinned, work[rodas.K3])
        rodas.continue_(sign, drive, h, self._factors, work)
        self._trial[X] = work[rodas.NEW]
        edge_glide.forces(self._trial, *pinned, work[rodas.K4])
        return rodas.finish(sign, self._tolerance, drive, h, self._factors, work)

    def _accept(self, h: float) -> None:
        lines, new = self.system.lines, self._work[rodas.NEW]
        moved = float(np.dot(lines[SIGN], new) - np.dot(lines[SIGN], lines[X]))
        self._strain += moved
        self._time += h
        self._drive[0] += self._drive[1] * h - self._drive[2] * moved
        self.steps += 1
        lines[X] = new
        self._settle()
        if self.steps >= self.integration.max_steps:
            raise ConvergenceError(
                f"not done after {self.steps} steps at stress {self.stress:.4g} D/b,"
                f" strain {self.strain:.4g}, mean speed {self.speed:.3g}"
            )

    def _settle(self) -> None:
        """Update the forces and annihilate close pairs, closest first."""
        reach = self.integration.annihilation / self._length
        while True:
            self._linearise()
            distance, i, j = self._survey()
            if distance >= reach:
                return
            self.system.keep(np.delete(np.arange(len(self.system)), [i, j]))
            self.annihilated += 1
            if not len(self.system):
                raise ConvergenceError("all dislocations have annihilated")
            self._allocate()

    def _linearise(self) -> None:
        s = self.system
        edge_glide.linearise(s.lines, s.spans, s.pins, s.well, self._force, self._hessian)

    def _survey(self) -> tuple[float, int, int]:
        settings = self.integration
        self._speed, distance, i, j = survey(
            self.system.lines,
            self._force,
            self._drive[0],
            settings.tolerance / self._length,
            settings.relative_tolerance,
            self._tolerance,
        )
        return distance, i, j

    def _allocate(self) -> None:
        n = len(self.system)
        self._force, self._tolerance = np.zeros(n), np.empty(n)
        self._hessian, self._factors = np.empty((n, n)), np.empty((n, n))
        self._work = np.empty((rodas.WORK_ROWS, n))
        self._trial = self.system.lines.copy()
