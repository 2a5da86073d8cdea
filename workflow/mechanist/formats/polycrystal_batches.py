"""Batches of polycrystal runs: orientation and stress fields along tension paths, in one HDF5 file.

Layout (``mechanist.polycrystals/1``)::

    /              attributes: schema, attributes (JSON, of the batch as a whole)
    /runs/<k>      attributes: name, systems, axis, status, material (JSON)
        lengths        of the periodic cell, shape (3,)
        grains         grain of each voxel, shape (nx, ny, nz)
        strains        macroscopic strain of each frame along the axis, the first zero
        orientations   shape (n_frames, nx, ny, nz, 4), float32
        stress         Cauchy stress in MPa, shape (n_frames, nx, ny, nz, 6), float32
        curve          macroscopic strain and axial stress in MPa, shape (n_points, 2)
        phases         of runs of several phases only: phase of each voxel, shape (nx, ny, nz), with
                       attributes names and systems (JSON lists)
        slip           only if a setting asked for it: group of the fields of slip systems, see
                       :mod:`mechanist.formats.slip_fields`, float32

An orientation is a unit quaternion, scalar first, whose active rotation maps vectors of the
crystal to vectors of the sample. Stress holds the components 11, 22, 33, 23, 13, 12. Runs keep
their order. ``strain_measure`` among the batch's attributes is ``"logarithmic"`` or ``"small"``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.formats.sample import SampleStatus
from mechanist.formats.slip_fields import SlipFields

SCHEMA: Final = "mechanist.polycrystals/1"
#: Tensor components in the order in which stress is stored, as pairs of axes.
COMPONENTS: Final = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
OK: Final = "ok"
#: Largest deviation of a quaternion's length from one; single precision leaves far less.
UNIT_TOLERANCE: Final = 1e-4
_DIMENSIONS: Final = 3
_REMEDY: Final = "Delete it and run the workflow again, or import it anew."


@dataclass(frozen=True, eq=False)
class PolycrystalRun:
    """The response of one microstructure to uniaxial loading: one independent sample.

    Parameters
    ----------
    name : str
        Unique name.
    systems : str
        Table of slip systems, such as ``"fcc12"``; of several phases, their tables joined by plus
        signs.
    lengths : ndarray of shape (3,)
        Edges of the periodic cell, in the source's unit.
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, numbered from 0.
    strains : ndarray of shape (n_frames,)
        Macroscopic strain along ``axis``: 0, then strictly increasing or decreasing values.
    orientations : ndarray of shape (n_frames, nx, ny, nz, 4)
        Unit quaternions, scalar first, active from crystal to sample.
    stress : ndarray of shape (n_frames, nx, ny, nz, 6)
        Cauchy stress in MPa, components 11, 22, 33, 23, 13, 12.
    curve : ndarray of shape (n_points, 2)
        Macroscopic strain, and Cauchy stress in MPa, both along ``axis``.
    axis : int
        Axis of loading: 0, 1 or 2.
    status : str
        ``"ok"``, or why the run failed; the frames before the failure are kept.
    material : dict
        Constants and origin of the run; anything JSON can hold.
    phases : PhaseMap, optional
        Phases of the voxels, if there are several.
    slip : SlipFields, optional
        Slip rates, resistances and resolved stresses, if they were kept.

    Raises
    ------
    ValueError
        If shapes do not agree, a value is not finite, a quaternion is not of unit length, a grain
        is negative, or strains do not begin at zero or are not monotonic; the message states where.
    """

    name: str
    systems: str
    lengths: FloatArray
    grains: IntArray
    strains: FloatArray
    orientations: FloatArray
    stress: FloatArray
    curve: FloatArray
    axis: int
    status: str = OK
    material: dict[str, Any] = field(default_factory=dict)
    phases: PhaseMap | None = None
    slip: SlipFields | None = None

    def __post_init__(self) -> None:
        """Convert arrays to double precision and validate them."""
        for key in ("lengths", "strains", "orientations", "stress", "curve"):
            values = _finite(f"run {self.name!r}, {key}", getattr(self, key))
            object.__setattr__(self, key, values)
        object.__setattr__(self, "grains", _grains(self.name, self.grains))
        _check_shapes(self)
        _check_values(self)

    @property
    def n_frames(self) -> int:
        """Number of stored states, the undeformed one included."""
        return len(self.strains)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along each axis."""
        nx, ny, nz = self.grains.shape
        return nx, ny, nz

    @property
    def ok(self) -> bool:
        """Whether the run reached its end."""
        return self.status == OK

    @property
    def table(self) -> str:
        """Table of slip systems of a run of a single phase.

        Raises
        ------
        ValueError
            If there are several phases.
        """
        if self.phases is not None:
            raise ValueError(
                f"run {self.name!r} has phases {list(self.phases.names)}; expected a single phase"
                " here. Leave the run out; of an orientation map, a phase can be chosen by 'phase'"
            )
        return self.systems


def stress_components(tensors: FloatArray) -> FloatArray:
    """Return the symmetric part of tensors, shape (..., 3, 3), as components, shape (..., 6)."""
    return np.stack([(tensors[..., i, j] + tensors[..., j, i]) / 2 for i, j in COMPONENTS], axis=-1)


def write_runs(
    path: Path, runs: Sequence[PolycrystalRun], *, attributes: Mapping[str, object] | None = None
) -> None:
    """Write runs to ``path`` in one step; equal runs give equal bytes.

    Parameters
    ----------
    path : Path
        HDF5 file.
    runs : sequence of PolycrystalRun
    attributes : mapping, optional
        Attributes of all runs, such as ``strain_measure``; anything JSON can hold.

    Raises
    ------
    ValueError
        If there is no run, or two share a name.
    """
    names = [run.name for run in runs]
    if not names or len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{path}: {len(names)} runs, names that occur twice: {twice}; expected at"
                         " least one run, and unique names")  # fmt: skip
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["attributes"] = json.dumps(dict(attributes or {}), sort_keys=True)
        for k, run in enumerate(runs):
            group = file.create_group(f"runs/{k}")
            group.attrs["name"] = run.name
            group.attrs["systems"] = run.systems
            group.attrs["axis"] = run.axis
            group.attrs["status"] = run.status
            group.attrs["material"] = json.dumps(run.material, sort_keys=True)
            group["grains"] = run.grains.astype(np.int32)
            for key in ("lengths", "strains", "curve"):
                group[key] = getattr(run, key)
            for key in ("orientations", "stress"):
                group[key] = getattr(run, key).astype(np.float32)
            if run.phases is not None:
                group["phases"] = run.phases.of_voxel.astype(np.int32)
                for key in ("names", "systems"):
                    group["phases"].attrs[key] = json.dumps(getattr(run.phases, key))
            if run.slip is not None:
                run.slip.store(group.create_group("slip"))


def read_runs(path: Path) -> list[PolycrystalRun]:
    """Read all runs of a file, in the order in which they were written.

    Raises
    ------
    FormatError
        If the file is not of this schema, is damaged or its data fail :class:`PolycrystalRun`.
    """
    with _opened(path) as file:
        return [_run_from(group) for group in _groups(file)]


def read_attributes(path: Path) -> dict[str, object]:
    """Read the attributes of all runs of a file.

    Raises
    ------
    FormatError
        If the file is not of this schema or is damaged.
    """
    with _opened(path) as file:
        return dict(json.loads(file.attrs["attributes"]))


def read_statuses(path: Path) -> list[SampleStatus]:
    """Read from attributes alone whether each run is usable, in order.

    Raises
    ------
    FormatError
        If the file is not of this schema or is damaged.
    """
    with _opened(path) as file:
        found = [(str(g.attrs["name"]), str(g.attrs["status"])) for g in _groups(file)]
    return [SampleStatus(name, how == OK, "" if how == OK else how) for name, how in found]


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                problem = f"schema is {schema!r}, expected {SCHEMA!r}"
                raise FormatError(path, problem, remedy=_REMEDY)
            yield file
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        problem = f"not a readable batch of polycrystal runs ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error


def _groups(file: h5py.File) -> list[h5py.Group]:
    return [file[f"runs/{k}"] for k in range(len(file["runs"]))]


def _run_from(group: h5py.Group) -> PolycrystalRun:
    orientations = group["orientations"][()].astype(np.float64)
    # single precision leaves lengths slightly off one, which would distort rotations
    lengths = np.linalg.norm(orientations, axis=-1, keepdims=True)
    return PolycrystalRun(
        name=str(group.attrs["name"]),
        systems=str(group.attrs["systems"]),
        lengths=group["lengths"][()],
        grains=group["grains"][()],
        strains=group["strains"][()],
        orientations=orientations / np.where(lengths > 0, lengths, 1.0),
        stress=group["stress"][()],
        curve=group["curve"][()],
        axis=int(group.attrs["axis"]),
        status=str(group.attrs["status"]),
        material=json.loads(group.attrs["material"]),
        phases=_phases_from(group["phases"]) if "phases" in group else None,
        slip=SlipFields.load(group["slip"]) if "slip" in group else None,
    )


def _phases_from(stored: h5py.Dataset) -> PhaseMap:
    names, systems = (tuple(json.loads(stored.attrs[key])) for key in ("names", "systems"))
    return PhaseMap(names, systems, stored[()])


def _finite(where: str, values: object) -> FloatArray:
    array = np.ascontiguousarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{where}: {array[at]} at index {at}; expected finite numbers. Keep only"
                         " the frames before the failure")  # fmt: skip
    return array


def _grains(name: str, grains: object) -> IntArray:
    array = np.asarray(grains)
    if array.ndim != _DIMENSIONS or array.dtype.kind not in "iu" or not array.size:
        raise ValueError(f"run {name!r}, grains: {array.dtype} of shape {array.shape}; expected"
                         " integers of shape (nx, ny, nz)")  # fmt: skip
    if array.min() < 0:
        raise ValueError(f"run {name!r}, grains: smallest is {array.min()}; expected numbers from"
                         " 0, one per grain")  # fmt: skip
    return np.ascontiguousarray(array, dtype=np.int64)


def _check_shapes(run: PolycrystalRun) -> None:
    frames = len(run.strains) if run.strains.ndim == 1 else 0
    expected = {
        "lengths": (_DIMENSIONS,),
        "strains": (max(frames, 1),),
        "orientations": (frames, *run.shape, 4),
        "stress": (frames, *run.shape, len(COMPONENTS)),
        "curve": (len(run.curve), 2),
    }
    if run.phases is not None and run.phases.of_voxel.shape != run.shape:
        raise ValueError(f"run {run.name!r}, phases: shape is {run.phases.of_voxel.shape}, expected"
                         f" {run.shape}, that of grains")  # fmt: skip
    if run.slip is not None:
        seen, due = run.slip.rate.shape[:2], (frames - 1, run.grains.size)
        if seen != due:
            raise ValueError(f"run {run.name!r}, slip: {seen} steps and voxels, expected {due}, one"
                             " step before each state but the first")  # fmt: skip
    for key, shape in expected.items():
        seen = getattr(run, key).shape
        if seen != shape:
            raise ValueError(f"run {run.name!r}, {key}: shape is {seen}, expected {shape} with"
                             f" {frames} frames of {run.shape} voxels")  # fmt: skip


def _check_values(run: PolycrystalRun) -> None:
    where = f"run {run.name!r}"
    if run.axis not in range(_DIMENSIONS):
        raise ValueError(f"{where}: axis = {run.axis}; expected 0, 1 or 2")
    if not (run.name and run.systems and run.status):
        seen = f"systems = {run.systems!r}, status = {run.status!r}"
        raise ValueError(f"{where}: {seen}; expected a name, slip systems, and 'ok' or a reason")
    if not (run.lengths > 0).all():
        raise ValueError(f"{where}: lengths = {run.lengths}; expected positive lengths")
    steps = np.diff(run.strains)
    if run.strains[0] != 0 or not ((steps > 0).all() or (steps < 0).all()):
        raise ValueError(f"{where}: strains = {run.strains}; expected 0, then strictly"
                         " increasing or decreasing values")  # fmt: skip
    off = np.abs(np.linalg.norm(run.orientations, axis=-1) - 1)
    if off.max() > UNIT_TOLERANCE:
        at = tuple(int(i) for i in np.unravel_index(off.argmax(), off.shape))
        raise ValueError(f"{where}, orientations: {run.orientations[at]} at frame and voxel {at} is"
                         " not a rotation; expected a quaternion of length one")  # fmt: skip
