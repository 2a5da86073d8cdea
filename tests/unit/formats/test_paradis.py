"""Node files of ParaDiS and related codes: read as written, with defects located."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_files import junction, network_of_loops
from mechanist.core.errors import FormatError
from mechanist.formats.paradis import DislocationNetwork, read_paradis, write_paradis

REAL = Path(__file__).parents[4] / "shared/data/paradis"
absent = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} is not there")

#: A triangle in the style of a simulation: comments, domains, blanks after commas.
TRIANGLE = """\
dataFileVersion =   5
numFileSegments =   1
minCoordinates = [
  -5.0e+01
  -5.0e+01
  -5.0e+01
  ]
maxCoordinates = [ 50.0 50.0 50.0 ]
nodeCount =   3
dataDecompGeometry = [
  1
  1
  1
  ]

#
#  END OF DATA FILE PARAMETERS
#
domainDecomposition =
# Dom_ID  Minimum XYZ bounds   Maximum XYZ bounds
  0   -50.0000  -50.0000  -50.0000    50.0000   50.0000   50.0000
nodalData =
#  Primary lines: node_tag, x, y, z, num_arms, constraint
 0,0 0.0 0.0 1.0 2 0
   0,    1 0.7 0.7 0.0
       0.5 -0.5 0.5
   1,2 -0.7 -0.7 -0.0
       0.5 -0.5 0.5
 0,1 10.0 0.0 1.0 2 0   # a comment
   1,2 0.7 0.7 0.0
       0.5 -0.5 0.5
   0,0 -0.7 -0.7 -0.0
       0.5 -0.5 0.5
 1,2 0.0 10.0 1.0 2 0
   0,0 0.7 0.7 0.0
       0.5 -0.5 0.5
   0,1 -0.7 -0.7 -0.0
       0.5 -0.5 0.5
"""


def read(tmp_path: Path, text: str, *, fold: bool = False) -> DislocationNetwork:
    """Read a node file with this content."""
    (tmp_path / "a.data").write_text(text)
    return read_paradis(tmp_path / "a.data", fold=fold)


def test_a_triangle(tmp_path: Path) -> None:
    network = read(tmp_path, TRIANGLE)
    np.testing.assert_array_equal(network.tags, [[0, 0], [0, 1], [1, 2]])
    np.testing.assert_array_equal(network.segments, [[0, 1], [0, 2], [1, 2]])
    np.testing.assert_array_equal(network.burgers, [[0.7, 0.7, 0], [-0.7, -0.7, 0], [0.7, 0.7, 0]])
    np.testing.assert_allclose(network.planes, np.tile([1, -1, 1], (3, 1)) / 3**0.5)
    np.testing.assert_array_equal(network.lengths, [100, 100, 100])


@given(st.integers(0, 999), st.integers(1, 4), st.sampled_from([".data", ".data.gz"]))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, seed: int, loops: int, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("paradis") / f"a{suffix}"
    network = network_of_loops(seed, loops)
    write_paradis(path, network)
    read = read_paradis(path)
    for key in ("tags", "positions", "constraints", "low", "high"):
        np.testing.assert_array_equal(getattr(read, key), getattr(network, key))
    there = {(i, j): b.tolist() for (i, j), b in zip(read.segments, read.burgers, strict=True)}
    for (i, j), b in zip(network.segments, network.burgers, strict=True):
        expected = b if i < j else -b
        assert there[min(i, j), max(i, j)] == expected.tolist()
    assert len(there) == len(network.segments)


#: A line of one segment between two pinned nodes.
LINE: Final = """\
dataFileVersion = 4
numFileSegments = 1
minCoordinates = [ 0 0 0 ]
maxCoordinates = [ 9 9 9 ]
nodeCount = 2
nodalData =
 0,0 1 1 1 1 7
   0,1 1 0 0
       0 0 1
 0,1 5 1 1 1 7
   0,0 -1 0 0
       0 0 1
"""


def test_lines_end_only_where_a_node_is_held(tmp_path: Path) -> None:
    network = read(tmp_path, LINE)
    assert (len(network.segments), network.constraints.tolist()) == (1, [7, 7])
    with pytest.raises(FormatError, match=r"a.data:10: .*free node 0,1 add up to \[-1.0, 0.0"):
        read(tmp_path, LINE.replace("5 1 1 1 7", "5 1 1 1 0"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Version =   5", "Version = 3", r"version 3, expected one of \(4, 5\)"),
        ("dataFileVersion =   5\n", "", "no 'dataFileVersion'"),
        ("Segments =   1", "Segments = 4", "one of 4 parts"),
        ("maxCoordinates = [ 50.0 50.0 50.0 ]", "maxCoordinates = [ 50.0 50.0 ]", "expected 3"),
        ("[ 50.0 50.0 50.0 ]", "[ 50.0 -60.0 50.0 ]", "expected a positive volume"),
        ("[ 50.0 50.0 50.0 ]", "[ 50.0 50.0 x ]", r"a.data:8, column 'maxCoordinates': 'x'"),
        ("[ 50.0 50.0 50.0 ]", "[ 50.0 50.0 50.0", "the list 'maxCoordinates' is not closed"),
        ("numFileSegments =   1", "numFileSegments   1", "a.data:2: .*expected 'name = value'"),
        ("nodalData =", "nodes =", "a.data:24: .*expected 'name = value'"),
        ("nodeCount =   3", "nodeCount = 4", "3 nodes, but nodeCount = 4"),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,0 0.0 0.0 2 0", "a.data:24: 6 fields where 7"),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,0 0.0 0.0 1.0 3 0", "7 fields where 5"),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,0 0.0 nan 1.0 2 0", "a.data:24, column 'y': 'nan'"),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,0.5 0.0 0.0 1.0 2 0", "'0.5', expected a whole number"),
        (" 0,0 0.0 0.0 1.0 2 0", " 99999999999999999999,0 0.0 0.0 1.0 2 0",
         "a.data:24, column 'domain': '99999999999999999999', expected a whole number from 0 to 9007"),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,9007199254740994 0.0 0.0 1.0 2 0", "a.data:24, column 'index': "),
        (" 0,0 0.0 0.0 1.0 2 0", " 0,0 0.0 0.0 90.0 2 0", "1 nodes are outside the box"),
        (" 0,1 10.0 0.0 1.0 2 0", " 0,0 10.0 0.0 1.0 2 0", "node 0,0 is already on line 24"),
        ("   1,2 -0.7 -0.7 -0.0", "   1,9 -0.7 -0.7 -0.0", "to 1,9 leads to no node"),
        ("   1,2 -0.7 -0.7 -0.0", "   0,0 -0.7 -0.7 -0.0", "leads back to it"),
        ("   1,2 -0.7 -0.7 -0.0", "   0,1 -0.7 -0.7 -0.0", "is given twice"),
        ("   1,2 -0.7 -0.7 -0.0", "   1,2 -0.7 0.7 -0.0", "expected the opposite"),
    ],
)  # fmt: skip
def test_defects_are_found(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TRIANGLE
    with pytest.raises(FormatError, match=message):
        read(tmp_path, TRIANGLE.replace(old, new, 1))


def test_lengths_in_metres_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"length 9.89949e-07, expected 0.1 to 10 in units of b"):
        read(tmp_path, TRIANGLE.replace("0.7", "7e-7"))


def test_files_without_nodes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no 'nodalData'.*give the \.data file"):
        read(tmp_path, TRIANGLE.split("nodalData", maxsplit=1)[0])


def test_arms_that_do_not_come_back_are_found(tmp_path: Path) -> None:
    lines = TRIANGLE.splitlines()
    lines[-5] = lines[-5].replace(" 2 0", " 1 0")
    with pytest.raises(FormatError, match="node 0,0 to 1,2 is not listed at its other end"):
        read(tmp_path, "\n".join([*lines[:-4], *lines[-2:]]) + "\n")


@pytest.mark.parametrize(
    "saved",
    [
        lambda t: ("# M\xfcller\n" + t).encode("latin-1"),
        lambda t: ("# M\xfcller\n" + t).encode(),
        lambda t: t.encode("utf-8-sig"),
        lambda t: t.encode("utf-16"),
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: (t + "\n \n").encode(),
        lambda t: t.removesuffix("\n").encode(),
    ],
    ids=["latin-1", "utf-8", "mark", "utf-16", "crlf", "blank lines", "no newline"],
)
def test_text_as_other_systems_save_it(tmp_path: Path, saved: Callable[[str], bytes]) -> None:
    write_paradis(tmp_path / "a.data", network_of_loops(0))
    good = read_paradis(tmp_path / "a.data")
    (tmp_path / "b.data").write_bytes(saved((tmp_path / "a.data").read_text()))
    read = read_paradis(tmp_path / "b.data")
    for name in ("positions", "segments", "burgers", "planes"):
        np.testing.assert_array_equal(getattr(read, name), getattr(good, name))


def test_cut_files_are_refused(tmp_path: Path) -> None:
    lines = TRIANGLE.splitlines()
    with pytest.raises(FormatError, match="ends within the arms of node 1,2"):
        read(tmp_path, "\n".join(lines[:-2]) + "\n")
    with pytest.raises(FormatError, match="2 fields where 3 are expected"):
        read(tmp_path, TRIANGLE[:-4])
    # the last plane stands at the other node of its arm as well
    cut = read(tmp_path, TRIANGLE[:-2])
    np.testing.assert_array_equal(cut.planes, read(tmp_path, TRIANGLE).planes)


def test_nodes_outside_are_folded_where_that_is_asked_for(tmp_path: Path) -> None:
    text = TRIANGLE.replace("0,0 0.0 0.0 1.0 2", "0,0 0.0 0.0 91.0 2")
    network = read(tmp_path, text, fold=True)
    np.testing.assert_allclose(network.positions[0], [0, 0, -9])
    with pytest.raises(FormatError, match="1 nodes are outside the box"):
        read_paradis(tmp_path / "a.data")


# twin: formats/test_paradis.py::test_a_junction_has_three_arms_on_each_side
@absent
@pytest.mark.parametrize(
    ("name", "nodes", "segments", "lengths"),
    [
        ("bcc_0b.data", 3151, 3169, [5250, 5250, 5250]),
        ("ta-elemental-single.data", 26, 27, [100, 70, 50]),
    ],
)
def test_real_networks(name: str, nodes: int, segments: int, lengths: list[float]) -> None:
    network = read_paradis(REAL / name)
    assert (len(network.tags), len(network.segments)) == (nodes, segments)
    np.testing.assert_array_equal(network.lengths, lengths)
    # each segment has two arms, and each node's Burgers vectors sum to zero
    total = np.zeros_like(network.positions)
    np.add.at(total, network.segments[:, 0], network.burgers)
    np.add.at(total, network.segments[:, 1], -network.burgers)
    np.testing.assert_allclose(total, 0, atol=1e-5)


def test_a_junction_has_three_arms_on_each_side(tmp_path: Path) -> None:
    """The twin of the test on published networks: nodes of three arms, in two domains."""
    network = junction()
    write_paradis(tmp_path / "a.data", network)
    read = read_paradis(tmp_path / "a.data")
    assert (len(read.tags), len(read.segments)) == (6, 5)
    np.testing.assert_array_equal(read.lengths, [100, 100, 100])
    assert np.bincount(read.segments.ravel()).tolist() == [1, 1, 3, 3, 1, 1]
    total = np.zeros_like(read.positions)
    np.add.at(total, read.segments[:, 0], read.burgers)
    np.add.at(total, read.segments[:, 1], -read.burgers)
    np.testing.assert_allclose(total[2:4], 0, atol=1e-12)
    assert (np.linalg.norm(total[[0, 1, 4, 5]], axis=1) > 0.9).all()  # these are held
    shared = np.flatnonzero((read.segments == [2, 3]).all(axis=1))
    np.testing.assert_allclose(read.burgers[shared], [[0, 0, 2 / 3**0.5]], atol=1e-12)
    # control: with another Burgers vector on one arm, the lines no longer close
    burgers = network.burgers.copy()
    burgers[4] = burgers[3]
    write_paradis(tmp_path / "b.data", dataclasses.replace(network, burgers=burgers))
    with pytest.raises(FormatError, match=r"free node 1,0 add up to"):
        read_paradis(tmp_path / "b.data")


def bent(
    *, sum_error: float = 0.0, end_error: float = 0.0, outside: float = 0.0, size: float = 1.0
) -> str:
    """Return a line over a free node; its Burgers vectors, ends and place may be a little off."""
    return f"""\
dataFileVersion = 4
numFileSegments = 1
minCoordinates = [ 0 0 0 ]
maxCoordinates = [ 10 10 10 ]
nodeCount = 3
nodalData =
 0,0 {-outside!r} 1 1 1 7
   0,1 {size!r} 0 0
       0 0 1
 0,1 5 1 1 2 0
   0,0 {-size + end_error!r} 0 0
       0 0 1
   0,2 {size - end_error + sum_error!r} 0 0
       0 0 1
 0,2 9 1 1 1 7
   0,1 {-(size - end_error + sum_error)!r} 0 0
       0 0 1
"""


@pytest.mark.parametrize(
    ("inside", "beyond", "message"),
    [
        ({"sum_error": 0.9e-5}, {"sum_error": 1.1e-5}, "add up to"),
        ({"sum_error": -0.9e-5}, {"sum_error": -1.1e-5}, "add up to"),
        ({"end_error": 0.9e-5}, {"end_error": 1.1e-5}, "at its other end; expected the opposite"),
        ({"outside": 0.9e-5}, {"outside": 1.1e-5}, "1 nodes are outside the box"),
        ({"size": 0.1001}, {"size": 0.0999}, r"length 0\.0999, expected 0\.1 to 10 in units of b"),
        ({"size": 9.99}, {"size": 10.01}, r"length 10\.01, expected 0\.1 to 10 in units of b"),
    ],
)
def test_tolerances_hold_just_inside_and_fail_just_beyond(
    tmp_path: Path, inside: dict[str, float], beyond: dict[str, float], message: str
) -> None:
    assert len(read(tmp_path, bent(**inside)).segments) == 2
    with pytest.raises(FormatError, match=message):
        read(tmp_path, bent(**beyond))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dataFileVersion =   5", "dataFileVersion = 4", None),
        ("dataFileVersion =   5", "dataFileVersion = 3", "version 3, expected one of"),
        ("dataFileVersion =   5", "dataFileVersion = 6", "version 6, expected one of"),
        ("numFileSegments =   1", "numFileSegments = 2", "one of 2 parts of a file"),
        ("numFileSegments =   1", "numFileSegments = 0", "one of 0 parts of a file"),
        ("[ 50.0 50.0 50.0 ]", "[ 50.0 50.0 ]", r"maxCoordinates is \[50.0, 50.0\], expected 3"),
        ("[ 50.0 50.0 50.0 ]", "[ 50.0 -50.0 50.0 ]", "expected a positive volume"),
        ("nodeCount =   3", "nodeCount = 4", "3 nodes, but nodeCount = 4"),
        (" 0,1 10.0", " 0,0 10.0", r"data:29: node 0,0 is already on line 24"),
        ("   1,2 -0.7 -0.7 -0.0\n       0.5 -0.5 0.5\n 0,1", "   0,1 -0.7 -0.7 -0.0\n       0.5 -0.5 0.5\n 0,1",
         r"data:27: the arm of node 0,0 to 0,1 is given twice"),
        ("   0,    1 0.7", "   0,    0 0.7", r"data:25: the arm of node 0,0 to 0,0 leads back to it"),
        ("   0,    1 0.7", "   5,    1 0.7", r"data:25: the arm of node 0,0 to 5,1 leads to no node"),
        (" 1,2 0.0 10.0 1.0", " 1,2 0.0 60.0 1.0", r"data:34: 1 nodes are outside the box, the first at"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, message: str | None
) -> None:
    text = TRIANGLE.replace(old, new, 1)
    assert text != TRIANGLE
    if message is None:
        assert len(read(tmp_path, text).tags) == 3
    else:
        with pytest.raises(FormatError, match=message):
            read(tmp_path, text)


@pytest.mark.parametrize(
    ("length", "plausible"), [(0.101, True), (0.099, False), (9.9, True), (10.1, False)]
)
def test_burgers_vectors_are_a_tenth_to_ten_times_as_long(
    tmp_path: Path, length: float, plausible: bool
) -> None:
    text = TRIANGLE.replace("-0.7 -0.7 -0.0", f"{-length} 0 0").replace(
        "0.7 0.7 0.0", f"{length} 0 0"
    )
    if plausible:
        np.testing.assert_allclose(np.abs(read(tmp_path, text).burgers[:, 0]), length)
    else:
        with pytest.raises(
            FormatError, match=r"data:25: a Burgers vector of length .* expected 0.1"
        ):
            read(tmp_path, text)


def test_a_node_at_the_tolerance_itself_is_inside(tmp_path: Path) -> None:
    network = read(tmp_path, bent(outside=-(10 + 1e-5)))
    assert network.positions[0, 0] == 10 + 1e-5
