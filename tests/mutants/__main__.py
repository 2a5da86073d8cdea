"""Change the code of important modules at random places, and count the changes that tests notice.

PYTHONPATH=tests:workflow .venv/bin/python -m mutants --mutants 60 --seed 0 --minutes 15

The modules and their tests stand in tests/mutants/core.toml. The same seed draws the same mutants of
the same code, equally many of each module. The table lists how many were killed, and every survivor
with its place. Nothing is changed in the working tree: mutants live in copies of it.

With `--journal FILE` each mutant is noted when it is judged, and the next run with that file goes on
where this one stopped. With `--again`, it judges those that survived once more, after tests were added.
With `--fresh FILE` it draws none that the journal of an earlier sample holds.
"""

import argparse
import random
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from checkouts import ROOT, copy_tree
from mutants.journal import Journal
from mutants.mutation import Mutant, mutants
from mutants.run import Bench, Fate, Target

CORE: Final = Path(__file__).with_name("core.toml")


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant of a module."""

    target: Target
    mutant: Mutant
    fate: Fate


def core(path: Path = CORE) -> list[Target]:
    """Return the modules of the list, with their tests."""
    listed: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["modules"]
    return [
        Target(f"workflow/{module}", tuple(f"tests/unit/{test}" for test in tests))
        for module, tests in listed.items()
    ]


def drawn(
    sources: Mapping[Target, str], number: int | None, seed: int, *, known: Journal | None = None
) -> list[tuple[Target, Mutant]]:
    """Draw mutants, from each module in turn, so that any beginning of the list is balanced.

    Parameters
    ----------
    sources : mapping of Target to str
        Source of each module.
    number : int, optional
        How many to draw; all by default.
    seed : int
        The draw from a module depends on this and the module's code alone.
    known : Journal, optional
        Mutants that it holds are left out.
    """
    waiting = []
    for target, source in sources.items():
        every = mutants(source)
        random.Random(f"{seed} {target.module}").shuffle(every)
        if known is not None:
            every = [one for one in every if known.fate(target, one) is None]
        waiting.append((target, every))
    found: list[tuple[Target, Mutant]] = []
    while any(every for _, every in waiting):
        found += [(target, every.pop()) for target, every in waiting if every]
    return found if number is None else found[:number]


def outcomes(
    chosen: Sequence[tuple[Target, Mutant]],
    benches: Sequence[Bench],
    journal: Journal,
    *,
    minutes: float | None,
    again: bool = False,
) -> Iterator[Outcome]:
    """Yield what becomes of each mutant, in order of the list; stop early when time is up.

    What the journal knows is not judged again, but for survivors if ``again``.
    """
    begun = time.monotonic()
    free: SimpleQueue[Bench] = SimpleQueue()
    for bench in benches:
        free.put(bench)

    def judge(one: tuple[Target, Mutant]) -> Outcome | None:
        known = journal.fate(*one)
        if known and not (again and known == "survived"):
            return Outcome(*one, known)
        if minutes is not None and time.monotonic() - begun > 60 * minutes:
            return None
        bench = free.get()
        try:
            fate = bench.fate(*one)
            journal.keep(*one, fate)
            return Outcome(*one, fate)
        finally:
            free.put(bench)

    with ThreadPoolExecutor(len(benches)) as pool:
        for found in pool.map(judge, chosen):
            if found is not None:
                print(f"{found.fate:8} {place(found)}", file=sys.stderr, flush=True)
                yield found


def place(one: Outcome) -> str:
    """Return file, line and change of a mutant in one line."""
    change = f"{one.mutant.before} -> {one.mutant.after}"
    return f"{one.target.module}:{one.mutant.line}: {one.mutant.kind}: {change}"


def table(found: Sequence[Outcome], *, drawn_of: int, every: int, seed: int) -> str:
    """Return the table of modules and the list of survivors, in Markdown."""
    killed = sum(one.fate != "survived" for one in found)
    rate = f"{100 * killed / len(found):.0f} %" if found else "nothing"
    lines = [
        "# Which wrong changes of the code the tests notice",
        "",
        (
            f"Made by `make mutants`: {len(found)} of {drawn_of} mutants drawn with seed {seed} from the"
            f" {every} of the modules in `tests/mutants/core.toml` were judged in time; **{rate} of them"
            " were killed**. A mutant that survives may be equivalent, which no program can tell."
        ),
        "",
        "| module | mutants | killed | of them hung |",
        "|---|---|---|---|",
    ]
    for module in dict.fromkeys(one.target.module for one in found):
        fates = [one.fate for one in found if one.target.module == module]
        hung = fates.count("hung")
        lines.append(f"| {module} | {len(fates)} | {fates.count('killed') + hung} | {hung} |")
    survivors = sorted(place(one) for one in found if one.fate == "survived")
    lines += ["", "## Survivors", "", *(f"- `{one}`" for one in survivors or ["none"])]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Judge mutants and print the table; return 1 if fewer are killed than asked for."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--mutants", type=int, help="how many to draw (all by default)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, help="draw no further mutant after this time")
    parser.add_argument("--jobs", type=int, default=2, help="mutants judged at once")
    parser.add_argument("--only", default="", help="part of the paths of the modules to change")
    parser.add_argument("--least", type=float, default=0.0, help="least share to be killed")
    parser.add_argument("--core", type=Path, default=CORE, help="list of modules and tests")
    parser.add_argument("--journal", type=Path, help="file that keeps what became of each mutant")
    parser.add_argument("--fresh", type=Path, help="journal of a sample whose mutants are left out")
    parser.add_argument("--again", action="store_true", help="judge survivors of the journal again")
    parser.add_argument("--out", type=Path, help="file for the table, besides the standard output")
    options = parser.parse_args(arguments)
    targets = [target for target in core(options.core) if options.only in target.module]
    sources = {t: (root / t.module).read_text(encoding="utf-8") for t in targets}
    chosen = drawn(sources, options.mutants, options.seed, known=Journal(options.fresh))
    every = sum(len(mutants(source)) for source in sources.values())
    found: list[Outcome] = []
    text = table(found, drawn_of=len(chosen), every=every, seed=options.seed)
    journal = Journal(options.journal)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        seconds: dict[tuple[str, ...], float] = {}
        copies = [copy_tree(Path(folder) / str(k), source=root) for k in range(options.jobs)]
        benches = [stack.enter_context(Bench(place.root, seconds)) for place in copies]
        for one in outcomes(chosen, benches, journal, minutes=options.minutes, again=options.again):
            found.append(one)
            text = table(found, drawn_of=len(chosen), every=every, seed=options.seed)
            if options.out:
                options.out.write_text(text, encoding="utf-8")
    print(text)
    return int(sum(one.fate != "survived" for one in found) < options.least * len(found))


if __name__ == "__main__":
    sys.exit(main())
