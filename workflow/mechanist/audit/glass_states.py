"""States for the audit of glass descriptors: disordered, thermal, relaxed, nearly degenerate.

Lengths are in units of ``sigma_AA``. Bulk states are binary mixtures of the Kob-Andersen species at
the density of the glasses, in tilted cells.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Final

import numpy as np

from mechanist.audit.subject import Rng
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import deformation_gradient
from mechanist.mechanics.materials import kob_andersen
from mechanist.simulate.newton import NewtonRelaxer

SPECIES_NAMES: Final = kob_andersen.material().species_names
DENSITY: Final = 1.2
TILT: Final = 0.2
MINORITY: Final = 1 / 3
#: Smallest distance between particles of the random probe, well below jamming at this density.
APART: Final = 0.7
#: Displacements from lattice sites, in lattice spacings: before relaxation, and thermal.
JITTER: Final = 0.15
HEAT: Final = 0.06
#: Root mean square force on a particle at an energy minimum, per length of the cell. It is a few
#: times the force due to rounding of coordinates, so that features of two minimisations agree.
TOLERANCE: Final = 5e-13
#: Strain of the elastic step, as in the default configuration.
ELASTIC_STEP: Final = 0.002
#: Largest strain of paths through minima, and number of steps in the search for the first event.
LONGEST_PATH: Final = 0.02
PATH_KNOTS: Final = 40
#: Non-affine displacement in one step above which a particle has taken part in an event.
EVENT: Final = 0.02
#: Neighbours on a ring of eight places, in two arrangements that have the same distances and angles
#: but are not congruent (homometric sets: Patterson, https://doi.org/10.1103/PhysRev.65.195).
TWINS: Final = ((0, 1, 3, 4), (0, 1, 2, 5))
TWIN_CENTRES: Final = (0, 5)
RING_PLACES: Final = 8
RING_RADIUS: Final = 1.1
RING_SPACING: Final = 7.0
RING_NOISE: Final = 0.01


def cell_of(n: int, dimension: int) -> FloatArray:
    """Return a tilted cell for ``n`` particles."""
    length = (n / DENSITY) ** (1 / dimension)
    cell = np.eye(3) * length
    cell[1, 0] = TILT * length
    if dimension == 2:
        cell[2, 2] = 1.0
    else:
        cell[2, 0] = 0.5 * TILT * length
    return cell


def mixed(positions: FloatArray, cell: FloatArray, dimension: int, rng: Rng) -> Configuration:
    """Return particles of random species, a third of them B."""
    n = len(positions)
    species = (rng.permutation(n) < round(MINORITY * n)).astype(np.int64)
    return Configuration(positions, cell, species, SPECIES_NAMES, dimension)


def on_lattice(n: int, dimension: int, rng: Rng, *, jitter: float) -> Configuration:
    """Return particles near random sites of a lattice that follows the cell."""
    side = int(np.ceil(n ** (1 / dimension) - 1e-9))
    sites = np.stack(np.unravel_index(rng.permutation(side**dimension)[:n], (side,) * dimension), 1)
    fractional = np.zeros((n, 3))
    noise = jitter * rng.normal(size=sites.shape)
    fractional[:, :dimension] = (sites + 0.5 + noise) / side
    cell = cell_of(n, dimension)
    return mixed(fractional @ cell, cell, dimension, rng)


def loose(n: int, dimension: int, rng: Rng) -> Configuration:
    """Return particles at random positions, no two closer than ``APART``."""
    cell = cell_of(n, dimension)
    images = np.array(list(product((-1, 0, 1), repeat=3)), dtype=float)
    images = images[images[:, 2] == 0] if dimension == 2 else images
    shifts = images @ cell
    placed: list[FloatArray] = []
    while len(placed) < n:
        where = rng.uniform(size=3)
        where[dimension:] = 0
        candidate = where @ cell
        apart = np.array([candidate - p for p in placed]).reshape(-1, 1, 3) + shifts
        if (np.linalg.norm(apart, axis=-1) > APART).all():
            placed.append(candidate)
    return mixed(np.array(placed), cell, dimension, rng)


def thermal_crystal(n: int, dimension: int, rng: Rng) -> Configuration:
    """Return a thermal crystal: every site is occupied, every particle displaced from its site."""
    side = round(n ** (1 / dimension))
    return on_lattice(side**dimension, dimension, rng, jitter=HEAT)


def relaxed(start: Configuration) -> Configuration:
    """Return the energy minimum reached from a configuration."""
    length = start.measure ** (1 / start.dimension)
    tolerance = TOLERANCE * length * np.sqrt(len(start))
    found = NewtonRelaxer(start).relax(start.positions, start.cell, tolerance=tolerance)
    return start.moved(found.positions, start.cell)


def glass(n: int, dimension: int, rng: Rng) -> Configuration:
    """Return a glass: the energy minimum reached from a disordered state."""
    return relaxed(on_lattice(n, dimension, rng, jitter=JITTER))


def strained(c: Configuration, load: FloatArray, strain: float) -> Configuration:
    """Deform a configuration affinely with its cell, then relax it."""
    f = deformation_gradient(load, strain, c.dimension)
    return relaxed(c.moved(c.positions @ f.T, c.cell @ f.T))


def sheared(n: int, dimension: int, load: FloatArray, rng: Rng) -> Configuration:
    """Return a glass that yielded under a load and was relaxed in its sheared cell."""
    c = glass(n, dimension, rng)
    for _ in range(5):
        c = strained(c, load, 0.03)
    return c


def twins(dimension: int, rng: Rng, *, noise: float = RING_NOISE) -> Configuration:
    """Return rings of the two ``TWINS`` arrangements, with random noise.

    Particles ``TWIN_CENTRES`` are the centres of the first ring of each arrangement.
    """
    rings = []
    for k, places in enumerate(2 * TWINS):
        angles = 2 * np.pi * np.array(places) / RING_PLACES
        ring = np.column_stack([np.cos(angles), np.sin(angles), 0 * angles]) * RING_RADIUS
        centre = RING_SPACING * (np.array([k % 2, k // 2, 0]) + 0.5)
        rings.append(np.vstack([np.zeros((1, 3)), ring]) + centre)
    positions = np.vstack(rings)
    positions[:, :dimension] += noise * rng.normal(size=(len(positions), dimension))
    cell = np.diag([2 * RING_SPACING, 2 * RING_SPACING, RING_SPACING if dimension == 3 else 1.0])
    species = np.tile(np.array([0, 0, 1, 0, 1]) * (noise > 0), len(rings)).astype(np.int64)
    return Configuration(positions, cell, species, SPECIES_NAMES, dimension)


def one_species(n: int, dimension: int, rng: Rng, *, settle: bool) -> Configuration:
    """Return a configuration without species B."""
    c = (glass if settle else loose)(n, dimension, rng)
    c = Configuration(c.positions, c.cell, np.zeros_like(c.species), SPECIES_NAMES, dimension)
    return relaxed(c) if settle else c


def alone(dimension: int, _: Rng) -> Configuration:
    """Return one particle, far from its images."""
    none: IntArray = np.zeros(1, dtype=np.int64)
    cell = np.diag([20.0, 20.0, 20.0 if dimension == 3 else 1.0])
    return Configuration(np.zeros((1, 3)), cell, none, SPECIES_NAMES, dimension)


def cluster(neighbours: int, dimension: int, rng: Rng) -> Configuration:
    """Return a particle at the origin with neighbours around it, in a large empty box."""
    placed = [np.zeros(3)]
    reach, apart = 1.7, 0.8
    while len(placed) <= neighbours:
        candidate = rng.uniform(-reach, reach, 3)
        candidate[dimension:] = 0
        near = np.linalg.norm(np.array(placed) - candidate, axis=1)
        if np.linalg.norm(candidate) < reach and near.min() > apart:
            placed.append(candidate)
    cell = np.diag([14.0, 14.0, 14.0 if dimension == 3 else 1.0])
    species = np.append(0, rng.permutation(neighbours) < neighbours // 3).astype(np.int64)
    return Configuration(np.array(placed), cell, species, SPECIES_NAMES, dimension)


def drifting(n: int, dimension: int, rng: Rng) -> Callable[[float], Configuration]:
    """Return a path on which every particle of a glass drifts along its own straight line."""
    start = glass(n, dimension, rng)
    drift = np.zeros((n, 3))
    drift[:, :dimension] = rng.normal(size=(n, dimension))
    drift *= JITTER / np.linalg.norm(drift, axis=1, keepdims=True)
    return partial(_drifted, start, drift)


def _drifted(start: Configuration, drift: FloatArray, s: float) -> Configuration:
    return start.moved(start.positions + s * drift, start.cell)


def elastic_branch(
    n: int, dimension: int, load: FloatArray, rng: Rng
) -> Callable[[float], Configuration]:
    """Return a path of energy minima: a glass strained up to its first plastic event."""
    start = glass(n, dimension, rng)
    branch = [start]
    step = LONGEST_PATH / PATH_KNOTS
    for k in range(1, PATH_KNOTS + 1):
        following = _at(start, branch[-1], load, k * step)
        moved = following.positions @ np.linalg.inv(following.cell) @ start.cell
        before = branch[-1].positions @ np.linalg.inv(branch[-1].cell) @ start.cell
        if np.linalg.norm(moved - before, axis=1).max() > EVENT:
            break
        branch.append(following)
    end = 0.8 * (len(branch) - 1) * step

    def state(s: float) -> Configuration:
        strain = s * end
        return _at(start, branch[min(int(strain / step + 0.5), len(branch) - 1)], load, strain)

    return state


def _at(
    start: Configuration, near: Configuration, load: FloatArray, strain: float
) -> Configuration:
    """Return the minimum of a glass at a strain, starting from a state at a nearby strain."""
    cell = start.cell @ deformation_gradient(load, strain, start.dimension).T
    return relaxed(start.moved(near.positions @ np.linalg.inv(near.cell) @ cell, cell))
