"""Particles of a frame of a LAMMPS dump, from the columns of its rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.lammps_box import Box
from mechanist.formats.lammps_dump_header import IMAGES, Header, Roles, columns_of
from mechanist.formats.text import TextFile, row_slices
from mechanist.formats.text_columns import parse_rows
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame, label_codes
from mechanist.formats.trajectory_text import order_by_id


@dataclass
class Rows:
    """What the rows of a frame hold, in the order of the file.

    Parameters
    ----------
    positions : ndarray of shape (n, 3)
        Coordinates as they stand; zeros along an axis that the file lacks.
    codes : ndarray of shape (n,), integer
        Index of the species of each particle.
    labels : tuple of str
        Species, sorted.
    ids : ndarray of shape (n,), int64, optional
        Ids, if the file has them.
    images : ndarray of shape (n, 3), int64, optional
        Image flags, if the file has all three.
    extra : dict of str to ndarray of shape (n,)
        Other columns.
    """

    positions: FloatArray
    codes: NDArray[np.signedinteger]
    labels: tuple[str, ...]
    ids: IntArray | None = None
    images: IntArray | None = None
    extra: dict[str, NDArray[np.generic]] = field(default_factory=dict)


def careful_rows(
    text: TextFile, header: Header, roles: Roles, wanted: Collection[str] | None
) -> Rows:
    """Return the rows of a frame of a file in memory; every field that is used is checked.

    Raises
    ------
    FormatError
        If rows or fields are missing, or are not what their columns hold.
    """
    count, names = header.values["NUMBER OF ATOMS"], header.columns
    announced = header.lines["NUMBER OF ATOMS"]
    columns = columns_of(names, roles)
    values = parse_rows(text, header.first, count, columns, announced=announced)
    data = _by_name(text, header.first, names, values, roles)
    kept = roles.others(names, wanted)
    labels, codes = label_codes(data[roles.label])
    positions = np.zeros((count, 3))
    for k, name in enumerate(roles.coordinates):
        positions[:, k] = data[name]
    images = None
    if all(name in data for name in IMAGES):
        images = np.stack([data[name] for name in IMAGES], axis=1)
    extra = {name: values for name, values in data.items() if name in kept}
    ids = data.get("id")
    return Rows(
        positions,
        codes,
        labels,
        None if ids is None else ids.astype(np.int64, copy=False),
        images,
        extra,
    )


def frame_of(
    text: TextFile,
    header: Header,
    roles: Roles,
    box: Box,
    rows: Rows,
    *,
    ids: IdPolicy,
    units: str | None,
) -> TrajectoryFrame:
    """Return a frame, its particles sorted by id; its arrays replace those of ``rows``.

    Raises
    ------
    FormatError
        If ids are not unique, a type is none, or scaled coordinates lie far outside the box.
    """
    frame, order = frame_of_ids(text, header, roles, box, rows, ids=ids, units=units)
    if roles.style == "xs":
        _check_fractions(text, header.first, rows.positions[:, : len(roles.axes)], roles.axes)
    _place_in_box(rows.positions, roles, box)
    if frame.sorted_rows:
        for k in range(len(roles.axes)):  # one at a time takes less memory
            rows.positions[:, k] = rows.positions[:, k][order]
        rows.codes = rows.codes[order]
        rows.images = None if rows.images is None else rows.images[order]
        for name in rows.extra:
            rows.extra[name] = rows.extra[name][order]
    order += header.first
    return replace(
        frame,
        species=rows.codes.astype(np.int64, copy=False),
        positions=rows.positions,
        images=rows.images,
        extra=rows.extra,
        rows=order,
    )


def frame_of_ids(
    text: TextFile,
    header: Header,
    roles: Roles,
    box: Box,
    rows: Rows,
    *,
    ids: IdPolicy,
    units: str | None,
) -> tuple[TrajectoryFrame, IntArray]:
    """Return a frame that holds no more of its particles than ids, and the rows by ascending id.

    Raises
    ------
    FormatError
        If ids are not unique, or a type is none.
    """
    count, first = header.values["NUMBER OF ATOMS"], header.first
    ordered, order = order_by_id(text, first, rows.ids, count, policy=ids)
    own_ids = ordered if rows.ids is not None and ids == "file" else rows.ids
    rows.ids = None
    check_labels(text, first, roles.label, rows.labels, rows.codes)
    frame = TrajectoryFrame(
        timestep=header.values["TIMESTEP"],
        ids=ordered,
        species=np.zeros(0, dtype=np.int64),
        labels=rows.labels,
        positions=np.zeros((0, 3)),
        cell=box.cell,
        origin=box.origin,
        periodic=box.periodic,
        axes=roles.axes,
        units=units,
        path=text.path,
        line=header.line,
        own_ids=own_ids,
        sorted_rows=bool(np.any(order[1:] < order[:-1])),
    )
    return frame, order


def _place_in_box(positions: FloatArray, roles: Roles, box: Box) -> None:
    """Make coordinates Cartesian and relative to the corner of the box, in place."""
    if roles.style in ("xs", "xsu"):
        for some in row_slices(len(positions)):
            positions[some] = positions[some] @ box.cell
    else:
        positions -= box.origin
    positions[:, len(roles.axes) :] = 0.0


def _by_name(
    text: TextFile,
    first: int,
    names: Sequence[str],
    values: Sequence[NDArray[np.generic]],
    roles: Roles,
) -> dict[str, NDArray[np.generic]]:
    """Return columns by name; of two with one name, as LIGGGHTS users write, they must agree.

    Columns that nothing here reads are left out if they disagree.
    """
    data: dict[str, NDArray[np.generic]] = {}
    ambiguous: set[str] = set()
    for name, column in zip(names, values, strict=True):
        differ = np.asarray(data[name] != column) if name in data else np.zeros(1, dtype=bool)
        data.setdefault(name, column)
        if not differ.any():
            continue
        if name in {"id", roles.label, *IMAGES, *(axis + roles.style[1:] for axis in "xyz")}:
            raise text.error(
                "two columns have the same name, but other values",
                remedy="Give each column its own name.",
                line=first + int(np.argmax(differ)),
                column=name,
            )
        ambiguous.add(name)
    return {name: column for name, column in data.items() if name not in ambiguous}


def far_outside(fractions: FloatArray) -> BoolArray:
    """Return which wrapped fractions lie more than a box length outside the box."""
    return np.asarray((fractions < -1.0) | (fractions > 2.0))


def _check_fractions(text: TextFile, first: int, values: FloatArray, axes: str) -> None:
    wrong = np.argwhere(far_outside(values))
    if len(wrong):
        row, axis = wrong[0]
        raise text.error(
            f"{values[row, axis]:g}, expected a fraction of the box, from 0 to 1",
            remedy="If coordinates are absolute, name the columns x y z; if they are unwrapped"
            " fractions, xsu ysu zsu.",
            line=first + int(row),
            column=f"{axes[axis]}s",
        )


def check_labels(
    text: TextFile, first: int, column: str, labels: Sequence[str], codes: NDArray[np.signedinteger]
) -> None:
    """Refuse types that are neither positive integers nor LAMMPS type labels.

    Raises
    ------
    FormatError
        If a type is neither; the message names its first particle. ``first`` is the line of
        particle 0.
    """
    for k, label in enumerate(labels):
        if label[0] in "0123456789+-.*#" and not (label.isdecimal() and int(label) > 0):
            raise text.error(
                f"type {label!r}, expected a positive integer or a label",
                remedy="Check that the columns match the header.",
                line=first + int(np.argmax(codes == k)),
                column=column,
            )
