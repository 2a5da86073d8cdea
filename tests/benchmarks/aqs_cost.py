"""Cost of glasses: CPU time of a quench step and of an AQS step against the number of particles.

Run as ``python tests/benchmarks/aqs_cost.py [table.md]``; without a path the table is printed. The
same glass is deformed by the trust-region Newton method and by LAMMPS's conjugate gradients. The
last two columns give the strain up to which both stresses agree, and their largest difference up to
that strain. Absolute times depend on the machine; ratios are transferable.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np

from glasses import FLAT, SOLID
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import LoadPath
from mechanist.mechanics.loads import simple_shear
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.lammps_engine import LammpsEngine, LammpsRelaxer
from mechanist.simulate.minimisation import Relaxed
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation, GlassSystem
from mechanist.simulate.quasistatic import deform

#: Dimension and number of particles.
SIZES: Final = ((2, 250), (2, 1000), (2, 4000), (3, 1000), (3, 4000))
#: Largest system for LAMMPS by dimension; conjugate gradients take minutes beyond it in 3D.
LARGEST_FOR_LAMMPS: Final = {2: 4000, 3: 1000}
DEFORMATION: Final = Deformation(step=0.002, frames=(0.04,), probe=0.002, force_tolerance=1e-4)
#: Quench steps by dimension, as in the default configuration.
QUENCH_STEPS: Final = {2: 20_000, 3: 4_000}
SAME_STRESS: Final = 1e-3
HEADER: Final = (
    "| d | N | quench step (us per particle) | AQS step, Newton (ms) | AQS step, LAMMPS cg (ms) |"
    " ratio | same stress up to strain | difference |\n|---|---|---|---|---|---|---|---|"
)
T = TypeVar("T")


class AsItIs:
    """Relaxer that leaves positions unchanged, so that only the dynamics is timed."""

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        """Return ``positions``."""
        return Relaxed(positions, np.nan, np.zeros_like(cell), tolerance, 0)


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """Return the result of a call and its CPU seconds."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def system_of(dimension: int, particles: int) -> GlassSystem:
    """Return a fast-quenched Kob-Andersen system."""
    model = FLAT if dimension == 2 else SOLID
    plan = dataclasses.replace(model.quench, melt_steps=2000, quench_steps=QUENCH_STEPS[dimension])
    return dataclasses.replace(model, particles=particles, quench=plan, deformation=DEFORMATION)


def agreement(one: LoadPath, other: LoadPath) -> tuple[float, float]:
    """Return the strain up to which two stress curves agree, and their largest gap up to it."""
    gap = np.abs(one.curve["stress"] - other.curve["stress"])
    same = np.cumsum(gap > SAME_STRESS) == 0
    return float(one.curve["strain"][same][-1]), float(gap[same].max())


def row(dimension: int, particles: int) -> str:
    """Return one row of the table."""
    system = system_of(dimension, particles)
    rng = generator(1, "benchmark", str(particles))
    start = starting_lattice(system, rng)
    (thermal, _), melting = timed(lambda: quench(system, start, rng, relaxer=AsItIs()))
    newton = NewtonRelaxer(start)
    relaxed = newton.relax(thermal.positions, thermal.cell, tolerance=1e-8)
    c = thermal.moved(relaxed.positions, thermal.cell)
    steps = system.quench.melt_steps + system.quench.quench_steps
    per_step = 1e6 * melting / steps / particles
    path, seconds = timed(lambda: deform(c, simple_shear("xy"), DEFORMATION, relaxer=newton))
    strains = len(DEFORMATION.strains)
    cells = [str(dimension), str(particles), f"{per_step:.3f}", f"{1e3 * seconds / strains:.1f}"]
    if particles <= LARGEST_FOR_LAMMPS[dimension]:
        rival, rival_seconds = timed(lambda: by_lammps(c))
        strain, gap = agreement(path, rival)
        cells += [
            f"{1e3 * rival_seconds / strains:.1f}",
            f"{rival_seconds / seconds:.1f}",
            f"{strain:.3f}",
            f"{gap:.1e}",
        ]
    else:
        cells += ["", "", "", ""]
    return "| " + " | ".join(cells) + " |"


def by_lammps(c: Configuration) -> LoadPath:
    """Deform with LAMMPS's conjugate gradients."""
    with LammpsEngine(c) as engine:
        return deform(c, simple_shear("xy"), DEFORMATION, relaxer=LammpsRelaxer(engine))


def main(arguments: list[str]) -> None:
    """Write or print the table."""
    for dimension in (2, 3):
        row(dimension, 120)  # compiles
    table = "\n".join([HEADER, *(row(*size) for size in SIZES)]) + "\n"
    if arguments:
        Path(arguments[0]).write_text(table, encoding="utf-8")
    else:
        print(table, end="")


if __name__ == "__main__":
    main(sys.argv[1:])
