"""Where the time of a run goes: CPU seconds by rule, and how many of them pass before a job works.

Run as ``python tests/benchmarks/smoke_time.py [benchmarks/smoke [benchmarks of an earlier run]]``
after ``make smoke``; the table is printed. The first column of seconds is what Snakemake measured;
jobs that end within half a second are not measured and count as zero. The second is the time to
start Python, to load Snakemake's part of a script and to import the script, measured here once for
every script and multiplied by the number of its jobs. Imports inside functions count as work.
"""

import csv
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final = ROOT / "workflow" / "rules"
#: A rule, up to the next one; the first part of its benchmarks' name, and its script.
RULE: Final = re.compile(
    r"^ *rule(?: \w+)?:$(.*?)(?=^ *rule(?: \w+)?:$|\Z)", re.MULTILINE | re.DOTALL
)
BENCHMARK: Final = re.compile(r'^\s+benchmark:\s+"<benchmarks>/(\w+)', re.MULTILINE)
SCRIPT: Final = re.compile(r'^\s+script:\s+"([^"]+)"', re.MULTILINE)
#: What a job does before its script works.
START: Final = """
import importlib.util, sys
from snakemake.iocontainers import Snakemake
from snakemake.logging import logger
spec = importlib.util.spec_from_file_location("script", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
"""
#: Rules with less than this share of all CPU seconds share a row.
SHOWN: Final = 0.01


@dataclass
class Jobs:
    """Jobs of one rule.

    Parameters
    ----------
    count : int
    seconds : float
        CPU seconds of all jobs.
    """

    count: int = 0
    seconds: float = 0.0


def measured(folder: Path) -> dict[str, Jobs]:
    """Return the jobs of every rule, from the tables that Snakemake writes.

    Parameters
    ----------
    folder : Path
        Benchmarks of one size: ``<rule>.tsv`` or ``<rule>/**/*.tsv``.

    Raises
    ------
    FileNotFoundError
        If there are no tables.
    """
    found: dict[str, Jobs] = {}
    for path in sorted(folder.rglob("*.tsv")):
        rule = path.relative_to(folder).parts[0].removesuffix(".tsv")
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                jobs = found.setdefault(rule, Jobs())
                jobs.count += 1
                jobs.seconds += _number(row["cpu_time"])
    if not found:
        raise FileNotFoundError(f"no benchmarks under {folder}; run `make smoke` first")
    return found


def _number(text: str) -> float:
    """Return a number of CPU seconds, zero for a job that ended before it was measured."""
    return 0.0 if text in ("NA", "-") else float(text)


def scripts(rules: Path = RULES) -> dict[str, Path]:
    """Return the script of every rule that is measured, by the name of its benchmarks."""
    found = {}
    for path in sorted(rules.glob("*.smk")):
        for body in RULE.findall(path.read_text(encoding="utf-8")):
            name, script = BENCHMARK.search(body), SCRIPT.search(body)
            if name and script:
                found[name[1]] = (path.parent / script[1]).resolve()
    return found


def start_seconds(script: Path) -> float:
    """Return the CPU seconds of a job before its script works."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow"), "OMP_NUM_THREADS": "1"}
    # Users' runs store compiled modules.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", START, str(script)], check=True, env=environment)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def rows(
    now: Mapping[str, Jobs], starts: Mapping[str, float], before: Mapping[str, Jobs]
) -> Iterator[str]:
    """Yield the table: the rules that take most, all others, and the sum.

    Parameters
    ----------
    now, before : mapping of str to Jobs
        Jobs of every rule in two runs; the second may be empty.
    starts : mapping of str to float
        Seconds of a job before its script works, by rule.
    """
    total = sum(jobs.seconds for jobs in now.values())
    ordered = sorted({*now, *before}, key=lambda rule: (-now.get(rule, Jobs()).seconds, rule))
    shown = [rule for rule in ordered if now.get(rule, Jobs()).seconds >= SHOWN * total]
    yield "| rule | jobs | CPU s | of these, start and imports | CPU s before |"
    yield "|---|---|---|---|---|"
    groups = {rule: [rule] for rule in shown}
    groups["all others"] = [rule for rule in ordered if rule not in shown]
    groups["**sum**"] = ordered
    for name, members in groups.items():
        jobs = [now[rule] for rule in members if rule in now]
        start = sum(starts.get(rule, 0.0) * now[rule].count for rule in members if rule in now)
        earlier = sum(before[rule].seconds for rule in members if rule in before)
        count, seconds = sum(j.count for j in jobs), sum(j.seconds for j in jobs)
        said = f"{earlier:.0f}" if before else ""
        yield f"| {name} | {count} | {seconds:.0f} | {start:.0f} | {said} |"


def main(folder: Path, earlier: Path | None) -> None:
    """Print the table of one run, beside another if its folder is given."""
    now, known = measured(folder), scripts()
    starts = {rule: start_seconds(known[rule]) for rule in now if rule in known}
    for line in rows(now, starts, measured(earlier) if earlier else {}):
        print(line)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    main(given[0] if given else ROOT / "benchmarks" / "smoke", given[1] if given[1:] else None)
