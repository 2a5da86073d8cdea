"""Tables of displacements: what is read, and what is refused with its line."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.displacement_maps import Quality, read_displacements

HEADER = "x,y,u,v,corr"


def rows(frame: float = 1.0, *, wide: int = 6, high: int = 5) -> list[str]:
    """Return the points of a grid with a spacing of 2, from x = 10."""
    return [
        f"{10 + 2 * i},{2 * j},{0.1 * frame * i:.4f},{0.2 * j:.4f},{0.9 + 0.001 * i}"
        for i in range(wide)
        for j in range(high)
    ]


def table(folder: Path, lines: list[str], name: str = "m.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def test_files_are_frames_and_lines_may_have_any_order(tmp_path: Path) -> None:
    one = table(tmp_path, rows()[::-1], "a.csv")
    two = table(tmp_path, rows(2.0), "b.csv")
    maps = read_displacements([one, two])
    np.testing.assert_allclose(maps.x, [10, 12, 14, 16, 18, 20])
    np.testing.assert_allclose(maps.y, [0, 2, 4, 6, 8])
    assert maps.times.tolist() == [1, 2]
    assert maps.spacings == (2, 2)
    np.testing.assert_allclose(maps.displacement[1, :, 3, 0], 0.2 * np.arange(6))
    np.testing.assert_allclose(maps.displacement[0, 2, :, 1], 0.2 * np.arange(5))
    assert not maps.failed.any()


def test_points_fail_by_an_empty_cell_by_nan_by_their_quality_or_by_absence(tmp_path: Path) -> None:
    lines = rows()
    lines[0] = "10,0,,0.0,0.9"
    lines[1] = "10,2,0.0,NaN,0.9"
    lines[2] = "10,4,0.0,0.4,0.5"
    lines[3] = "10,6,0.0,0.6,"
    del lines[7]
    maps = read_displacements([table(tmp_path, lines)], quality=Quality("corr", least=0.8))
    places = np.argwhere(maps.failed[0]).tolist()
    assert places == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 2]]
    high = read_displacements([table(tmp_path, rows())], quality=Quality("corr", most=0.9025))
    assert high.failed.mean() == pytest.approx(0.5)


def test_a_column_tells_frames_apart_and_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    lines = [f"{line};{strain}" for strain in (0.02, 0.01) for line in
             (row.replace(",", ";") for row in rows(100 * strain))]  # fmt: skip
    path.write_text("\n".join(["X;Y;U;V;C;strain", *lines]) + "\n")
    names = {"x": "X", "y": "Y", "u": "U", "v": "V"}
    maps = read_displacements([path], columns={**names, "frame": "strain"}, separator=";")
    assert maps.times.tolist() == [0.01, 0.02]
    np.testing.assert_allclose(maps.displacement[1], 2 * maps.displacement[0] * [1, 0.5])
    path.write_text(
        "x y   u v\n" + "\n".join("  ".join(row.split(",")[:4]) for row in rows()) + "\n"
    )
    assert read_displacements([path], separator=" ").displacement.shape == (1, 6, 5, 2)


@pytest.mark.parametrize(
    ("at", "new", "said"),
    [
        (7, "12.5,4,0.1,0.4,0.9", r"m\.csv:9, column 'x': 12\.5 lies between the points of a grid from 10 in"),
        (7, "12,5.1,0.1,0.4,0.9", r"m\.csv:9, column 'y': 5\.1 lies between the points of a grid"),
        (7, "12,2,0.1,0.2,0.9", r"m\.csv:9: the point \(12, 2\) is there twice, first in line 8"),
        (7, "12,4,6.0,0.4,0.9", r"m\.csv:9, column 'u': the displacement is 6; expected at most 5, half"),
        (7, "nan,4,0.1,0.4,0.9", r"m\.csv:9, column 'x': value is 'nan', expected a finite number"),
        (7, "12,4,0.1", r"m\.csv:9: 3 values, expected 5"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused(tmp_path: Path, at: int, new: str, said: str) -> None:
    lines = rows()
    lines[at] = new
    with pytest.raises(FormatError, match=said):
        read_displacements([table(tmp_path, lines)])
    assert read_displacements([table(tmp_path, rows())]).displacement.shape == (1, 6, 5, 2)


def test_what_is_no_map_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    scattered = [f"{x:.5f},{y:.5f},0,0,1" for x, y in rng.random((40, 2))]
    with pytest.raises(
        FormatError, match=r"m\.csv:\d+, column 'x': .* lies between .*uniform grid"
    ):
        read_displacements([table(tmp_path, scattered)])
    diagonal = [f"{k},{k},0,0,1" for k in range(9)]
    with pytest.raises(FormatError, match=r"m\.csv:2: 9 points in 9 columns and 9 rows"):
        read_displacements([table(tmp_path, diagonal)])
    with pytest.raises(FormatError, match=r"a grid of 3 x 5 points, expected at least 5 x 5"):
        read_displacements([table(tmp_path, rows(wide=3))])
    with pytest.raises(FormatError, match=r"column 'y': all points have the value 0"):
        read_displacements([table(tmp_path, [f"{k},0,0,0,1" for k in range(9)])])
    with pytest.raises(
        FormatError, match=r"m\.csv:1: no column 'w'\. .*Columns of the file: x, y, u, v"
    ):
        read_displacements([table(tmp_path, rows())], columns={"v": "w"})
    failed = [line.replace("0.9", "0.1") for line in rows()]
    with pytest.raises(
        FormatError, match=r"m\.csv:2: all 30 points failed.*another threshold of 'corr'"
    ):
        read_displacements([table(tmp_path, failed)], quality=Quality("corr", least=0.8))


def test_frames_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    one = table(tmp_path, rows(), "a.csv")
    shifted = [line.replace("12,", "13,", 1) if line.startswith("12,") else line for line in rows()]
    two = table(tmp_path, shifted, "b.csv")
    with pytest.raises(
        FormatError, match=r"b\.csv:7, column 'x': 13 is not on the grid of .*a\.csv, from 10"
    ):
        read_displacements([one, two])
    larger = table(tmp_path, rows(wide=8), "c.csv")
    with pytest.raises(FormatError, match=r"c\.csv:32, column 'x': 22 is not on the grid"):
        read_displacements([one, larger])
    path = tmp_path / "m.csv"
    path.write_text(
        "x,y,u,v,t\n" + "\n".join(row.rpartition(",")[0] + ",1" for row in rows()) + "\n"
    )
    with pytest.raises(FormatError, match="the frame 1 comes after the frame 1"):
        read_displacements([path, path], columns={"frame": "t"})
