"""Cost of D2min by cutoff and system size: one thread, compared with OVITO on all its threads.

Run as ``python tests/benchmarks/nonaffine_cost.py [table.md]``; without a path the table is
printed. Both times include the neighbour search. Absolute times depend on the machine.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
from ovito.data import DataCollection
from ovito.modifiers import AtomicStrainModifier
from ovito.pipeline import Pipeline, StaticSource

from helpers import disordered
from mechanist.core.atomic import write_text
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

CUTOFFS: Final = (1.5, 2.0, 2.5)
SIZES: Final = (1000, 2000, 4000, 8000, 16000)
N: Final = 4000
REPEATS: Final = 5


def seconds(call: Callable[[], object]) -> float:
    """Return the least CPU time of a few calls, after a call that compiles."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def states(n: int) -> tuple[Configuration, Configuration]:
    """Return a dense 3D configuration, and the same sheared by 5 % with random displacements."""
    rng = np.random.default_rng(n)
    c = disordered(rng, n=n)
    f = np.eye(3)
    f[0, 1] = 0.05
    return c, c.moved(c.positions @ f.T + 0.05 * rng.normal(size=(n, 3)), c.cell @ f.T)


def source(c: Configuration) -> StaticSource:
    """Return a configuration as an OVITO source."""
    data = DataCollection()
    data.create_cell(np.column_stack([c.cell.T, np.zeros(3)]), pbc=(True, True, True))
    particles: Any = data.create_particles(count=len(c))
    particles.create_property("Position", data=c.positions)
    return StaticSource(data=data)


def by_ovito(reference: Configuration, deformed: Configuration, cutoff: float) -> FloatArray:
    """Return the summed D2min of OVITO's atomic strain modifier."""
    modifier = AtomicStrainModifier(
        cutoff=cutoff,
        output_nonaffine_squared_displacements=True,
        minimum_image_convention=True,
    )
    modifier.reference = source(reference)
    pipeline = Pipeline(source=source(deformed))
    pipeline.modifiers.append(modifier)
    return np.array(pipeline.compute().particles["Nonaffine Squared Displacement"])


def against_ovito() -> list[str]:
    """Return table rows by cutoff."""
    reference, deformed = states(N)
    rows = [
        f"| {N} particles in 3D, cutoff | neighbours | ours, CPU s | pairs known | OVITO | difference |",
        "|---|---|---|---|---|---|",
    ]
    for cutoff in CUTOFFS:
        known = find_neighbours(reference, cutoff)
        ours = seconds(lambda r=cutoff: d2min(reference, deformed, r))
        again = seconds(lambda r=cutoff, k=known: d2min(reference, deformed, r, neighbours=k))
        theirs = seconds(lambda r=cutoff: by_ovito(reference, deformed, r))
        difference = np.abs(
            d2min(reference, deformed, cutoff).total - by_ovito(reference, deformed, cutoff)
        ).max()
        rows.append(
            f"| {cutoff:g} | {known.counts.mean():.1f} | {ours:.4f} | {again:.4f} | {theirs:.4f} |"
            f" {difference:.1e} |"
        )
    return rows


def against_size(cutoff: float = 2.0) -> list[str]:
    """Return table rows by number of particles, and the exponent of a power law."""
    pairs = [states(n) for n in SIZES]
    times = [seconds(lambda s=pair: d2min(*s, cutoff)) for pair in pairs]
    exponent = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
    return [
        "| particles | " + " | ".join(str(n) for n in SIZES) + " | exponent |",
        "|---" * (len(SIZES) + 2) + "|",
        "| CPU s | " + " | ".join(f"{t:.4f}" for t in times) + f" | {exponent:.2f} |",
    ]


def main() -> None:
    """Print the tables, or write them to the path given."""
    text = "\n".join([*against_ovito(), "", *against_size(), ""])
    if len(sys.argv) > 1:
        write_text(Path(sys.argv[1]), text)
    else:
        print(text)


if __name__ == "__main__":
    main()
