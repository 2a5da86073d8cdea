"""Small, fast-quenched glasses for simulation tests, cached for the session."""

import dataclasses
from functools import lru_cache

from mechanist.core.seeds import generator
from mechanist.formats.configuration import Configuration
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import Deformation, GlassSystem, Quench

FLAT = GlassSystem(
    name="flat",
    dimension=2,
    particles=120,
    density=1.2,
    minority_fraction=0.35,
    quench=Quench(hot=1.0, cold=0.05, timestep=0.005, melt_steps=300, quench_steps=1500),
    deformation=Deformation(step=0.005, frames=(0.01, 0.03), probe=0.002, force_tolerance=1e-6),
    loads={
        "shear": {"type": "simple_shear", "plane": "xy", "sense": 1},
        "random": {"type": "random"},
    },
)
SOLID = dataclasses.replace(FLAT, name="solid", dimension=3, particles=150, minority_fraction=0.2)
SYSTEMS = {2: FLAT, 3: SOLID}


@lru_cache
def glass(dimension: int, seed: int = 1) -> tuple[Configuration, float]:
    """Return an inherent structure and its energy per particle."""
    system = SYSTEMS[dimension]
    rng = generator(seed, system.name)
    start = starting_lattice(system, rng)
    return quench(system, start, rng, relaxer=NewtonRelaxer(start))
