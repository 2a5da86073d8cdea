"""Slip laws in the crystal-plasticity engine: single-crystal states and stress-strain curves.

Unlike in :mod:`mechanist.simulate.slip_paths`, crystals are elastic, their lattice rotates, and
rates are differences over steps, as in data from an external simulation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.rotations import quaternion_to_matrix, random_rotations
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.slip_tables import SlipTable
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems
from mechanist.simulate.crystal_law_density import DislocationDensity, SparseTensor
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.crystal_law_point import PointHistory, drive
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.slip_paths import PathProtocol
from mechanist.simulate.voronoi import voronoi_polycrystal

#: Elastic constants of copper, MPa.
COPPER: Final = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0}
#: Fraction of a leg's strain before the first frame, in which crystals load elastically.
ELASTIC: Final = 0.2


@dataclass(frozen=True, eq=False)
class Scattered:
    """A density law with different initial densities in each crystal.

    Parameters
    ----------
    law : DislocationDensity
        Hardening law.
    densities : ndarray of shape (n_crystals, n_systems)
        Initial densities, 1/m^2.
    """

    law: DislocationDensity
    densities: FloatArray

    def initial(self, n: int) -> FloatArray:
        """Return the initial densities of all crystals, 1/m^2."""
        if n != len(self.densities):
            raise ValueError(f"{n} crystals, but initial densities of {len(self.densities)}")
        return self.densities.copy()

    def resistance(self, state: FloatArray) -> FloatArray:
        """Return resistances, MPa."""
        return self.law.resistance(state)

    def advance(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return densities after slip, 1/m^2."""
        return self.law.advance(state, slip)


def engine_law(law: SlipLaw, flow: Flow, density: float) -> DislocationDensity:
    """Return a slip law in the form of the engine.

    Parameters
    ----------
    law : SlipLaw
        Law with Burgers vectors of any length; their squares enter the interactions.
    flow : Flow
    density : float
        Initial density of every system, 1/m^2.
    """
    return DislocationDensity(
        shear_modulus=flow.shear_modulus,
        burgers=flow.burgers,
        interaction=law.interactions * law.lengths[:, None] ** 2,
        storage=SparseTensor.from_dense(law.storage),
        annihilation=SparseTensor.from_matrix(np.diag(law.recovery)),
        density=np.asarray(density, dtype=float),
    )


def crystal_of(systems: SlipSystems, flow: Flow) -> Crystal:
    """Return a crystal with copper's elasticity and these slip systems, which must be cubic."""
    return Crystal(systems, dict(COPPER), rate=flow.rate, exponent=flow.exponent)


def engine_paths(
    law: SlipLaw,
    systems: SlipSystems,
    *,
    runs: int,
    rng: np.random.Generator,
    protocol: PathProtocol | None = None,
    flow: Flow | None = None,
) -> SlipTable:
    """Load single crystals of random orientation and densities in the engine; return their states.

    Parameters
    ----------
    law, systems, runs, rng, flow
        As in :func:`mechanist.simulate.slip_paths.slip_paths`.
    protocol : PathProtocol, optional
        Its ``legs`` are ignored: the engine loads crystals in one leg only.

    Raises
    ------
    RuntimeError
        If the engine does not converge; the message holds its status.
    """
    protocol, flow = protocol or PathProtocol(), flow or Flow()
    shape = (runs, len(systems))
    densities = protocol.density * np.exp(protocol.scatter * rng.normal(size=shape))
    hardening = Scattered(engine_law(law, flow, protocol.density), densities)
    history = drive(
        crystal_of(systems, flow), hardening, random_rotations(runs, rng),
        Loading.uniaxial("z", protocol.rate), strain=protocol.strain, steps=protocol.steps,
    )  # fmt: skip
    if history.status != "ok":
        raise RuntimeError(f"the engine's crystals {history.status}; take more steps")
    first = int(np.ceil(ELASTIC * protocol.steps))
    kept = np.linspace(first, protocol.steps - 1, protocol.frames).astype(int)
    return _states(history, systems, kept)


def engine_curves(
    law: SlipLaw,
    systems: SlipSystems,
    orientations: FloatArray,
    *,
    strain: float,
    steps: int,
    density: float,
    flow: Flow | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return strain, shape (n_points,), and axial stress, shape (n_points, n), of single crystals.

    If the engine fails, the curves end before the failure.

    Parameters
    ----------
    law, systems, flow
        As in :func:`engine_paths`.
    orientations : ndarray of shape (n, 4)
        Quaternions; tension is along z.
    strain, steps : float, int
        Final strain and number of steps.
    density : float
        Initial density of every system, 1/m^2.
    """
    flow = flow or Flow()
    history = drive(
        crystal_of(systems, flow), engine_law(law, flow, density), orientations,
        Loading.uniaxial("z", flow.rate), strain=strain, steps=steps,
    )  # fmt: skip
    return history.strain[:, 0, 2, 2], history.stress[:, :, 2, 2]


def engine_polycrystal(
    law: SlipLaw,
    systems: SlipSystems,
    *,
    grid: int,
    grains: int,
    strain: float,
    frames: int,
    density: float,
    rng: np.random.Generator,
    flow: Flow | None = None,
) -> FloatArray:
    """Return the stress-strain curve of a periodic Voronoi polycrystal, shape (n_points, 2).

    Parameters
    ----------
    law, systems, density, flow
        As in :func:`engine_curves`.
    grid, grains : int
        Number of voxels along a side, and of grains.
    strain, frames : float, int
        Final strain along z, and number of frames up to it.
    rng : Generator
        Draws the microstructure; equal generators give equal microstructures.
    """
    flow = flow or Flow()
    micro = Microstructure(*voronoi_polycrystal((grid,) * 3, grains, rng))
    run = simulate(
        "polycrystal", micro, crystal_of(systems, flow), engine_law(law, flow, density),
        StrainPath.even(strain, frames), rate=flow.rate,
    )  # fmt: skip
    return run.curve


def _states(history: PointHistory, systems: SlipSystems, kept: IntArray) -> SlipTable:
    """Return mid-step states: means of the ends of each step, and differences over it."""

    def rows(values: FloatArray) -> FloatArray:
        """Put crystals first, so that the states of one crystal are consecutive."""
        return np.ascontiguousarray(values[kept].swapaxes(0, 1)).reshape(-1, values.shape[-1])

    def middle(values: FloatArray) -> FloatArray:
        return np.asarray(0.5 * (values[1:] + values[:-1]))

    turns = quaternion_to_matrix(history.orientations)
    inside = np.einsum("tnai,tnab,tnbj->tnij", turns, history.stress, turns)
    resolved = np.einsum("tnij,sij->tns", inside, systems.schmid())
    dt = float(history.times[1] - history.times[0])
    n = history.slip.shape[1]
    return SlipTable(
        np.repeat(np.arange(n), len(kept)),
        rows(middle(history.internal)),
        rows(history.slip / dt),
        rows(middle(resolved)),
        rows(np.diff(history.internal, axis=0) / dt),
    )
