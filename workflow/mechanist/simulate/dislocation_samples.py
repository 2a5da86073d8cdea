"""Dislocation samples: random places, relaxation, loading and reloading.

The model is the two-dimensional one of Miguel et al. (2001), https://doi.org/10.1038/35070524:
straight parallel edge dislocations of one slip system, overdamped, in a periodic square.
"""

import dataclasses
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from mechanist.core.progress import LOGGER, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import (
    CREEP,
    PRESTRAINED,
    UNDEFORMED,
    Branch,
    DislocationSample,
    Frame,
    planar,
)
from mechanist.simulate.dislocation_dynamics import ConvergenceError, Glide
from mechanist.simulate.dislocation_loading import Creep, Passage, Ramp, Spring, creep, load, relax
from mechanist.simulate.dislocation_system import DislocationSystem

Series = dict[str, FloatArray]


def sample_name(system: str, number: int) -> str:
    """Return the name of a sample of a system."""
    return f"{system}-{number:05d}"


def random_places(system: DislocationSystem, number: int, *, seed: int) -> Configuration:
    """Return dislocations of both signs, and pins, at independent uniformly random places.

    Parameters
    ----------
    system : DislocationSystem
    number : int
        Number of the sample; with ``seed`` it determines every place.
    seed : int
        The configured seed.
    """
    name, length = sample_name(system.name, number), system.length
    rng = generator(seed, system.name, name, "places")
    places = rng.random((2, system.dislocations)) * length
    sign = np.repeat([1.0, -1.0], system.dislocations // 2)
    if system.pinning is not None:
        densities = system.pinning.densities
        pins = round(densities[number % len(densities)] * length**2)
        rng = generator(seed, system.name, name, "pins")
        places = np.concatenate([places, rng.random((2, pins)) * length], axis=1)
        sign = np.concatenate([sign, np.zeros(pins)])
    return planar(places[0], places[1], sign, length)


def simulate_sample(system: DislocationSystem, number: int, *, seed: int) -> DislocationSample:
    """Make one sample: relax random dislocations and load them in every branch of the system.

    Returns
    -------
    DislocationSample
        The sample is marked as failed if it does not come to rest. A branch that fails during
        loading is marked as failed and keeps its record up to the failure. The same arguments give
        the same sample, bit for bit, on the same machine and versions.
    """
    start = random_places(system, number, seed=seed)
    return sample_from(system, start, name=sample_name(system.name, number), seed=seed)


def sample_from(
    system: DislocationSystem, start: Configuration, *, name: str, seed: int
) -> DislocationSample:
    """Relax ``start`` and load it; see :func:`simulate_sample`.

    Raises
    ------
    ValueError
        If ``start`` is not a neutral set of dislocations in a square cell.
    """
    branches: dict[str, Branch] = {}
    series: Series = {}
    reason = ""
    try:
        glide = Glide(start, system.integration, system.well)
        relax(glide, system.rest)
    except ConvergenceError as error:
        reason = f"relaxation: {error}"
        LOGGER.info("%s failed in %s", name, reason)
    else:
        branches, series = _branches(system, glide.system.configuration())
    for branch in (branch for branch in branches if branches[branch].status != "ok"):
        LOGGER.info("%s: branch %s failed in %s", name, branch, branches[branch].reason)
    return DislocationSample(
        name=name,
        system=system.name,
        seed=seed,
        branches=branches,
        status="failed" if reason else "ok",
        reason=reason,
        provenance=_provenance(system),
        series=series,
    )


def simulate_batch(
    system: DislocationSystem, numbers: Sequence[int], *, seed: int
) -> list[DislocationSample]:
    """Make the samples of the given numbers, independently of each other."""
    return [simulate_sample(system, number, seed=seed) for number in progress(numbers, "simulated")]


def _branches(
    system: DislocationSystem, relaxed: Configuration
) -> tuple[dict[str, Branch], Series]:
    """Return all branches from the relaxed state, and the time series of creep."""
    if isinstance(system.loading, Creep):
        branch, series = _crept(system, relaxed, system.loading)
        return {CREEP: branch}, series
    drive = system.loading
    branches = {UNDEFORMED: _loaded(system, relaxed, drive)}
    if system.prestrain is not None:
        first = dataclasses.replace(drive, strain=system.prestrain)
        branches[PRESTRAINED] = _prestrained(system, relaxed, first, drive)
    return branches, {}


def _loaded(system: DislocationSystem, relaxed: Configuration, drive: Ramp | Spring) -> Branch:
    glide = Glide(relaxed, system.integration, system.well)
    return _branch(relaxed, *load(glide, drive, frames=system.frames))


def _prestrained(
    system: DislocationSystem, relaxed: Configuration, first: Ramp | Spring, drive: Ramp | Spring
) -> Branch:
    """Load, unload instantly, relax, and load again."""
    glide = Glide(relaxed, system.integration, system.well)
    _, _, reason = load(glide, first)
    try:
        if not reason:
            relax(glide, system.rest)
    except ConvergenceError as error:
        reason = f"relaxation: {error}"
    start = glide.system.configuration()
    if reason:
        return Branch(start, np.empty(0), np.empty(0), (), "failed", f"prestrain, {reason}")
    return _loaded(system, start, drive)


def _crept(system: DislocationSystem, relaxed: Configuration, plan: Creep) -> tuple[Branch, Series]:
    glide = Glide(relaxed, system.integration, system.well)
    seen: list[tuple[float, float, float, int]] = []
    result = creep(
        glide,
        plan,
        watch=lambda now: seen.append((now.time, now.strain, now.strain_rate, len(now.system))),
    )
    columns = np.array(seen).reshape(-1, 4).T
    names = ("time", "strain", "strain_rate", "dislocations")
    return _branch(relaxed, *result), dict(zip(names, columns, strict=True))


def _branch(start: Configuration, passage: Passage, frames: list[Frame], reason: str) -> Branch:
    return Branch(
        start=start,
        strain=np.array(passage.strain),
        stress=np.array(passage.stress),
        frames=tuple(frames),
        status="failed" if reason else "ok",
        reason=reason,
    )


def _provenance(system: DislocationSystem) -> dict[str, object]:
    """Return parameters and versions that the results depend on."""
    return {
        "parameters": dataclasses.asdict(system),
        "loading": type(system.loading).__name__.lower(),
        "length": system.length,
        "versions": {name: version(name) for name in ("numba", "numpy")},
    }
