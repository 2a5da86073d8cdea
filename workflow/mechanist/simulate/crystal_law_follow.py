"""Crystals along a common strain path that is known, so that they can be driven group by group.

In a Taylor aggregate, the crystals share one strain, and their mean stress decides its components
across the load. Once this path is known, every crystal follows it by itself: aggregates of any size
can be driven in groups of bounded memory.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import to_mandel
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal_coupling import Taylor
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_step import Aggregate, State, advance


class Given(Taylor):
    """One strain for all crystals that their stress does not change."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return zeros: the strain stays as it was given."""
        del stiffness, loading
        return np.zeros_like(stress)


def follow(
    crystal: Crystal, law: HardeningLaw, orientations: FloatArray, strain: FloatArray, *,
    dt: float, tolerance: float = 1e-3,
) -> Iterator[State]:  # fmt: skip
    """Yield the state of crystals after each step of a strain path.

    Parameters
    ----------
    crystal : Crystal
        Elasticity and slip.
    law : HardeningLaw
        Hardening.
    orientations : ndarray of shape (n, 4)
        Quaternions, crystal to sample.
    strain : ndarray of shape (n_steps + 1, 3, 3)
        Common strain at equal times, the first zero.
    dt : float
        Time between two of them, s.
    tolerance : float
        See :class:`mechanist.simulate.polycrystal_step.Aggregate`.

    Raises
    ------
    ConvergenceError
        If a step does not converge.
    """
    aggregate = Aggregate(crystal, law, Given(), len(orientations), tolerance=tolerance)
    state = aggregate.begin(orientations)
    for change in np.diff(strain, axis=0):
        volume = np.eye(3) * np.trace(change) / 3
        # A load that prescribes all strains keeps the volume: its change is imposed beforehand.
        swollen = replace(state, strain=state.strain + to_mandel(volume)[:, np.newaxis])
        state = advance(aggregate, swollen, Loading.strain_rate((change - volume) / dt), dt)
        yield state
