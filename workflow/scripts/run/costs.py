"""Print what a finished run took, by stage: jobs, CPU time, memory of the largest job, results.

Run as ``python workflow/scripts/run/costs.py [benchmarks [results]]``, or by ``make costs``. Snakemake
measures each job; one that ends within half a second counts as zero. Jobs that were done in an
earlier run keep their time of that run.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Folders of other sizes, which lie in those of the default size, as do those of every run that has a manifest.
OTHERS = frozenset({"smoke", "paper"})
MANIFEST = "manifest.json"


@dataclass
class Cost:
    """What the jobs of one stage took.

    Parameters
    ----------
    jobs : int
    seconds : float
        CPU seconds of all jobs.
    memory : float
        Megabytes of the largest job.
    """

    jobs: int = 0
    seconds: float = 0.0
    memory: float = 0.0

    def add(self, seconds: float, memory: float) -> None:
        """Count one more job."""
        self.jobs += 1
        self.seconds += seconds
        self.memory = max(self.memory, memory)


def other_sizes(results: Path) -> frozenset[str]:
    """Return the names of the folders that other runs have in a folder of results."""
    return OTHERS | {path.parent.name for path in results.glob(f"*/{MANIFEST}")}


def costs(folder: Path, others: frozenset[str] = OTHERS) -> dict[str, Cost]:
    """Return the cost of each stage: the first word of the name of a rule.

    Parameters
    ----------
    folder : Path
        Benchmarks of one size: ``<rule>.tsv`` or ``<rule>/**/*.tsv``.
    others : frozenset of str
        Names of the folders of other sizes.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    found: dict[str, Cost] = {}
    for path in sorted(folder.rglob("*.tsv")):
        place = path.relative_to(folder).parts
        if place[0] in others:
            continue
        stage = place[0].removesuffix(".tsv").partition("_")[0]
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                seconds, memory = (_number(row[name]) for name in ("cpu_time", "max_rss"))
                found.setdefault(stage, Cost()).add(seconds, memory)
    if not found:
        raise FileNotFoundError(f"no benchmarks in {folder}: run `make` first, or name the folder")
    return found


def _number(text: str) -> float:
    """Return a measured number, or zero for a job that ended before it was measured."""
    return 0.0 if text in {"NA", "-"} else float(text)


def size(folder: Path) -> float:
    """Return the megabytes of the results of one size."""
    others = other_sizes(folder)
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    inside = (path for path in files if path.relative_to(folder).parts[0] not in others)
    return sum(path.stat().st_size for path in inside) / 1e6


def rows(found: dict[str, Cost], megabytes: float) -> Iterator[str]:
    """Yield the table: stages, the longest first, then the whole run."""
    yield "| stage | jobs | CPU minutes | memory of the largest job, MB |"
    yield "|---|---|---|---|"
    whole = Cost()
    for stage, cost in sorted(found.items(), key=lambda one: -one[1].seconds):
        whole.jobs += cost.jobs
        whole.seconds += cost.seconds
        whole.memory = max(whole.memory, cost.memory)
        yield f"| {stage} | {cost.jobs} | {cost.seconds / 60:.1f} | {cost.memory:.0f} |"
    yield f"| all | {whole.jobs} | {whole.seconds / 60:.1f} | {whole.memory:.0f} |"
    yield f"\nThe results take {megabytes:.0f} MB on disk."


def main(benchmarks: Path, results: Path) -> None:
    """Print the table.

    Parameters
    ----------
    benchmarks, results : Path
        Folders of one size.
    """
    print("\n".join(rows(costs(benchmarks, other_sizes(results)), size(results))))


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    main(given[0] if given else Path("benchmarks"), given[1] if given[1:] else Path("results"))
