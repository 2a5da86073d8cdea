"""Audit subjects for descriptions of pileups in a quenched landscape.

A stress pushes all dislocations towards +x. The target, the stress at which strains are reached, is
invariant when the landscape and all dislocations are shifted together, and under another choice of
periodic image. It changes when both are mirrored, because this is equivalent to reversing the load.
Permutations are not tested, because samples store sorted positions. A relaxed pileup is a function
of its landscape, so the landscape is moved, and must be recovered from a description.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.audit.subject import (
    Environment,
    Load,
    Missing,
    Operation,
    Replica,
    Rng,
    Subject,
    Transformed,
)
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.pileups import PileupDescriptor
from mechanist.formats.pileup_batches import PileupSample
from mechanist.mechanics import pileup_forces as mechanics
from mechanist.simulate.pileup_path import relax
from mechanist.simulate.pileup_ramps import PileupProtocol, draw_landscape

WING: Final = "pileup"
#: Number of dislocations in a probe, and samples per probe.
PROBE_SIZE: Final = 8
SAMPLES: Final = 12
SIZES: Final = (16, 24, 32, 48, 64, 96, 128)
#: Strengths of the landscape: as simulated, and weak, where pileups are nearly crystalline.
STRENGTHS: Final = {"relaxed": 0.5, "weakly pinned": 0.1}
#: Net force of a relaxed probe, in units of the root mean square pinning force.
BALANCED: Final = 1e-8
#: Newton's method from a neighbouring state: largest number of steps, longest step in node
#: distances, and the step size at which it has converged, in b.
MOST_STEPS: Final = 40
LONGEST: Final = 0.1
SETTLED: Final = 1e-13
#: Number of increments in which a landscape is changed, and largest number of nodes on a path.
PARTS: Final = 4
NODES: Final = 100
#: Fraction of a path that is kept, and displacement that counts as a jump, in node distances.
SHORT_OF: Final = 0.9
JUMP: Final = 0.5
#: Change of the landscape along a whole path, in units of its standard deviation.
REACH: Final = 0.5
DRAWS: Final = 4
PATH_STEPS: Final = 400
ATTEMPTS: Final = 20
WHOLE: Final = np.zeros(1, dtype=np.int64)


def pileup_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    descriptor: PileupDescriptor | None = None,
) -> Subject[PileupSample]:
    """Return the audit subject for a descriptor of pileups.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    descriptor : PileupDescriptor, optional
        Audited instead of the one of that name.
    """
    describe: PileupDescriptor = descriptor or load_descriptor(
        kind, parameters, subject=SubjectName.PILEUP
    )
    return Subject(
        name=describe.card.name,
        kind=kind,
        wing=WING,
        card=describe.card,
        parameters=dict(parameters or {}),
        features=lambda state, _load: describe(state),
        probes=_probes,
        load=_no_load,
        operations=OPERATIONS,
        path=_path,
        coordinates=lambda state: state.landscape,
        displaced=moved_landscape,
        sized=pileup,
        sizes=SIZES,
        replicated=lambda state: Replica(doubled(state), WHOLE),
        edges={"three dislocations": lambda rng: pileup(3, rng)},
        environment=_environment,
        reference=Missing("whole samples give one row each, too few to reconstruct features from"),
        path_steps=PATH_STEPS,
    )


def pileup(n: int, rng: Rng, *, strength: float = STRENGTHS["relaxed"]) -> PileupSample:
    """Return a relaxed pileup of ``n`` dislocations in its own random landscape.

    Raises
    ------
    RuntimeError
        If none of several draws relaxes.
    """
    protocol = PileupProtocol(dislocations=n, strength=strength)
    for _ in range(ATTEMPTS):
        landscape = draw_landscape(protocol, rng)
        x = np.sort(rng.random(n)) * protocol.length
        if relax(x, landscape, protocol.length, BALANCED * protocol.pinning):
            return moved_landscape(_sample(x, landscape, protocol.length), landscape)
    raise RuntimeError(f"none of {ATTEMPTS} pileups of {n} dislocations relaxed")


def _sample(x: FloatArray, landscape: FloatArray, length: float) -> PileupSample:
    none = np.zeros(0)
    return PileupSample("probe", "audit", 0, length, landscape, x, none, none, none, 0.0)


def moved_landscape(state: PileupSample, landscape: FloatArray) -> PileupSample:
    """Change the landscape of a relaxed pileup and relax it again to rounding error.

    If no force balance is found nearby, the last iterate is returned.
    """
    x, change = state.start.copy(), landscape - state.landscape
    parts = PARTS if change.any() else 1
    for part in range(1, parts + 1):
        x = _newton(x, state.landscape + change * part / parts, state.length)
    return replace(state, landscape=landscape, start=x)


def _newton(x: FloatArray, landscape: FloatArray, length: float) -> FloatArray:
    force, matrix = np.empty(len(x)), np.empty((len(x), len(x)))
    longest = LONGEST * length / len(landscape)
    for _ in range(MOST_STEPS):
        mechanics.forces(x, landscape, length, force)
        mechanics.stiffness(x, landscape, length, matrix)
        step = np.linalg.solve(matrix, force)
        largest = float(np.abs(step).max())
        x = x + step * min(1.0, longest / max(largest, longest))
        if largest < SETTLED:
            break
    return x


def is_stable(state: PileupSample) -> bool:
    """Return whether every small displacement is resisted."""
    matrix = np.empty((len(state.start), len(state.start)))
    mechanics.stiffness(state.start, state.landscape, state.length, matrix)
    return bool(np.linalg.eigvalsh(matrix)[0] > 0)


def _placed(x: FloatArray, length: float) -> FloatArray:
    """Return positions wrapped and sorted, as samples store them."""
    return np.sort(np.mod(x, length))


def _shifted(state: PileupSample, load: Load, rng: Rng) -> Transformed[PileupSample]:
    """Shift by whole nodes, which only reorders the coefficients of the landscape's spline."""
    nodes = int(rng.integers(1, len(state.landscape)))
    shift = nodes * state.length / len(state.landscape)
    x = _placed(state.start + shift, state.length)
    return Transformed(replace(state, landscape=np.roll(state.landscape, nodes), start=x), load)


def _other_images(state: PileupSample, load: Load, rng: Rng) -> Transformed[PileupSample]:
    whole = int(rng.choice([-2, -1, 1, 2])) * state.length
    return Transformed(replace(state, start=state.start + whole), load)


def _mirrored(state: PileupSample, load: Load, _rng: Rng) -> Transformed[PileupSample]:
    """Mirror at a node; with the stress unchanged, this is equivalent to reversing the load."""
    x = _placed(-state.start, state.length)
    flipped = np.roll(state.landscape[::-1], 1)
    return Transformed(replace(state, landscape=flipped, start=x), load)


OPERATIONS: Final = (
    Operation("translation", "inside", _shifted),
    Operation("periodic images", "inside", _other_images),
    Operation("x reversed alone", "outside", _mirrored),
)


def _no_load(_rng: Rng) -> Load:
    """Return None: a pileup is always pushed towards +x."""
    return None


def _probes(rng: Rng) -> Mapping[str, list[PileupSample]]:
    return {
        name: [pileup(PROBE_SIZE, rng, strength=strength) for _ in range(SAMPLES)]
        for name, strength in STRENGTHS.items()
    }


def _path(rng: Rng) -> Callable[[float], PileupSample]:
    paths = [_changing(pileup(PROBE_SIZE, rng), rng) for _ in range(DRAWS)]
    return max(paths, key=lambda path: path[1])[0]


def _changing(state: PileupSample, rng: Rng) -> tuple[Callable[[float], PileupSample], float]:
    """Return a path of relaxed states in a changing landscape, and the share of it that is kept.

    The change has independent coefficients, like the landscape itself; the path ends before the
    first dislocation jumps.
    """
    way = REACH * state.landscape.std() * rng.normal(size=len(state.landscape)) / NODES
    longest = JUMP * state.length / len(state.landscape)
    nodes = [state]
    while len(nodes) <= NODES:
        after = moved_landscape(nodes[-1], nodes[-1].landscape + way)
        if np.abs(after.start - nodes[-1].start).max() > longest or not is_stable(after):
            break
        nodes.append(after)
    last = SHORT_OF * (len(nodes) - 1)

    def at(s: float) -> PileupSample:
        return moved_landscape(nodes[round(s * last)], state.landscape + s * last * way)

    return at, last / NODES


def doubled(state: PileupSample) -> PileupSample:
    """Return two periods of a pileup as a single one."""
    x = np.concatenate([state.start, state.start + state.length])
    return replace(state, length=2 * state.length, landscape=np.tile(state.landscape, 2), start=x)


def _environment(rng: Rng) -> Environment[PileupSample]:
    """Return a pileup; its landscape is to be recovered up to the zero of energy."""
    state = pileup(PROBE_SIZE, rng)
    free = np.arange(len(state.landscape))
    scale = float(state.landscape.std())
    return Environment(state, WHOLE, free, len(free) - 1, _difference, scale)


def _difference(before: FloatArray, after: FloatArray) -> float:
    """Return the root mean square difference of landscapes, up to the zero of energy."""
    return float(np.std(after - before))
