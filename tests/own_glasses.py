"""Stand-ins for users' glasses: simulated, then written as trajectories in another length unit."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import Sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.settings.sample_sheet import COLUMNS
from mechanist.simulate.glass_samples import simulate_glass
from mechanist.simulate.protocol import Deformation, GlassSystem, Quench

#: Strains of the written frames.
STRAINS = (0.02, 0.04)
FLAT = GlassSystem(
    name="flat",
    dimension=2,
    particles=120,
    density=1.2,
    minority_fraction=0.35,
    quench=Quench(hot=1.0, cold=0.05, timestep=0.005, melt_steps=300, quench_steps=1000),
    deformation=Deformation(step=0.01, frames=STRAINS, probe=0.002, force_tolerance=1e-5),
    loads={"shear": {"type": "simple_shear", "plane": "xy", "sense": 1}},
)


@lru_cache
def simulated(number: int) -> Sample:
    """Return a small glass under shear."""
    return simulate_glass(FLAT, f"flat-{number:04d}", seed=7)


def write_trajectory(path: Path, sample: Sample, *, length: float) -> None:
    """Write a glass and its frames under shear as a LAMMPS dump.

    Parameters
    ----------
    path : Path
        The file.
    sample : Sample
        A sample with one load, with lengths in ``sigma_AA``.
    length : float
        One ``sigma_AA`` in the length unit of the file.
    """
    (load,) = sample.loads.values()
    rng = np.random.default_rng(0)
    frames = []
    states = [sample.reference, *(load.frame(strain).configuration for strain in STRAINS)]
    for k, state in enumerate(states):
        told = {"c_told": rng.random(len(state)) + k}
        frames.append(
            TrajectoryFrame(
                timestep=1000 * k,
                ids=np.arange(1, len(state) + 1),
                species=state.species,
                labels=("1", "2"),
                positions=length * state.positions,
                cell=length * state.cell,
                extra=told,
            )
        )
    path.parent.mkdir(exist_ok=True, parents=True)
    write_lammps_dump(path, frames)


def write_sheet(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write a sample sheet of glasses; each row has at least a system, a sample and a path."""
    common = {
        "wing": "glass", "format": "lammps_dump", "species": "1=Cu 2=Zr", "dimension": "2",
        "units": "metal", "load": "inferred", "reference": "0", "deformed": "all",
    }  # fmt: skip
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join({**common, **row}.get(name, "-") for name in COLUMNS) for row in rows]
    path.write_text("\n".join(lines) + "\n")
