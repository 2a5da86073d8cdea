"""The last lines of a run say where the results are, what is unlike the samples seen, and why jobs failed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from mechanist.core.code_hash import LIBRARY
from mechanist.wings.endings import EndedJob, failure_lines, result_lines


class Rule:
    def __init__(self, name: str) -> None:
        self.name = name


class OneJob:
    def __init__(
        self,
        rule: str,
        *,
        output: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        log: tuple[str, ...] = (),
        **wildcards: str,
    ) -> None:
        self.rule, self.input, self.output, self.log = Rule(rule), needs, output, log
        self.wildcards = wildcards


def made(*paths: str) -> tuple[str, ...]:
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def predicted(sample: str, outside: list[str]) -> tuple[OneJob, tuple[str, ...]]:
    place = f"results/predicted/ka2d/{sample}"
    files = made(f"{place}/particles.parquet", f"{place}/summary.json")
    summary = {"model": "ka2d/joint", "outside": outside}
    Path(files[1]).write_text(json.dumps(summary))
    figure = made(f"results/figures/predicted/ka2d_{sample}.pdf")
    return OneJob("glass_predict", output=files, system="ka2d", specimen=sample), files + figure


def test_each_predicted_sample_has_a_line_and_an_unlike_one_a_warning() -> None:
    like, its_files = predicted("like", [])
    thin, other_files = predicted("thin", ["its features are far.", "its density is 1"])
    target = OneJob("predict", needs=its_files + other_files)
    assert list(result_lines([target, thin, like], [target])) == [
        (
            "ka2d/like: tables and files for OVITO in results/predicted/ka2d/like; figure:"
            " results/figures/predicted/ka2d_like.pdf"
        ),
        (
            "ka2d/thin: tables and files for OVITO in results/predicted/ka2d/thin; figure:"
            " results/figures/predicted/ka2d_thin.pdf"
        ),
        (
            "Warning: ka2d/thin is outside what the model ka2d/joint has seen, so that its predictions"
            " and intervals may be wrong: its features are far; its density is 1."
        ),
    ]


def test_a_followed_law_tells_its_notes() -> None:
    place = "results/equations/followed/heat"
    files = made(f"{place}/solution.npz", f"{place}/summary.json")
    Path(files[1]).write_text(json.dumps({"notes": ["u runs beyond the data"]}))
    figure = made("results/figures/equations/followed_heat.pdf")
    job = OneJob("equations_follow", output=files, specimen="heat")
    target = OneJob("predict_equations", needs=files + figure)
    assert list(result_lines([job], [target])) == [
        f"heat: solution in {place}; figure: {figure[0]}",
        "Warning: heat: u runs beyond the data.",
    ]


def test_a_whole_run_ends_with_its_figures_and_pages() -> None:
    files = made(
        "results/figures/ka2d/strain.pdf",
        "results/figures/audit.pdf",
        "results/figures/audit.csv",
        "results/scoreboard.html",
        "results/scoreboard.md",
        "results/paper.pdf",
    )
    target = OneJob("all", needs=files)
    assert list(result_lines([target], [target])) == [
        "Figures: 2 in results/figures (PDF, SVG, PNG, and their data as CSV).",
        (
            "Tables: scoreboard results/scoreboard.html, article results/paper.pdf. `make report` collects"
            " all figures in one file."
        ),
    ]


def test_single_files_are_named_and_many_are_counted_by_folder() -> None:
    (path,) = made("results/equations/heat/equations/weak.json")
    job = OneJob("equations_discover", output=(path, "results/not_written.json"))
    assert list(result_lines([job], [job])) == [f"Files: {path}."]
    many = made(*(f"results/imported/{system}/run{k}.h5" for k in range(3) for system in "ab"))
    job = OneJob("imports", needs=many)
    assert list(result_lines([job], [job])) == [
        "Files: results/imported/a (3), results/imported/b (3)."
    ]
    assert list(result_lines([], [])) == []


def failed(name: str, reason: str | None, sample: str = "") -> OneJob:
    log = f"logs/{name}.log"
    made(log)
    said = "" if reason is None else f"2026-12-02 10:00:00,000 reason: {reason}\n"
    Path(log).write_text(f"2026-12-02 10:00:00,000 read\n{said}")
    return OneJob("glass_import", log=(log,), sample=sample)


def test_a_reason_stands_last_and_once() -> None:
    jobs = [failed(name, "a.dump:9: no\n  1. why", sample=name) for name in ("one", "two")]
    assert list(failure_lines(jobs, 0.0)) == [
        (
            "glass_import (sample one) failed; traceback in logs/one.log (1 more for the same reason):\n"
            "a.dump:9: no\n  1. why"
        )
    ]


def test_jobs_of_a_group_are_told_and_a_killed_one_without_reason() -> None:
    class Group:
        jobs = (failed("one", None, sample="one"),)

    (line,) = failure_lines([cast("EndedJob", Group())], 0.0)
    assert line.startswith("glass_import (sample one) failed:\nIt left no reason in its log")


def test_reasons_of_an_earlier_run_are_not_told() -> None:
    job = failed("one", "stale", sample="one")
    os.utime("logs/one.log", (1000.0, 1000.0))
    assert "stale" in next(iter(failure_lines([job], 900.0)))
    assert "stale" not in next(iter(failure_lines([job], 2000.0)))


def test_of_many_reasons_the_number_is_told() -> None:
    lines = list(failure_lines([failed(f"r{k}", f"because {k}") for k in range(7)], 0.0))
    assert len(lines) == 6
    assert lines[-1].startswith("2 more jobs failed")


CODE = """
import sys
from types import SimpleNamespace
from mechanist.wings.endings import tell_failures, tell_results
job = SimpleNamespace(rule=SimpleNamespace(name="imports"), input=["here"], output=[], log=[], wildcards={})
tell_results([job], [job])
tell_failures([], 0.0)
print("Complete log", file=sys.stderr)
"""


def test_the_lines_come_after_all_that_snakemake_prints() -> None:
    made("here")
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={"PYTHONPATH": str(LIBRARY.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines() == ["Complete log", "", "Files: here."]
