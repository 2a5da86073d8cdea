"""Pileups in a quenched landscape, ramped quasistatically to their flow stress.

The system is that of Sarvilahti, Skaugen & Laurson, APL Materials 8, 101109 (2020): dislocations in
one dimension that repel each other as 1/x and feel quenched disorder, under a stress that rises
from zero. Periodicity, numbers, disorder and strengths are our own choice.
"""

from dataclasses import asdict, dataclass, fields
from typing import Final

import numpy as np

from mechanist.core.narrowing import built
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.pileup_batches import PileupSample
from mechanist.settings.entry_types.dislocation_systems_entries import PileupProtocolEntry
from mechanist.simulate.pileup_path import FLOWING, ramp, relax

#: Fewer dislocations lack neighbours on both sides; fewer nodes do not define a spline.
FEWEST: Final = 3
MIN_NODES: Final = 4
#: Mean square slope of a cubic B-spline with independent coefficients of variance one, over a cell.
MEAN_SQUARE_SLOPE: Final = 2 / 3


@dataclass(frozen=True, kw_only=True)
class PileupProtocol:
    """Settings for making and loading a pileup.

    Parameters
    ----------
    dislocations : int
        Number n of dislocations.
    spacing : float
        Mean distance of neighbours (b).
    correlation : float
        Distance between nodes of the landscape (b), which is about its correlation length.
    strength : float
        Root mean square pinning force, in units of the force 1/spacing between neighbours.
    stress_step, finest_step : float
        Largest and smallest step of the ramp, as fractions of the root mean square pinning force.
    jump : float
        Strain in a step above which a finer step is taken.
    tolerance : float
        Largest net force in equilibrium, as a fraction of the root mean square pinning force.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    dislocations: int = 32
    spacing: float = 16.0
    correlation: float = 4.0
    strength: float = 0.5
    stress_step: float = 0.02
    finest_step: float = 0.001
    jump: float = 0.01
    tolerance: float = 1e-8

    def __post_init__(self) -> None:
        """Validate the settings."""
        if self.dislocations < FEWEST:
            raise ValueError(f"dislocations = {self.dislocations}; expected at least {FEWEST}")
        for field in fields(self)[1:]:
            if not getattr(self, field.name) > 0:
                raise ValueError(f"{field.name} = {getattr(self, field.name)}; expected > 0")
        if self.finest_step > self.stress_step:
            raise ValueError(
                f"finest_step = {self.finest_step} is above stress_step = {self.stress_step};"
                " expected finest_step <= stress_step"
            )
        if self.nodes < MIN_NODES:
            raise ValueError(
                f"correlation = {self.correlation} leaves {self.nodes} nodes; expected at least"
                f" {MIN_NODES}"
            )

    @property
    def length(self) -> float:
        """Period (b)."""
        return self.dislocations * self.spacing

    @property
    def nodes(self) -> int:
        """Number of nodes of the landscape."""
        return round(self.length / self.correlation)

    @property
    def pinning(self) -> float:
        """Root mean square pinning force (D/b)."""
        return self.strength / self.spacing


def draw_landscape(protocol: PileupProtocol, rng: np.random.Generator) -> FloatArray:
    """Return coefficients of a random landscape, Gaussian and without long-range correlations.

    Independent normal coefficients make the potential, not the force, short-ranged ("random bond").
    """
    coefficients = rng.normal(size=protocol.nodes)
    node_distance = protocol.length / protocol.nodes
    scale = protocol.pinning * node_distance / np.sqrt(MEAN_SQUARE_SLOPE)
    return np.asarray(scale * (coefficients - coefficients.mean()))


def simulate(protocol: PileupProtocol, *, name: str, system: str, seed: int) -> PileupSample:
    """Make one pileup at random positions, relax it and ramp the stress until it flows.

    Parameters
    ----------
    protocol : PileupProtocol
    name, system : str
        Names of the sample and its system; with ``seed`` they determine its random numbers.
    seed : int
        Configured seed.

    Returns
    -------
    PileupSample
        With status ``"failed"`` and the reason if no equilibrium was found.
    """
    rng = generator(seed, system, name, "pileup")
    landscape = draw_landscape(protocol, rng)
    x = np.sort(rng.random(protocol.dislocations)) * protocol.length
    tolerance = protocol.tolerance * protocol.pinning
    settled = relax(x, landscape, protocol.length, tolerance)
    start, reason, flow = x.copy(), "", float("nan")
    stress, moved, states = np.zeros(1), np.zeros(1), x[np.newaxis].copy()
    if not settled:
        reason = "no equilibrium found from random positions at zero stress"
    else:
        status, stress, moved, states, last, _ = ramp(
            x,
            landscape,
            protocol.length,
            tolerance,
            protocol.stress_step * protocol.pinning,
            protocol.finest_step * protocol.pinning,
            protocol.jump * protocol.spacing,
        )
        if status == FLOWING:
            flow = 0.5 * (stress[-1] + last)
        else:
            reason = f"no equilibrium and no flow found above stress {stress[-1]:.6g} D/b"
    return PileupSample(
        name=name,
        system=system,
        seed=seed,
        length=protocol.length,
        landscape=landscape,
        start=start,
        strain=moved / protocol.spacing,
        stress=stress,
        states=states,
        flow_stress=flow,
        status="failed" if reason else "ok",
        reason=reason,
        provenance={"engine": "pileup/1", "protocol": asdict(protocol)},
    )


def protocol_from(settings: PileupProtocolEntry) -> PileupProtocol:
    """Return the protocol for an entry of the configuration.

    Raises
    ------
    ValueError
        If a key is unknown or a number out of range.
    """
    known = [field.name for field in fields(PileupProtocol)]
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise ValueError(f"pileup settings {unknown} are unknown; known settings: {known}")
    return built(PileupProtocol, settings)
