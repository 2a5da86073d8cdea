"""Import field data of users, as one entry of the configuration describes them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mechanist.core.boundary import reading
from mechanist.core.errors import FormatError
from mechanist.core.progress import LOGGER
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.csv_grid import read_long_table
from mechanist.formats.field_files import FieldData
from mechanist.formats.named_arrays import Arrays
from mechanist.imports.array_order import NamedArray, Order, dimension_order, squeezed, turned
from mechanist.imports.array_parts import part_of, scalar
from mechanist.imports.checked_fields import checked
from mechanist.settings.field_entry import COLUMN, FieldEntry, Spaced

Say = Callable[[str], None]


def import_fields(entry: Mapping[str, object], *, say: Say = LOGGER.info) -> list[FieldData]:
    """Read the trajectories that an entry describes.

    Parameters
    ----------
    entry : mapping
        See :mod:`mechanist.settings.field_entry`.
    say : callable
        Receives each sentence on how the data were read: the order of dimensions, what was
        converted or resampled, and how the ends of periodic axes agree; by default it goes to the log.

    Raises
    ------
    ValueError
        If the entry itself is invalid; no file is read then.
    FormatError
        If a file lacks an array that the entry names, the order of its dimensions is open, or its
        data are unsuitable for discovery; the message names file, field, value seen, value expected
        and remedy.
    """
    parsed = FieldEntry.from_mapping(entry)
    forms = [format_of(path, parsed.format) for path in parsed.paths]
    data: list[FieldData] = []
    for path, form in zip(parsed.paths, forms, strict=True):
        notes: list[str] = []
        with reading(path):
            data += (
                _from_table(path, parsed, notes)
                if form == "csv"
                else _from_arrays(path, form, parsed, notes)
            )
        for note in dict.fromkeys(notes):
            say(f"{path.name}: {note}")
    repeated = {one.name for one in data if sum(one.name == other.name for other in data) > 1}
    if repeated:
        twice = sorted({str(path) for path in parsed.paths if parsed.paths.count(path) > 1})
        if twice:
            raise ValueError(f"path: {twice} listed more than once; list each file once")
        raise ValueError(f"path: trajectories {sorted(repeated)} share a name; rename the files")
    return data


def _from_arrays(path: Path, form: str, entry: FieldEntry, notes: list[str]) -> list[FieldData]:
    file = open_arrays(path, form)
    sources = {**entry.fields, **entry.inputs}
    values = {n: part_of(path, n, s, file.array(s.array)) for n, s in sources.items()}
    count = None
    if entry.trajectories is not None:
        count = _trajectory_dimension(path, entry.trajectories, next(iter(values.values())))
        values = {name: np.moveaxis(one, count, 0) for name, one in values.items()}
    # without a dimension that numbers trajectories there is one of them
    many = len(next(iter(values.values()))) if count is not None else None
    one_each = {name: one if many is None else one[0] for name, one in values.items()}
    named = [NamedArray(name, one, sources[name].column) for name, one in one_each.items()]
    grids = _grids(file, entry)
    order = dimension_order(path, entry, {n: len(g) for n, g in grids.items()}, named)
    axes = _axes(file, entry, grids, order, named[0])
    if len(order) > 1:
        how = "as stated" if entry.order else "the only one that fits their lengths"
        notes.append(f"the dimensions of the arrays are [{', '.join(order)}] ({how})")
    made = []
    for k in range(1 if many is None else many):
        parts = {
            name: turned(NamedArray(name, one if many is None else one[k], sources[name].column), order, list(axes))
            for name, one in values.items()
        }  # fmt: skip
        # single arrays of several runs have equal names, each in the folder of its run
        stem = f"{path.parent.name} {path.stem}".strip() if form == "npy" else path.stem
        title = stem if many is None else f"{stem} {k}"
        made.append(checked(path, title, entry, axes, parts, notes))
    notes[:0] = file.notes
    return made


def _trajectory_dimension(path: Path, position: int | str, sample: NDArray[np.generic]) -> int:
    whole = isinstance(position, int) and not isinstance(position, bool)
    if not whole or not 0 <= int(position) < sample.ndim or not sample.size:
        raise FormatError(
            path,
            f"trajectories is {position!r}, expected a dimension from 0 to {sample.ndim - 1}",
            remedy=f"The first field has the shape {sample.shape}.",
        )
    return int(position)


def _grids(file: Arrays, entry: FieldEntry) -> dict[str, NDArray[np.generic]]:
    """Return the grids of the axes that are arrays of the file."""
    grids = {}
    for name, source in entry.axes.items():
        if isinstance(source, str):
            grid = file.array(source)
            if grid.size != max(grid.shape, default=1):
                raise FormatError(
                    file.path,
                    f"axis {name!r}: array {source!r} has the shape {grid.shape}, expected one row",
                    remedy="Save one row of a mesh, or give {start: ..., step: ...}.",
                )
            grids[name] = np.asarray(grid).ravel()
    return grids


def _axes(
    file: Arrays,
    entry: FieldEntry,
    grids: Mapping[str, NDArray[np.generic]],
    order: Order,
    one: NamedArray,
) -> dict[str, NDArray[np.generic]]:
    """Return all axes; those given by start and step take their lengths from the fields."""
    own = [name for name in order if name != COLUMN or one.column is not None]
    shape = squeezed(one.values.shape, len(own))
    axes = {}
    for name, source in entry.axes.items():
        if isinstance(source, str):
            axes[name] = grids[name]
        else:
            start, step = (scalar(file, name, value) for value in (source.start, source.step))
            axes[name] = start + step * np.arange(shape[own.index(name)])
    return axes


def _from_table(path: Path, entry: FieldEntry, notes: list[str]) -> list[FieldData]:
    """Read the trajectories of one long table."""
    columns = {name: source for name, source in entry.axes.items() if isinstance(source, str)}
    sources = {**entry.fields, **entry.inputs}
    wrong = [n for n, s in entry.axes.items() if isinstance(s, Spaced)]
    wrong += [n for n, s in sources.items() if s.part is not None or s.column is not None]
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
        data.append(
            checked(
                path,
                path.stem if counting is None else f"{path.stem} {value:g}",
                entry,
                dict(zip(columns, grids, strict=True)),
                dict(zip(sources, values, strict=True)),
                notes,
            )
        )
    return data
