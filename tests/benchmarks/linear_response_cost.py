"""Cost of linear response by system size: sparse factorisation against dense linear algebra.

Run as ``python tests/benchmarks/linear_response_cost.py [table.md]``; without a path the table is
printed. Times are CPU seconds on one thread for relaxed two-dimensional Kob-Andersen glasses.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
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
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse, hessian, nonaffine_force
from mechanist.mechanics.loads import random_load, strain_of
from relaxed import coordinates, with_coordinates

SIZES: Final = (250, 500, 1000, 2000)
LOADS: Final = 4
REPEATS: Final = 2


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
    """Print the table, or write it to the path given."""
    text = "\n".join([*table(), ""])
    if len(sys.argv) > 1:
        write_text(Path(sys.argv[1]), text)
    else:
        print(text)


if __name__ == "__main__":
    main()
