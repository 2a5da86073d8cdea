"""Cost of polycrystals: CPU time by grid, by step length and by acceleration of the solver.

Run as ``python tests/benchmarks/polycrystal_cost.py [table.md]``; without a path the table is
printed. Runs are tension tests in frames of 1 % strain, up to 13 %, with the default copper.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
import yaml

from mechanist.core.rotations import rotation_angle
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.crystal_elasticity import WEIGHTS
from mechanist.simulate import polycrystal_step
from mechanist.simulate.crystal_law_point import drive
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_system import Material
from mechanist.simulate.voronoi import voronoi_polycrystal

MATERIAL: Final = Material.from_entry(
    yaml.safe_load((ROOT / "config/config.yaml").read_text())["crystal"]["materials"]["copper"]
)
#: Number of voxels along an edge, and number of grains.
GRIDS: Final = ((8, 20), (12, 40), (16, 60), (24, 120), (32, 200))
STRAIN: Final = 0.13
FRAMES: Final = 13
SUBSTEPS: Final = 2
#: Steps per frame; the finest is the reference.
DIVISIONS: Final = (1, 2, 4, 16)
#: Acceleration depth and softening of the reference medium, each switched on or off.
VARIANTS: Final = {
    "both": (polycrystal_step.DEPTH, polycrystal_step.SOFTENING),
    "elastic medium": (polycrystal_step.DEPTH, 0.0),
    "no acceleration": (0, polycrystal_step.SOFTENING),
    "neither": (0, 0.0),
}


def microstructure(edge: int, grains: int) -> Microstructure:
    """Return the same random polycrystal for every variant."""
    return Microstructure(*voronoi_polycrystal((edge,) * 3, grains, np.random.default_rng(edge)))


def timed(
    micro: Microstructure, *, substeps: int = SUBSTEPS, frames: int = FRAMES, patience: int = 300
) -> tuple[float, PolycrystalRun]:
    """Return the CPU seconds and the run."""
    path = StrainPath.even(STRAIN * frames / FRAMES, frames, substeps=substeps)
    start = time.process_time()
    run = simulate("b-0000", micro, MATERIAL.crystal, MATERIAL.law, path, max_iterations=patience)
    return time.process_time() - start, run


def by_grid() -> list[str]:
    """Return table rows by number of voxels, with final stress and mean rotation; a power law."""
    rows = [
        "| voxels | grains | CPU s | us/voxel/step | stress, MPa | rotation, deg | Taylor: CPU s | MPa |",
        "|---|---|---|---|---|---|---|---|",
    ]
    seconds = []
    for edge, grains in GRIDS:
        micro = microstructure(edge, grains)
        cpu, run = timed(micro)
        seconds.append(cpu)
        turned = rotation_angle(run.orientations[0], run.orientations[-1]).mean()
        start = time.process_time()
        taylor = drive(
            MATERIAL.crystal, MATERIAL.law, micro.orientations.reshape(-1, 4),
            Loading.uniaxial("z", 1e-3), strain=STRAIN, steps=FRAMES * SUBSTEPS, coupling="taylor",
        )  # fmt: skip
        upper = time.process_time() - start
        rows.append(
            f"| {edge}^3 | {grains} | {cpu:.2f} | {1e6 * cpu / edge**3 / FRAMES / SUBSTEPS:.1f} |"
            f" {run.curve[-1, 1]:.1f} | {turned:.2f} | {upper:.2f} |"
            f" {taylor.stress[-1, :, 2, 2].mean():.1f} |"
        )
    exponent = np.polyfit(np.log([edge**3 for edge, _ in GRIDS]), np.log(seconds), 1)[0]
    return [*rows, "", f"CPU time scales with the number of voxels to the power {exponent:.2f}."]


def mises(run: PolycrystalRun) -> np.ndarray:
    """Return the equivalent stress of the last frame."""
    s = run.stress[-1] * WEIGHTS
    s[..., :3] -= s[..., :3].mean(axis=-1, keepdims=True)
    return np.asarray(np.sqrt(1.5 * (s**2).sum(axis=-1)))


def by_step() -> list[str]:
    """Return table rows by step length, with the deviations from the finest run."""
    micro = microstructure(*GRIDS[0])
    runs = {n: timed(micro, substeps=n) for n in DIVISIONS}
    finest = runs[DIVISIONS[-1]][1]
    rows = [
        f"| {GRIDS[0][0]}^3, steps per frame | CPU s | error of stress, % | of its field, % | of rotation, deg |",
        "|---|---|---|---|---|",
    ]
    for n, (cpu, run) in runs.items():
        mean = 100 * (run.curve[-1, 1] / finest.curve[-1, 1] - 1)
        field = 100 * np.sqrt(((mises(run) - mises(finest)) ** 2).mean()) / mises(finest).mean()
        apart = rotation_angle(run.orientations[-1], finest.orientations[-1]).mean()
        rows.append(f"| {n} | {cpu:.2f} | {mean:.2f} | {field:.2f} | {apart:.3f} |")
    return rows


def by_variant(frames: int = 3) -> list[str]:
    """Return table rows by acceleration of the solver."""
    micro = microstructure(*GRIDS[0])
    rows = [f"| {GRIDS[0][0]}^3, {frames} % | CPU s | stress, MPa |", "|---|---|---|"]
    kept = polycrystal_step.DEPTH, polycrystal_step.SOFTENING
    for name, chosen in VARIANTS.items():
        set_choices(*chosen)
        cpu, run = timed(micro, frames=frames, patience=2000)
        rows.append(f"| {name} | {cpu:.2f} | {run.curve[-1, 1]:.2f} |")
    set_choices(*kept)
    return rows


def set_choices(depth: int, softening: float) -> None:
    """Set the acceleration depth and the softening of the solver."""
    vars(polycrystal_step).update(DEPTH=depth, SOFTENING=softening)


def main() -> None:
    """Print the tables, or write them to the path given."""
    timed(microstructure(4, 4), frames=1)  # compiles
    text = "\n".join([*by_grid(), "", *by_step(), "", *by_variant(), ""])
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
