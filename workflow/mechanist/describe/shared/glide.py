"""Common reading of a configuration and its load, for descriptors of glide dislocations.

Edge dislocations glide along x; the load pushes each one forward, along +x or -x. Reversing the
load is equivalent to reversing all Burgers vectors, so descriptors see only the *forward* sign, the
sign of the Burgers vector times that of the load. A function of positions and forward signs has the
full symmetry of the loaded system if translations, ``y -> -y`` and ``(x, sign) -> (-x, -sign)``
leave it unchanged. If it changes when all forward signs are reversed, it distinguishes the load
from its reverse.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import NEGATIVE, POSITIVE, signs

#: Symmetry that every card states.
SYMMETRY: Final = "translations, y to -y, (x, sign) to (-x, -sign), permutations; load reversal with sign reversal"
#: Largest relative deviation of a square cell, and relative distance of coincident positions.
ROUND_OFF: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Glide:
    """Dislocations of a periodic square box, in units of its side.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Positions in [0, 1).
    forward : ndarray of shape (n,)
        +1 or -1: the direction along x in which the load pushes.
    length : float
        Side of the box in b.
    """

    x: FloatArray
    y: FloatArray
    forward: FloatArray
    length: float

    def __len__(self) -> int:
        """Return the number of dislocations."""
        return len(self.x)

    @property
    def density(self) -> float:
        """Number per area in b^-2."""
        return len(self) / self.length**2

    @property
    def spacing(self) -> float:
        """Mean spacing ``n^(-1/2)`` in units of the box; for an empty box, the value for n = 1."""
        return float(max(len(self), 1) ** -0.5)


def read_glide(configuration: Configuration, load: FloatArray | None) -> Glide:
    """Return the dislocations of a configuration with the directions in which they are pushed.

    Parameters
    ----------
    configuration : Configuration
        Two-dimensional, in a square cell along x and y, without pins, with a zero net Burgers
        vector.
    load : ndarray of shape (3, 3)
        Only the sign of its resolved shear ``2 load[0, 1]`` matters.

    Raises
    ------
    ValueError
        If the configuration or the load does not meet these conditions.
    """
    length = _side(configuration)
    sign = signs(configuration)
    if not sign.all():
        raise ValueError(
            f"{int((sign == 0).sum())} of {len(sign)} particles are pins; this descriptor takes"
            " dislocations only, so leave it out for systems with pins"
        )
    if sign.sum() != 0:
        raise ValueError(
            f"{int((sign > 0).sum())} {POSITIVE} and {int((sign < 0).sum())} {NEGATIVE}"
            " dislocations; expected equal numbers: a net Burgers vector would make dislocations"
            " glide forever under load"
        )
    if load is None or not load[0, 1]:
        shear = None if load is None else float(2 * load[0, 1])
        raise ValueError(
            f"the load's resolved shear is {shear}; expected a load tensor with nonzero load[0, 1]"
        )
    inside = np.mod(configuration.positions[:, :2] / length, 1.0)
    _refuse_coincident(inside)
    return Glide(inside[:, 0], inside[:, 1], np.sign(load[0, 1]) * sign, length)


def _side(configuration: Configuration) -> float:
    """Return the side of a square cell."""
    cell = configuration.cell[:2, :2]
    length = float(cell[0, 0])
    if configuration.dimension != 2 or np.abs(cell - length * np.eye(2)).max() > ROUND_OFF * length:
        raise ValueError(
            f"cell = {configuration.cell.tolist()} in {configuration.dimension} dimensions; expected"
            " a square along x and y in two"
        )
    return length


def _refuse_coincident(inside: FloatArray) -> None:
    from scipy.spatial import cKDTree

    pairs = cKDTree(np.mod(inside, 1.0), boxsize=1.0).query_pairs(ROUND_OFF)
    if pairs:
        first, second = min(pairs)
        raise ValueError(
            f"dislocations {first} and {second} coincide; expected distances above"
            f" {ROUND_OFF:g} of the box: annihilate or separate them first"
        )
