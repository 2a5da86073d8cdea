"""Relaxation of the plastic strain under constant stress, the order parameter of the mechanism.

Jammed dislocations show Andrade creep, ``strain ~ time^(1/3)``, at intermediate times (Miguel,
Vespignani, Zaiser & Zapperi, 2002, https://doi.org/10.1103/PhysRevLett.89.165501). Where pins hold
the dislocations, the strain stops early and the exponent falls to zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from scipy.spatial import KDTree

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.trajectories import State
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs

#: Floor of strains, which keeps logarithms finite.
LEAST: Final = 1e-6


def creep_exponent(time: FloatArray, strain: FloatArray, window: tuple[float, float]) -> float:
    """Return ``d log(strain) / d log(time)`` by least squares over the times in ``window``.

    Raises
    ------
    ValueError
        If fewer than two times lie in the window.
    """
    inside = (time >= window[0]) & (time <= window[1])
    if inside.sum() < 2:
        raise ValueError(f"{inside.sum()} times in {window}; expected at least two")
    logarithm = np.log(np.maximum(strain[inside], LEAST))
    return float(np.polyfit(np.log(time[inside]), logarithm, 1)[0])


def held_share(configuration: Configuration, reach: float) -> float:
    """Return the share of dislocations that lie within ``reach`` of a pin, in a square cell."""
    sign, length = signs(configuration), float(configuration.cell[0, 0])
    places = configuration.positions[:, :2] % length
    if not (sign == 0).any():
        return 0.0
    # Rounding can wrap a coordinate to exactly the side of the cell, which KDTree refuses.
    pins = KDTree(np.where(places >= length, 0.0, places)[sign == 0], boxsize=length)
    distance, _ = pins.query(places[sign != 0])
    return float((distance < reach).mean())


@dataclass(frozen=True)
class Relaxation:
    """Logarithms of the strain at all times."""

    card: ClassVar[Card] = Card(
        name="Creep strain",
        reference="https://doi.org/10.1103/PhysRevLett.89.165501",
        units="1",
        symmetry="translations, y -> -y, (x, sign) -> (-x, -sign)",
        load_aware=True,
        subject=SubjectName.CREEP_TRAJECTORY,
    )

    def __call__(self, states: Sequence[State]) -> Features:
        """Describe one sample; see :class:`mechanist.describe.shared.trajectories.TrajectoryDescriptor`."""
        strain = np.array([state.strain for state in states[1:]])
        names = [f"log_strain_{k}" for k in range(1, len(states))]
        return Features(np.log(np.maximum(strain, LEAST))[None, :], names)


DESCRIPTOR = Relaxation
