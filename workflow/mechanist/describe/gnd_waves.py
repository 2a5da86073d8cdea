"""Fourier modes of the density of geometrically necessary dislocations, over time.

The descriptor follows Salmenjoki, Laurson & Alava (2020),
https://doi.org/10.1186/s41313-020-00022-0, whose exact definition we do not know. Here it is the
power ``|kappa_k|^2 / n`` of the signed density at the longest waves and several times (1 for
independent positions), and the power of its change between the first and the last state. Both are
invariant under translation, mirroring along y, and mirroring along x with exchanged signs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.trajectories import State

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class GndWaves:
    """Power of long waves.

    Parameters
    ----------
    waves : int
        Largest number of periods in the cell along x and along y.
    times : int
        Number of states described, evenly spaced among all, including the first and the last.
    """

    card: ClassVar[Card] = Card(
        name="Waves of GND density over time",
        reference="https://doi.org/10.1186/s41313-020-00022-0",
        units="1",
        symmetry="translations, y -> -y, (x, sign) -> (-x, -sign)",
        load_aware=False,
        subject=SubjectName.CREEP_TRAJECTORY,
    )
    waves: int = 2
    times: int = 4

    def __call__(self, states: Sequence[State]) -> Features:
        """Describe one sample; see :class:`mechanist.describe.shared.trajectories.TrajectoryDescriptor`."""
        chosen = np.unique(np.linspace(0, len(states) - 1, self.times).round().astype(int))
        modes = [self._modes(states[k]) for k in chosen]
        row: dict[str, float] = {}
        for k, mode in zip(chosen, modes, strict=True):
            row |= self._named(f"state{k}", mode, len(states[k].sign))
        row |= self._named("change", modes[-1] - modes[0], len(states[-1].sign))
        return Features(np.array([list(row.values())]), list(row))

    def _modes(self, state: State) -> ComplexArray:
        """Return ``sum sign exp(-i k.r)`` for kx = 0..waves and ky = -waves..waves (periods)."""
        x, y = (2 * np.pi / state.length * state.places).T
        along = np.exp(-1j * np.arange(self.waves + 1)[:, None] * x)
        across = np.exp(-1j * np.arange(-self.waves, self.waves + 1)[:, None] * y)
        return np.asarray((along * state.sign) @ across.T)

    def _named(self, what: str, mode: ComplexArray, n: int) -> dict[str, float]:
        power: FloatArray = np.abs(mode) ** 2 / n
        power = 0.5 * (power + power[:, ::-1])[:, self.waves :]
        waves = product(range(self.waves + 1), repeat=2)
        return {f"{what}_{i}{j}": float(np.log1p(power[i, j])) for i, j in waves if i or j}


DESCRIPTOR = GndWaves
