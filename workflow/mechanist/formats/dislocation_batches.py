"""Batches of dislocation samples: states and stress-strain curves of many samples in one HDF5 file.

Layout (``mechanist.dislocations/1``)::

    /                                 attribute: schema
    /samples/<name>                   attributes: system, seed, status, reason, provenance (JSON)
    /samples/<name>/series/<column>   arrays of any shape
    /samples/<name>/branches/<branch> attributes: status, reason, species_names
        strain, stress                first passage, one value per recorded step
        cell                          shared by all states of the branch
        counts                        particles of the start, then dislocations of each frame
        positions, species            of all these, concatenated
        frames                        strain and stress of each frame, two columns

Dislocations move along x in a square, periodic, two-dimensional cell. Lengths are in b and stresses
in D/b with D = mu b / (2 pi (1 - nu)). The mobility is 1: a dislocation under a resolved stress tau
has the velocity tau, and times are in b^2/D per unit mobility. Strains are plastic,
``sum(sign * displacement) * b / area``. Pins do not move: frames share those of the start.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import SampleStatus

SCHEMA: Final = "mechanist.dislocations/1"
#: Species of a configuration: the sign of the Burgers vector along +x, and immobile obstacles.
POSITIVE: Final = "positive"
NEGATIVE: Final = "negative"
PIN: Final = "pin"
#: Branches: loaded from the relaxed state, or after loading, unloading and relaxing again.
UNDEFORMED: Final = "undeformed"
PRESTRAINED: Final = "prestrained"
#: Branch at constant stress; its frames are at the times ``series["time"]``.
CREEP: Final = "creep"

_SIGNS: Final = {POSITIVE: 1.0, NEGATIVE: -1.0, PIN: 0.0}
_REMEDY: Final = "Delete it and run the workflow again, or import it anew."


class Frame(NamedTuple):
    """A stored state: plastic strain since the start, applied stress in D/b, and configuration."""

    strain: float
    stress: float
    configuration: Configuration


@dataclass(frozen=True, eq=False)
class Branch:
    """The response of one sample from one starting state.

    Parameters
    ----------
    start : Configuration
        Relaxed state at zero stress, where strain is zero.
    strain, stress : ndarray of shape (k,)
        First-passage curve: strictly increasing strains from zero (the running maximum), and the
        applied stress at which each was first reached, in D/b. Linear in between.
    frames : tuple of Frame
        Stored states in order of time; dislocations first, then the pins of the start.
    status : str
        ``"ok"`` or ``"failed"``; a failed branch keeps the data from before the failure.
    reason : str
        Why the branch failed, else empty.
    """

    start: Configuration
    strain: FloatArray
    stress: FloatArray
    frames: tuple[Frame, ...] = ()
    status: str = "ok"
    reason: str = ""

    def stress_at(self, strains: Sequence[float] | FloatArray) -> FloatArray:
        """Return the stress at which each strain is first reached; NaN beyond the curve's end."""
        if not len(self.strain):
            return np.full(len(strains), np.nan)
        return np.interp(strains, self.strain, self.stress, left=np.nan, right=np.nan)


@dataclass(frozen=True, eq=False)
class DislocationSample:
    """One independent sample: the unit of every split and of every interval.

    Parameters
    ----------
    name, system : str
        Unique name of the sample, and name of its system.
    seed : int
        Seed of all random numbers of the sample.
    branches : dict of str to Branch
        By name, such as ``"undeformed"`` and ``"prestrained"``.
    status, reason : str
        As in :class:`Branch`, for the sample as a whole.
    provenance : dict
        Versions and parameters of the simulation; anything JSON can hold.
    series : dict of str to ndarray
        Other recorded quantities, such as times.
    """

    name: str
    system: str
    seed: int
    branches: dict[str, Branch]
    status: str = "ok"
    reason: str = ""
    provenance: dict[str, object] = field(default_factory=dict)
    series: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def good_branches(self) -> dict[str, Branch]:
        """Branches that did not fail."""
        return {name: branch for name, branch in self.branches.items() if branch.status == "ok"}


def signs(configuration: Configuration) -> FloatArray:
    """Return +1, -1 or, for a pin, 0 for each particle, shape (n,)."""
    table = np.array([_SIGNS[name] for name in configuration.species_names])
    return table[configuration.species]


def planar(
    x: FloatArray, y: FloatArray, sign: FloatArray | IntArray, length: float
) -> Configuration:
    """Return a configuration of dislocations and pins in a square cell.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Positions in b, wrapped or not.
    sign : ndarray of shape (n,)
        +1, -1, or 0 for a pin.
    length : float
        Side of the cell in b.
    """
    names = (POSITIVE, NEGATIVE, PIN) if np.any(sign == 0) else (POSITIVE, NEGATIVE)
    species = np.select([sign > 0, sign < 0], [0, 1], default=2)
    positions = np.column_stack([x, y, np.zeros(len(x))])
    return Configuration(positions, np.diag([length, length, 1.0]), species, names, 2)


def write_batch(path: Path, samples: Sequence[DislocationSample]) -> None:
    """Write samples to ``path`` in one step; equal samples give equal bytes.

    Raises
    ------
    ValueError
        If two samples share a name, or a frame has other pins than the start of its branch.
    """
    names = [sample.name for sample in samples]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{path}: sample names occur twice: {twice}; expected unique ones")
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        file.create_group("samples")
        for sample in samples:
            group = file.create_group(f"samples/{sample.name}")
            group.attrs["system"] = sample.system
            group.attrs["seed"] = sample.seed
            group.attrs["status"] = sample.status
            group.attrs["reason"] = sample.reason
            group.attrs["provenance"] = json.dumps(sample.provenance, sort_keys=True)
            for column, values in sample.series.items():
                group[f"series/{column}"] = values
            for name, branch in sample.branches.items():
                _write_branch(group.create_group(f"branches/{name}"), branch)


def _write_branch(group: h5py.Group, branch: Branch) -> None:
    start = branch.start
    pins = start.positions[signs(start) == 0]
    moving = [_moving(frame.configuration, pins) for frame in branch.frames]
    positions = [start.positions, *(positions for positions, _ in moving)]
    species = [start.species, *(species for _, species in moving)]
    group.attrs["status"] = branch.status
    group.attrs["reason"] = branch.reason
    group.attrs["species_names"] = list(branch.start.species_names)
    group["strain"] = branch.strain
    group["stress"] = branch.stress
    group["cell"] = branch.start.cell
    group["counts"] = np.array([len(part) for part in species], dtype=np.int32)
    group["positions"] = np.concatenate(positions)
    group["species"] = np.concatenate(species).astype(np.int8)
    group["frames"] = np.array([frame[:2] for frame in branch.frames]).reshape(-1, 2)


def _moving(state: Configuration, pins: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return positions and species of the dislocations of a frame."""
    count = int((signs(state) != 0).sum())
    if not np.array_equal(state.positions[count:], pins):
        raise ValueError(f"a frame of {len(state)} particles does not end with the {len(pins)} pins"
                         " of its branch's start; expected dislocations first, then the same pins")  # fmt: skip
    return state.positions[:count], state.species[:count]


def read_batch(path: Path) -> list[DislocationSample]:
    """Read all samples of a file, in order of their names.

    Raises
    ------
    FormatError
        If the file is not a batch of this schema or is damaged.
    """
    with _opened(path) as file:
        return [_sample_from(name, group) for name, group in file["samples"].items()]


def read_statuses(path: Path) -> list[SampleStatus]:
    """Read from attributes alone whether each sample is usable, in order of names.

    Raises
    ------
    FormatError
        If the file is not a batch of this schema or is damaged.
    """
    with _opened(path) as file:
        return [_status_from(name, group) for name, group in file["samples"].items()]


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                problem = f"schema is {schema!r}, expected {SCHEMA!r}"
                raise FormatError(path, problem, remedy=_REMEDY)
            yield file
    except (OSError, KeyError) as error:
        problem = f"not a readable batch of dislocation samples ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error


def _status_from(name: str, group: h5py.Group) -> SampleStatus:
    if group.attrs["status"] != "ok":
        return SampleStatus(name, False, f"status {group.attrs['status']}: {group.attrs['reason']}")
    branches = {branch: dict(stored.attrs) for branch, stored in group["branches"].items()}
    if any(branch["status"] == "ok" for branch in branches.values()):
        return SampleStatus(name, True, "")
    reasons = {branch: str(attributes["reason"]) for branch, attributes in branches.items()}
    return SampleStatus(name, False, f"all branches failed: {reasons}")


def _sample_from(name: str, group: h5py.Group) -> DislocationSample:
    return DislocationSample(
        name=name,
        system=str(group.attrs["system"]),
        seed=int(group.attrs["seed"]),
        branches={key: _branch_from(stored) for key, stored in group.get("branches", {}).items()},
        status=str(group.attrs["status"]),
        reason=str(group.attrs["reason"]),
        provenance=json.loads(group.attrs["provenance"]),
        series={key: values[()] for key, values in group.get("series", {}).items()},
    )


def _branch_from(group: h5py.Group) -> Branch:
    names = tuple(str(name) for name in group.attrs["species_names"])
    cell, positions, species = (group[key][()] for key in ("cell", "positions", "species"))
    ends = np.cumsum(group["counts"][()])
    start = Configuration(positions[: ends[0]], cell, species[: ends[0]], names, 2)
    pinned = signs(start) == 0
    pins, pin_species = start.positions[pinned], start.species[pinned]
    states = [
        Configuration(
            np.concatenate([positions[first:last], pins]),
            cell,
            np.concatenate([species[first:last], pin_species]),
            names,
            2,
        )
        for first, last in pairwise(ends)
    ]
    return Branch(
        start=start,
        strain=group["strain"][()],
        stress=group["stress"][()],
        frames=tuple(
            Frame(float(strain), float(stress), state)
            for (strain, stress), state in zip(group["frames"][()], states, strict=True)
        ),
        status=str(group.attrs["status"]),
        reason=str(group.attrs["reason"]),
    )
