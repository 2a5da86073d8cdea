"""Read and write LAMMPS data files, strictly: https://docs.lammps.org/read_data.html.

A data file holds one state. It does not state boundaries: these are taken as periodic, the default
of LAMMPS. Sections that no configuration needs (coefficients, bonds) are counted and skipped.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import IntArray
from mechanist.formats.lammps_box import Box
from mechanist.formats.lammps_data_header import (
    CHECK,
    GENERAL,
    MEMBERS,
    DataHeader,
    content_of,
    read_data_box,
    read_header,
)
from mechanist.formats.lammps_dump import check_labels
from mechanist.formats.text import TextFile, open_text, write_lines
from mechanist.formats.text_columns import Column, parse_rows
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame, label_codes, order_by_id

_ID, _TYPE = Column("id", "integer"), Column("type", "text")
_XYZ: Final = tuple(Column(name, "real") for name in "xyz")
_MOLECULE, _CHARGE = Column("mol", "integer"), Column("q", "real")
#: Columns by atom style, as LAMMPS documents them.
STYLES: Final[dict[str, tuple[Column, ...]]] = {
    "atomic": (_ID, _TYPE, *_XYZ),
    "charge": (_ID, _TYPE, _CHARGE, *_XYZ),
    "sphere": (_ID, _TYPE, Column("diameter", "real"), Column("density", "real"), *_XYZ),
    "full": (_ID, _MOLECULE, _TYPE, _CHARGE, *_XYZ),
    **dict.fromkeys(("bond", "angle", "molecular"), (_ID, _MOLECULE, _TYPE, *_XYZ)),
}
_IMAGES: Final = tuple(Column(name, "integer") for name in ("ix", "iy", "iz"))
_VELOCITIES: Final = (_ID, *(Column(name, "real") for name in ("vx", "vy", "vz")))
#: Count in the header that states the number of rows of each section.
_SECTIONS: Final = {
    "Masses": "atom types",
    "Pair Coeffs": "atom types",
    "Atoms": "atoms",
    "Velocities": "atoms",
    **{f"{name.title()}s": f"{name}s" for name in MEMBERS[1:]},
    **{f"{name.title()} Coeffs": f"{name} types" for name in MEMBERS[1:]},
    **{f"{name.title()} Type Labels": f"{name} types" for name in MEMBERS},
}


def read_lammps_data(path: Path, *, ids: IdPolicy = "file") -> list[TrajectoryFrame]:
    """Read the one state of a LAMMPS data file.

    Parameters
    ----------
    path : Path
        Text, plain or packed by gzip or zstd.
    ids : {"file", "order"}
        Whether particles are matched with those of other files by the ids of the section Atoms or
        by order.

    Returns
    -------
    list of TrajectoryFrame
        One frame of timestep 0; velocities, if given, are extra columns.

    Raises
    ------
    FormatError
        If the file violates the format, or the style of its section Atoms is not stated.
    """
    text = open_text(path)
    header, line = read_header(text)
    box = read_data_box(text, header)
    sections: dict[str, int] = {}
    style = ""
    while line <= len(text):
        words, _, hint = text.line(line).partition("#")
        name = words.strip()
        if name:
            first, count = _section(text, header, name, line, sections)
            sections[name] = first
            if name == "Atoms":
                header.lines["style"], style = line, hint.strip()
            line = first + count
        else:
            line += 1
    if "Atoms" not in sections:
        raise text.error("no section Atoms", remedy=CHECK, line=len(text))
    return [_frame(text, header, box, sections, style, ids)]


def _section(
    text: TextFile, header: DataHeader, name: str, line: int, before: dict[str, int]
) -> tuple[int, int]:
    """Return the first line and the number of a section's rows."""
    if name not in _SECTIONS or name in before:
        raise text.error(
            f"{name[:60]!r}, expected one of the sections {', '.join(_SECTIONS)}, each once",
            remedy="Check that the section before has as many rows as the header states; leave out"
            " sections of other names.",
            line=line,
        )
    counted = _SECTIONS[name]
    count = header.counts.get(counted, 0)
    if count < 1:
        problem = f"section {name!r}, but the header states {count} {counted}"
        raise text.error(problem, remedy=CHECK, line=header.lines.get(counted, line))
    first = line + 1
    while first <= len(text) and not content_of(text, first):
        first += 1
    for row in range(count):
        if not content_of(text, first + row):
            raise text.error(
                f"a blank line in place of row {row + 1} of the {count} rows of section {name!r}"
                f" that line {header.lines[counted]} states",
                remedy="Rows are missing: write the file again.",
                line=first + row,
            )
    return first, count


def _frame(
    text: TextFile,
    header: DataHeader,
    box: Box,
    sections: dict[str, int],
    style: str,
    ids: IdPolicy,
) -> TrajectoryFrame:
    first, count = sections["Atoms"], header.counts["atoms"]
    _check_style(text, header, style)
    columns = STYLES[style]
    if len(content_of(text, first).split()) == len(columns) + len(_IMAGES):
        columns += _IMAGES
    data = _columns(text, first, count, columns, header)
    ordered, order = order_by_id(text, first, data["id"], count, policy=ids)
    labels, codes = label_codes(data["type"])
    check_labels(text, first, "type", labels, codes)
    _check_types(text, header, first, labels, codes)
    extra = {
        name: data[name][order] for name in data if name in {"mol", "q", "diameter", "density"}
    }
    if "Velocities" in sections:
        extra |= _velocities(text, header, sections["Velocities"], data["id"], order)
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
    )


def _check_style(text: TextFile, header: DataHeader, style: str) -> None:
    if style not in STYLES:
        raise text.error(
            f"section Atoms states style {style!r}, expected one of {', '.join(STYLES)}",
            remedy="Write the style after it, as in 'Atoms # atomic'; it defines the columns.",
            line=header.lines["style"],
        )


def _columns(
    text: TextFile, first: int, count: int, columns: Sequence[Column], header: DataHeader
) -> dict[str, NDArray[Any]]:
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
) -> dict[str, NDArray[Any]]:
    """Return velocities in the order of the particles."""
    count = len(ids)
    data = _columns(text, first, count, _VELOCITIES, header)
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
