"""Cost of equation discovery against PySINDy 2.1: CPU time, memory and error on the same data.

Run as ``python tests/benchmarks/equations.py [table.md]``; without a path the table is printed.
Each row builds the linear system of one case and selects a model for each target by the same rule
(thresholds of normalised columns, Messenger-Bortz loss). "Same library" means PySINDy's own terms;
weak forms share test functions. Times include drawing PySINDy's domains. Memory is the peak of
traced allocations above the data, from a separate call. Absolute times depend on the machine.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np

from mechanist.assess.call_costs import cpu_seconds, peak_megabytes
from mechanist.assess.equation_scores import score_equation
from mechanist.core.atomic import write_text
from mechanist.discover.library import divergence_library
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.pointwise import pointwise_system
from mechanist.discover.pysindy_rival import Rival, RivalLibrary
from mechanist.discover.regression import Problem
from mechanist.discover.selection_rules import messenger_bortz
from mechanist.discover.system import LinearSystem
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import weak_system
from mechanist.formats.field_files import FieldData, Truth
from mechanist.simulate.equation_cases import CASES

#: Terms and test functions of each case.
LIBRARIES: Final = {
    "burgers": RivalLibrary(order=3, half_widths={"x": 25, "t": 12}, power=8),
    "kdv": RivalLibrary(order=4, half_widths={"x": 30, "t": 20}, power=10),
    "kuramoto_sivashinsky": RivalLibrary(order=5, half_widths={"x": 60, "t": 20}, power=10),
    "nls": RivalLibrary(order=3, products=False, half_widths={"x": 40, "t": 30}, power=8),
}
NOISE: Final = 0.01
#: Number of noise realisations over which errors are averaged.
SEEDS: Final = 3
REPEATS: Final = 3


class Row(NamedTuple):
    """Costs and errors of one method."""

    terms: int
    rows: int
    cpu: float
    memory: float
    clean: str
    noisy: str


def errors(systems: list[LinearSystem], truth: Truth) -> str:
    """Return the mean coefficient error in %, or the number of exact targets if not all are."""
    scores = []
    for system in systems:
        for target, right in truth.items():
            fit = messenger_bortz(Problem.of(system, target), (), 0.0)
            found = dict(zip(system.names, fit.weights.tolist(), strict=True))
            scores.append(score_equation(found, right))
    if all(score.exact for score in scores):
        return f"{np.mean([score.error_percent for score in scores]):.2g}"
    return f"{sum(score.exact for score in scores)} of {len(scores)} exact"


def measured(
    make: Callable[[list[FieldData]], LinearSystem],
    data: list[FieldData],
    truth: Truth,
    *,
    repeats: int,
) -> Row:
    """Return one row of the table."""
    times = []
    for _ in range(repeats):
        (system, clean), seconds = cpu_seconds(lambda: _found(make, data, truth))
        times.append(seconds)
    memory = peak_megabytes(lambda: _found(make, data, truth))
    disturbed = errors([make(noisy(data, NOISE, seed)) for seed in range(SEEDS)], truth)
    return Row(len(system.terms), system.n_rows, min(times), memory, clean, disturbed)


def _found(
    make: Callable[[list[FieldData]], LinearSystem], data: list[FieldData], truth: Truth
) -> tuple[LinearSystem, str]:
    system = make(data)
    return system, errors([system], truth)


def rival(method: str, library: RivalLibrary) -> Callable[[list[FieldData]], LinearSystem]:
    """Return a function that builds PySINDy's linear system with newly drawn domains."""
    return lambda data: Rival(method, library).system(data)


def case(name: str) -> dict[str, Row]:
    """Return the rows of one case."""
    realised = CASES[name].realise()
    data, library = realised.data, LIBRARIES[name]
    product, divergence = realised.truth["product"], realised.truth["divergence"]
    targets = list(product)
    functions = {a: TestFunction(m, library.power) for a, m in library.half_widths.items()}
    theirs = [term.name for term in Rival("pysindy_fd", library).system(data).terms]
    ours = divergence_library(
        list(data[0].fields), ["x"], degree=library.degree, order=library.order
    )
    trim = {axis: max(6, int(0.03 * len(grid))) for axis, grid in data[0].axes.items()}

    def weak(terms: list[str] | None) -> Callable[[list[FieldData]], LinearSystem]:
        return lambda d: weak_system(d, ours if terms is None else terms, targets, widths=functions)

    def chosen_weak(d: list[FieldData]) -> LinearSystem:
        return weak_system(d, ours, targets)

    def points(d: list[FieldData]) -> LinearSystem:
        return pointwise_system(d, theirs, targets, trim=trim)

    return {
        "PySINDy weak, 1000 domains": measured(rival("pysindy_weak_tuned", library), data, product, repeats=1),
        "PySINDy weak, 100 domains, its defaults": measured(rival("pysindy_weak_default", library), data, product, repeats=1),
        "own weak, same library": measured(weak(theirs), data, product, repeats=REPEATS),
        "own weak, divergence library": measured(weak(None), data, divergence, repeats=REPEATS),
        "own weak, divergence library, widths chosen": measured(chosen_weak, data, divergence, repeats=REPEATS),
        "PySINDy finite differences": measured(rival("pysindy_fd", library), data, product, repeats=1),
        "own finite differences, same library": measured(points, data, product, repeats=REPEATS),
    }  # fmt: skip


def table(rows: dict[str, Row]) -> list[str]:
    """Return the rows of one case in Markdown, with ratios to the same kind of PySINDy method."""
    lines = [
        f"| | terms | rows | CPU s | ratio | MB | ratio | error %, clean | error %, {100 * NOISE:g} % noise, {SEEDS} seeds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        kind = "PySINDy finite differences" if "finite" in name else "PySINDy weak, 1000 domains"
        against = rows[kind]
        own = name.startswith("own")
        time_ratio = f"{against.cpu / row.cpu:.0f}" if own else ""
        memory_ratio = f"{against.memory / row.memory:.0f}" if own else ""
        lines.append(
            f"| {name} | {row.terms} | {row.rows} | {row.cpu:.4f} | {time_ratio} | {row.memory:.1f} |"
            f" {memory_ratio} | {row.clean} | {row.noisy} |"
        )
    return lines


def main() -> None:
    """Print the tables, or write them to the path given."""
    warnings.simplefilter("ignore")
    small = CASES["burgers"].realise({"points": 64, "times": 41}).data
    tiny = RivalLibrary(order=1, half_widths={"x": 8, "t": 6}, power=4)
    for method in ("pysindy_fd", "pysindy_weak_default"):  # exclude imports from the measurement
        Rival(method, tiny).system(small)
    text: list[str] = []
    for name in LIBRARIES:
        text += [f"### {CASES[name].title}", "", *table(case(name)), ""]
        print(f"{name} done", file=sys.stderr)
    if len(sys.argv) > 1:
        write_text(Path(sys.argv[1]), "\n".join(text))
    else:
        print("\n".join(text))


if __name__ == "__main__":
    main()
