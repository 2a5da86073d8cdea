"""Audit subjects for descriptors of dislocations that creep among obstacles.

A state is a sequence: the dislocations at rest, then at several times under constant stress. The
target is whether obstacles or other dislocations hold them. It is invariant when the sample is
shifted, mirrored along either axis, or loaded in the opposite direction. It is not invariant when
the glide direction is rotated, signs are reassigned at random, or time is reversed; descriptors
must distinguish these. Plane heights are common to all times, so the free coordinates are the
heights and the positions along x at each time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.audit import glide_states
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
from mechanist.describe.shared.trajectories import State, TrajectoryDescriptor, states_of
from mechanist.formats.dislocation_batches import CREEP, signs
from mechanist.mechanics.edge_system import Well
from mechanist.simulate.dislocation_loading import Creep
from mechanist.simulate.dislocation_samples import simulate_sample
from mechanist.simulate.dislocation_system import DislocationSystem, Pinning

WING: Final = "creep"
Trajectory = tuple[State, ...]

#: Number of dislocations in a probe, and in an environment, before relaxation.
PROBE_SIZE: Final = 24
SMALL: Final = 10
#: Number of dislocations in a relaxed environment; samples per probe.
LEFT: Final = 6
SAMPLES: Final = 8
SIZES: Final = (32, 48, 64, 96, 128, 192, 256)
#: Obstacles per b^2 in probes with jammed and with pinned dislocations.
PINS: Final = {"jammed": 0.005, "pinned": 0.32}
WELL: Final = Well(strength=0.3, radius=2.0)
LOADING: Final = Creep(stress=0.05, first=3.0, last=300.0, frames=3)
REST: Final = 1e-6
PATH_STEPS: Final = 400
#: Forward motion between times at the end of a path, in mean spacings.
DRIFT: Final = 0.2
#: Largest number of samples drawn to find one that loses no dislocation.
ATTEMPTS: Final = 200
WHOLE: Final = np.zeros(1, dtype=np.int64)


def creep_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    descriptor: TrajectoryDescriptor | None = None,
) -> Subject[Trajectory]:
    """Return the audit subject for a trajectory descriptor.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    descriptor : TrajectoryDescriptor, optional
        Audited instead of the one of that name.
    """
    describe: TrajectoryDescriptor = descriptor or load_descriptor(
        kind, parameters, subject=SubjectName.CREEP_TRAJECTORY
    )
    return Subject(
        name=describe.card.name,
        kind=kind,
        wing=WING,
        card=describe.card,
        parameters=dict(parameters or {}),
        features=lambda states, _load: describe(states),
        probes=_probes,
        load=_no_load,
        operations=OPERATIONS,
        path=_path,
        coordinates=coordinates,
        displaced=displaced,
        sized=_random,
        sizes=SIZES,
        replicated=lambda states: Replica(tuple(map(_doubled, states)), WHOLE),
        edges={"one of each sign": lambda rng: _random(2, rng)},
        environment=_environment,
        reference=Missing("whole samples give one row each, too few to reconstruct features from"),
        path_steps=PATH_STEPS,
    )


def _no_load(_rng: Rng) -> Load:
    """Return None: the stress is the same for all samples and acts between the states."""
    return None


def crept(n: int, rng: Rng, *, pins: float, left: int | None = None) -> Trajectory:
    """Return a sample at rest and during creep that loses no dislocation on the way.

    Raises
    ------
    RuntimeError
        If every draw loses a dislocation or starts with a number other than ``left``.
    """
    system = DislocationSystem(
        name="audit", dislocations=n, rest=REST, loading=LOADING, prestrain=None,
        pinning=Pinning(densities=(pins,), well=WELL),
    )  # fmt: skip
    for _ in range(ATTEMPTS):
        branch = simulate_sample(system, 0, seed=int(rng.integers(2**31))).branches.get(CREEP)
        if branch is None or branch.status != "ok":
            continue
        kept = [int((signs(frame.configuration) != 0).sum()) for frame in branch.frames]
        start = int((signs(branch.start) != 0).sum())
        if set(kept) == {start} and left in {None, start}:
            return tuple(states_of(branch))
    raise RuntimeError(f"all {ATTEMPTS} samples of {n} dislocations lost some during creep")


def _probes(rng: Rng) -> Mapping[str, list[Trajectory]]:
    return {
        name: [crept(PROBE_SIZE, rng, pins=pins) for _ in range(SAMPLES)]
        for name, pins in PINS.items()
    }


def _random(n: int, rng: Rng) -> Trajectory:
    """Return ``n`` random dislocations that drift at random."""
    c = glide_states.random_state(n, rng)
    length = float(c.cell[0, 0])
    drift = rng.normal(size=(LOADING.frames, n)).cumsum(axis=0)
    start = State(c.positions[:, :2], signs(c), length)
    x = start.places[:, 0] + drift
    return (start, *(_at(start, start, row, start.places[:, 1]) for row in x))


def _at(state: State, start: State, x: FloatArray, y: FloatArray) -> State:
    """Return the state at other coordinates, its strain updated for the displacements along x."""
    gain = float(start.sign @ (x - state.places[:, 0])) / state.length**2
    return replace(state, places=np.column_stack([x, y]), strain=state.strain + gain)


def coordinates(states: Sequence[State]) -> FloatArray:
    """Return the heights of all planes, then positions along x at each time."""
    return np.concatenate([states[0].places[:, 1], *(state.places[:, 0] for state in states)])


def displaced(states: Sequence[State], flat: FloatArray) -> Trajectory:
    """Return a trajectory with other coordinates, its strains computed from them."""
    y, *rows = flat.reshape(len(states) + 1, -1)
    moved = [_at(state, states[0], x, y) for state, x in zip(states, rows, strict=True)]
    # Strain is measured from the first state, so the strain that this one gained is subtracted.
    return tuple(replace(state, strain=state.strain - moved[0].strain) for state in moved)


def _doubled(state: State) -> State:
    shifts = state.length * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    places = np.concatenate([state.places + shift for shift in shifts])
    return State(places, np.tile(state.sign, len(shifts)), 2 * state.length, state.strain)


def _path(rng: Rng) -> Callable[[float], Trajectory]:
    """Return a path along which dislocations move straight by about one spacing, at all times."""
    states = crept(PROBE_SIZE, rng, pins=PINS["jammed"])
    sign, start = states[0].sign, coordinates(states)
    along, across = states[0].spacing * rng.normal(size=(2, len(sign)))
    # Forward motion accumulates with time, so that strain stays positive, as it is under a load.
    forward = DRIFT * states[0].spacing * sign * rng.random((len(states), len(sign)))
    way = np.concatenate([across, (along + forward.cumsum(axis=0) - forward[0]).ravel()])
    return lambda s: displaced(states, start + s * way)


def _environment(rng: Rng) -> Environment[Trajectory]:
    """Return a small sample; all coordinates except translations are to be recovered."""
    states = crept(SMALL, rng, pins=PINS["jammed"], left=LEFT)
    n = len(states[0].sign)
    free = np.arange(n * (len(states) + 1))

    def distance(before: FloatArray, after: FloatArray) -> float:
        across = glide_states.distance(before[:n], after[:n])
        along = glide_states.distance(before[n:], after[n:])
        return float(np.hypot(across, along))

    return Environment(states, WHOLE, free, len(free) - 2, distance, states[0].spacing)


Change = Callable[[State, Rng], State]


def _each(change: Change) -> Callable[[Trajectory, Load, Rng], Transformed[Trajectory]]:
    """Return an operation that applies the same change to the dislocations at every time."""

    def apply(states: Trajectory, load: Load, rng: Rng) -> Transformed[Trajectory]:
        seed = int(rng.integers(2**31))
        changed = (change(state, np.random.default_rng(seed)) for state in states)
        return Transformed(tuple(changed), load)

    return apply


def _moved(state: State, rng: Rng) -> State:
    return replace(state, places=state.places + state.length * rng.uniform(-2, 2, 2))


def _other_images(state: State, rng: Rng) -> State:
    cells = rng.integers(-2, 3, state.places.shape)
    return replace(state, places=state.places + state.length * cells)


def _permuted(state: State, rng: Rng) -> State:
    order = rng.permutation(len(state.sign))
    return replace(state, places=state.places[order], sign=state.sign[order])


def _signs_permuted(state: State, rng: Rng) -> State:
    return replace(state, sign=rng.permutation(state.sign))


def _scaled(x: float, y: float, sense: float) -> Change:
    def change(state: State, _rng: Rng) -> State:
        return replace(state, places=state.places * np.array([x, y]), sign=sense * state.sign)

    return change


def _turned(state: State, _rng: Rng) -> State:
    return replace(state, places=state.places[:, ::-1] * np.array([-1.0, 1.0]))


def _reversed_in_time(states: Trajectory, load: Load, _rng: Rng) -> Transformed[Trajectory]:
    last = states[-1].strain
    return Transformed(tuple(replace(s, strain=last - s.strain) for s in states[::-1]), load)


OPERATIONS: Final[tuple[Operation[Trajectory], ...]] = (
    Operation("translation", "inside", _each(_moved)),
    Operation("periodic images", "inside", _each(_other_images)),
    Operation("permutation", "inside", _each(_permuted)),
    Operation("y reversed", "inside", _each(_scaled(1, -1, 1))),
    Operation("x and signs reversed", "inside", _each(_scaled(-1, 1, -1))),
    Operation("x and load reversed", "inside", _each(_scaled(-1, 1, 1))),
    Operation("positions rotated by 90 degrees", "outside", _each(_turned)),
    Operation("signs permuted", "outside", _each(_signs_permuted)),
    Operation("time reversed", "outside", _reversed_in_time),
)
