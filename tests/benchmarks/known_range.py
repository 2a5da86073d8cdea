"""How often kept models report a glass as outside what they have seen, by how the glass was made.

Run as ``python tests/benchmarks/known_range.py [table.md] [--models workflow/models/ka2d/joint ...] [--unchanged 60]
[--samples 19] [--config config/smoke.yaml]``; without a path the table is printed, and by default the models are those
that come with the workflow. Glasses of the models' own system are quenched with new random numbers, as the configuration
says and then with one thing changed. Sixty unchanged glasses tell a rate of one in twenty from one in seven, and
76 of another density or composition show that at least 95 % of such glasses are reported, if all are. A glass takes
about three CPU seconds, and the table is written anew after every row.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
import yaml
from scipy import stats
from snakemake.utils import update_config

from mechanist.assess.shares import LEVEL
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


#: What is changed in glasses of another density or composition, which count together.
OTHER_MATERIAL: Final = ("density", "small particles")


def told(outside: Sequence[bool]) -> str:
    """Return how many glasses are reported, with Wilson's interval of the share."""
    k, n = sum(outside), len(outside)
    ends = stats.binomtest(k, n).proportion_ci(LEVEL, method="wilson")
    return f"{k}/{n}, {k / n:.0%} [{ends.low:.0%}, {ends.high:.0%}]"


def summary(names: Sequence[str], distances: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Return the shares of false alarms and of glasses of another material that are reported.

    Parameters
    ----------
    names : sequence of str
        Names of the models.
    distances : mapping of str to sequence of sequence of float
        Distance from what each model has seen, as multiples of its limit, of each glass by change.
    """
    groups = {
        "made alike (false alarms)": [name for name in distances if name == "none"],
        "another density or composition": [n for n in distances if n.startswith(OTHER_MATERIAL)],
    }
    lines = [f"| glasses | {' | '.join(f'`{n}`: reported' for n in names)} |"]
    lines.append("|---" * (1 + len(names)) + "|")
    for group, changes in groups.items():
        glasses = [glass for change in changes for glass in distances[change]]
        if glasses:
            cells = [told([d > 1 for d in mine]) for mine in zip(*glasses, strict=True)]
            lines.append(f"| {group} | {' | '.join(cells)} |")
    lines += ["", f"Intervals hold the true share with {LEVEL:.0%}; 5 % of false alarms are meant."]
    return "\n".join(lines)


def main() -> None:
    """Quench, ask the models, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, nargs="?")
    released = sorted((ROOT / "workflow/models/ka2d").iterdir())
    parser.add_argument("--models", type=Path, nargs="+", default=released)
    parser.add_argument("--unchanged", type=int, default=60, help="glasses without a change")
    parser.add_argument("--samples", type=int, default=19, help="glasses of every other kind")
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
    found: dict[str, list[list[float]]] = {}
    for name, change in CHANGES.items():
        made = change(system)
        found[name] = []
        for k in range(given.unchanged if name == "none" else given.samples):
            rng = generator(SEED, name, str(k))
            start = starting_lattice(made, rng)
            glass, _ = quench(made, start, rng, relaxer=NewtonRelaxer(start))
            asked = [predict_particles(model, glass, shear).distance for model in models]
            found[name].append([d / m.known.limit for d, m in zip(asked, models, strict=True)])
            print(name, k, *(f"{d:.3f}" for d in found[name][-1]), file=sys.stderr, flush=True)
        cells = [
            f"{sum(d > 1 for d in mine)}/{len(mine)} | {np.median(mine):.2f}"
            for mine in zip(*found[name], strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
        text = "\n".join([*lines, "", summary([m.name for m in models], found)]) + "\n"
        if given.table:
            write_text(given.table, text)
    if not given.table:
        print(text)


if __name__ == "__main__":
    main()
