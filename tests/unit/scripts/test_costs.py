"""The table of what a run took counts every job once, and no job of another size."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_spec = importlib.util.spec_from_file_location("costs", ROOT / "workflow/scripts/run/costs.py")
assert _spec is not None
assert _spec.loader is not None
costs = importlib.util.module_from_spec(_spec)
sys.modules["costs"] = costs  # its dataclass looks its module up
_spec.loader.exec_module(costs)


def write(path: Path, *jobs: tuple[str, str]) -> None:
    """Write a table as Snakemake does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("s\tmax_rss\tcpu_time\n" + "".join(f"9\t{m}\t{s}\n" for s, m in jobs))


def test_stages_are_summed_and_other_sizes_left_out(tmp_path: Path) -> None:
    base = tmp_path / "benchmarks"
    write(base / "glass_simulate/ka2d/a.tsv", ("60.0", "300"), ("30.0", "500"))
    write(base / "glass_targets.tsv", ("-", "NA"))
    write(base / "audit.tsv", ("120.0", "100"))
    write(base / "smoke/glass_simulate/a.tsv", ("999.0", "9999"))
    (tmp_path / "results/smoke").mkdir(parents=True)
    (tmp_path / "results/a.bin").write_bytes(bytes(2_000_000))
    (tmp_path / "results/smoke/b.bin").write_bytes(bytes(5_000_000))
    lines = list(costs.rows(costs.costs(base), costs.size(tmp_path / "results")))
    assert lines[2:] == [
        "| audit | 1 | 2.0 | 100 |",
        "| glass | 3 | 1.5 | 500 |",
        "| all | 4 | 3.5 | 500 |",
        "\nThe results take 2 MB on disk.",
    ]


def test_a_folder_without_benchmarks_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `make` first"):
        costs.costs(tmp_path)
