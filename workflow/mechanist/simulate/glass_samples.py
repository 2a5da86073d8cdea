"""Glasses from the melt: quench a liquid, then deform the glass under every load.

In two dimensions, 65 % A and 35 % B of the Kob-Andersen mixture do not crystallise, whereas the
original 80:20 mixture does.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

import numpy as np

from mechanist.core.material_choice import DEFAULT
from mechanist.core.progress import LOGGER
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import LoadPath, Sample
from mechanist.mechanics.loads import gradient_of
from mechanist.mechanics.materials.material import load_material, material_of
from mechanist.simulate.lammps_engine import EngineError, LammpsEngine, LammpsRelaxer
from mechanist.simulate.minimisation import MinimisationError, Relaxer
from mechanist.simulate.newton import NewtonRelaxer
from mechanist.simulate.protocol import GlassSystem
from mechanist.simulate.quasistatic import deform

#: Minimisation of the starting lattice, so that dynamics begins without overlaps.
UNTANGLE: Final = "minimize 0 1e-3 200 2000"
LARGEST_LAMMPS_SEED: Final = 2**31 - 1


def starting_lattice(system: GlassSystem, rng: np.random.Generator) -> Configuration:
    """Return particles on a random selection of the sites of a square or cubic lattice.

    Parameters
    ----------
    system : GlassSystem
    rng : numpy.random.Generator
        Draws the sites and the particles of each species.
    """
    n, d = system.particles, system.dimension
    length = (n / system.density) ** (1 / d)
    side = int(np.ceil(n ** (1 / d)))
    sites = np.stack(np.unravel_index(rng.permutation(side**d)[:n], (side,) * d), axis=1)
    positions = np.zeros((n, 3))
    positions[:, :d] = (sites + 0.5) * (length / side)
    cell = np.eye(3)
    cell[:d, :d] *= length
    ends = np.cumsum([round(fraction * n) for fraction in system.composition[1:]])
    # The first species is what the others leave; it comes last in the random order.
    species = np.append(np.arange(1, len(ends) + 1), 0)[
        np.searchsorted(ends, rng.permutation(n), side="right")
    ]
    names = load_material(system.material).species_names
    material = None if system.material == DEFAULT else system.material
    return Configuration(positions, cell, species, names, d, material)


@contextlib.contextmanager
def relaxer_for(start: Configuration) -> Iterator[Relaxer]:
    """Provide the minimiser of some particles: Newton's method, or LAMMPS without derivatives."""
    if material_of(start).pair_derivatives is not None:
        yield NewtonRelaxer(start)
        return
    with LammpsEngine(start) as engine:
        yield LammpsRelaxer(engine)


def quench(
    system: GlassSystem, start: Configuration, rng: np.random.Generator, *, relaxer: Relaxer
) -> tuple[Configuration, float]:
    """Melt ``start``, cool it at the system's rate and minimise.

    Parameters
    ----------
    system : GlassSystem
    start : Configuration
        See :func:`starting_lattice`.
    rng : numpy.random.Generator
        Seeds the velocities.
    relaxer : Relaxer
        Minimises the energy of these particles.

    Returns
    -------
    glass : Configuration
        The inherent structure.
    energy : float
        Potential energy per particle.

    Raises
    ------
    EngineError, MinimisationError
        If dynamics or minimisation fails.
    """
    plan = system.quench
    seed = int(rng.integers(1, LARGEST_LAMMPS_SEED))
    with LammpsEngine(start) as engine:
        engine.command(
            UNTANGLE,
            f"timestep {plan.timestep}",
            "neigh_modify every 1 delay 5 check yes",
            f"velocity all create {plan.hot} {seed} mom yes",
            f"fix bath all nvt temp {plan.hot} {plan.hot} {plan.damping}",
            f"run {plan.melt_steps}",
            "unfix bath",
            f"fix bath all nvt temp {plan.hot} {plan.cold} {plan.damping}",
            f"run {plan.quench_steps}",
        )
        positions = engine.positions()
    tolerance = system.deformation.reference_force_tolerance * np.sqrt(len(start))
    relaxed = relaxer.relax(positions, start.cell, tolerance=tolerance)
    return start.moved(relaxed.positions, start.cell), relaxed.energy / len(start)


def gradients_of(system: GlassSystem, sample: str, seed: int) -> dict[str, FloatArray]:
    """Return the displacement gradient of every load; each sample has its own random loads.

    Raises
    ------
    ValueError
        If a load's type is unknown or it leaves the plane of a two-dimensional system.
    """
    return {
        load: gradient_of(spec, system.dimension, generator(seed, system.name, sample, load))
        for load, spec in system.loads.items()
    }


def simulate_glass(system: GlassSystem, sample: str, *, seed: int) -> Sample:
    """Make one glass and deform it under all loads of its system.

    Parameters
    ----------
    system : GlassSystem
    sample : str
        Unique name; with ``seed`` it determines every random number.
    seed : int
        The configured seed.

    Returns
    -------
    Sample
        The sample is marked as failed if the quench fails. A load path that fails is marked as
        failed and keeps the steps before the failure. The same arguments give the same sample, bit
        for bit, on the same machine and versions.

    Raises
    ------
    ValueError
        If a load is not valid, before anything is computed.
    """
    gradients = gradients_of(system, sample, seed)
    rng = generator(seed, system.name, sample, "quench")
    start = starting_lattice(system, rng)
    loads: dict[str, LoadPath] = {}
    reference, energy, reason = start, float("nan"), ""
    with relaxer_for(start) as relaxer:
        try:
            reference, energy = quench(system, start, rng, relaxer=relaxer)
        except (EngineError, MinimisationError) as error:
            reason = f"quench: {error}"
            LOGGER.info("%s: %s", sample, reason)
        else:
            LOGGER.info("%s: quenched to an energy of %.4f per particle", sample, energy)
            for name, gradient in gradients.items():
                loads[name] = deform(reference, gradient, system.deformation, relaxer=relaxer)
                LOGGER.info("%s: %s", sample, _summary(name, loads[name]))
    return Sample(
        name=sample,
        system=system.name,
        seed=seed,
        reference=reference,
        loads=loads,
        energy=energy,
        status="failed" if reason else "ok",
        reason=reason,
        units=load_material(system.material).unit_system,
        provenance=_provenance(system),
    )


def _summary(name: str, path: LoadPath) -> str:
    if path.status != "ok":
        return f"load {name} failed at {path.reason}"
    strain, events = path.curve["strain"][-1], int(path.curve["drop"].sum())
    return f"load {name} to a strain of {strain:g}, {events} steps with plastic events"


def _provenance(system: GlassSystem) -> dict[str, object]:
    """Return parameters and versions that the results depend on."""
    parameters = dataclasses.asdict(system)
    if system.material == DEFAULT:
        del parameters["material"]  # files of the default material state its potential only
    return {
        "parameters": parameters,
        "quench_rate": system.quench.rate,
        "potential": load_material(system.material).label,
        "versions": {name: version(name) for name in ("lammps", "numba", "numpy")},
    }
