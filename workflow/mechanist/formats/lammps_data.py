"""Read and write LAMMPS data files, strictly: https://docs.lammps.org/read_data.html.

A data file holds one state. It does not state boundaries: these are taken as periodic, the default
of LAMMPS. Sections that no configuration needs (coefficients, bonds) are passed over, as are comments;
names that are none of LAMMPS are refused.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import IntArray
from mechanist.formats.lammps_atom_styles import HYBRID, STYLES, columns_of
from mechanist.formats.lammps_box import Box
from mechanist.formats.lammps_data_header import (
    CHECK,
    GENERAL,
    DataHeader,
    read_data_box,
    read_header,
    without_comments,
)
from mechanist.formats.lammps_data_sections import line_after
from mechanist.formats.lammps_dump_frame import check_labels
from mechanist.formats.text import TextFile, open_text, write_lines
from mechanist.formats.text_columns import Column, parse_rows
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame, label_codes
from mechanist.formats.trajectory_text import order_by_id, with_end_note

_IMAGES: Final = tuple(Column(name, "integer") for name in ("ix", "iy", "iz"))
_VELOCITIES: Final = (
    Column("id", "integer"),
    *(Column(name, "real", used=False) for name in ("vx", "vy", "vz")),
)
#: Sections that are read.
_READ: Final = ("Atoms", "Velocities")


def read_lammps_data(
    path: Path, *, ids: IdPolicy = "file", atom_style: str | None = None
) -> list[TrajectoryFrame]:
    """Read the one state of a LAMMPS data file.

    Parameters
    ----------
    path : Path
        Text, plain or packed by gzip or zstd.
    ids : {"file", "order"}
        Whether particles are matched with those of other files by the ids of the section Atoms or
        by order.
    atom_style : str, optional
        Style of the section Atoms, for files that do not state it.

    Returns
    -------
    list of TrajectoryFrame
        One frame of timestep 0; velocities and the columns of the style are extra columns.

    Raises
    ------
    FormatError
        If what is read violates the format, a section is none of LAMMPS, or the style of its section
        Atoms is neither stated nor given, or both and not the same.
    """
    text = open_text(path, any_end=True, latin=True)
    rows = without_comments(text)
    header, line = read_header(text)
    box = read_data_box(text, header)
    sections: dict[str, int] = {}
    style = ""
    while line <= len(text):
        words, _, hint = text.line(line).partition("#")
        name = " ".join(words.split())
        if not name:
            line += 1
        elif name in _READ:
            first = _section(rows, header, name, line, sections)
            if name == "Atoms":
                header.lines["style"], style = line, _style(text, line, hint, atom_style)
            line, sections[name] = first + header.counts["atoms"], first
        elif name[0].isalpha():
            line = line_after(rows, line, name)
        else:
            raise text.error(
                f"{name[:60]!r}, expected the name of a section",
                remedy="Check that the section before has as many rows as the header states.",
                line=line,
            )
    if "Atoms" not in sections:
        raise text.error("no section Atoms", remedy=CHECK, line=len(text))
    return with_end_note(text, [_frame(rows, header, box, sections, style, ids)])


def _section(
    text: TextFile, header: DataHeader, name: str, line: int, before: dict[str, int]
) -> int:
    """Return the first line of a section's rows."""
    if name in before:
        problem = f"a second section {name!r}; its rows began on line {before[name]} already"
        raise text.error(problem, remedy="Keep one of them.", line=line)
    count = header.counts.get("atoms", 0)
    if count < 1:
        problem = f"section {name!r}, but the header states {count} atoms"
        raise text.error(problem, remedy=CHECK, line=header.lines.get("atoms", line))
    first = line + 1
    while first <= len(text) and not text.block(first, 1).strip():
        first += 1
    for row in range(min(count, len(text) - first + 1)):
        if not text.block(first + row, 1).strip():
            raise text.error(
                f"a blank line in place of row {row + 1} of the {count} rows of section {name!r}"
                f" that line {header.lines['atoms']} states",
                remedy="Rows are missing: write the file again.",
                line=first + row,
            )
    return first


def _style(text: TextFile, line: int, hint: str, given: str | None) -> str:
    """Return the style of section Atoms."""
    stated = hint.strip()
    known = stated.removesuffix("/kk").split()
    if given is not None and (not known or known[0] not in STYLES):
        return given  # what stands there is a comment
    if not known or known[0] not in STYLES:
        raise text.error(
            f"section Atoms states style {stated!r}, expected one of {', '.join(STYLES)}",
            remedy="The style defines the columns: declare `atom_style`, or write it there, as in"
            " 'Atoms # atomic'.",
            line=line,
        )
    if given not in (None, known[0]):
        problem = f"section Atoms states style {known[0]!r}, but `atom_style: {given}` is declared"
        raise text.error(problem, remedy="Leave `atom_style` out.", line=line)
    return " ".join(known) if known[0] == HYBRID else known[0]


def _frame(
    text: TextFile,
    header: DataHeader,
    box: Box,
    sections: dict[str, int],
    style: str,
    ids: IdPolicy,
) -> TrajectoryFrame:
    first, count = sections["Atoms"], header.counts["atoms"]
    width = len(text.block(first, 1).split()) if first <= len(text) else 0
    columns = columns_of(style, width)
    if width == len(columns) + len(_IMAGES):
        columns += _IMAGES
    data = _columns(text, first, count, columns, header)
    own_ids = data["id"].astype(np.int64, copy=False)
    ordered, order = order_by_id(text, first, own_ids, count, policy=ids)
    labels, codes = label_codes(data["type"])
    check_labels(text, first, "type", labels, codes)
    _check_types(text, header, first, labels, codes)
    used = {"id", "type", "x", "y", "z", *(c.name for c in _IMAGES)}
    extra = {
        c.name: data[c.name][order] for c in columns if c.name not in used and c.kind != "text"
    }
    if "Velocities" in sections:
        extra |= _velocities(text, header, sections["Velocities"], own_ids, order)
    images = np.stack([data[c.name] for c in _IMAGES], axis=1)[order] if "ix" in data else None
    return TrajectoryFrame(
        timestep=0,
        ids=ordered,
        species=codes[order],
        labels=labels,
        positions=(np.stack([data[axis] for axis in "xyz"], axis=1) - box.origin)[order],
        cell=box.cell,
        origin=box.origin,
        images=images,
        extra=extra,
        path=text.path,
        line=header.lines["style"],
        rows=first + order,
        own_ids=own_ids[order],
        sorted_rows=bool(np.any(np.diff(order) < 0)),
    )


def _columns(
    text: TextFile, first: int, count: int, columns: Sequence[Column], header: DataHeader
) -> dict[str, NDArray[np.generic]]:
    values = parse_rows(text, first, count, columns, announced=header.lines["atoms"])
    return {column.name: part for column, part in zip(columns, values, strict=True)}


def _check_types(
    text: TextFile, header: DataHeader, first: int, labels: Sequence[str], codes: IntArray
) -> None:
    types = header.counts.get("atom types", 0)
    for k, label in enumerate(labels):
        if label.isdecimal() and int(label) > types:
            raise text.error(
                f"type {label}, but the header states {types} atom types",
                remedy="Check that the columns are those of the style that section Atoms states.",
                line=first + int(np.argmax(codes == k)),
                column="type",
            )


def _velocities(
    text: TextFile, header: DataHeader, first: int, ids: IntArray, order: IntArray
) -> dict[str, NDArray[np.generic]]:
    """Return velocities in the order of the particles.

    Some styles add columns, such as angular velocities, which are passed over.
    """
    count = len(ids)
    width = len(text.block(first, 1).split()) if first <= len(text) else 0
    more = (Column(f"column {k + 1}", "real", used=False) for k in range(len(_VELOCITIES), width))
    data = _columns(text, first, count, (*_VELOCITIES, *more), header)
    place = np.argsort(data["id"], kind="stable")
    if not np.array_equal(data["id"][place], np.sort(ids)):
        strange = ~np.isin(data["id"], ids)
        row = (
            int(np.argmax(strange))
            if strange.any()
            else int(place[1:][np.diff(data["id"][place]) == 0][0])
        )
        raise text.error(
            f"velocity of id {data['id'][row]}, which is repeated or is not in section Atoms",
            remedy="Give each particle of section Atoms one velocity.",
            line=first + row,
            column="id",
        )
    sought = np.searchsorted(data["id"][place], ids[order])
    return {column.name: data[column.name][place[sought]] for column in _VELOCITIES[1:]}


def write_lammps_data(path: Path, frame: TrajectoryFrame) -> None:
    """Write a frame in style atomic with every digit; packed by gzip if the name ends in ``.gz``.

    Raises
    ------
    ValueError
        If its labels are not positive integers, as the format requires.
    """
    numbers = [int(label) if label.isdecimal() else 0 for label in frame.labels]
    if min(numbers) < 1:
        raise ValueError(f"labels {frame.labels}; expected positive integers, as in LAMMPS types")
    lines = ["LAMMPS data file", "", f"{len(frame)} atoms", f"{max(numbers)} atom types", ""]
    cell, origin = frame.cell, frame.origin
    if np.any(np.triu(cell, 1)):
        rows = zip((*cell, origin), GENERAL, strict=True)
        lines += [f"{' '.join(map(repr, row.tolist()))} {name}" for row, name in rows]
    else:
        ends = zip("xyz", origin.tolist(), (origin + np.diag(cell)).tolist(), strict=True)
        lines += [f"{low!r} {high!r} {axis}lo {axis}hi" for axis, low, high in ends]
        tilts = cell[[1, 2, 2], [0, 0, 1]].tolist()
        lines += [f"{' '.join(map(repr, tilts))} xy xz yz"] if any(tilts) else []
    places = (frame.positions + origin).tolist()
    lines += ["", "Atoms # atomic", ""]
    images = frame.images.tolist() if frame.images is not None else [[]] * len(frame)
    parts = zip(frame.ids.tolist(), frame.species.tolist(), places, images, strict=True)
    lines += [" ".join(map(repr, (i, numbers[s], *p, *m))) for i, s, p, m in parts]
    write_lines(path, lines)
