"""Batches of pileup samples: landscape, positions and path of many samples in one HDF5 file.

Layout (``mechanist.pileups/1``)::

    /                  attribute: schema
    /samples/<name>    attributes: system, seed, status, reason, length, flow_stress, provenance (JSON)
        landscape      B-spline coefficients of the pinning potential
        strain, stress pinned states on the way to the flow stress
        states         positions of these states, single precision
        start          relaxed positions at zero stress

Lengths are in b and stresses in D/b with D = mu b / (2 pi (1 - nu)). The strain of a pileup is its
mean displacement in units of the mean spacing.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.sample import SampleStatus

SCHEMA: Final = "mechanist.pileups/1"
#: Name of the one load of a pileup: a slowly rising stress.
RAMP: Final = "ramp"
_REMEDY: Final = "Delete it and run the workflow again."


@dataclass(frozen=True, eq=False)
class PileupSample:
    """One independent pileup in its own landscape.

    Parameters
    ----------
    name, system : str
        Unique name of the sample, and name of its system.
    seed : int
        Seed of all random numbers of the sample.
    length : float
        Period in b.
    landscape : ndarray of shape (m,)
        Coefficients of :func:`mechanist.mechanics.pileup_forces.pinning`.
    start : ndarray of shape (n,)
        Sorted relaxed positions at zero stress, in b.
    strain, stress : ndarray of shape (k,)
        Pinned states under rising stress; both increase from zero.
    states : ndarray of shape (k, n)
        Positions of these states, not wrapped.
    flow_stress : float
        Stress at which no pinned state is left; NaN if the sample failed.
    status, reason : str
        ``"ok"``, or ``"failed"`` and why.
    provenance : dict
        Parameters of the simulation; anything JSON can hold.
    """

    name: str
    system: str
    seed: int
    length: float
    landscape: FloatArray
    start: FloatArray
    strain: FloatArray
    stress: FloatArray
    states: FloatArray
    flow_stress: float
    status: str = "ok"
    reason: str = ""
    provenance: dict[str, object] = field(default_factory=dict)

    @property
    def spacing(self) -> float:
        """Mean distance between neighbours, in b."""
        return self.length / len(self.start)

    def stress_at(self, strains: Sequence[float]) -> FloatArray:
        """Return the stress at which each strain is first reached.

        Linear between recorded states; beyond the last state it is the flow stress.
        """
        return np.interp(strains, self.strain, self.stress, right=self.flow_stress)


def write_batch(path: Path, samples: Sequence[PileupSample]) -> None:
    """Write samples to ``path`` in one step; equal samples give equal bytes.

    Raises
    ------
    ValueError
        If two samples share a name.
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
            for key in ("system", "seed", "status", "reason", "length", "flow_stress"):
                group.attrs[key] = getattr(sample, key)
            group.attrs["provenance"] = json.dumps(sample.provenance, sort_keys=True)
            for key in ("landscape", "start", "strain", "stress"):
                group[key] = getattr(sample, key)
            group["states"] = sample.states.astype(np.float32)


def read_batch(path: Path) -> list[PileupSample]:
    """Read all samples of a file, in order of their names.

    Raises
    ------
    FormatError
        If the file is not a batch of this schema or is damaged.
    """
    with _opened(path) as file:
        return [_sample_from(name, group) for name, group in file["samples"].items()]


def read_statuses(path: Path) -> list[SampleStatus]:
    """Read whether each sample is usable, in order of names.

    Raises
    ------
    FormatError
        If the file is not a batch of this schema or is damaged.
    """
    with _opened(path) as file:
        statuses = []
        for name, group in file["samples"].items():
            status, reason = str(group.attrs["status"]), str(group.attrs["reason"])
            usable = status == "ok"
            told = "" if usable else f"status {status}: {reason}"
            statuses.append(SampleStatus(name, usable, told))
        return statuses


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
        problem = f"not a readable batch of pileups ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error


def _sample_from(name: str, group: h5py.Group) -> PileupSample:
    return PileupSample(
        name=name,
        system=str(group.attrs["system"]),
        seed=int(group.attrs["seed"]),
        length=float(group.attrs["length"]),
        landscape=group["landscape"][()],
        start=group["start"][()],
        strain=group["strain"][()],
        stress=group["stress"][()],
        states=group["states"][()].astype(float),
        flow_stress=float(group.attrs["flow_stress"]),
        status=str(group.attrs["status"]),
        reason=str(group.attrs["reason"]),
        provenance=json.loads(group.attrs["provenance"]),
    )
