"""Edge dislocations in the formats of users: the same points from each, and refusals."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.formats.dislocation_text import write_dislocation_text
from mechanist.formats.paradis import DislocationNetwork, write_paradis
from mechanist.imports.dislocation_points import read_points

PLACES = np.array([[1.0, 2.0], [8.0, 3.0], [15.0, 18.5], [4.0, 11.0]])
SIGNS = np.array([1.0, -1.0, 1.0, -1.0])
SIDE = 20.0


def known() -> Configuration:
    return planar(PLACES[:, 0], PLACES[:, 1], SIGNS, SIDE)


def check(found: Configuration, *, side: float = SIDE) -> None:
    """Check that the points are the known ones, in whatever order."""
    assert found.dimension == 2
    np.testing.assert_allclose(np.diag(found.cell)[:2], side, rtol=1e-12)
    rows = np.column_stack([np.mod(found.positions[:, :2], side), signs(found)])
    expected = np.column_stack([PLACES * side / SIDE, SIGNS])
    order, other = np.lexsort(rows.T), np.lexsort(expected.T)
    np.testing.assert_allclose(rows[order], expected[other], atol=1e-9)


def table(path: Path, *lines: str) -> Path:
    rows = [f"{x},{y},{b:.0f}" for (x, y), b in zip(PLACES, SIGNS, strict=True)]
    path.write_text("\n".join(["x,y,b", *rows, *lines]) + "\n")
    return path


def read(**entry: Any) -> Configuration:
    return read_points(entry)  # type: ignore[arg-type]


def test_a_table_in_b_or_in_another_unit(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    check(read(path=str(path), format="csv", box=[SIDE, SIDE]))
    check(read(path=str(path), format="csv", box=[SIDE, SIDE], burgers=0.25), side=4 * SIDE)
    renamed = tmp_path / "b.csv"
    renamed.write_text(path.read_text().replace("x,y,b", "pos_x,pos_y,sign"))
    columns = {"x": "pos_x", "y": "pos_y", "b": "sign"}
    check(read(path=str(renamed), format="csv", box=[SIDE, SIDE], columns=columns))
    long = read(path=str(path), format="csv", box=[SIDE, 2 * SIDE])
    assert np.diag(long.cell).tolist() == [SIDE, 2 * SIDE, 1.0]


def test_text_with_a_density_or_a_box(tmp_path: Path) -> None:
    path = tmp_path / "a.dconf"
    write_dislocation_text(path, known())
    check(read(path=str(path), format="dislocation_text", density=4 / SIDE**2))
    check(read(path=str(path), format="dislocation_text", box=[SIDE, SIDE]))
    check(read(path=str(path), format="dislocation_text", box=[40.0, 40.0]), side=40.0)


def network(**changes: Any) -> DislocationNetwork:
    """Return straight lines along z, three nodes each, in a box of a height of 30 b."""
    nodes = [(k, j) for k in range(4) for j in range(3)]
    low = np.array([-5.0, 1.0, 2.0])
    positions = np.array([[*(PLACES[k] + low[:2]), 2.0 + 10.0 * j] for k, j in nodes])
    segments = np.array([(3 * k + j, 3 * k + (j + 1) % 3) for k, j in nodes])
    parts: dict[str, Any] = {
        "tags": np.array([[0, n] for n in range(12)]),
        "positions": positions,
        "constraints": np.zeros(12, np.int64),
        "segments": segments,
        "burgers": np.array([[SIGNS[k], 0.0, 0.0] for k, _ in nodes]),
        "planes": np.tile([0.0, 1.0, 0.0], (12, 1)),
        "low": low,
        "high": low + np.array([SIDE, SIDE, 30.0]),
    }
    return DislocationNetwork(**{**parts, **changes})


def test_straight_lines_of_a_network_are_points(tmp_path: Path) -> None:
    write_paradis(tmp_path / "lines.data", network())
    check(read(path=str(tmp_path / "lines.data"), format="paradis"))


def test_a_line_against_z_has_the_other_sign(tmp_path: Path) -> None:
    turned = network(burgers=-network().burgers, segments=network().segments[:, ::-1])
    write_paradis(tmp_path / "lines.data", turned)
    check(read(path=str(tmp_path / "lines.data"), format="paradis"))


def moved(node: int, by: list[float]) -> np.ndarray:
    positions = network().positions.copy()
    positions[node] += by
    return positions


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"positions": moved(1, [0.5, 0, 0])}, r"node 0,\d to 0,\d: it is not along z"),
        ({"burgers": np.tile([0.0, 1.0, 0.0], (12, 1))}, "Burgers vector is not 1 b along x"),
        ({"burgers": 0.5 * network().burgers}, "Burgers vector is not 1 b along x"),
    ],
)
def test_other_lines_are_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    write_paradis(tmp_path / "lines.data", network(**change))
    with pytest.raises(FormatError, match=said):
        read(path=str(tmp_path / "lines.data"), format="paradis")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"format": "csv", "box": [SIDE, SIDE], "dimension": 3}, "dimension = 3"),
        ({"format": "csv"}, "a table states no box"),
        ({"format": "csv", "box": [SIDE, SIDE], "density": 0.1}, "`density` is given, but format"),
        ({"format": "csv", "box": [10.0, SIDE]}, r"column 'x': positions reach from 1 to 15"),
        ({"format": "csv", "box": [SIDE, SIDE], "columns": {"b": "c"}}, "no column 'c'"),
        ({"format": "dislocation_text"}, "expected either its `density`"),
        ({"format": "dislocation_text", "density": 1, "box": [1, 1]}, "expected either"),
        ({"format": "dislocation_text", "density": 1, "burgers": 1}, "`burgers` is given"),
        ({"format": "paradis", "box": [1, 1]}, "`box` is given, but format 'paradis'"),
    ],
)
def test_entries_that_do_not_fit_are_refused(
    tmp_path: Path, entry: dict[str, Any], said: str
) -> None:
    path = table(tmp_path / "a.csv")
    with pytest.raises(ValueError, match=said):
        read(path=str(path), **entry)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3,3,0", r"a\.csv:6, column 'b': 0, expected 1 or -1"),
        ("3,3,2", "2, expected 1 or -1"),
        ("3,nan,1", r"a\.csv:6"),
        ("3,3", r"a\.csv:6: 2 values, expected 3"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, said: str) -> None:
    path = table(tmp_path / "a.csv", line)
    with pytest.raises(FormatError, match=said):
        read(path=str(path), format="csv", box=[SIDE, SIDE])
