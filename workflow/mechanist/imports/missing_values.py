"""Field data with missing values: ends of axes that are missing are cut off, others are refused."""

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray
from mechanist.formats.fill_codes import fill_code, matching
from mechanist.imports.uniform_axes import Grids
from mechanist.settings.field_entry import FieldEntry


def without_missing(grids: Grids, entry: FieldEntry, notes: list[str]) -> Grids:
    """Return fields without the ends of axes at which some field is missing throughout.

    Parameters
    ----------
    grids : Grids
        Axes and fields in the order of the file.
    entry : FieldEntry
        Numbers that stand for missing values, and numbers that do not although they look so.
    notes : list of str
        Receives a sentence on what is cut off.

    Raises
    ------
    ValueError
        If values are missing elsewhere, or a number looks like an undeclared code for missing values.
    """
    shape = tuple(np.size(grid) for grid in grids.axes.values())
    if any(one.shape != shape for one in _arrays(grids).values()):
        return grids  # refused where all data are checked
    if entry.missing:
        grids = _cut(grids, entry, notes)
    for name, values in _arrays(grids).items():
        code = fill_code(values, accepted=entry.not_missing)
        if code is not None:
            raise ValueError(
                f"{name!r}: {code.said(values.size, _place(grids, code.place))}. If it does, declare"
                f" `missing: [{code.written}]`, or fill or cut out these values; if {code.value:.9g} is a"
                f" value, declare `not_missing: [{code.written}]`"
            )
    return grids


def _arrays(grids: Grids) -> dict[str, NDArray[np.generic]]:
    return {**grids.fields, **grids.inputs}


def _cut(grids: Grids, entry: FieldEntry, notes: list[str]) -> Grids:
    """Cut off ends of axes that are not periodic, and refuse what is missing then."""
    gone = {
        name: np.logical_or.reduce([matching(values, mark) for mark in entry.missing])
        for name, values in _arrays(grids).items()
        if values.dtype.kind in "fiu"
    }
    parts = {name: slice(0, np.size(grid)) for name, grid in grids.axes.items()}
    changed = True
    while changed:  # the ends of one axis may show only after those of another are gone
        changed = False
        for place, name in enumerate(parts):
            if name in entry.periodic:
                continue
            kept = _kept([mask[tuple(parts.values())] for mask in gone.values()], place)
            if kept is None:
                marks = ", ".join(f"{mark:g}" for mark in entry.missing)
                raise ValueError(f"axis {name!r}: values are missing everywhere ({marks})")
            first = parts[name].start
            part = slice(first + kept[0], first + kept[1])
            changed |= part != parts[name]
            parts[name] = part
    for name, part in parts.items():
        lost = np.size(grids.axes[name]) - (part.stop - part.start)
        if lost:
            notes.append(
                f"axis {name}: {lost} points at its ends, where values are missing, are cut off"
            )
    where = tuple(parts.values())
    left = Grids(
        {name: np.ravel(grid)[parts[name]] for name, grid in grids.axes.items()},
        {name: values[where] for name, values in grids.fields.items()},
        {name: values[where] for name, values in grids.inputs.items()},
    )
    for name, mask in gone.items():
        inside = mask[where]
        if inside.any():
            at = tuple(int(i) for i in np.argwhere(inside)[0])
            raise ValueError(
                f"{name!r}: {int(inside.sum())} of {inside.size} values are missing inside, the first at"
                f" {_place(left, at)}; expected none there. Fill them, or cut them out"
            )
    return left


def _kept(masks: list[BoolArray], place: int) -> tuple[int, int] | None:
    """Return begin and end of an axis without the points at which a whole field is missing."""
    lost = np.zeros(masks[0].shape[place], dtype=bool) if masks else np.zeros(0, dtype=bool)
    for mask in masks:
        lost |= mask.all(axis=tuple(k for k in range(mask.ndim) if k != place))
    left = np.flatnonzero(~lost)
    return (int(left[0]), int(left[-1]) + 1) if len(left) else None


def _place(grids: Grids, index: tuple[int, ...]) -> str:
    """Return the place of an index as values of the axes."""
    pairs = zip(grids.axes.items(), index, strict=True)
    return ", ".join(f"{name} = {np.ravel(grid)[i]:.6g}" for (name, grid), i in pairs)
