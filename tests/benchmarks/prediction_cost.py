"""Cost of predicting a glass by a released model, beside loading it: CPU seconds on one thread.

Run as ``python tests/benchmarks/prediction_cost.py [table.md]``; without a path the table is printed.
Larger samples repeat the same glass. Each size runs in a process of its own, whose largest memory is
given: after one load, after a scan of all directions, and of the whole job of the workflow, which reads
a dump, predicts one load and writes table, dump and extended XYZ. "Loading" is one athermal quasistatic
path to a strain of 4 %, measured for one sample of the smallest size. Absolute times depend on the machine.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import itertools
import multiprocessing
import resource
import sys
import tempfile
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
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.mechanics.loads import simple_shear
from mechanist.predict.predict_glass import predict_glass as predict_job
from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation
from mechanist.simulate.quasistatic import deform

MODEL: Final = ROOT / "workflow" / "models" / "ka2d" / "joint"
PARTICLES: Final = 1000
#: Copies of the glass along its first two cell vectors.
COPIES: Final = ((1, 1), (2, 5), (10, 10), (25, 40))
LOAD: Final = "simple_shear xy"
PATH: Final = Deformation(step=0.002, frames=(0.04,), probe=0.002, force_tolerance=1e-4)
HEADER: Final = (
    "| particles | one load | us a particle | all directions | ratio | memory: one load | all directions |"
    " whole job | memory | loading to 4 %, us a particle |"
    "\n|---|---|---|---|---|---|---|---|---|---|"
)


def seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def peak() -> int:
    """Return the largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def glass_of(particles: int) -> Configuration:
    """Return a fast-quenched glass."""
    system = replace(FLAT, particles=particles)
    rng = generator(1, "prediction-cost")
    start = starting_lattice(system, rng)
    glass, _ = quench(system, start, rng, relaxer=NewtonRelaxer(start))
    return glass


def repeated(glass: Configuration, copies: tuple[int, int]) -> Configuration:
    """Return a glass repeated along its first two cell vectors."""
    steps = itertools.product(*map(range, copies))
    shifts = [i * glass.cell[0] + j * glass.cell[1] for i, j in steps]
    cell = glass.cell.copy()
    cell[:2] *= np.array(copies)[:, None]
    return replace(
        glass,
        positions=np.vstack([glass.positions + shift for shift in shifts]),
        cell=cell,
        species=np.tile(glass.species, len(shifts)),
    )


def frame_of(sample: Configuration) -> TrajectoryFrame:
    """Return a sample as the frame of a dump."""
    return TrajectoryFrame(
        timestep=0,
        ids=np.arange(1, len(sample) + 1),
        species=sample.species,
        labels=("1", "2"),
        positions=sample.positions,
        cell=sample.cell,
    )


def in_memory(glass: Configuration, copies: tuple[int, int]) -> tuple[float, int, float, int]:
    """Return CPU time and memory of one load, and of all directions."""
    model, sample = load_model(MODEL), repeated(glass, copies)
    for call in (predict, scan):
        call(model, glass, **({"loads": LOAD} if call is predict else {}))  # compiles kernels
    one = seconds(lambda: predict(model, sample, loads=LOAD).table)
    memory = peak()
    every = seconds(lambda: scan(model, sample).weakest)
    return one, memory, every, peak()


def whole_job(folder: Path) -> tuple[float, int]:
    """Return CPU time and memory of the job that predicts ``sample.dump`` in a folder."""
    entry = sheet_entry(folder / "sample.dump")
    names = ("particles.parquet", "summary.json", "state.h5", "particles.xyz", "particles.dump")
    files = [folder / name for name in names]
    spent = seconds(lambda: predict_job(MODEL, *files, entry=entry, place="benchmark"))
    return spent, peak()


def sheet_entry(dump: Path) -> GlassPredictionEntry:
    """Return the entry of a sample under one load."""
    return {
        "path": str(dump),
        "format": "lammps_dump",
        "species": {"1": "A", "2": "B"},
        "dimension": 2,
        "units": "lj",
        "loads": [{"type": "simple_shear", "plane": "xy", "sense": 1}],
    }


def row(glass: Configuration, copies: tuple[int, int]) -> str:
    """Return one row of the table; each part is measured in a process that has done nothing else."""
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = repeated(glass, copies)
        write_lammps_dump(folder / "sample.dump", [frame_of(sample)])
        with fresh.Pool(1) as pool:
            one, memory, every, most = pool.apply(in_memory, (glass, copies))
        with fresh.Pool(1) as pool:
            job, job_memory = pool.apply(whole_job, (folder,))
    loading = "-"
    if copies == (1, 1):
        relaxer = NewtonRelaxer(glass)
        spent = seconds(lambda: deform(glass, simple_shear("xy"), PATH, relaxer=relaxer))
        loading = f"{1e6 * spent / len(glass):.3g}"
    n = len(sample)
    cells = (
        *(str(n), f"{one:.3g} s", f"{1e6 * one / n:.3g}", f"{every:.3g} s", f"{every / one:.2f}"),
        *(f"{memory} MB", f"{most} MB", f"{job:.3g} s", f"{job_memory} MB", loading),
    )
    return "| " + " | ".join(cells) + " |"


def main(out: Path | None) -> None:
    """Measure, and write the table."""
    glass = glass_of(PARTICLES)
    deform(
        glass_of(120), simple_shear("xy"), PATH, relaxer=NewtonRelaxer(glass_of(120))
    )  # compiles
    lines = [HEADER]
    for copies in COPIES:
        lines.append(row(glass, copies))
        print(lines[-1], flush=True)
    if out:
        write_text(out, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
