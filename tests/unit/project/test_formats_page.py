"""docs/formats.md has a row for every format that a sheet or a configuration accepts."""

from pathlib import Path

from sheet_formats import accepted_formats

ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (Path(__file__).parents[3] / "docs/formats.md").read_text().splitlines()
    if line.startswith("|")
]


def test_every_accepted_format_has_a_row() -> None:
    formats = {name for _, name in accepted_formats()}
    assert {"lammps_dump", "csv", "damask", "map", "paradis", "dislocation_text"} <= formats
    # A format of several dialects has a row for each: `map`: `.ang`.
    assert formats <= {row[0].split(":")[0].strip("`") for row in ROWS}


def test_rows_have_all_columns() -> None:
    assert ROWS[0] == ["Format", "versions read", "options", "converted", "refused"]
    for row in ROWS[2:]:
        assert len(row) == len(ROWS[0])
        assert row[1], row[0]
        assert row[4], row[0]
