"""docs/formats.md has a row for every format that a sheet or a configuration accepts."""

import re
from pathlib import Path

from sheet_formats import accepted_formats

COLUMNS = ["Format", "versions read", "options", "converted", "refused"]


def rows() -> list[list[str]]:
    """Return the rows of every table with the columns above."""
    found: list[list[str]] = []
    inside = False
    page = Path(__file__).parents[3] / "docs/formats.md"
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else []
        inside = bool(cells) and (inside or cells == COLUMNS)
        if inside and cells != COLUMNS and set(cells[0]) != {"-"}:
            found.append(cells)
    return found


def test_every_accepted_format_has_a_row() -> None:
    formats = {name for _, name in accepted_formats()}
    assert {"lammps_dump", "csv", "damask", "map", "paradis", "dislocation_text"} <= formats
    named = {name for cells in rows() for name in re.findall(r"`([^`]+)`", cells[0])}
    assert formats <= named


def test_rows_have_all_columns() -> None:
    assert rows()
    for cells in rows():
        assert len(cells) == len(COLUMNS), cells[0]
        assert cells[1], cells[0]
        assert cells[4], cells[0]
