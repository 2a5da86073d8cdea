"""Tables of tracks: what is read, and what is refused with its line."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.particle_tracks import read_tracks, write_tracks

GOOD = """frame,particle,x,y,species,note
5,1,0.5,1,A,x
5,2,1.5,1,B,x
6,2,1.6,1,B,x
6,3,2.5,1,A,x
7,1,0.7,1,A,x
7,2,1.7,1,B,x
7,3,2.6,1,A,x
"""


def table(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text)
    return path


def test_tracks_are_sorted_counted_and_written_as_they_are_read(tmp_path: Path) -> None:
    read = read_tracks(table(tmp_path, GOOD))
    assert list(read.table.columns) == ["frame", "particle", "x", "y", "species"]
    assert read.table["frame"].tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert read.table["species"].tolist() == ["A", "B", "B", "A", "A", "B", "A"]
    assert (read.vanishing, read.appearing) == (1, 1)  # particle 1 misses a frame, 3 comes later
    write_tracks(tmp_path / "w.csv", read.table)
    again = read_tracks(tmp_path / "w.csv")
    np.testing.assert_array_equal(again.table.to_numpy(), read.table.to_numpy())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("6,3,", "6,2,", r"t\.csv:5, column 'particle': particle 2 is twice in frame 6"),
        ("1.6", "nan", r"t\.csv:4, column 'x': 'nan', expected a finite number"),
        ("7,1,", "7,1.5,", r"t\.csv:6, column 'particle': '1\.5', expected a whole number"),
        ("x,y", "x,w", r"t\.csv:1: column 'y' is missing"),
        ("species", "x", r"t\.csv:1: column 'x' is there twice"),
        ("2.5,1,A,x", "2.5,1,A", r"t\.csv:5: 5 cells, expected 6"),
        ("2.5,1,A", "2.5,1,", r"t\.csv:5, column 'species': it is empty"),
    ],
)
def test_a_wrong_line_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        read_tracks(table(tmp_path, GOOD.replace(old, new, 1)))


def test_missing_frames_are_refused(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    with pytest.raises(FormatError, match="frame 5 is followed by frame 7"):
        read_tracks(table(tmp_path, "".join(lines[:3] + lines[5:])))
    with pytest.raises(FormatError, match="it has 1 frame, expected at least 2"):
        read_tracks(table(tmp_path, "".join(lines[:3])))
    with pytest.raises(FormatError, match="the table is empty"):
        read_tracks(table(tmp_path, "\n"))
