"""A misspelt file shows no results of another one; files that were removed keep what was made of them."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from mechanist.wings.absent_files import Source, absent_files, recorded_inputs

RESULT = Path("results/equations/rho/data.h5")
LAW = "results/equations/rho/equations/weak.json"
WINGS = ("glass", "dislocation", "equations")
OTHER = "results/equations/rho_t/equations/weak.json"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def source(*files: str) -> Source:
    return Source("mine.yaml:3", "equations", ("rho",), tuple(map(Path, files)), RESULT)


def made_of(*files: str) -> None:
    """Leave a result with Snakemake's record of it."""
    RESULT.parent.mkdir(parents=True)
    RESULT.touch()
    record = Path(".snakemake/metadata") / urlsafe_b64encode(str(RESULT).encode()).decode()
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"input": list(files)}))


def test_the_result_of_another_file_is_not_shown() -> None:
    made_of("right.npz")
    for asked in ([LAW], [], ["all"], ["imports", OTHER], ["equations_figures"]):
        refused, warned = absent_files([source("wrong.npz")], asked, "results", WINGS)
        assert warned == []
        (line,) = refused
        assert line.startswith(
            "mine.yaml:3: there is no file wrong.npz, and results/equations/rho/data.h5"
        )
        assert line.endswith("was made of right.npz. Correct the name")


def test_who_asks_for_something_else_is_warned() -> None:
    made_of("right.npz")
    for asked in (
        [OTHER],
        ["dislocation"],
        ["--unlock"],
        ["dislocation", "equations.yaml"],
        ["results/smoke/x.pdf"],
    ):
        refused, warned = absent_files([source("wrong.npz")], asked, "results", WINGS)
        assert refused == []
        assert len(warned) == 1
        assert "no file wrong.npz" in warned[0]


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["a.npz", "b.npz", "c.npz"], ["a.npz", "c.npz"]),
        (["a.npz"], ["a.npz", "c.npz"]),
        (["run/a.npz"], ["runs/*.npz"]),
    ],
)
def test_a_result_of_other_lists_of_files_is_not_shown(files: list[str], named: list[str]) -> None:
    made_of(*files)
    assert source(*named).stale
    assert absent_files([source(*named)], [LAW], "results", WINGS)[0]


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["run/a.npz", "run/b.npz"], ["run/*.npz"]),
        (["a.npz"], ["./x/../a.npz"]),
        (["a.npz", "results/equations/other.json", "workflow/models/m.json"], ["a.npz"]),
        ([], ["a{x}b.npz"]),
    ],
)
def test_the_same_files_under_other_names_are_known(files: list[str], named: list[str]) -> None:
    made_of(*files)
    assert not source(*named).stale
    assert absent_files([source(*named)], [LAW], "results", WINGS)[0] == []


def test_a_file_that_was_removed_keeps_what_was_made_of_it() -> None:
    made_of("gone.npz")
    refused, warned = absent_files([source("gone.npz")], [LAW], "results", WINGS)
    assert refused == []
    assert "stays as it was made, and cannot be made anew" in warned[0]


def test_nothing_is_said_of_files_that_are_there_or_not_needed() -> None:
    Path("there.npz").touch()
    assert absent_files([source("there.npz")], [LAW], "results", WINGS) == ([], [])
    assert absent_files([source("none.npz")], [], "results", WINGS) == ([], [])
    refused, _ = absent_files([source("none.npz")], [LAW], "results", WINGS)
    assert refused == ["mine.yaml:3: there is no file none.npz. Correct the name"]


def test_a_result_without_a_record_is_left_alone() -> None:
    made_of("right.npz")
    (record,) = Path(".snakemake/metadata").iterdir()
    for content in ("{", "[]", "{}"):
        record.write_text(content)
        assert recorded_inputs(RESULT) is None
        assert absent_files([source("wrong.npz")], [LAW], "results", WINGS)[0] == []


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("results/predicted/ka2d/melt/particles.xyz", True),
        ("results/figures/predicted/ka2d_melt.pdf", True),
        ("results/predicted/ka2d/melt_2/particles.xyz", False),
        ("results/figures/predicted/ka2d_melting.pdf", False),
    ],
)
def test_files_of_a_sample_are_known_by_its_names(file: str, asked: bool) -> None:
    sample = Source("predict.tsv:2", "glass", ("ka2d", "melt"), (Path("none.dump"),), RESULT)
    assert sample.is_asked([file]) == asked


def test_the_record_of_a_long_name_is_found() -> None:
    result = Path("results", "r" * 300, "data.h5")
    name = urlsafe_b64encode(str(result).encode()).decode()
    record = Path(".snakemake/metadata") / f"@{name[:254]}" / name[254:]
    record.parent.mkdir(parents=True)
    record.write_text('{"input": ["a.npz"]}')
    assert recorded_inputs(result) == ["a.npz"]
