"""Cost of linear response by system size: sparse factorisation against dense linear algebra.

Run as ``python tests/benchmarks/linear_response_cost.py [table.md]``; without a path the table is
printed. Times are CPU seconds on one thread for relaxed Kob-Andersen glasses. Large ones, which are
copies of a small one beside each other, are solved for random forces in a process of their own each: their
memory is what that process grows by.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
from scipy.optimize import minimize

from helpers import disordered
from mechanist.core.atomic import write_text
from mechanist.core.typing import FloatArray
from mechanist.describe.linear_response import LinearResponseIndicators
from mechanist.describe.local_stress import LocalStress
from mechanist.describe.soft_modes import SoftModes
from mechanist.formats.configuration import Configuration
from mechanist.mechanics import stiffness_solvers
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse, hessian, nonaffine_force
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.simulate.newton import NewtonRelaxer
from relaxed import coordinates, with_coordinates

SIZES: Final = (250, 500, 1000, 2000)
#: Dimension, particles of a relaxed glass, its copies along each axis, and methods that take bearable time.
LARGE: Final = (
    (2, 400, 7, ("SuperLU", "fronts")),
    (2, 1000, 10, ("fronts",)),
    (3, 500, 2, ("SuperLU", "fronts", "iterations")),
    (3, 500, 3, ("fronts", "iterations")),
    (3, 500, 4, ("iterations",)),
)
LOADS: Final = 4
REPEATS: Final = 2
#: Largest force on a particle of a large glass, in Kob-Andersen units.
FORCE: Final = 1e-6


def seconds(call: Callable[[], object]) -> float:
    """Return the least CPU time of a few calls."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def glass(n: int) -> Configuration:
    """Return ``n`` particles at an energy minimum, to an ordinary minimiser's tolerance."""
    c = disordered(np.random.default_rng(n), n=n, dimension=2)

    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        pairs = PairStiffness.of(with_coordinates(c, x))
        return pairs.energy.sum() / 2, -pairs.forces().ravel()

    options = {"maxiter": 20000, "maxfun": 20000, "ftol": 1e-16, "gtol": 1e-3}
    found = minimize(objective, coordinates(c), jac=True, method="L-BFGS-B", options=options)
    return with_coordinates(c, found.x)


def fresh(c: Configuration) -> Configuration:
    """Return a copy without cached results."""
    return c.moved(c.positions, c.cell)


def costs(c: Configuration) -> dict[str, float]:
    """Return the CPU seconds of each method for the response of ``c`` to several loads."""
    rng = np.random.default_rng(0)
    loads = [strain_of(random_load(2, rng)) for _ in range(LOADS)]
    pairs = PairStiffness.of(c)
    dense = hessian(pairs).toarray()[2:, 2:]  # the first particle is held, as in the sparse solve
    forces = np.stack([nonaffine_force(pairs, load).ravel()[2:] for load in loads], axis=1)

    def described(descriptor: LinearResponseIndicators | LocalStress | SoftModes) -> float:
        def call() -> None:
            again = fresh(c)
            for load in loads:
                descriptor(again, load=load)

        return seconds(call)

    def sparse() -> None:
        response = LinearResponse(pairs)
        for load in loads:
            response.displacement(load)

    response = LinearResponse(pairs)
    return {
        "sparse: assemble, factorise, 4 loads": seconds(sparse),
        "dense: numpy.linalg.solve, 4 loads": seconds(lambda: np.linalg.solve(dense, forces)),
        "sparse: 100 softest modes": seconds(lambda: response.soft_modes(100)),
        "dense: numpy.linalg.eigh": seconds(lambda: np.linalg.eigh(dense)),
        "local_stress, 4 loads": described(LocalStress()),
        "linear_response, 4 loads": described(LinearResponseIndicators()),
        "soft_modes, 4 loads": described(SoftModes()),
    }


def copied(n: int, d: int, copies: int) -> Configuration:
    """Return copies of a relaxed glass beside each other, which are at a minimum too."""
    c = disordered(np.random.default_rng(n), n=n, dimension=d)
    found = NewtonRelaxer(c).relax(c.positions, c.cell, tolerance=FORCE)
    steps = np.zeros((copies**d, 3))
    steps[:, :d] = np.stack(np.meshgrid(*[np.arange(copies)] * d), axis=-1).reshape(-1, d)
    positions = (found.positions + (steps @ c.cell)[:, None]).reshape(-1, 3)
    cell = c.cell.copy()
    cell[:d] *= copies
    return replace(c, positions=positions, cell=cell, species=np.tile(c.species, len(steps)))


def memory(kind: str) -> float:
    """Return what Linux tells of the memory of this process, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024


def solved(method: str, n: int, d: int, copies: int) -> None:
    """Print the cost of one method for random forces; runs in a process of its own."""
    stiffness_solvers.SMALL = 10**9 if method == "SuperLU" else 0  # type: ignore[misc]
    stiffness_solvers.ITERATIVE = 0 if method == "iterations" else 10**9  # type: ignore[misc]
    pairs = PairStiffness.of(copied(n, d, 1))
    LinearResponse(pairs).solve(nonaffine_force(pairs, np.eye(3)))  # compiles
    pairs = PairStiffness.of(copied(n, d, copies))
    forces = np.random.default_rng(0).normal(size=(n * copies**d, d))
    forces -= forces.mean(axis=0)
    before, start = memory("VmRSS"), time.process_time()
    response = LinearResponse(pairs)
    between = time.process_time()
    moved = response.solve(forces)
    end = time.process_time()
    rest = np.linalg.norm(response.hessian @ moved.ravel() - forces.ravel())
    residual = float(rest / np.linalg.norm(forces))
    grown = memory("VmHWM") - before
    print(json.dumps([between - start, end - between, grown, residual]))


def large_table() -> list[str]:
    """Return the rows of large systems."""
    rows = [
        "",
        "| d | N | method | assembly and factors, CPU s | a load, CPU s | memory, MB | residual |",
        "|---|---|---|---|---|---|---|",
    ]
    for d, n, copies, methods in LARGE:
        for method in methods:
            command = [sys.executable, __file__, "--solve", method, str(n), str(d), str(copies)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            factors, one, grown, rest = json.loads(done.stdout.splitlines()[-1])
            rows.append(
                f"| {d} | {n * copies**d} | {method} | {factors:.2f} | {one:.2f} | {grown:.0f} |"
                f" {rest:.0e} |"
            )
    return rows


def table() -> list[str]:
    """Return table rows, with the exponent of a power law in system size."""
    costs(glass(SIZES[0]))  # compiles
    found = [costs(glass(n)) for n in SIZES]
    rows = [
        "| CPU s, 2D | " + " | ".join(f"N = {n}" for n in SIZES) + " | exponent |",
        "|---" * (len(SIZES) + 2) + "|",
    ]
    for name in found[0]:
        times = [each[name] for each in found]
        exponent = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
        rows.append(f"| {name} | " + " | ".join(f"{t:.3f}" for t in times) + f" | {exponent:.2f} |")
    return rows


def main() -> None:
    """Print the tables, or write them to the path given."""
    if sys.argv[1:2] == ["--solve"]:
        method, n, d, copies = sys.argv[2:]
        solved(method, int(n), int(d), int(copies))
        return
    text = "\n".join([*table(), *large_table(), ""])
    if len(sys.argv) > 1:
        write_text(Path(sys.argv[1]), text)
    else:
        print(text)


if __name__ == "__main__":
    main()
