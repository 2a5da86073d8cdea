"""Import field data of users, as one entry of the configuration describes them."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mechanist.core.boundary import reading
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.array_files import Arrays, format_of, open_arrays
from mechanist.formats.csv_grid import read_long_table
from mechanist.formats.field_files import FieldData
from mechanist.settings.field_entry import FieldEntry, Source, Spaced


def import_fields(entry: Mapping[str, Any]) -> list[FieldData]:
    """Read the trajectories that an entry describes.

    Parameters
    ----------
    entry : mapping
        See :mod:`mechanist.settings.field_entry`.

    Raises
    ------
    ValueError
        If the entry itself is invalid; no file is read then.
    FormatError
        If a file lacks an array that the entry names, or its data are unsuitable for discovery; the
        message names file, field, value seen, value expected and remedy.
    """
    parsed = FieldEntry.from_mapping(entry)
    forms = [format_of(path, parsed.format) for path in parsed.paths]
    data: list[FieldData] = []
    for path, form in zip(parsed.paths, forms, strict=True):
        with reading(path):
            data += _from_table(path, parsed) if form == "csv" else _from_arrays(path, form, parsed)
    repeated = {one.name for one in data if sum(one.name == other.name for other in data) > 1}
    if repeated:
        raise ValueError(f"path: trajectories {sorted(repeated)} share a name; rename the files")
    return data


def _from_arrays(path: Path, form: str, entry: FieldEntry) -> list[FieldData]:
    file = open_arrays(path, form)
    fields = {n: _part(path, n, s, file.array(s.array)) for n, s in entry.fields.items()}
    inputs = {n: _part(path, n, s, file.array(s.array)) for n, s in entry.inputs.items()}
    count = None
    if entry.trajectories is not None:
        count = _trajectory_dimension(path, entry.trajectories, next(iter(fields.values())))
        fields, inputs = (
            {name: np.moveaxis(values, count, 0) for name, values in arrays.items()}
            for arrays in (fields, inputs)
        )
    sample = next(iter(fields.values()))
    axes = _axes(file, entry, sample.shape if count is None else sample.shape[1:])
    if count is None:
        return [_assembled(path, path.stem, entry, axes, fields, inputs)]
    return [
        _assembled(
            path,
            f"{path.stem} {k}",
            entry,
            axes,
            {name: values[k] for name, values in fields.items()},
            {name: values[k] for name, values in inputs.items()},
        )
        for k in range(len(sample))
    ]


def _trajectory_dimension(path: Path, position: int | str, sample: NDArray[Any]) -> int:
    whole = isinstance(position, int) and not isinstance(position, bool)
    if not whole or not 0 <= int(position) < sample.ndim:
        raise FormatError(
            path,
            f"trajectories is {position!r}, expected a dimension from 0 to {sample.ndim - 1}",
            remedy=f"The first field has the shape {sample.shape}.",
        )
    return int(position)


def _part(path: Path, name: str, source: Source, values: NDArray[Any]) -> NDArray[Any]:
    """Return the requested part of an array; complex values require one."""
    if source.part is not None:
        return np.ascontiguousarray(values.real if source.part == "real" else values.imag)
    if np.iscomplexobj(values):
        largest, imaginary = np.abs(values.real).max(), np.abs(values.imag).max()
        raise FormatError(
            path,
            f"array {source.array!r} of {name!r} is complex: its real part reaches {largest:.3g}"
            f" and its imaginary part {imaginary:.3g}",
            remedy=f"Declare {{array: {source.array}, part: real}}; if both parts matter, declare"
            " two fields.",
        )
    if values.dtype.kind not in "fiub":
        raise FormatError(
            path,
            f"array {source.array!r} of {name!r} holds {values.dtype}, expected real numbers",
            remedy="Name an array of numbers.",
        )
    return values


def _axes(file: Arrays, entry: FieldEntry, shape: tuple[int, ...]) -> dict[str, FloatArray]:
    """Return the grids; those given by start and step take their lengths from the fields."""
    shape = _squeezed(shape, len(entry.axes))
    axes: dict[str, FloatArray] = {}
    for name, source in entry.axes.items():
        if isinstance(source, str):
            grid = file.array(source)
            if grid.size != max(grid.shape, default=1):
                raise FormatError(
                    file.path,
                    f"axis {name!r}: array {source!r} has the shape {grid.shape}, expected one row",
                    remedy="Save one row of a mesh, or give {start: ..., step: ...}.",
                )
            axes[name] = np.asarray(grid).ravel()
        else:
            place = entry.order.index(name)
            if place >= len(shape):
                raise _misfit(file.path, next(iter(entry.fields)), shape, {}, entry)
            start, step = (_scalar(file, name, value) for value in (source.start, source.step))
            axes[name] = np.asarray(start + step * np.arange(shape[place]), dtype=np.float64)
    return axes


def _scalar(file: Arrays, axis: str, value: float | str) -> float:
    if not isinstance(value, str):
        return float(value)
    array = file.array(value)
    if array.size != 1:
        raise FormatError(
            file.path,
            f"axis {axis!r}: {value!r} has the shape {array.shape}, expected one number",
            remedy="Name a scalar, or the whole grid as the axis itself.",
        )
    return float(array.ravel()[0])


def _assembled(
    path: Path,
    name: str,
    entry: FieldEntry,
    axes: dict[str, FloatArray],
    fields: dict[str, NDArray[Any]],
    inputs: dict[str, NDArray[Any]],
) -> FieldData:
    """Bring arrays into the order of the axes and let :class:`FieldData` check them."""
    fields, inputs = (
        {n: _turned(path, n, values, axes, entry) for n, values in arrays.items()}
        for arrays in (fields, inputs)
    )
    return _checked(path, name, entry, axes, fields, inputs)


def _checked(
    path: Path,
    name: str,
    entry: FieldEntry,
    axes: dict[str, FloatArray],
    fields: dict[str, NDArray[Any]],
    inputs: dict[str, NDArray[Any]],
) -> FieldData:
    """Return a trajectory; report data that :class:`FieldData` refuses as errors of the file."""
    try:
        return FieldData(name, dict(axes), fields, inputs, dict(entry.units), entry.periodic)
    except ValueError as error:
        remedy = "Correct the file, or the entry that describes it."
        raise FormatError(path, str(error), remedy=remedy) from error


def _turned(
    path: Path,
    name: str,
    values: NDArray[Any],
    axes: dict[str, FloatArray],
    entry: FieldEntry,
) -> NDArray[Any]:
    """Return an array with its dimensions in the order of the axes."""
    values = values.reshape(_squeezed(values.shape, len(axes)))
    lengths = {axis: len(grid) for axis, grid in axes.items()}
    if values.shape != tuple(lengths[axis] for axis in entry.order):
        raise _misfit(path, name, values.shape, lengths, entry)
    return np.transpose(values, [entry.order.index(axis) for axis in axes])


def _squeezed(shape: tuple[int, ...], dimensions: int) -> tuple[int, ...]:
    """Drop dimensions of length 1, which MATLAB adds, if the expected number is then left."""
    kept = tuple(n for n in shape if n != 1)
    return kept if len(kept) == dimensions != len(shape) else shape


def _misfit(
    path: Path,
    name: str,
    shape: tuple[int, ...],
    lengths: Mapping[str, int],
    entry: FieldEntry,
) -> FormatError:
    """Return the error for an array that does not fit the axes, with the order that would fit."""
    expected = ", ".join(f"{axis}: {lengths.get(axis, 'any')}" for axis in entry.order)
    fitting = [order for order in permutations(entry.order) if _fits(order, lengths, shape)]
    if fitting:
        remedy = " or ".join(f"order: [{', '.join(order)}]" for order in fitting)
        remedy = f"It fits another order of dimensions: declare `{remedy}`."
    else:
        remedy = "No order of the axes fits it: check which arrays are the axes"
        remedy += ", and declare `trajectories` if a dimension numbers them."
    return FormatError(
        path, f"field {name!r} has the shape {shape}, expected ({expected})", remedy=remedy
    )


def _fits(order: Sequence[str], lengths: Mapping[str, int], shape: tuple[int, ...]) -> bool:
    return shape == tuple(lengths.get(axis) for axis in order)


def _from_table(path: Path, entry: FieldEntry) -> list[FieldData]:
    """Read the trajectories of one long table."""
    columns = {name: source for name, source in entry.axes.items() if isinstance(source, str)}
    sources = {**entry.fields, **entry.inputs}
    wrong = [n for n, s in entry.axes.items() if isinstance(s, Spaced)]
    wrong += [n for n, s in sources.items() if s.part is not None]
    counting = entry.trajectories
    if wrong or not (counting is None or isinstance(counting, str)):
        raise FormatError(
            path,
            f"entries of {wrong or 'trajectories'} are not names of columns",
            remedy="In a CSV file, axes, fields and the number of the trajectory are columns.",
        )
    names = [*columns.values(), *(source.array for source in sources.values())]
    extra = [] if counting is None else [counting]
    table = read_long_table(path, list(dict.fromkeys([*names, *extra])))
    groups = np.zeros(len(table.lines)) if counting is None else table.columns[counting]
    data = []
    for value in np.unique(groups):
        part = table.part(np.flatnonzero(groups == value))
        arrays = [source.array for source in sources.values()]
        grids, values = part.gridded(list(columns.values()), arrays)
        named = dict(zip(sources, values, strict=True))
        data.append(
            _checked(
                path,
                path.stem if counting is None else f"{path.stem} {value:g}",
                entry,
                dict(zip(columns, grids, strict=True)),
                {name: named[name] for name in entry.fields},
                {name: named[name] for name in entry.inputs},
            )
        )
    return data
