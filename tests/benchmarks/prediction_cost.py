"""Cost of predicting a glass by a released model, beside loading it: CPU seconds on one thread.

Run as ``python tests/benchmarks/prediction_cost.py [table.md]``; without a path the table is printed.
Larger samples repeat the same glass. "Loading" is one athermal quasistatic path to a strain of 4 %, whose
cost depends on the step; it is measured for one sample. Absolute times depend on the machine.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np

from glasses import FLAT
from mechanist.api import load_model, predict, scan
from mechanist.core.atomic import write_text
from mechanist.core.seeds import generator
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import simple_shear
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation
from mechanist.simulate.quasistatic import deform

MODEL: Final = ROOT / "workflow" / "models" / "ka2d" / "joint"
PARTICLES: Final = 1000
COPIES: Final = (1, 4, 10)
PATH: Final = Deformation(step=0.002, frames=(0.04,), probe=0.002, force_tolerance=1e-4)
HEADER: Final = (
    "| particles | one load | all directions | ratio | peak memory (MB) | loading to 4 % |"
    "\n|---|---|---|---|---|---|"
)


def seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def repeated(glass: Configuration, copies: int) -> Configuration:
    """Return a glass repeated along its first two cell vectors."""
    shifts = [i * glass.cell[0] + j * glass.cell[1] for i in range(copies) for j in range(copies)]
    cell = glass.cell.copy()
    cell[:2] *= copies
    return replace(
        glass,
        positions=np.vstack([glass.positions + shift for shift in shifts]),
        cell=cell,
        species=np.tile(glass.species, copies**2),
    )


def main(out: Path | None) -> None:
    """Measure, and write the table."""
    model = load_model(MODEL)
    system = replace(FLAT, particles=PARTICLES)
    rng = generator(1, "prediction-cost")
    start = starting_lattice(system, rng)
    glass, _ = quench(system, start, rng, relaxer=NewtonRelaxer(start))
    predict(model, glass, loads="simple_shear xy")  # compiles kernels
    lines = [HEADER]
    for copies in COPIES:
        sample = repeated(glass, copies)
        one = seconds(lambda sample=sample: predict(model, sample, loads="simple_shear xy"))
        every = seconds(lambda sample=sample: scan(model, sample))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        loading = "-"
        if copies == 1:
            loading = f"{seconds(lambda: deform(glass, simple_shear('xy'), PATH, relaxer=NewtonRelaxer(glass))):.3g} s"
        lines.append(
            f"| {len(sample)} | {one:.3g} s | {every:.3g} s | {every / one:.2g} | {peak} | {loading} |"
        )
        print(lines[-1], flush=True)
    text = "\n".join(lines) + "\n"
    if out:
        write_text(out, text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
