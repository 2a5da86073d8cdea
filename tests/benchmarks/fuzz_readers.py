"""Damage small valid files of every format, read them, and compare what is read with oracles.

    python tests/benchmarks/fuzz_readers.py --inputs 100000 --seed 1

writes a table to docs/records/fuzz.md: how many inputs each reader refused or accepted, and how many
ended in a traceback or in values that nothing in the file says. The last two must be zero; they are
listed by reader and number, so that they can be repeated. A *library crash* ends the process that
reads the file, which ``check_data`` tells as a problem of the entry.
"""

import argparse
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

from fuzz_run import OUTCOMES, WRONG, run_apart  # noqa: E402
from fuzz_targets import TARGETS  # noqa: E402

PAGE: Final = ROOT / "docs/records/fuzz.md"
#: All readers take turns, so that a run that is stopped has tried all.
ROUNDS: Final = 20
#: Memory of the readers: a size of terabytes must fail as it would anywhere.
MEMORY: Final = 6 * 2**30


def main(inputs: int, seed: int, page: Path) -> int:
    """Try all readers, write the page, and return the number of wrong outcomes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    shares = sum(target.share for target in TARGETS.values())
    number = {name: round(inputs * one.share / shares) for name, one in TARGETS.items()}
    counts: dict[str, Counter[str]] = {name: Counter() for name in TARGETS}
    wrong: list[str] = []
    for k in range(ROUNDS):
        for name in TARGETS:
            part = range(number[name] * k // ROUNDS, number[name] * (k + 1) // ROUNDS)
            with tempfile.TemporaryDirectory() as folder:
                for index, outcome in run_apart(name, Path(folder), seed, part):
                    counts[name][outcome.kind] += 1
                    if outcome.kind in WRONG:
                        wrong.append(
                            f"{name}, input {index}: {outcome.kind}: {outcome.said.strip()}"
                        )
        page.write_text(_page(counts, wrong, inputs, seed), encoding="utf-8")
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"round {k + 1} of {ROUNDS}: {spent.ru_utime + spent.ru_stime:.0f} CPU seconds",
            flush=True,
        )
    print("\n".join(wrong) or "no wrong outcome")
    return len(wrong)


def _page(counts: dict[str, Counter[str]], wrong: list[str], inputs: int, seed: int) -> str:
    """Return the page: a table with a row for each reader, and every wrong outcome."""
    total = Counter[str]()
    for one in counts.values():
        total.update(one)
    titles = ("reader", "inputs", *OUTCOMES)
    rows = [
        f"| {name} | {one.total()} | " + " | ".join(str(one[kind]) for kind in OUTCOMES) + " |"
        for name, one in {**counts, "all": total}.items()
    ]
    listed = [f"- {line.splitlines()[0]}" for line in wrong] or ["None."]
    command = f"python tests/benchmarks/fuzz_readers.py --inputs {inputs} --seed {seed}"
    return "\n".join([
        "# Damaged files",
        "",
        f"Written by `{command}`, which explains the columns; {total.total()} inputs were tried.",
        "",
        f"| {' | '.join(titles)} |",
        "|" + "---|" * len(titles),
        *rows,
        "",
        "## Tracebacks and changed values",
        "",
        *listed,
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    sys.exit(bool(main(given.inputs, given.seed, given.page)))
