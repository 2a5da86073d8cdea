"""Single crystals pulled along random directions, one leg after the other, by a known law.

Slip follows from the applied stress by Schmid's law and the rate law, so that the systems that slip
are those that the load favours and that are soft, and the densities that grow are those that slip:
densities and slip rates depend on each other as in real tests. The lattice does not turn.
"""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems


@dataclass(frozen=True)
class PathProtocol:
    """How crystals are pulled.

    Parameters
    ----------
    legs : int
        Directions one after the other; the second meets the densities that the first left.
    strain : float
        Tensile strain of a leg.
    steps, frames : int
        Steps of integration a leg, and states kept of them at equal distances.
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
        """Refuse protocols without states."""
        for name in ("legs", "strain", "steps", "frames", "rate", "density", "scatter"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive number")
        if self.frames > self.steps:
            raise ValueError(f"{self.frames} frames of {self.steps} steps; expected no more")


def random_directions(count: int, rng: np.random.Generator) -> FloatArray:
    """Return unit vectors of isotropic distribution, shape (count, 3)."""
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
        The truth.
    systems : SlipSystems
        Its slip systems.
    runs : int
        Number of crystals, each with its own initial densities and directions.
    rng : Generator
        Draws them.
    protocol, flow : optional
        How crystals are pulled, and what is known of them; by default the classes' defaults.

    Returns
    -------
    SlipTable
        ``legs * frames`` states a run, in order.
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
            # A law that was found may shrink a density by more than there is.
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
        Standard deviation over the root mean square of the state, over all of its systems.
    rng : Generator

    Raises
    ------
    ValueError
        If the level is negative.
    """
    if not 0 <= level < np.inf:
        raise ValueError(f"noise level {level}; expected a number from 0 on")

    def noisy(values: FloatArray) -> FloatArray:
        size = np.sqrt((values**2).mean(axis=1, keepdims=True))
        return np.asarray(values + level * size * rng.normal(size=values.shape))

    return replace(table, stresses=noisy(table.stresses), growths=noisy(table.growths))
