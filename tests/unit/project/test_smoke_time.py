"""The table of where a run's time goes: every job is counted once, under the rule that made it."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_spec = importlib.util.spec_from_file_location(
    "smoke_time", ROOT / "tests" / "benchmarks" / "smoke_time.py"
)
assert _spec is not None
assert _spec.loader is not None
smoke_time = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(smoke_time)


def write(path: Path, *seconds: str) -> None:
    """Write a table as Snakemake does, with a row for every repetition."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("s\tcpu_time\n" + "".join(f"9.0\t{number}\n" for number in seconds))


def test_jobs_are_counted_by_rule_and_unmeasured_ones_are_zero(tmp_path: Path) -> None:
    write(tmp_path / "train" / "glass" / "ridge.tsv", "2.5")
    write(tmp_path / "train" / "glass" / "dummy.tsv", "-")
    write(tmp_path / "table.tsv", "NA", "1.0")
    found = smoke_time.measured(tmp_path)
    assert {rule: (jobs.count, jobs.seconds) for rule, jobs in found.items()} == {
        "train": (2, 2.5),
        "table": (2, 1.0),
    }
    with pytest.raises(FileNotFoundError, match="make smoke"):
        smoke_time.measured(tmp_path / "nothing")


def test_small_rules_share_a_row_and_the_sum_holds_all() -> None:
    jobs = smoke_time.Jobs
    now = {"train": jobs(2, 300.0), "table": jobs(1, 1.0)}
    lines = list(smoke_time.rows(now, {"train": 1.5}, {"train": jobs(2, 400.0)}))
    assert lines[2:] == [
        "| train | 2 | 300 | 3 | 400 |",
        "| all others | 1 | 1 | 0 | 0 |",
        "| **sum** | 3 | 301 | 3 | 400 |",
    ]


def test_scripts_are_found_where_rules_name_them(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    text = """rule one:
    benchmark:
        "<benchmarks>/first/{system}.tsv"
    script:
        "../scripts/a/one.py"


rule two:
    benchmark:
        "<benchmarks>/second.tsv"
    shell:
        "true"
"""
    (rules / "a.smk").write_text(text)
    assert smoke_time.scripts(rules) == {"first": tmp_path / "scripts" / "a" / "one.py"}
    real = smoke_time.scripts()
    assert real["glass_simulate"].name == "simulate.py"
    assert real["glass_figure_scores"].name == "figures_scores.py"
    assert all(path.is_file() for path in real.values())
