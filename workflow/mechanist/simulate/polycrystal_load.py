"""Macroscopic loads: which strains are driven, and which stresses are held at zero.

A load drives the mean strain in a subspace of all symmetric tensors and keeps the mean stress at
zero in the rest: uniaxial tension drives the strain along its axis alone, a prescribed strain rate
drives all six components. There is no macroscopic spin. The strain is the integral of the rate,
that is logarithmic, while the voxels do not move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.mechanics.crystal_elasticity import PAIRS, to_mandel
from mechanist.mechanics.loads import AXES

_IDENTITY: Final = to_mandel(np.eye(3))
#: Relative trace above which a load that prescribes all strains is not isochoric.
_TRACE: Final = 1e-9


class LoadError(ValueError):
    """A load that no crystal can follow."""


@dataclass(frozen=True, eq=False)
class Loading:
    """Driven mean strain rates, and zero mean stress otherwise.

    Parameters
    ----------
    driven : ndarray of shape (6, k)
        Orthonormal Mandel vectors along which the strain is driven.
    rates : ndarray of shape (k,)
        Strain rates along them, 1/s.

    Raises
    ------
    LoadError
        If the load is singular: nothing is driven, all rates are zero or not finite, or all strains
        are prescribed and change the volume, which slip cannot do.
    """

    driven: FloatArray
    rates: FloatArray

    def __post_init__(self) -> None:
        """Raise LoadError for a singular load."""
        driven, rates = self.driven, self.rates
        k = len(rates)
        if driven.shape != (6, k) or not 1 <= k <= 6 or not np.isfinite(rates).all():
            raise LoadError(
                f"singular load: rates {rates.tolist()} along {driven.shape} Mandel vectors;"
                " expected finite rates along one to six"
            )
        if not np.allclose(driven.T @ driven, np.eye(k), atol=1e-9):
            raise LoadError("singular load: the driven directions are not orthonormal")
        if not np.linalg.norm(rates) > 0:
            raise LoadError("singular load: the rate is zero; expected a strain rate in 1/s")
        if k == 6 and abs(_IDENTITY @ driven @ rates) > _TRACE * np.linalg.norm(rates):
            raise LoadError(
                "singular load: all strains are prescribed and their trace is not zero, so that"
                " pressure grows without bound; give a traceless rate or free a stress"
            )

    @classmethod
    def uniaxial(cls, axis: str | int | Sequence[float] | FloatArray, rate: float) -> "Loading":
        """Return tension (positive rate) or compression along an axis, with stress-free sides.

        Parameters
        ----------
        axis : str, int or sequence of three floats
            ``"x"``, ``0``, or any direction in the sample frame.
        rate : float
            Strain rate along it, 1/s.

        Raises
        ------
        LoadError
            If the axis has no direction or the rate is zero.
        """
        vector = np.eye(3)[AXES[axis]] if isinstance(axis, str) else np.asarray(axis, dtype=float)
        if vector.ndim == 0:
            vector = np.eye(3)[int(vector)]
        length = float(np.linalg.norm(vector))
        if vector.shape != (3,) or not 0 < length < np.inf:
            raise LoadError(
                f"singular load: axis {axis!r} has no direction; expected three numbers"
            )
        unit = vector / length
        return cls(to_mandel(np.outer(unit, unit))[:, None], np.array([float(rate)]))

    @classmethod
    def mixed(cls, rate: FloatArray, free: BoolArray) -> "Loading":
        """Return a load that prescribes some strain components and frees the stress of the others.

        Parameters
        ----------
        rate : ndarray of shape (3, 3)
            Symmetric strain rate, 1/s; ignored where ``free`` is true.
        free : ndarray of shape (3, 3), bool
            Symmetric; true where the mean stress is zero and the strain follows.

        Raises
        ------
        LoadError
            If either is not symmetric, or nothing is driven.
        """
        held = ~np.asarray(free, dtype=bool)
        wanted = np.where(held, rate, 0.0)
        if held.shape != (3, 3) or (held != held.T).any() or not np.allclose(wanted, wanted.T):
            raise LoadError(
                f"singular load: rate {np.asarray(rate).tolist()} with free stresses"
                f" {np.asarray(free).tolist()}; expected two symmetric matrices of shape (3, 3)"
            )
        chosen = [a for a, pair in enumerate(PAIRS) if held[pair]]
        return cls(np.eye(6)[:, chosen], to_mandel(wanted)[chosen])

    @classmethod
    def strain_rate(cls, rate: FloatArray) -> "Loading":
        """Return a load that prescribes all strains.

        Parameters
        ----------
        rate : ndarray of shape (3, 3)
            Symmetric and traceless, 1/s.

        Raises
        ------
        LoadError
            If the rate is not symmetric and traceless, or is zero.
        """
        if np.shape(rate) != (3, 3) or not np.allclose(rate, np.transpose(rate)):
            raise LoadError(f"singular load: rate {np.asarray(rate).tolist()} is not symmetric")
        return cls(np.eye(6), to_mandel(np.asarray(rate, dtype=float)))

    @property
    def speed(self) -> float:
        """Norm of the driven strain rate, 1/s."""
        return float(np.linalg.norm(self.rates))

    @property
    def free(self) -> FloatArray:
        """Orthonormal Mandel vectors along which there is no mean stress, shape (6, 6 - k)."""
        q, _ = np.linalg.qr(np.column_stack([self.driven, np.eye(6)]))
        return np.asarray(q[:, self.driven.shape[1] :])

    def increment(self, dt: float) -> FloatArray:
        """Return a mean strain increment, shape (6,), that keeps the volume if the load permits."""
        driven: FloatArray = self.driven @ self.rates * dt
        side = self.free @ (self.free.T @ _IDENTITY)
        room = float(side @ side)
        return driven - (driven @ _IDENTITY) / room * side if room > _TRACE else driven

    def relaxation(self, stiffness: FloatArray) -> FloatArray:
        """Return the matrix that maps a stress to the strain that relaxes it in a medium.

        Parameters
        ----------
        stiffness : ndarray of shape (6, 6)
            Stiffness of the medium, MPa.

        Returns
        -------
        ndarray of shape (6, 6)
            Strain per MPa that removes the stress where it is held at zero.
        """
        free = self.free
        return np.asarray(free @ np.linalg.inv(free.T @ stiffness @ free) @ free.T)
