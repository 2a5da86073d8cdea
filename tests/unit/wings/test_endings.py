"""The last lines of a run say where the results are, what is unlike the samples seen, and why jobs failed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from snakemake.common import NOTHING_TO_BE_DONE_MSG

from mechanist.core.code_hash import LIBRARY
from mechanist.wings.endings import IDLE, EndedJob, failure_lines, result_lines


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


def test_equations_that_were_asked_for_are_told_with_their_verdicts() -> None:
    def found(case: str, law: Mapping[str, object]) -> OneJob:
        place = f"results/equations/{case}"
        files = made(f"{place}/equations/weak.json", f"{place}/laws/weak/law.json")
        Path(files[1]).write_text(json.dumps({"name": case, **law}))
        return OneJob("equations_discover", output=files, case=case, method="weak")

    one = {"text": "u_t = u_xx", "verdict": "complete", "reason": "0.2 % unexplained"}
    heat = found("heat", {"equations": [one], "not_found": []})
    none = found("noise", {"equations": [], "not_found": ["u_t"]})
    assert list(result_lines([none, heat], [heat, none]))[:-1] == [
        "heat: u_t = u_xx (complete: 0.2 % unexplained)",
        "noise: no equation was found for u_t",
    ]
    assert not any("u_t" in line for line in result_lines([none, heat], []))
    many = [found(f"case{k}", {"equations": [one], "not_found": []}) for k in range(7)]
    lines = list(result_lines(many, many))
    assert sum("u_xx" in line for line in lines) == 5
    assert "The equations of 2 more cases stand in their files law.json." in lines


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


IDLE_CODE = """
import logging
import sys
from types import SimpleNamespace
from mechanist.wings.endings import tell_results_when_idle
logger = logging.getLogger("snakemake")
logger.addHandler(logging.StreamHandler(sys.stderr))
logger.setLevel(logging.INFO)
job = SimpleNamespace(rule=SimpleNamespace(name="imports"), input=["here"], output=[], log=[], wildcards={})
for k in range(2):  # the later workflow counts
    dag = SimpleNamespace(jobs=[job], targetjobs=[job])
    tell_results_when_idle(logger, SimpleNamespace(dryrun=sys.argv[2] == "dry", dag=dag))
logger.info("Building DAG of jobs...")
logger.info(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("message", "kind", "told"),
    [
        ("Nothing to be done (all requested files are present and up to date).", "real", True),
        ("Nothing to be done (all requested files are present and up to date).", "dry", False),
        ("Select jobs to execute...", "real", False),
    ],
)
def test_a_run_without_anything_to_do_tells_its_results(
    message: str, kind: str, told: bool
) -> None:
    made("here")
    done = subprocess.run(
        [sys.executable, "-c", IDLE_CODE, message, kind],
        env={"PYTHONPATH": str(LIBRARY.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines() == (
        ["Building DAG of jobs...", message, *["", "Files: here."] * told]
    )


def test_snakemake_still_says_so_in_these_words() -> None:
    assert NOTHING_TO_BE_DONE_MSG.startswith(IDLE)
