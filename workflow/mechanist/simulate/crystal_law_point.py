"""Crystals without a grid: separately loaded single crystals, or a Taylor aggregate.

This is the cheap version of the full-field solver. It shares the constitutive law, the integration
and the load, so the two can be compared for the same law.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mechanist.core.rotations import check_rotations
from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import from_mandel
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal_coupling import Apart, Coupling, Taylor
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_step import (
    Aggregate,
    ConvergenceError,
    State,
    advance,
)


@dataclass(frozen=True, eq=False)
class PointHistory:
    """Step-by-step history of crystals; the first state is undeformed.

    Parameters
    ----------
    times : ndarray of shape (n_steps + 1,)
        In s.
    strain, stress : ndarray of shape (n_steps + 1, n, 3, 3)
        Strain and stress of each crystal in the sample frame; stress in MPa.
    orientations : ndarray of shape (n_steps + 1, n, 4)
        Quaternions, crystal to sample.
    slip : ndarray of shape (n_steps, n, n_systems)
        Signed slip in each step; divided by the time step it is the slip rate.
    internal : ndarray of shape (n_steps + 1, n, n_states)
        State of the law: resistances of :class:`mechanist.simulate.crystal_law.Voce`,
        densities of :class:`mechanist.simulate.crystal_law_density.DislocationDensity`.
    resistance : ndarray of shape (n_steps + 1, n, n_systems)
        In MPa.
    status : str
        ``"ok"``, or the reason for an early end.
    """

    times: FloatArray
    strain: FloatArray
    stress: FloatArray
    orientations: FloatArray
    slip: FloatArray
    internal: FloatArray
    resistance: FloatArray
    status: str

    def curve(self, direction: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return strain and stress of each crystal along a direction, two of shape (n_steps + 1, n)."""
        unit = np.asarray(direction, dtype=float) / np.linalg.norm(direction)
        strain, stress = (
            np.einsum("tnij,i,j->tn", field, unit, unit) for field in (self.strain, self.stress)
        )
        return strain, stress


def drive(
    crystal: Crystal, law: HardeningLaw, orientations: FloatArray, loading: Loading, *,
    strain: float, steps: int, coupling: Literal["apart", "taylor"] = "apart",
    tolerance: float = 1e-3,
) -> PointHistory:  # fmt: skip
    """Load crystals and keep every step.

    Parameters
    ----------
    crystal : Crystal
        Elasticity and slip.
    law : HardeningLaw
        Hardening.
    orientations : ndarray of shape (n, 4)
        Quaternions, crystal to sample.
    loading : Loading
        Load, the same for all crystals.
    strain : float
        Final driven strain (its norm, for several driven components).
    steps : int
        Steps of equal length; hardening is implicit, so they can be long.
    coupling : {"apart", "taylor"}
        Whether the load acts on each crystal separately, or all crystals share one strain and their
        mean stress obeys the load.
    tolerance : float
        See :class:`mechanist.simulate.polycrystal_step.Aggregate`.

    Raises
    ------
    RotationError
        If an orientation is not a rotation.
    ValueError
        If ``strain`` or ``steps`` is not positive, or the coupling is unknown.
    """
    couplings: dict[str, Coupling] = {"apart": Apart(), "taylor": Taylor()}
    if not 0 < strain < np.inf or steps < 1 or coupling not in couplings:
        raise ValueError(
            f"strain = {strain}, steps = {steps}, coupling = {coupling!r}; expected a positive"
            f" strain, at least one step, and one of {sorted(couplings)}"
        )
    quaternions = check_rotations(np.atleast_2d(orientations))
    aggregate = Aggregate(crystal, law, couplings[coupling], len(quaternions), tolerance=tolerance)
    dt = strain / loading.speed / steps
    states = [aggregate.begin(quaternions)]
    status = "ok"
    for step in range(1, steps + 1):
        try:
            states.append(advance(aggregate, states[-1], loading, dt))
        except ConvergenceError as error:
            status = f"failed in step {step} of {steps}: {error}"
            break
    return _history(law, states, dt, status)


def _history(law: HardeningLaw, states: list[State], dt: float, status: str) -> PointHistory:
    return PointHistory(
        times=dt * np.arange(len(states), dtype=float),
        strain=np.stack([from_mandel(state.strain.T) for state in states]),
        stress=np.stack([from_mandel(state.stress.T) for state in states]),
        orientations=np.stack([state.orientations for state in states]),
        slip=np.array([state.slip for state in states[1:]]).reshape(-1, *states[0].slip.shape),
        internal=np.stack([state.internal for state in states]),
        resistance=np.stack([law.resistance(state.internal) for state in states]),
        status=status,
    )
