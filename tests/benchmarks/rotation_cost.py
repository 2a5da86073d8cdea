"""Cost of predicting a polycrystal by released surrogates, beside the engine on the same grid.

Run as ``python tests/benchmarks/rotation_cost.py [table.md]``; without a path the table is printed. CPU
seconds on one thread; engine and surrogates are run in turn on each grid, to a strain of 13 %, after a
first small run that compiles kernels. The last table is the price of cutting a map into blocks, whose
misfit then ends at their margin.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow")]

import numpy as np

from mechanist.api import load_surrogate, predict_rotations
from mechanist.core.rotations import rotation_angle
from mechanist.predict.voxel_fields import Blocks
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.voronoi import voronoi_polycrystal

MODELS: Final = ("gru_plastic", "taylor_plastic", "gru")
FOLDER: Final = ROOT / "workflow" / "models" / "crystal" / "fcc8"
#: Voxels along an edge, and number of grains.
GRIDS: Final = ((8, 20), (16, 100))
#: Voxels of a long map that is cut along x, number of grains, and edge of a block.
CUT: Final = ((64, 12, 12), 130, 16)
#: Margins of blocks by model; one that reads neighbours alone needs none.
MARGINS: Final = {"taylor_plastic": (0, 4, 8, 12, 16, 20), "gru": (0, 4)}
PATH: Final = StrainPath.even(0.13, 13)
Made = TypeVar("Made")


def timed(call: Callable[[], Made]) -> tuple[float, Made]:
    """Return the CPU time of a call and its result."""
    start = time.process_time()
    made = call()
    return time.process_time() - start, made


def polycrystal(edge: int, grains: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same random polycrystal for every model."""
    return voronoi_polycrystal((edge,) * 3, grains, np.random.default_rng(edge))


def by_grid() -> list[str]:
    """Return table rows by grid and model."""
    models = {name: load_surrogate(FOLDER / name) for name in MODELS}
    material = models["gru"].matter()
    rows = [
        "| voxels | grains | model | engine, CPU s | prediction, CPU s | ratio | relative misorientation |",
        "|---|---|---|---|---|---|---|",
    ]
    for edge, number in GRIDS:
        grains, start = polycrystal(edge, number)
        micro = Microstructure(grains, start)
        engine, run = timed(
            lambda micro=micro: simulate("b", micro, material.crystal, material.law, PATH)
        )
        true = run.orientations[-1]
        turned = rotation_angle(start, true).mean()
        for name, model in models.items():
            cpu, found = timed(lambda model=model, start=start: predict_rotations(model, start))
            off = rotation_angle(found.orientations(-1), true).mean() / turned
            rows.append(
                f"| {edge}^3 | {number} | {name} | {engine:.2f} | {cpu:.2f} | {engine / cpu:.1f} |"
                f" {off:.2f} |"
            )
            print(rows[-1], flush=True)
    return rows


def by_margin() -> list[str]:
    """Return table rows by the margin of blocks: how far a map in blocks is from the whole."""
    shape, number, core = CUT
    _, start = voronoi_polycrystal(shape, number, np.random.default_rng(1))
    rows = [
        f"| {' x '.join(map(str, shape))} in blocks of {core} along x, margin | model | change, degrees | of a mean rotation, degrees |",
        "|---|---|---|---|",
    ]
    for name, margins in MARGINS.items():
        model = load_surrogate(FOLDER / name)
        whole = predict_rotations(model, start)
        for margin in margins:
            cut = predict_rotations(model, start, blocks=Blocks(1, core, margin))
            change = rotation_angle(cut.orientations(-1), whole.orientations(-1)).mean()
            rows.append(
                f"| {margin} | {name} | {change:.3f} | {whole.angles[..., -1].mean():.2f} |"
            )
            print(rows[-1], flush=True)
    return rows


def main(out: Path | None) -> None:
    """Measure, and write the tables."""
    _, start = polycrystal(4, 4)
    for name in MODELS:
        predict_rotations(load_surrogate(FOLDER / name), start)
    material = load_surrogate(FOLDER / "gru").matter()
    small = Microstructure(*polycrystal(4, 4))
    simulate("w", small, material.crystal, material.law, StrainPath.even(0.01, 1))
    text = "\n".join([*by_grid(), "", *by_margin()]) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
