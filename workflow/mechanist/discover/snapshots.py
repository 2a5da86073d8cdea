"""Integrals between few snapshots in time: what the weak form does where no test function fits.

Between two neighbouring snapshots, the integral of a time derivative is exactly the difference of
the snapshots, and the integral of a term follows from its values at the nearest snapshots, by the
polynomial through them. In space, test functions stay what they are. Nothing but the quadrature is
approximate, and its error is seen in the data: leaving out the farthest of the snapshots changes the
integral by more than the error that remains. It is told as the resolution of the grid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.projection import Projector
from mechanist.discover.test_functions import TestFunction

#: Snapshots through which a polynomial is laid.
NEAREST: Final = 5
#: With fewer snapshots, the error of the quadrature is not known.
FEWEST: Final = 3
#: Stands where projectors keep their test function; between snapshots there is none.
_NONE: Final = TestFunction(2, 1)


def between_snapshots(axis: str, times: FloatArray) -> "BetweenSnapshots":
    """Return the projector onto the intervals between the snapshots of a trajectory.

    Parameters
    ----------
    axis : str
        Name of the axis.
    times : ndarray of shape (n,)
        Increasing, even or not.

    Raises
    ------
    ValueError
        If there are fewer than three times.
    """
    if len(times) < FEWEST:
        raise ValueError(
            f"{len(times)} snapshots along {axis!r}; at least {FEWEST} are needed to know the error of "
            "integrals between them. Give more snapshots"
        )
    n, spacing = len(times), float(times[-1] - times[0]) / (len(times) - 1)
    return BetweenSnapshots(axis, _NONE, spacing, False, 1, n - 1, times=times)


@dataclass(frozen=True, eq=False, kw_only=True)
class BetweenSnapshots(Projector):
    """Integrals over the intervals between neighbouring snapshots; made by the function above.

    Parameters
    ----------
    times : ndarray of shape (n,)
        Increasing.
    """

    times: FloatArray

    @property
    def extent(self) -> int:
        """Number of snapshots."""
        return len(self.times)

    @property
    def covering(self) -> float:
        """Number of intervals that cover a point of time."""
        return 1.0

    @property
    def divisible(self) -> bool:
        """Whether query points may be taken apart: each integral uses all snapshots."""
        return False

    def from_first(self) -> Projector:
        """Return the same projector: it always takes all snapshots."""
        return self

    def rows(self, order: int) -> FloatArray:
        """Return the weights of all snapshots in each integral, in units of the mean interval.

        Parameters
        ----------
        order : int
            Order of the derivative in time: 0 or 1.

        Returns
        -------
        ndarray of shape (n - 1, n)

        Raises
        ------
        ValueError
            If the order is above 1.
        """
        n = len(self.times)
        if order > 1:
            raise ValueError(
                f"derivatives of order {order} in time do not follow from integrals between snapshots; "
                "expected order 1. Choose other targets and terms, or leave `snapshots` out"
            )
        if order == 1:
            difference = (np.eye(n, k=1) - np.eye(n))[:-1] / self.spacing
            return np.asarray(np.zeros_like(difference) if self.scheme_error else difference)
        rows = np.zeros((n - 1, n))
        for k, row in enumerate(rows):
            middle = 0.5 * (self.times[k] + self.times[k + 1])
            near = np.argsort(np.abs(self.times - middle), kind="stable")[: min(NEAREST, n)]
            row[near] += self._quadrature(near, k)
            if self.scheme_error:
                row[near[:-1]] -= self._quadrature(near[:-1], k)
        return rows / self.spacing

    def has_error(self, order: int) -> bool:
        """Whether a term with a derivative of an order along the axis is approximate."""
        return order == 0

    def _groups(self, order: int) -> Iterator[tuple[int, int, FloatArray]]:
        yield 0, 0, self.rows(order).T

    def _quadrature(self, points: IntArray, k: int) -> FloatArray:
        """Return the weights of snapshots in the integral over the ``k``-th interval."""
        start, length = self.times[k], self.times[k + 1] - self.times[k]
        places = (self.times[points] - start) / length
        powers = np.arange(len(points))
        moments = length / (powers + 1.0)
        return np.asarray(np.linalg.solve(places ** powers[:, None], moments))
