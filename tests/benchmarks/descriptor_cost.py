"""Cost of descriptors: CPU time on one thread, compared with DScribe and by system size.

Run as ``python tests/benchmarks/descriptor_cost.py [table.md]``; without a path the table is
printed. Absolute times depend on the machine; ratios and exponents are transferable.
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
from ase import Atoms
from dscribe.descriptors import ACSF

from helpers import disordered
from mechanist.describe.descriptor import Descriptor, load_descriptor
from mechanist.describe.structure_functions import ANGULAR_GRID, StructureFunctions
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load
from mechanist.mechanics.neighbours import find_neighbours

KINDS: Final = (
    "structure_functions",
    "rotation_invariants",
    "joint_invariants",
    "local_structure",
)
SIZES: Final = (500, 1000, 2000, 4000, 8000)
REPEATS: Final = 3


def seconds(call: Callable[[], object]) -> float:
    """Return the least CPU time of a few calls, after a call that compiles."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def dense(n: int, dimension: int) -> Configuration:
    """Return ``n`` particles at the density of a Kob-Andersen glass."""
    return disordered(np.random.default_rng(n), n=n, dimension=dimension)


def dscribe_engine(cutoff: float, *, radial: bool) -> ACSF:
    """Return DScribe's symmetry functions on Cubuk's grid, radial or angular."""
    return ACSF(
        species=["H", "He"],
        r_cut=cutoff,
        g2_params=[[50.0, 0.1 * k] for k in range(50)] if radial else None,
        g4_params=None if radial else [[xi**-2, z, s] for xi, s, z in ANGULAR_GRID],
        periodic=True,
    )


def against_dscribe(n: int = 4000) -> list[str]:
    """Return table rows that compare structure functions with DScribe, with neighbour search."""
    c = dense(n, 3)
    atoms = Atoms(numbers=c.species + 1, positions=c.positions, cell=c.cell, pbc=True)
    rows = [
        f"| {n} particles in 3D, CPU s | ours | DScribe | ratio |",
        "|---|---|---|---|",
    ]
    for label, cutoff, radial in (("50 x 2 radial", 5.0, True), ("22 x 3 angular", 2.5, False)):
        descriptor = StructureFunctions(radial_cutoff=cutoff, angular_cutoff=cutoff)
        part = descriptor.radial if radial else descriptor.angular
        engine = dscribe_engine(cutoff, radial=radial)
        mine = seconds(lambda f=part, r=cutoff: f(c, find_neighbours(c, r)))  # type: ignore[misc]
        start = time.process_time()
        engine.create(atoms, n_jobs=1)
        theirs = time.process_time() - start
        rows.append(
            f"| {label}, cutoff {cutoff} | {mine:.2f} | {theirs:.2f} | {theirs / mine:.1f} |"
        )
    return rows


def cost(descriptor: Descriptor, c: Configuration) -> float:
    """Return the CPU seconds of describing ``c`` once."""
    load = random_load(c.dimension, np.random.default_rng(0))
    return seconds(lambda: descriptor(c, load=load))


def against_size() -> list[str]:
    """Return table rows with the cost of each descriptor and its exponent in the system size."""
    rows = [
        "| descriptor | columns | " + " | ".join(f"N = {n}" for n in SIZES) + " | exponent |",
        "|---|---|" + "---|" * (len(SIZES) + 1),
    ]
    for dimension in (2, 3):
        for kind in KINDS:
            descriptor = load_descriptor(kind)
            load = random_load(dimension, np.random.default_rng(0))
            width = len(descriptor(dense(SIZES[0], dimension), load=load).names)
            times = [cost(descriptor, dense(n, dimension)) for n in SIZES]
            exponent = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
            cells = " | ".join(f"{t:.3f}" for t in times)
            rows.append(f"| {kind}, {dimension}D | {width} | {cells} | {exponent:.2f} |")
    return rows


def report() -> str:
    """Return the tables in Markdown."""
    return "\n".join(
        [
            "### Descriptors",
            "",
            "One thread, fastest of three calls after compilation; neighbour search included.",
            "",
            *against_dscribe(),
            "",
            "CPU seconds for all columns, and the slope of a log-log fit against the number of",
            "particles:",
            "",
            *against_size(),
            "",
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(report(), encoding="utf-8")
    else:
        print(report())
