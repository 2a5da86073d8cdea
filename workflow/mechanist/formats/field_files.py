"""Field data for equation discovery in HDF5, with one group per trajectory or realisation.

Layout (``mechanist.fields/1``)::

    /                       attributes: schema, truth (JSON: form -> target -> term -> coefficient)
    /about                  JSON: where the data come from
    /<k>                    attributes: name, axes, fields, inputs, periodic, units (JSON); uneven if it is
    /<k>/{axes,fields,inputs}/<name>

Trajectories keep their order. All numbers are real: a complex field is stored as two fields.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

SCHEMA: Final = "mechanist.fields/1"
TIME: Final = "t"
#: Largest deviation of a grid spacing from the mean spacing, relative to it.
SPACING_TOLERANCE: Final = 1e-3
_AXIS: Final = re.compile(r"[a-z]")
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
Truth = dict[str, dict[str, float]]


@dataclass(frozen=True, eq=False)
class FieldData:
    """Fields on a uniform grid over one trajectory; times may be declared uneven.

    Parameters
    ----------
    name : str
        Name of the trajectory.
    axes : dict of str to ndarray
        Uniform increasing grids in the order of the arrays' dimensions, named by one lower-case
        letter; the last one is ``"t"``. Ordinary differential equations have only ``"t"``,
        discrete maps an integer ``"t"``.
    fields : dict of str to ndarray
        Real values, shape (length of each axis in order). Names are letters and digits, since an
        underscore marks a derivative.
    inputs : dict of str to ndarray, optional
        Known fields of the same shape that have no equation of their own.
    units : dict of str to str, optional
        Units of fields, inputs and axes.
    periodic : frozenset of str, optional
        Axes on which the fields are periodic. The grid must not repeat the first point at its end:
        the period is the number of points times the spacing.
    uneven : frozenset of str, optional
        ``{"t"}`` if times are uneven and to be used as they are; no other axis may be.

    Raises
    ------
    ValueError
        If a grid is not uniform and increasing, or an array is complex, of another shape, or holds
        a value that is not finite; the message names it.
    """

    name: str
    axes: dict[str, FloatArray]
    fields: dict[str, FloatArray]
    inputs: dict[str, FloatArray] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    periodic: frozenset[str] = frozenset()
    uneven: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        where = f"trajectory {self.name!r}"
        _check_names(where, self)
        axes = {
            axis: _grid(f"{where}, axis {axis!r}", grid, uneven=axis in self.uneven)
            for axis, grid in self.axes.items()
        }
        object.__setattr__(self, "axes", axes)
        for kind in ("fields", "inputs"):
            arrays: dict[str, FloatArray] = getattr(self, kind)
            checked = {
                name: _values(f"{where}, {kind[:-1]} {name!r}", values, self.shape)
                for name, values in arrays.items()
            }
            object.__setattr__(self, kind, checked)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of grid points along each axis; time is last."""
        return tuple(len(grid) for grid in self.axes.values())

    @property
    def spacings(self) -> dict[str, float]:
        """Distance between neighbouring grid points along each axis; its mean if they are uneven."""
        return {a: float((grid[-1] - grid[0]) / (len(grid) - 1)) for a, grid in self.axes.items()}

    @property
    def variables(self) -> dict[str, FloatArray]:
        """Fields, then inputs."""
        return {**self.fields, **self.inputs}


def write_fields(
    path: Path,
    data: Sequence[FieldData],
    *,
    truth: Mapping[str, Truth] | None = None,
    about: Mapping[str, object] | None = None,
) -> None:
    """Write trajectories to ``path`` in one step; equal data give equal bytes.

    Parameters
    ----------
    path : Path
        HDF5 file.
    data : sequence of FieldData
        Trajectories of one system.
    truth : mapping, optional
        True coefficients if known, nested by form (``"divergence"``, ``"product"``), target and
        canonical term name.
    about : mapping, optional
        Where the data come from; anything JSON can hold.
    """
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["truth"] = json.dumps(truth or {}, sort_keys=True)
        # a data set, since attributes hold no more than 64 kB
        file["about"] = json.dumps(dict(about or {}), sort_keys=True)
        for k, one in enumerate(data):
            group = file.create_group(str(k))
            group.attrs["name"] = one.name
            group.attrs["periodic"] = json.dumps(sorted(one.periodic))
            group.attrs["units"] = json.dumps(one.units, sort_keys=True)
            if one.uneven:
                group.attrs["uneven"] = json.dumps(sorted(one.uneven))
            for kind in ("axes", "fields", "inputs"):
                arrays: dict[str, FloatArray] = getattr(one, kind)
                group.attrs[kind] = json.dumps(list(arrays))
                for name, values in arrays.items():
                    group[f"{kind}/{name}"] = values


def read_fields(path: Path) -> list[FieldData]:
    """Read the trajectories of a file.

    Raises
    ------
    FormatError
        If the file is not a field file of this schema, is damaged or holds data that
        :class:`FieldData` refuses.
    """
    remedy = "Delete it and run the workflow again, or import it anew."
    try:
        with h5py.File(path, "r") as file:
            _check_schema(path, file)
            return [_trajectory(file[str(k)]) for k in range(len(file) - 1)]
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise FormatError(path, f"not a readable field file ({error})", remedy=remedy) from error


def read_truth(path: Path, *, form: str = "divergence") -> Truth:
    """Read the true coefficients by target and canonical term name; empty if unknown.

    Raises
    ------
    FormatError
        If the file is not a field file, or its truth is known but not in this form.
    """
    try:
        with h5py.File(path, "r") as file:
            _check_schema(path, file)
            forms: dict[str, Truth] = json.loads(file.attrs["truth"])
    except OSError as error:
        remedy = "Delete it and run the workflow again."
        raise FormatError(path, f"not a readable field file ({error})", remedy=remedy) from error
    if forms and form not in forms:
        remedy = "Name one of these forms."
        raise FormatError(path, f"no truth in form {form!r}, only {sorted(forms)}", remedy=remedy)
    return forms.get(form, {})


def read_about(path: Path) -> dict[str, Any]:
    """Read the stored description of where the data come from.

    Raises
    ------
    FormatError
        If the file is not a field file.
    """
    try:
        with h5py.File(path, "r") as file:
            _check_schema(path, file)
            return dict(json.loads(file["about"][()]))
    except (OSError, KeyError) as error:
        remedy = "Delete it and run the workflow again."
        raise FormatError(path, f"not a readable field file ({error})", remedy=remedy) from error


def _check_schema(path: Path, file: h5py.File) -> None:
    schema = file.attrs.get("schema")
    if schema != SCHEMA:
        remedy = "Delete it and run the workflow again, or import it anew."
        raise FormatError(path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=remedy)


def _trajectory(group: h5py.Group) -> FieldData:
    parts: dict[str, dict[str, FloatArray]] = {
        kind: {name: group[f"{kind}/{name}"][()] for name in json.loads(group.attrs[kind])}
        for kind in ("axes", "fields", "inputs")
    }
    return FieldData(
        name=str(group.attrs["name"]),
        units=json.loads(group.attrs["units"]),
        periodic=frozenset(json.loads(group.attrs["periodic"])),
        uneven=frozenset(json.loads(group.attrs.get("uneven", "[]"))),
        **parts,
    )


def _check_names(where: str, data: FieldData) -> None:
    axes = list(data.axes)
    if not axes or axes[-1] != TIME:
        raise ValueError(f"{where}: axes are {axes}; the last one must be {TIME!r}")
    wrong = [axis for axis in axes if not _AXIS.fullmatch(axis)]
    if wrong:
        raise ValueError(f"{where}: axes {wrong} must be named by one lower-case letter each")
    if not data.fields:
        raise ValueError(f"{where}: no fields; at least one is needed")
    names = [*data.fields, *data.inputs]
    wrong = [name for name in names if not _FIELD.fullmatch(name) or name in axes]
    if wrong:
        raise ValueError(
            f"{where}: fields {wrong} must have names of letters and digits that no axis has"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"{where}: a name is both a field and an input among {names}")
    unknown = sorted(set(data.periodic) - set(axes)) + sorted(set(data.units) - {*axes, *names})
    if unknown:
        raise ValueError(f"{where}: periodic or units name {unknown}; known are {axes + names}")
    if TIME in data.periodic:
        raise ValueError(f"{where}: time cannot be periodic")
    if data.uneven - {TIME}:
        raise ValueError(f"{where}: axes {sorted(data.uneven)} are uneven; only {TIME!r} may be")


def _grid(where: str, grid: FloatArray, *, uneven: bool) -> FloatArray:
    grid = np.asarray(grid)
    if grid.ndim != 1 or len(grid) < 2:
        raise ValueError(f"{where}: shape is {grid.shape}, expected at least two points in a row")
    grid = _values(where, grid, grid.shape)
    steps = np.diff(grid)
    if (steps <= 0).any():
        at = int(np.flatnonzero(steps <= 0)[0])
        raise ValueError(
            f"{where}: {grid[at]:g} is followed by {grid[at + 1]:g}; the grid must increase. "
            "Sort the data along this axis and drop repeated points"
        )
    deviation = float(np.abs(steps / steps.mean() - 1).max())
    if deviation > SPACING_TOLERANCE and not uneven:
        raise ValueError(
            f"{where}: spacings run from {steps.min():g} to {steps.max():g}; the grid must be "
            "uniform. Interpolate the fields onto a uniform grid"
        )
    return grid


def _values(where: str, values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    array = np.asarray(values)
    if np.iscomplexobj(array):
        raise ValueError(f"{where}: is complex; give its real and imaginary part as two fields")
    if array.shape != shape:
        raise ValueError(f"{where}: shape is {array.shape}, expected {shape} as given by the axes")
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{where}: type is {array.dtype}, expected real numbers")
    if not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{where}: {array[at]} at index {at}; fill or cut out missing values")
    return np.ascontiguousarray(array, dtype=np.float64)
