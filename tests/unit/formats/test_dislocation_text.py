"""Files of x y b are read as written; invalid dislocations are rejected with their line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_dislocations import dislocations
from mechanist.core.errors import FormatError
from mechanist.formats.dislocation_batches import read_batch, signs
from mechanist.formats.dislocation_text import read_dislocation_text, write_dislocation_text
from mechanist.formats.sample import UNKNOWN_SEED
from mechanist.simulate.dislocation_samples import sample_from
from mechanist.simulate.dislocation_system import DislocationSystem
from scripts.dislocation.import_samples import main

GOOD = "0.1 0.2 1\n-0.3 0.4 -1\n0.25 -0.5 1\n-0.1 -0.2 -1\n"
ENTRY = {"density": 0.04, "prestrain": None, "loading": {"kind": "ramp", "strain": 0.005}}


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10_000), n=st.sampled_from([2, 10, 40]), packed=st.booleans())
def test_round_trip(tmp_path: Path, seed: int, n: int, packed: bool) -> None:
    path = tmp_path / ("c.txt.gz" if packed else "c.txt")
    c = dislocations(seed, n=n)
    write_dislocation_text(path, c)
    back = read_dislocation_text(path, density=0.04)
    assert back.cell[0, 0] == pytest.approx(c.cell[0, 0], rel=1e-15)
    np.testing.assert_allclose(back.positions, c.positions, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(signs(back), signs(c))


def test_positions_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("  0.1\t0.2 +1.0\n-5e-1 0.5 -1\n")
    c = read_dislocation_text(path, density=0.02)
    np.testing.assert_allclose(c.positions[:, :2], [[6.0, 7.0], [0.0, 10.0]])
    np.testing.assert_array_equal(signs(c), [1, -1])


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        (GOOD + "0.3 0.3 1\n", ":5", "3 dislocations are positive, 2 negative"),
        (GOOD.replace("-0.1 -0.2", "0.1 0.2"), ":4", "coincides with that in line 1"),
        (GOOD.replace("-0.1 -0.2", "0.25 0.5"), ":4", "coincides with that in line 3"),
        (GOOD.replace("0.4", "0.6"), ":2, column 'y'", "0.6, expected a number from -0.5"),
        (GOOD.replace("0.4", "nan"), ":2, column 'y'", "expected a finite number"),
        (GOOD.replace("0.4 -1", "0.4 -2"), ":2, column 'b'", "-2, expected 1 or -1"),
        (GOOD.replace("0.4 -1", "0.4 -1 7"), ":2", "4 columns, expected three"),
        (GOOD.replace("0.4 -1", "0.4"), ":2", "2 columns, expected three"),
        ("x y b\n" + GOOD, ":1, column 'x'", "expected a finite number"),
        (GOOD.replace("-0.3", "\n-0.3"), ":2", "a blank line"),
        (GOOD.rstrip("\n") + "-", ":4", "without a newline"),
        (GOOD[:-2], ":4", "without a newline"),
        (GOOD[:-4], ":4", "2 columns, expected three"),
        ("", "", "the file is empty"),
    ],
)
def test_bad_files_are_refused_with_their_line(
    tmp_path: Path, content: str, where: str, problem: str
) -> None:
    path = tmp_path / "c.txt"
    path.write_text(GOOD)
    read_dislocation_text(path, density=0.04)
    path.write_text(content)
    with pytest.raises(FormatError) as caught:
        read_dislocation_text(path, density=0.04)
    assert f"{path}{where}" in str(caught.value)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "saved",
    [
        lambda t: t.rstrip("\n").encode(),
        lambda t: (t + "\n \n\n").encode(),
        lambda t: t.encode("utf-8-sig"),
        lambda t: t.encode("utf-16"),
        lambda t: t.replace("\n", "\r").encode(),
        lambda t: t.replace(" ", "\t").replace("\n", " \r\n").encode(),
    ],
    ids=["no newline", "blank lines", "mark", "utf-16", "cr", "tabs and crlf"],
)
def test_text_as_other_programs_save_it(tmp_path: Path, saved: Callable[[str], bytes]) -> None:
    path = tmp_path / "c.txt"
    path.write_text(GOOD)
    good = read_dislocation_text(path, density=0.04)
    path.write_bytes(saved(GOOD))
    np.testing.assert_array_equal(
        read_dislocation_text(path, density=0.04).positions, good.positions
    )


def test_pins_have_no_place_in_the_format(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 pins"):
        write_dislocation_text(tmp_path / "c.txt", dislocations(0, pins=3))


def test_imported_files_become_samples(tmp_path: Path) -> None:
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    originals = [dislocations(seed, n=n) for seed, n in ((0, 16), (1, 20))]
    for path, c in zip(files, originals, strict=True):
        write_dislocation_text(path, c)
    main(tmp_path / "out.h5", files=files, system="theirs", entry=ENTRY)
    samples = read_batch(tmp_path / "out.h5")
    assert [sample.name for sample in samples] == ["theirs-00000", "theirs-00001"]
    for sample, original, path in zip(samples, originals, files, strict=True):
        assert sample.seed == UNKNOWN_SEED
        assert sample.provenance["source"]["file"] == path.name
        assert sample.branches["undeformed"].strain[-1] >= 0.005
        model = DislocationSystem.from_entry("theirs", {"dislocations": len(original), **ENTRY})
        direct = sample_from(model, original, name="direct", seed=0).branches["undeformed"]
        ours = sample.branches["undeformed"]
        np.testing.assert_allclose(ours.start.positions, direct.start.positions, atol=1e-4)


def test_imports_refuse_bad_files_before_simulating(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.txt", tmp_path / "b.txt"
    write_dislocation_text(good, dislocations(0, n=16))
    bad.write_text("0.1 0.2 1\n")
    with pytest.raises(FormatError, match=r"b\.txt:1"):
        main(tmp_path / "out.h5", files=[good, bad], system="theirs", entry=ENTRY)
    pins = {"density": 0.1, "strength": 0.1, "radius": 1.0}
    with pytest.raises(ValueError, match="contain no pins"):
        main(tmp_path / "out.h5", files=[good], system="theirs", entry={**ENTRY, "pinning": pins})
    assert not (tmp_path / "out.h5").exists()
