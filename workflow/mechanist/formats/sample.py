"""Sample files: one independent sample with its reference state and its loaded states, in HDF5.

Layout (``mechanist.sample/1``)::

    /                       attributes: schema, sample, system, seed, status, reason, units,
                            dimension, species_names, provenance (JSON); material (JSON) if not the default
    /reference/{positions,cell,species}        attribute: energy; also radii, where they are known
    /loads/<name>           attributes: gradient, tensor, status, reason
    /loads/<name>/curve/<column>               one value per strain step
    /loads/<name>/frames/<k>/{positions,cell}  attributes: strain, rotation
    /loads/<name>/frames/<k>/targets/<target>  for imported samples whose files hold targets

Deformed frames are in the lab frame: their cell is the reference cell times ``F^T``; ``rotation``
records the rotation from the engine's frame. Positions are those of the engine and may be wrapped:
use differences through the cell.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.material_choice import MaterialChoice
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration

SCHEMA: Final = "mechanist.sample/1"
#: Seed of samples that were not simulated here.
UNKNOWN_SEED: Final = -1


@dataclass(frozen=True, eq=False)
class Frame:
    """A stored state on a loading path.

    Parameters
    ----------
    strain : float
        Equivalent shear strain (see :mod:`mechanist.mechanics.loads`).
    configuration : Configuration
        The deformed state in the lab frame.
    rotation : ndarray of shape (3, 3)
        Proper rotation from the engine's frame to the lab frame.
    targets : dict of str to ndarray of shape (n,)
        Quantities to predict from an imported file, by name; empty for simulations here.
    """

    strain: float
    configuration: Configuration
    rotation: FloatArray
    targets: dict[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LoadPath:
    """The response of one sample to one load.

    Parameters
    ----------
    gradient, tensor : ndarray of shape (3, 3)
        Applied displacement-gradient direction and its symmetric part, the load.
    curve : dict of str to ndarray
        Columns of equal length, one value per strain step: ``strain``; ``stress`` (conjugate to the
        strain) unless the path was imported without it; and other records of the engine.
    frames : tuple of Frame
        Stored states in order of strain.
    status : str
        ``"ok"`` or ``"failed"``; a failed path keeps the steps before the failure.
    reason : str
        Why the path failed, else empty.
    """

    gradient: FloatArray
    tensor: FloatArray
    curve: dict[str, FloatArray]
    frames: tuple[Frame, ...]
    status: str = "ok"
    reason: str = ""

    def frame(self, strain: float) -> Frame:
        """Return the stored frame at ``strain``.

        Raises
        ------
        KeyError
            If no frame was stored there; the message lists the stored strains.
        """
        for frame in self.frames:
            if abs(frame.strain - strain) < 1e-9:
                return frame
        stored = [f.strain for f in self.frames]
        raise KeyError(f"no frame at strain {strain:g}; stored are {stored}")


@dataclass(frozen=True, eq=False)
class Sample:
    """One independent sample: the unit of every split and of every interval.

    Parameters
    ----------
    name, system : str
        Unique name of the sample, and name of its system.
    seed : int
        Seed of all random numbers of the sample, or ``UNKNOWN_SEED``.
    reference : Configuration
        State before loading.
    loads : dict of str to LoadPath
        Responses by name of the load.
    energy : float
        Potential energy of the reference per particle; NaN where unknown.
    units : str
        Unit system, such as ``"lj"`` or ``"metal"``.
    status, reason : str
        As in :class:`LoadPath`, for the sample as a whole.
    provenance : dict
        Versions and parameters of the simulation; anything JSON can hold.
    """

    name: str
    system: str
    seed: int
    reference: Configuration
    loads: dict[str, LoadPath]
    energy: float = float("nan")
    units: str = "lj"
    status: str = "ok"
    reason: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def good_loads(self) -> dict[str, LoadPath]:
        """Loads whose path did not fail."""
        return {name: path for name, path in self.loads.items() if path.status == "ok"}


def write_sample(path: Path, sample: Sample) -> None:
    """Write ``sample`` to ``path`` in one step; equal samples give equal bytes."""
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        reference = sample.reference
        file.attrs["schema"] = SCHEMA
        file.attrs["sample"] = sample.name
        file.attrs["system"] = sample.system
        file.attrs["seed"] = sample.seed
        file.attrs["status"] = sample.status
        file.attrs["reason"] = sample.reason
        file.attrs["units"] = sample.units
        file.attrs["dimension"] = reference.dimension
        file.attrs["species_names"] = list(reference.species_names)
        if reference.material is not None:
            file.attrs["material"] = json.dumps(asdict(reference.material))
        file.attrs["provenance"] = json.dumps(sample.provenance, sort_keys=True)
        group = file.create_group("reference")
        group.attrs["energy"] = sample.energy
        group["positions"] = reference.positions
        group["cell"] = reference.cell
        group["species"] = reference.species.astype(np.int16)
        if reference.radii is not None:
            group["radii"] = reference.radii
        file.create_group("loads")
        for name, load in sample.loads.items():
            group = file.create_group(f"loads/{name}")
            group.attrs["gradient"] = load.gradient
            group.attrs["tensor"] = load.tensor
            group.attrs["status"] = load.status
            group.attrs["reason"] = load.reason
            for column, values in load.curve.items():
                group[f"curve/{column}"] = values
            for k, frame in enumerate(load.frames):
                stored = group.create_group(f"frames/{k}")
                stored.attrs["strain"] = frame.strain
                stored.attrs["rotation"] = frame.rotation
                stored["positions"] = frame.configuration.positions
                stored["cell"] = frame.configuration.cell
                for target, values in frame.targets.items():
                    stored[f"targets/{target}"] = values


def read_sample(path: Path) -> Sample:
    """Read a sample file.

    Raises
    ------
    FormatError
        If the file is not a sample file of this schema or is damaged.
    """
    remedy = "Delete it and run the workflow again, or import it anew."
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                raise FormatError(path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=remedy)
            return _sample_from(file)
    except (OSError, KeyError) as error:
        raise FormatError(path, f"not a readable sample file ({error})", remedy=remedy) from error


@dataclass(frozen=True)
class SampleStatus:
    """Whether a sample is usable for learning.

    Parameters
    ----------
    name : str
        Name of the sample.
    usable : bool
        Whether the sample and at least one of its loads did not fail.
    reason : str
        Why the sample is unusable, else empty.
    group : str
        Group of samples that are not independent of each other; empty if the sample is alone.
    """

    name: str
    usable: bool
    reason: str
    group: str = ""


def read_status(path: Path) -> SampleStatus:
    """Read the status of a sample and of its loads from the attributes alone.

    Raises
    ------
    FormatError
        If the file is not a sample file of this schema or is damaged.
    """
    remedy = "Delete it and run the workflow again, or import it anew."
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                raise FormatError(path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=remedy)
            name, status = str(file.attrs["sample"]), str(file.attrs["status"])
            reason = str(file.attrs["reason"])
            group = str(json.loads(file.attrs["provenance"]).get("import", {}).get("group", ""))
            loads = {load: dict(group.attrs) for load, group in file["loads"].items()}
    except (OSError, KeyError) as error:
        raise FormatError(path, f"not a readable sample file ({error})", remedy=remedy) from error
    if status != "ok":
        return SampleStatus(name, False, f"status {status}: {reason}", group)
    if any(load["status"] == "ok" for load in loads.values()):
        return SampleStatus(name, True, "", group)
    reasons = {load: str(attributes["reason"]) for load, attributes in loads.items()}
    return SampleStatus(name, False, f"all loads failed: {reasons}", group)


def _sample_from(file: h5py.File) -> Sample:
    reference = Configuration(
        positions=file["reference/positions"][()],
        cell=file["reference/cell"][()],
        species=file["reference/species"][()],
        species_names=tuple(str(name) for name in file.attrs["species_names"]),
        dimension=int(file.attrs["dimension"]),
        material=_material_from(file),
        radii=file["reference/radii"][()] if "radii" in file["reference"] else None,
    )
    return Sample(
        name=str(file.attrs["sample"]),
        system=str(file.attrs["system"]),
        seed=int(file.attrs["seed"]),
        reference=reference,
        loads={name: _load_from(group, reference) for name, group in file["loads"].items()},
        energy=float(file["reference"].attrs["energy"]),
        units=str(file.attrs["units"]),
        status=str(file.attrs["status"]),
        reason=str(file.attrs["reason"]),
        provenance=json.loads(file.attrs["provenance"]),
    )


def _material_from(file: h5py.File) -> MaterialChoice | None:
    stored = file.attrs.get("material")
    return None if stored is None else MaterialChoice(**json.loads(stored))


def _load_from(group: h5py.Group, reference: Configuration) -> LoadPath:
    frames = [
        Frame(
            strain=float(stored.attrs["strain"]),
            configuration=reference.moved(stored["positions"][()], stored["cell"][()]),
            rotation=stored.attrs["rotation"][()],
            targets={name: values[()] for name, values in stored.get("targets", {}).items()},
        )
        for stored in group.get("frames", {}).values()
    ]
    return LoadPath(
        gradient=group.attrs["gradient"][()],
        tensor=group.attrs["tensor"][()],
        curve={column: values[()] for column, values in group.get("curve", {}).items()},
        frames=tuple(sorted(frames, key=lambda frame: frame.strain)),
        status=str(group.attrs["status"]),
        reason=str(group.attrs["reason"]),
    )
