"""A target that belongs to no load is read for every particle, or refused with its place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.sample import Sample, read_sample, write_sample
from mechanist.imports.trajectory_samples import import_sample

TOLD = ["0.5", "nan", "1.5", "2.5"]
PLACES = ["0 0 0", "1 0 0", "0 1 0", "1 1 1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def xyz(values: list[str], *, kind: str = "R", ids: list[int] | None = None) -> None:
    """Write four particles with a target, and ids if they are given."""
    named = "" if ids is None else "id:I:1:"
    head = (
        f'Lattice="2 0 0 0 2 0 0 0 2" Properties={named}species:S:1:pos:R:3:p:{kind}:1 pbc="T T T"'
    )
    rows = [f"A {place} {value}" for place, value in zip(PLACES, values, strict=True)]
    if ids is not None:
        rows = [f"{k} {row}" for k, row in zip(ids, rows, strict=True)]
    Path("a.xyz").write_text("\n".join(["4", head, *rows]) + "\n")


def imported(**changes: Any) -> Sample:
    entry = {
        "path": "a.xyz", "format": "extxyz", "species": {"A": "A"}, "dimension": 3, "units": "lj",
        "frames": [], "target": "p",
    }  # fmt: skip
    return import_sample(entry | changes, name="a", system="mine")


def values(sample: Sample, name: str = "p") -> list[float]:
    (path,) = sample.loads.values()
    return path.frames[0].targets[name].tolist()


def test_a_column_of_the_sample_is_kept_with_its_gaps() -> None:
    xyz(TOLD)
    sample = imported(target_name="propensity", target_unit="sigma^2")
    write_sample(Path("a.h5"), sample)
    sample = read_sample(Path("a.h5"))
    path = sample.loads["no_load"]
    assert not path.tensor.any()
    assert [frame.strain for frame in path.frames] == [0.0]
    np.testing.assert_array_equal(
        path.frames[0].configuration.positions, sample.reference.positions
    )
    np.testing.assert_array_equal(values(sample, "propensity"), [0.5, np.nan, 1.5, 2.5])
    source = sample.provenance["import"]
    assert (source["target"], source["target_unit"]) == ("p", "sigma^2")


def test_one_number_for_the_sample_is_a_target_of_one_value() -> None:
    xyz(TOLD)
    sample = imported(target="strength", target_value=7, target_unit=1)
    assert values(sample, "strength") == [7.0]
    source = sample.provenance["import"]
    assert (source["target_unit"], source["target_value"]) == ("1", 7)


def test_another_file_is_matched_by_ids() -> None:
    xyz(TOLD, ids=[7, 3, 9, 5])
    Path("p.csv").write_text("id,p\n9,1.5\n3,\n5,2.5\n7,0.5\n")
    np.savez("p.npz", p=np.array([2.5, 0.5, np.nan, 1.5]), ids=[5, 7, 3, 9])
    told = [imported(), imported(target_path="p.csv"), imported(target_path="p.npz", ids="file")]
    for sample in told:
        order = np.argsort(sample.reference.positions @ [1.0, 2.0, 4.0])
        np.testing.assert_array_equal(np.array(values(sample))[order], [0.5, np.nan, 1.5, 2.5])
    assert set(told[1].provenance["import"]["files"]) == {"a.xyz", "p.csv"}


def test_without_ids_the_order_of_a_sorted_sample_is_taken() -> None:
    xyz(TOLD, ids=[1, 2, 3, 4])
    np.savez("p.npz", p=[4.0, 3.0, 2.0, 1.0])
    assert values(imported(target_path="p.npz")) == [4.0, 3.0, 2.0, 1.0]
    xyz(TOLD, ids=[2, 1, 3, 4])
    with pytest.raises(FormatError, match=r"p\.npz.*has no ids, and a\.xyz does not list.*`ids`"):
        imported(target_path="p.npz")


@pytest.mark.parametrize(
    ("told", "kind", "message"),
    [
        (["1", "2", "high", "3"], "S", "a.xyz:5, column 'p': 'high' for id 3, expected a number"),
        (["nan"] * 4, "R", "a.xyz:1, column 'p': all 4 values are NaN"),
        (["2", "2", "2", "2"], "R", "every value is 2, expected a target that varies"),
        (["2", "nan", "2", "2"], "R", "every value of the 3 particles that were measured is 2"),
        (["1", "2", "inf", "3"], "R", "a.xyz:5, column 'p': inf for id 3, expected a finite"),
    ],
)
def test_values_that_cannot_be_learnt_are_refused(told: list[str], kind: str, message: str) -> None:
    xyz(told, kind=kind)
    with pytest.raises(FormatError) as error:
        imported()
    assert message in str(error.value)


def test_a_column_that_is_absent_or_of_another_length_is_named() -> None:
    xyz(TOLD)
    with pytest.raises(FormatError, match=r"no column 'q' in the frame.*numeric columns: \['p'\]"):
        imported(target="q")
    arrays = {"positions": np.random.default_rng(0).random((1, 5, 3)), "species": [1] * 5}
    np.savez("a.npz", cell=np.eye(3), p=np.arange(4.0), **arrays)
    with pytest.raises(FormatError, match=r"target has the shape \(4,\), expected one.*each of 5"):
        imported(path="a.npz", format="npz", species={1: "A"})


@pytest.mark.parametrize(
    ("name", "arrays", "message"),
    [
        ("p.npz", {"p": [1.0, 2.0]}, "2 values, expected 4, one for each particle of a.xyz"),
        ("p.npz", {"q": [1.0, 2.0]}, "no array 'p'"),
        ("p.npz", {"p": ["a", "b", "c", "d"]}, "expected one real number for each particle"),
        ("p.npz", {"p": np.ones((4, 2))}, r"of shape \(4, 2\), expected one real number"),
        ("p.npz", {"p": [1, 2, 3, np.inf]}, r"value 3 \(from 0\) is inf"),
        (
            "p.npz",
            {"p": [1.0, 2, 3, 4], "ids": [1, 2, 3, 3]},
            "by ascending id, 3 stands where a.xyz has 4",
        ),
        ("p.npz", {"p": [1.0, 2, 3, 4], "ids": [1.0, 2, 3, 4]}, "expected an integer for each"),
        (
            "p.csv",
            "id,p\n1,1\n2,2\n3,3\n5,4\n",
            "p.csv:5, column 'id': .*id, 5 stands where a.xyz has 4",
        ),
        ("p.csv", "p\n1\n2\n3\n4\n", "no column 'id'"),
        ("p.csv", "id,p\n1,1\n2,x\n3,3\n4,4\n", "p.csv:3, column 'p': value is 'x'"),
        ("p.csv", "id,p\n1,1\n,2\n3,3\n4,4\n", "p.csv:3, column 'id': value is ''"),
        ("p.txt", "1\n2\n3\n4\n", "format is '.txt'.*Save it as CSV"),
    ],
)
def test_files_that_do_not_fit_are_refused(name: str, arrays: Any, message: str) -> None:
    xyz(TOLD, ids=[1, 2, 3, 4])
    if isinstance(arrays, str):
        Path(name).write_text(arrays)
    else:
        np.savez(name, **arrays)
    with pytest.raises(FormatError, match=message):
        imported(target_path=name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"load": {"type": "simple_shear", "plane": "xy"}}, "has a load but no frames under it"),
        ({"load_name": "pull"}, "load_name: 'pull' names no load"),
        ({"load_name": "no_load", "frames": "all"}, "stands for a target without a load"),
        ({"frames": "all", "target_path": "p.npz"}, "can hold only a target that belongs to no"),
        ({"target_value": float("nan")}, "target_value: nan; expected a finite number"),
        ({"target_value": "7"}, "target_value: '7'; expected a finite number"),
        ({"target_value": 7, "frames": "all"}, "7 belongs to the whole sample, not to a frame"),
        ({"target_value": 7, "target_path": "p.npz"}, "7 is given beside `target_path`"),
        ({"target": None, "target_unit": "K"}, "target_unit: 'K' is given without `target`"),
        ({"target": "c_1[2]"}, r"'c_1\[2\]' cannot be the name.*State another as `target_name`"),
        ({"target_name": "object"}, "target_name: 'object' cannot be the name"),
        ({"target_name": "a|b", "frames": "all"}, r"target_name: 'a\|b' cannot be the name"),
    ],
)
def test_entries_that_contradict_themselves_are_refused(
    change: dict[str, Any], message: str
) -> None:
    xyz(TOLD)
    with pytest.raises(ValueError, match=message):
        imported(**change)
