"""Dislocation states for the audit: random ones, and relaxed ones as functions of plane heights.

A descriptor that linearises the forces, or follows their balance, is meaningful only at rest.
There, only the heights of the glide planes can be chosen freely; the positions of dislocations on
the planes follow from them, smoothly until a branch ends. Relaxed states are therefore moved by
moving their planes: Newton's method follows the force balance to rounding error, and paths stop
short of the first instability.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.glide import Glide, read_glide
from mechanist.describe.shared.glide_balance import Balance
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.simulate.dislocation_dynamics import ConvergenceError, Integration
from mechanist.simulate.dislocation_dynamics import Glide as Motion
from mechanist.simulate.dislocation_loading import relax

#: The load on all states, and the density of the samples from which this project learns.
LOAD: Final = strain_of(simple_shear("xy"))
DENSITY: Final = 0.04
INTEGRATION: Final = Integration()
#: Dislocations of like sign above each other bind more strongly the closer their planes are; closer
#: than this, in b, they count as merged.
CORE: Final = 0.2
#: Mean speed at which integration hands over to Newton's method, in b per unit of time.
REST: Final = 1e-8
#: Largest force in a state at rest, in units of the force at the mean spacing; it is due to
#: rounding where two dislocations are close.
AT_REST: Final = 1e-7
#: Newton's method: largest number of steps, longest step in mean spacings, and the step size at
#: which it has converged, in box sides.
MOST_STEPS: Final = 30
LONGEST: Final = 0.05
BALANCED: Final = 1e-14
#: Number of increments in which planes are moved, and largest number of nodes on a branch.
PARTS: Final = 4
NODES: Final = 120
#: Fraction of a branch that a path covers.
SHORT_OF: Final = 0.8
#: Largest displacement along x between nodes of a path, in mean spacings; a larger one is a jump.
#: And the fraction of it by which a step forward and back may miss the start.
JUMP: Final = 0.1
SAME: Final = 1e-9
#: Height and width of narrow dipoles before jitter, in mean spacings.
DIPOLE: Final = 0.3
ATTEMPTS: Final = 20


def random_state(n: int, rng: np.random.Generator) -> Configuration:
    """Return ``n`` dislocations at random positions, half of each sign."""
    length = float(np.sqrt(n / DENSITY))
    x, y = rng.random((2, n)) * length
    return planar(x, y, np.tile([1.0, -1.0], n // 2), length)


def dipole_state(n: int, rng: np.random.Generator) -> Configuration:
    """Return ``n / 2`` narrow dipoles at random positions, each close to its mirror image."""
    state = random_state(n, rng)
    positions, length = state.positions.copy(), state.cell[0, 0]
    spacing = length / np.sqrt(n)
    lean = rng.choice([-1.0, 1.0], n // 2)
    apart = DIPOLE * spacing * (1 + 0.2 * rng.random((2, n // 2)))
    positions[1::2, 0] = positions[::2, 0] + lean * apart[0]
    positions[1::2, 1] = positions[::2, 1] + apart[1]
    return planar(positions[:, 0], positions[:, 1], signs(state), length)


def at_rest(
    n: int,
    rng: np.random.Generator,
    make: Callable[[int, np.random.Generator], Configuration] = random_state,
) -> Configuration:
    """Relax ``n`` dislocations and return those left at rest; about half annihilate.

    Raises
    ------
    ConvergenceError
        If none of several draws comes to rest with a dislocation of each sign left.
    """
    for _ in range(ATTEMPTS):
        try:
            motion = Motion(make(n, rng), INTEGRATION)
            relax(motion, REST)
        except ConvergenceError:
            continue
        state = motion.system.configuration()
        found = balanced(state, state.positions[:, 1], parts=1)
        if len(found) and is_stable(found):
            return found
    raise ConvergenceError(f"none of {ATTEMPTS} draws of {n} dislocations came to rest")


def balanced(state: Configuration, y: FloatArray, *, parts: int = PARTS) -> Configuration:
    """Move the planes of a relaxed state to ``y`` and return it at rest again.

    If no force balance is found nearby, the last iterate is returned.

    Parameters
    ----------
    state : Configuration
        At rest.
    y : ndarray of shape (n,)
        Heights of the planes in b.
    parts : int
        Number of increments in which the planes are moved.
    """
    glide, length = read_glide(state, LOAD), float(state.cell[0, 0])
    rise = (y - state.positions[:, 1]) / length
    x = glide.x
    for part in range(1, parts + 1):
        x = _newton(Glide(x, glide.y + rise * part / parts, glide.forward, length))
    moved = state.positions[:, 0] + length * (x - glide.x)
    return planar(moved, y, signs(state), length)


def is_stable(state: Configuration) -> bool:
    """Return whether forces balance, displacements are resisted, and no two dislocations merge."""
    glide = read_glide(state, LOAD)
    dx, dy = (place[:, None] - place for place in (glide.x, glide.y))
    apart = glide.length * np.hypot(dx - np.round(dx), dy - np.round(dy))
    np.fill_diagonal(apart, np.inf)
    alike = np.equal.outer(glide.forward, glide.forward)
    if (apart < np.where(alike, CORE, INTEGRATION.annihilation)).any():
        return False
    forces, stiffness = Balance(glide).linearised(glide.x)
    if np.abs(forces).max(initial=0.0) * glide.spacing > AT_REST:
        return False
    return bool(np.linalg.eigvalsh(stiffness)[0] > 0)


def _newton(glide: Glide) -> FloatArray:
    """Return equilibrium positions on the planes of ``glide``, starting from its positions."""
    balance, x = Balance(glide), glide.x
    longest = LONGEST * glide.spacing
    for _ in range(MOST_STEPS):
        forces, stiffness = balance.linearised(x)
        step = np.linalg.solve(stiffness, forces)
        largest = float(np.abs(step).max(initial=0.0))
        x = x + step * min(1.0, longest / max(largest, longest))
        if largest < BALANCED:
            break
    return x


def straight_path(
    state: Configuration, rng: np.random.Generator, *, reach: float = 1.0
) -> Callable[[float], Configuration]:
    """Return a path on which every dislocation moves straight, by about ``reach`` mean spacings."""
    length = float(state.cell[0, 0])
    way = np.zeros((len(state), 3))
    way[:, :2] = reach * length / np.sqrt(len(state)) * rng.normal(size=(len(state), 2))
    return lambda s: state.moved(state.positions + s * way, state.cell)


def resting_path(
    state: Configuration, rng: np.random.Generator, *, reach: float = 1.0
) -> tuple[Callable[[float], Configuration], float]:
    """Return a path of relaxed states whose planes move straight, short of any instability.

    Parameters
    ----------
    state : Configuration
        A state at rest, which lies on the path.
    rng : Generator
        Draws the directions.
    reach : float
        Attempted displacement of planes to either side, in mean spacings.

    Returns
    -------
    path : callable
        State as a function of a parameter from 0 to 1.
    length : float
        Length of the path as a fraction of the attempted one.
    """
    spacing = float(state.cell[0, 0]) / np.sqrt(len(state))
    way = reach * spacing * rng.normal(size=len(state)) / NODES
    behind, ahead = (_branch(state, sense * way, JUMP * spacing) for sense in (-1.0, 1.0))
    first, last = -SHORT_OF * (len(behind) - 1), SHORT_OF * (len(ahead) - 1)
    nodes, start = [*behind[:0:-1], *ahead], state.positions[:, 1]

    def at(s: float) -> Configuration:
        place = first + s * (last - first)
        nearest = nodes[round(place) + len(behind) - 1]
        return balanced(nearest, start + place * way, parts=1)

    return at, (last - first) / (2 * NODES)


def _branch(state: Configuration, way: FloatArray, jump: float) -> list[Configuration]:
    """Return relaxed states at successive steps of the planes, until equilibrium is lost.

    Each step must be reversible: beyond an instability, Newton's method may find another branch
    nearby, and the jump to it would be mistaken for a path.
    """
    nodes = [state]
    while len(nodes) <= NODES:
        before = nodes[-1]
        after = balanced(before, before.positions[:, 1] + way, parts=1)
        back = balanced(after, before.positions[:, 1], parts=1)
        moved, returned = (
            float(np.abs(one.positions[:, 0] - before.positions[:, 0]).max())
            for one in (after, back)
        )
        if moved > jump or returned > SAME * jump or not is_stable(after):
            break
        nodes.append(after)
    return nodes


def replicated(state: Configuration, times: int = 2) -> Configuration:
    """Return the state repeated ``times`` along x and along y."""
    length = float(state.cell[0, 0])
    shifts = [(i * length, j * length) for i in range(times) for j in range(times)]
    x, y = np.concatenate([state.positions[:, :2] + shift for shift in shifts]).T
    return planar(x, y, np.tile(signs(state), len(shifts)), times * length)


def distance(before: FloatArray, after: FloatArray) -> float:
    """Return the root mean square distance of coordinates along one axis, up to a translation.

    Parameters
    ----------
    before, after : ndarray of shape (n,)
        Coordinates in the same order; mirroring the axis makes no difference.
    """
    gaps = [after - sense * before for sense in (1.0, -1.0)]
    return float(min(np.std(gap) for gap in gaps))


def plane_distance(before: FloatArray, after: FloatArray) -> float:
    """Return this distance for flattened coordinates x and y, of which only y may be mirrored."""
    one, other = before.reshape(-1, 2), after.reshape(-1, 2)
    along = float(np.std(other[:, 0] - one[:, 0]))
    return float(np.hypot(along, distance(one[:, 1], other[:, 1])))
