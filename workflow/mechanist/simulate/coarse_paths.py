"""Quasistatic paths of few steps, loose tolerances and extrapolated starts: the simulation as a cheap model.

Between plastic events a glass is elastic, and the state at a strain hardly depends on the steps that
led there; at an event, a large step may end in another minimum than small ones. A coarse path
therefore says where particles rearrange with an accuracy that grows with the CPU time that it is given.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import deformation_gradient
from mechanist.simulate.minimisation import Relaxer

#: A step in which a particle moves further beyond the affine map of the cell is a plastic event; its
#: displacements say nothing of the next step. In units of length of the material.
EVENT: Final = 0.15
#: Largest distance of a strain from the grid of steps, relative to a step.
OFF_GRID: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class CoarsePath:
    """How a path is walked.

    Parameters
    ----------
    steps : int
        Number of equal steps to the largest strain.
    force_tolerance : float
        Root mean square force on a particle at which a minimisation ends, in units of the material.
    extrapolate : bool
        Whether a step starts where the displacements of the last step lead, unless that was a
        plastic event, instead of from an affine displacement.
    kick : float
        Standard deviation of a random displacement of every coordinate before each minimisation, in
        units of length of the material: for tests of whether a path is deterministic.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    steps: int
    force_tolerance: float
    extrapolate: bool = False
    kick: float = 0.0

    def __post_init__(self) -> None:
        """Validate the numbers."""
        if self.steps < 1 or self.force_tolerance <= 0 or self.kick < 0:
            raise ValueError(
                f"steps = {self.steps}, force_tolerance = {self.force_tolerance:g}, kick ="
                f" {self.kick:g}; expected at least one step, a positive tolerance and a kick of at"
                " least zero"
            )

    def walks(self, strains: Sequence[float]) -> list[tuple[FloatArray, list[int]]]:
        """Return the strains of the steps of each walk, and after which of them states are kept.

        If all ``strains`` lie on the grid of the steps to the largest one, one walk passes them all.
        Otherwise each has a walk of its own, of steps no larger than those to the largest strain.
        """
        largest = max(strains)
        counts = [self.steps * strain / largest for strain in sorted(strains)]
        if all(abs(count - round(count)) < OFF_GRID and round(count) for count in counts):
            grid = largest * np.arange(1, self.steps + 1) / self.steps
            return [(grid, [round(count) for count in counts])]
        own = [max(1, math.ceil(count - OFF_GRID)) for count in counts]
        return [
            (strain * np.arange(1, n + 1) / n, [n])
            for strain, n in zip(sorted(strains), own, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class CoarseState:
    """The state at one strain, and what it took from the state before loading.

    Parameters
    ----------
    strain : float
        Equivalent shear strain.
    configuration : Configuration
        In the lab frame.
    steps : int
        Number of steps.
    evaluations : int
        Number of evaluations of forces, or of products of the Hessian with a vector.
    cpu_seconds : float
        CPU time of this process.
    """

    strain: float
    configuration: Configuration
    steps: int
    evaluations: int
    cpu_seconds: float


def coarse_states(
    reference: Configuration,
    gradient: FloatArray,
    strains: Sequence[float],
    path: CoarsePath,
    *,
    relaxer: Relaxer,
    rng: np.random.Generator | None = None,
) -> list[CoarseState]:
    """Walk coarse paths from the reference to each strain.

    Parameters
    ----------
    reference : Configuration
        At an energy minimum, in a cell of any shape and orientation.
    gradient : ndarray of shape (3, 3)
        Direction of the displacement gradient, see :mod:`mechanist.mechanics.loads`.
    strains : sequence of float
        Equivalent shear strains at which states are kept, each positive.
    path : CoarsePath
        How to walk.
    relaxer : Relaxer
        Minimises the energy of these particles.
    rng : numpy.random.Generator, optional
        Draws kicks; needed if the path has any.

    Returns
    -------
    list of CoarseState
        By ascending strain. Costs count from the reference; of several states that one walk passes,
        each has the cost up to it.

    Raises
    ------
    ValueError
        If there is no strain, a strain is not positive, or kicks have no generator.
    MinimisationError
        If a minimisation does not end.
    """
    if not len(strains) or min(strains) <= 0:
        raise ValueError(f"strains = {list(strains)}; expected at least one, each positive")
    if path.kick and rng is None:
        raise ValueError(f"kick = {path.kick:g} needs a random generator; got rng = None")
    found = []
    for grid, kept in path.walks(strains):
        start, evaluations = time.process_time(), 0
        steps = _walk(reference, gradient, grid, path, relaxer, rng)
        for k, (state, used) in enumerate(steps, start=1):
            evaluations += used
            if k in kept:
                seconds = time.process_time() - start
                strain = float(grid[k - 1])
                found.append(CoarseState(strain, state, k, evaluations, seconds))
    return found


def _walk(
    reference: Configuration,
    gradient: FloatArray,
    grid: FloatArray,
    path: CoarsePath,
    relaxer: Relaxer,
    rng: np.random.Generator | None,
) -> Iterator[tuple[Configuration, int]]:
    """Yield the state after each step, and the evaluations that the step took."""
    d = reference.dimension
    tolerance = path.force_tolerance * math.sqrt(len(reference))
    positions, cell = reference.positions, reference.cell
    ahead = np.zeros_like(positions)
    for strain in grid:
        to = reference.cell @ deformation_gradient(gradient, float(strain), d).T
        affine = positions @ np.linalg.inv(cell) @ to
        first = affine + ahead
        if path.kick and rng is not None:
            first[:, :d] += path.kick * rng.standard_normal((len(first), d))
        relaxed = relaxer.relax(first, to, tolerance=tolerance)
        positions, cell = relaxed.positions, to
        if path.extrapolate:
            moved = positions - affine
            farthest = float(np.einsum("ip,ip->i", moved, moved).max())
            ahead = moved if farthest < EVENT**2 else np.zeros_like(moved)
        yield reference.moved(positions, cell), relaxed.evaluations
