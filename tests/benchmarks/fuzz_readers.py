"""Damage small valid files of every format, read them, and compare what is read with oracles.

    python tests/benchmarks/fuzz_readers.py --inputs 100000 --seed 1

writes a table to docs/records/fuzz.md: how many inputs each reader refused or accepted, and how many
ended in a traceback or in values that nothing in the file says. The last two must be zero; they are
listed by reader and number, so that they can be repeated. A *library crash* ends the process that
reads the file, which ``check_data`` tells as a problem of the entry.

    python tests/benchmarks/fuzz_readers.py --seed 1 --replay "extxyz:1971" "csv:5375" --into damaged

tries single inputs again and tells what happens; each damaged file stays in the folder ``damaged``.
With ``--only extxyz csv`` all inputs go to these readers.
"""

import argparse
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

from fuzz_run import OUTCOMES, WRONG, run_apart  # noqa: E402
from fuzz_targets import TARGETS  # noqa: E402

PAGE: Final = ROOT / "docs/records/fuzz.md"
#: Begins the part of the page that is written by hand.
EARLIER: Final = "\n## Earlier runs\n"
#: All readers take turns, so that a run that is stopped has tried all.
ROUNDS: Final = 20
#: Memory of the readers: a size of terabytes must fail as it would anywhere.
MEMORY: Final = 6 * 2**30


def main(inputs: int, seed: int, page: Path, only: Sequence[str] = tuple(TARGETS)) -> int:
    """Try readers, write the page, and return the number of wrong outcomes."""
    shares = sum(TARGETS[name].share for name in only)
    number = {name: round(inputs * TARGETS[name].share / shares) for name in only}
    counts: dict[str, Counter[str]] = {name: Counter() for name in only}
    wrong: list[str] = []
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    by_hand = "".join(before.partition(EARLIER)[1:])
    for k in range(ROUNDS):
        for name in only:
            part = range(number[name] * k // ROUNDS, number[name] * (k + 1) // ROUNDS)
            with tempfile.TemporaryDirectory() as folder:
                for index, outcome in run_apart(name, Path(folder), seed, part):
                    counts[name][outcome.kind] += 1
                    if outcome.kind in WRONG:
                        wrong.append(
                            f"{name}, input {index}: {outcome.kind}: {outcome.said.strip()}"
                        )
        page.write_text(_page(counts, wrong, inputs, seed) + by_hand, encoding="utf-8")
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"round {k + 1} of {ROUNDS}: {spent.ru_utime + spent.ru_stime:.0f} CPU seconds",
            flush=True,
        )
    print("\n".join(wrong) or "no wrong outcome")
    return len(wrong)


def replay(inputs: Sequence[str], seed: int, folder: Path) -> int:
    """Try single inputs, each "reader:number", and return the number of wrong outcomes."""
    wrong = 0
    for one in inputs:
        name, _, index = one.rpartition(":")
        kept = folder / one.replace(":", "_")
        kept.mkdir(parents=True, exist_ok=True)
        for _, outcome in run_apart(name, kept, seed, [int(index)]):
            wrong += outcome.kind in WRONG
            print(f"{name}, input {index}: {outcome.kind}: {outcome.said.strip()}")
    return wrong


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
    parser.add_argument("--only", nargs="+", choices=TARGETS, default=tuple(TARGETS))
    parser.add_argument("--replay", nargs="+", metavar="READER:NUMBER")
    parser.add_argument("--into", type=Path, default=Path("damaged"))
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if given.replay:
        sys.exit(bool(replay(given.replay, given.seed, given.into.resolve())))
    sys.exit(bool(main(given.inputs, given.seed, given.page, given.only)))
