"""Whether the direction in which a particle is predicted to be weakest is the one in which it yields.

Run as ``python tests/benchmarks/scan_directions.py [table.md] [--model workflow/models/ka2d/joint]
[--glasses 2] [--config config/smoke.yaml]``; without a path the table is printed. Glasses of the model's own system are
quenched with new random numbers and deformed quasistatically in twelve directions; a scan of the model
predicts the same directions from the state before. In the control, the directions of each particle's
predictions are turned by a random angle of its own, which keeps how weak the particle is and how much that depends on
the direction. About a minute a glass.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
import yaml
from scipy.stats import rankdata
from snakemake.utils import update_config

from mechanist.core.atomic import write_text
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.describe.plasticity_targets import plastic_targets
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Sample
from mechanist.predict.kept_files import read_kept
from mechanist.predict.load_scan import scan_loads
from mechanist.predict.plastic_odds import most_plastic
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import GlassSystem
from mechanist.simulate.quasistatic import deform

#: New random numbers, which no run of the workflow draws.
SEED: Final = 990_002
#: Every third of the 36 directions of a scan: 15 degrees between axes of tension.
EVERY: Final = 3
HEADER: Final = (
    "| glass | strain | over directions, of each particle | of the most plastic tenth |"
    " over particles, in each direction | weakest within 30 degrees | of the most plastic tenth |\n"
    "|---|---|---|---|---|---|---|"
)


def loaded(
    glass: Configuration,
    system: GlassSystem,
    tensors: FloatArray,
    targets: list[str],
    cutoff: float,
) -> FloatArray:
    """Return targets of every particle in every direction, shape (n, n_directions, n_targets)."""
    relaxer = NewtonRelaxer(glass)
    loads = {
        f"direction_{k:02d}": deform(glass, tensor, system.deformation, relaxer=relaxer)
        for k, tensor in enumerate(tensors)
    }
    sample = Sample("scanned", system.name, SEED, glass, loads, units="lj")
    strains = list(system.deformation.frames)
    tables = plastic_targets(sample, cutoff=cutoff, strains=strains)
    return np.stack([table[targets].to_numpy(float) for table in tables], axis=1)


def rank_correlation(first: FloatArray, second: FloatArray, axis: int) -> FloatArray:
    """Return Spearman's correlation along an axis of two arrays of shape (n, n_directions)."""
    a, b = (rankdata(values, axis=axis) for values in (first, second))
    a, b = (ranks - ranks.mean(axis=axis, keepdims=True) for ranks in (a, b))
    norm = np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))
    return np.asarray((a * b).sum(axis=axis) / norm)


def cells(truth: FloatArray, predicted: FloatArray) -> list[str]:
    """Return the numbers of one row for arrays of shape (n, n_directions)."""
    n_directions = truth.shape[1]
    plastic = most_plastic(truth.max(axis=1), 0.1)
    along = rank_correlation(truth, predicted, 1)
    across = rank_correlation(truth, predicted, 0)
    apart = np.abs(truth.argmax(axis=1) - predicted.argmax(axis=1))
    # Axes of tension repeat after 180 degrees; two steps of 15 degrees are 30.
    near = np.minimum(apart, n_directions - apart) <= 2
    return [
        f"{along.mean():.3f}",
        f"{along[plastic].mean():.3f}",
        f"{across.mean():.3f}",
        f"{100 * near.mean():.0f} %",
        f"{100 * near[plastic].mean():.0f} %",
    ]


def main() -> None:
    """Quench, scan, deform, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--model", type=Path, default=ROOT / "workflow/models/ka2d/joint")
    parser.add_argument("--glasses", type=int, default=2)
    parser.add_argument("--config", type=Path)
    given = parser.parse_args()
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    if given.config:
        update_config(settings, yaml.safe_load(given.config.read_text()))
    model, block = read_kept(given.model), settings["glass"]
    system = GlassSystem.from_entry(model.system, block["systems"][model.system])
    strains = [s for s in model.strains if s in system.deformation.frames]
    lines = [HEADER]
    for k in range(given.glasses):
        rng = generator(SEED, "glass", str(k))
        start = starting_lattice(system, rng)
        glass, _ = quench(system, start, rng, relaxer=NewtonRelaxer(start))
        scan = scan_loads(model, glass)
        cutoff = block["targets"]["neighbour_cutoff"]
        targets = [model.targets[model.strains.index(strain)] for strain in strains]
        truth = loaded(glass, system, scan.tensors[::EVERY], targets, cutoff)
        predicted = scan.predictions[:, ::EVERY]
        n, n_directions = predicted.shape[:2]
        turned = (np.arange(n_directions) + rng.integers(n_directions, size=(n, 1))) % n_directions
        for j, strain in enumerate(strains):
            said = predicted[:, :, model.strains.index(strain)]
            control = np.take_along_axis(said, turned, axis=1)
            for name, values in ((str(k + 1), said), (f"{k + 1}, control", control)):
                row = [name, f"{strain:g}", *cells(truth[:, :, j], values)]
                lines.append("| " + " | ".join(row) + " |")
                print(lines[-1], file=sys.stderr, flush=True)
    text = "\n".join(lines) + "\n\nBy chance, 5 of 12 directions (42 %) are within 30 degrees.\n"
    if given.table:
        write_text(given.table, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
