"""How often kept models report a glass as outside what they have seen, by how the glass was made.

Run as ``python tests/benchmarks/known_range.py [table.md] [--models workflow/models/ka2d/joint ...] [--samples 5]
[--config config/smoke.yaml]``; without a path the table is printed, and by default the models are those that come with the
workflow. Glasses of the models' own system are quenched with
new random numbers, as the configuration says and then with one thing changed. Minutes to an hour.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
import yaml
from snakemake.utils import update_config

from mechanist.core.atomic import write_text
from mechanist.core.seeds import generator
from mechanist.mechanics.loads import simple_shear
from mechanist.predict.kept_files import read_kept
from mechanist.predict.particle_predictions import predict_particles
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import GlassSystem

#: New random numbers, which no run of the workflow draws.
SEED: Final = 990_001


def changed_quench(factor: float) -> Callable[[GlassSystem], GlassSystem]:
    """Return a change of the time of cooling."""

    def change(system: GlassSystem) -> GlassSystem:
        steps = max(1, round(factor * system.quench.quench_steps))
        return replace(system, quench=replace(system.quench, quench_steps=steps))

    return change


CHANGES: Final[dict[str, Callable[[GlassSystem], GlassSystem]]] = {
    "none": lambda system: system,
    "density 2 % lower": lambda system: replace(system, density=0.98 * system.density),
    "density 2 % higher": lambda system: replace(system, density=1.02 * system.density),
    "small particles 5 points fewer": lambda system: replace(
        system, minority_fraction=(system.minority_fraction or 0.0) - 0.05
    ),
    "small particles 5 points more": lambda system: replace(
        system, minority_fraction=(system.minority_fraction or 0.0) + 0.05
    ),
    "cooled ten times faster": changed_quench(0.1),
    "cooled three times slower": changed_quench(3.0),
    "twice as many particles": lambda system: replace(system, particles=2 * system.particles),
}


def main() -> None:
    """Quench, ask the models, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, nargs="?")
    released = sorted((ROOT / "workflow/models/ka2d").iterdir())
    parser.add_argument("--models", type=Path, nargs="+", default=released)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--config", type=Path)
    given = parser.parse_args()
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    if given.config:
        update_config(settings, yaml.safe_load(given.config.read_text()))
    models = [read_kept(folder) for folder in given.models]
    (name_of_system,) = {model.system for model in models}
    system = GlassSystem.from_entry(name_of_system, settings["glass"]["systems"][name_of_system])
    shear = {"shear": simple_shear("xy")}
    heads = [f"`{m.name}`: reported | median distance / limit" for m in models]
    lines = [f"| change | {' | '.join(heads)} |", "|---" * (1 + 2 * len(models)) + "|"]
    for name, change in CHANGES.items():
        made = change(system)
        distances: list[list[float]] = []
        for k in range(given.samples * (2 if name == "none" else 1)):
            rng = generator(SEED, name, str(k))
            start = starting_lattice(made, rng)
            glass, _ = quench(made, start, rng, relaxer=NewtonRelaxer(start))
            told = [predict_particles(model, glass, shear).distance for model in models]
            distances.append([d / m.known.limit for d, m in zip(told, models, strict=True)])
        cells = [
            f"{sum(d > 1 for d in mine)}/{len(mine)} | {np.median(mine):.2f}"
            for mine in zip(*distances, strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    text = (
        "\n".join(lines) + "\n\nOf glasses made alike, one in twenty is reported by construction.\n"
    )
    if given.table:
        write_text(given.table, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
