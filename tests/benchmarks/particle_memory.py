"""Time and memory of descriptors of up to a million particles in 3D: CPU seconds on one thread.

Run as ``python tests/benchmarks/particle_memory.py [table.md]``; without a path the table is printed.
Each cell is measured in a process of its own, after a small call that compiles. Memory is the largest of
the process, with the 150 to 250 MB of the program itself. Absolute times depend on the machine.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np

from helpers import disordered
from kept_models import SHEAR, kept_model
from mechanist.core.atomic import write_text
from mechanist.describe.descriptor import load_descriptor
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.predict.block_predictions import predicted_values

SIZES: Final = (30_000, 100_000, 300_000, 1_000_000)
CUTOFF: Final = 2.0
SMALL: Final = 300


def describe(kind: str, c: Configuration) -> None:
    """Compute all features of a descriptor."""
    load_descriptor(kind)(c, load=SHEAR)


def structure_functions(c: Configuration) -> None:
    """Compute 166 functions, up to a cutoff of 5."""
    describe("structure_functions", c)


def rotation_invariants(c: Configuration) -> None:
    """Compute 98 columns and their averages."""
    describe("rotation_invariants", c)


def joint_invariants(c: Configuration) -> None:
    """Compute 64 columns and their averages."""
    describe("joint_invariants", c)


def nonaffine(c: Configuration) -> None:
    """Compute D2min of a state that is sheared by 5 % and shaken."""
    f = np.eye(3)
    f[0, 1] = 0.05
    shaken = 0.05 * np.random.default_rng(1).normal(size=(len(c), 3))
    d2min(c, c.moved(c.positions @ f.T + shaken, c.cell @ f.T), CUTOFF)


def prediction(c: Configuration) -> None:
    """Predict by a linear model of rotation and joint invariants, block by block."""
    model = kept_model("rotation_invariants", "joint_invariants", dimension=3)
    predicted_values(model, c, [SHEAR])


#: What is computed, its name in the table, and the largest number of particles.
WORK: Final[tuple[tuple[Callable[[Configuration], None], str, int], ...]] = (
    (structure_functions, "structure functions", 1_000_000),
    (rotation_invariants, "rotation invariants", 300_000),
    (joint_invariants, "joint invariants", 1_000_000),
    (nonaffine, f"D2min, cutoff {CUTOFF:g}", 1_000_000),
    (prediction, "prediction by a kept linear model", 300_000),
)


def measure(work: Callable[[Configuration], None], n: int) -> tuple[float, float]:
    """Return CPU seconds and the largest memory of this process in GB."""
    c = disordered(np.random.default_rng(n), n=n)
    work(disordered(np.random.default_rng(1), n=SMALL))
    start = time.process_time()
    work(c)
    spent = time.process_time() - start
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def rows() -> list[str]:
    """Return the table."""
    fresh = multiprocessing.get_context("spawn")
    lines = [
        "| 3D, CPU s and GB | " + " | ".join(f"{n:,}" for n in SIZES) + " | exponent |",
        "|---" * (len(SIZES) + 2) + "|",
    ]
    for work, name, largest in WORK:
        found = []
        for n in (size for size in SIZES if size <= largest):
            with fresh.Pool(1) as pool:
                found.append(pool.apply(measure, (work, n)))
        exponent = np.polyfit(np.log(SIZES[: len(found)]), np.log([t for t, _ in found]), 1)[0]
        cells = [f"{t:.3g} s, {memory:.2f} GB" for t, memory in found]
        cells += ["-"] * (len(SIZES) - len(found))
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {exponent:.2f} |")
        print(lines[-1], flush=True)
    return lines


def main(out: Path | None) -> None:
    """Measure, and write the table."""
    text = "\n".join([*rows(), ""])
    if out:
        write_text(out, text)
    else:
        print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
