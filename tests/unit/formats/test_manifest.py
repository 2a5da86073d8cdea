"""The manifest: detected damage, kept entries, and changes that must be reported."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.manifest import Output, damages, read_manifest, updated
from scripts.run import verify

ABOUT = {"seed": 1, "commit": "abc", "packages": {}}
LONG_AGO = 1000.0


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Write two finished outputs in the working directory, and return their manifest."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(f"content of {name}\n")
    updated(Path("manifest.json"), outputs("a.csv", "b.csv"), ABOUT, complete=True)
    return Path("manifest.json")


def outputs(*names: str, finished: float | None = LONG_AGO, measured: bool = False):
    return [Output(Path(name), "rule", "code", measured, finished) for name in names]


def problems(manifest):
    return {d.path: d.problem for d in damages(read_manifest(manifest))}


def test_an_untouched_run_is_clean_and_the_file_holds_no_time(run):
    assert problems(run) == {}
    before = run.read_bytes()
    os.utime("a.csv", (5, 5))
    updated(run, outputs("a.csv", "b.csv"), ABOUT, complete=True)
    assert run.read_bytes() == before
    verify.main(run)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: p.unlink(), "missing"),
        (lambda p: os.truncate(p, 3), "3 bytes; expected 17"),
        (lambda p: p.write_text("content of A.csv\n"), "altered"),
    ],
)
def test_damage_is_named_with_the_command_that_mends_it(run, damage, message):
    damage(Path("a.csv"))
    assert list(problems(run)) == ["a.csv"]
    with pytest.raises(verify.DamagedError, match=message) as caught:
        verify.main(run, overlays=["config/smoke.yaml"])
    assert "snakemake a.csv --force --configfile config/smoke.yaml &&" in str(caught.value)


def test_damage_between_runs_is_not_taken_for_a_result(run):
    Path("a.csv").write_text("content of A.csv\n")
    updated(run, outputs("a.csv", "b.csv"), ABOUT, complete=True)
    assert list(problems(run)) == ["a.csv"]


def test_what_a_job_made_anew_is_accepted(run):
    Path("a.csv").write_text("another result\n")
    later = run.stat().st_mtime + 1
    updated(run, outputs("a.csv", finished=later), ABOUT, complete=False)
    assert problems(run) == {}
    assert set(read_manifest(run).entries) == {"a.csv", "b.csv"}


def test_only_a_complete_run_forgets_what_it_no_longer_makes(run):
    Path("a.csv").unlink()
    updated(run, outputs("b.csv"), ABOUT, complete=False)
    assert problems(run) == {"a.csv": "missing"}
    updated(run, outputs("b.csv"), ABOUT, complete=True)
    assert problems(run) == {}


def test_a_complete_run_keeps_what_it_no_longer_makes_but_is_still_there(run):
    updated(run, outputs("b.csv"), ABOUT, complete=True)
    assert set(read_manifest(run).entries) == {"a.csv", "b.csv"}
    Path("a.csv").write_text("content of A.csv\n")
    assert list(problems(run)) == ["a.csv"]


def test_an_output_that_was_never_made_is_not_listed(run):
    updated(run, outputs("a.csv", "b.csv", "c.csv"), ABOUT, complete=False)
    assert set(read_manifest(run).entries) == {"a.csv", "b.csv"}


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, False), (0, False), (1, True)])
def test_only_what_was_made_after_the_manifest_is_new(run, seconds, accepted):
    Path("a.csv").write_text("content of A.csv\n")
    os.utime(run, (2_000_000, 2_000_000))
    updated(run, outputs("a.csv", "b.csv", finished=2_000_000.0 + seconds), ABOUT, complete=True)
    assert (problems(run) == {}) is accepted


def test_damage_at_the_end_of_a_large_file_is_seen(run):
    size = 3 * 2**20 + 5
    Path("large.bin").write_bytes(bytes(size))
    updated(run, outputs("large.bin"), ABOUT, complete=False)
    stored = read_manifest(run).entries["large.bin"]
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(bytes(size)).hexdigest())
    with Path("large.bin").open("r+b") as file:
        file.seek(size - 1)
        file.write(b"x")
    assert problems(run) == {"large.bin": "altered: same size, other content"}


def test_measured_costs_are_guarded_but_not_expected_again(run):
    Path("cost.csv").write_text("3.1 s\n")
    updated(run, outputs("cost.csv", measured=True), ABOUT, complete=False)
    entries = read_manifest(run).entries
    assert {path for path, entry in entries.items() if entry.measured} == {"cost.csv"}
    Path("cost.csv").write_text("0.1 s\n")
    assert list(problems(run)) == ["cost.csv"]


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "other", "outputs": {}}', "[1]"])
def test_what_is_not_a_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(FormatError, match="not a manifest"):
        read_manifest(tmp_path / "manifest.json")


def test_a_missing_manifest_is_said_to_come_from_a_run(tmp_path):
    with pytest.raises(FormatError, match="Run the workflow"):
        verify.main(tmp_path / "manifest.json")


def test_outputs_of_a_manifest_are_results_unless_it_says_that_they_are_measured(tmp_path):
    outputs = {"a": {"sha256": "0", "size": 1, "rule": "r"}}
    outputs["b"] = {**outputs["a"], "measured": True}
    content = {"schema": "mechanist.manifest/1", "outputs": outputs}
    (tmp_path / "m.json").write_text(json.dumps(content))
    entries = read_manifest(tmp_path / "m.json").entries
    assert [entries[name].measured for name in "ab"] == [False, True]
    assert entries["a"].code == ""
