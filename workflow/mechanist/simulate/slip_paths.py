"""Single crystals with a known slip law under tension along successive random directions.

Slip follows from the applied stress by Schmid's law and the rate law. Therefore soft, favourably
oriented systems slip, and the densities of slipping systems grow: densities and slip rates depend
on each other as in real tests. The lattice does not rotate.
"""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems


@dataclass(frozen=True)
class PathProtocol:
    """Protocol of the tensile tests.

    Parameters
    ----------
    legs : int
        Number of successive directions; each starts from the densities that the previous one left.
    strain : float
        Tensile strain of a leg.
    steps, frames : int
        Integration steps per leg, and number of states kept of them at equal distances.
    rate : float
        Tensile strain rate, 1/s.
    density : float
        Median initial density of a system, 1/m^2.
    scatter : float
        Standard deviation of its natural logarithm.

    Raises
    ------
    ValueError
        If a number is not positive, or there are more frames than steps.
    """

    legs: int = 2
    strain: float = 0.03
    steps: int = 100
    frames: int = 5
    rate: float = 1e-3
    density: float = 1e12
    scatter: float = 1.0

    def __post_init__(self) -> None:
        """Validate the settings."""
        for name in ("legs", "strain", "steps", "frames", "rate", "density", "scatter"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive number")
        if self.frames > self.steps:
            raise ValueError(f"{self.frames} frames > {self.steps} steps; expected no more frames")


def random_directions(count: int, rng: np.random.Generator) -> FloatArray:
    """Return isotropically distributed unit vectors, shape (count, 3)."""
    vectors = rng.normal(size=(count, 3))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def slip_paths(
    law: SlipLaw,
    systems: SlipSystems,
    *,
    runs: int,
    rng: np.random.Generator,
    protocol: PathProtocol | None = None,
    flow: Flow | None = None,
) -> SlipTable:
    """Return the states of crystals under random loads, without noise.

    Parameters
    ----------
    law : SlipLaw
        The true law.
    systems : SlipSystems
        Its slip systems.
    runs : int
        Number of crystals, each with its own initial densities and directions.
    rng : Generator
        Draws densities and directions.
    protocol, flow : optional
        Test protocol and known flow parameters; by default the defaults of their classes.

    Returns
    -------
    SlipTable
        ``legs * frames`` states per run, in order.
    """
    protocol, flow = protocol or PathProtocol(), flow or Flow()
    n = len(systems)
    densities = protocol.density * np.exp(protocol.scatter * rng.normal(size=(runs, n)))
    states: list[tuple[FloatArray, ...]] = []
    kept = set(np.linspace(0, protocol.steps - 1, protocol.frames).astype(int).tolist())
    for _ in range(protocol.legs):
        axes = random_directions(runs, rng)
        factors = np.einsum("ra,sab,rb->rs", axes, systems.schmid(), axes)
        for step in range(protocol.steps):
            stresses, rates = uniaxial_slip(law, factors, densities, protocol.rate, flow)
            growths = law.density_rates(densities, rates)
            if step in kept:
                states.append((densities, rates, stresses, growths))
            # An identified law may make a density negative.
            time = protocol.strain / protocol.steps / protocol.rate
            densities = np.maximum(densities + time * growths, 1e-6 * protocol.density)
    stacked = [np.stack(part, axis=1).reshape(-1, n) for part in zip(*states, strict=True)]
    return SlipTable(np.repeat(np.arange(runs), len(states)), *stacked)


def uniaxial_slip(
    law: SlipLaw, factors: FloatArray, densities: FloatArray, rate: float, flow: Flow
) -> tuple[FloatArray, FloatArray]:
    """Return resolved stresses (MPa) and slip rates (1/s) at a tensile strain rate.

    Parameters
    ----------
    law : SlipLaw
    factors : ndarray of shape (runs, n)
        Schmid factors.
    densities : ndarray of shape (runs, n)
        1/m^2.
    rate : float
        Tensile strain rate, 1/s: ``sum_i factor_i gdot_i``.
    flow : Flow
    """
    resistances = np.maximum(law.resistances(densities, flow), np.finfo(float).tiny)
    weakest = resistances.min(axis=1, keepdims=True)
    softness = np.abs(factors) * (np.abs(factors) * weakest / resistances) ** flow.exponent
    total = softness.sum(axis=1, keepdims=True)
    stress = weakest * (rate / (flow.rate * total)) ** (1.0 / flow.exponent)
    stresses = factors * stress
    rates = flow.rate * np.sign(factors) * (np.abs(stresses) / resistances) ** flow.exponent
    return stresses, rates


def with_noise(table: SlipTable, level: float, rng: np.random.Generator) -> SlipTable:
    """Return a table whose stresses and density rates carry independent normal errors.

    Parameters
    ----------
    table : SlipTable
    level : float
        Standard deviation, relative to the root mean square over all systems of a state.
    rng : Generator

    Raises
    ------
    ValueError
        If the level is negative.
    """
    if not 0 <= level < np.inf:
        raise ValueError(f"noise level {level}; expected a non-negative number")

    def noisy(values: FloatArray) -> FloatArray:
        size = np.sqrt((values**2).mean(axis=1, keepdims=True))
        return np.asarray(values + level * size * rng.normal(size=values.shape))

    return replace(table, stresses=noisy(table.stresses), growths=noisy(table.growths))
