"""Follow the equilibrium branch under rising stress to the fold where the first burst begins.

The method is pseudo-arclength continuation: each step predicts along the tangent ``(dx, dstress)``
and corrects by Newton's method within the plane through the prediction orthogonal to the tangent.
The bordered matrix stays regular at a fold, where the stiffness alone becomes singular, so that
steps can pass the fold; there the tangent's stress component vanishes. Units are those of the box;
the branch is returned in physical units.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.glide import Glide
from mechanist.describe.shared.glide_balance import Balance

#: How a branch ends: at a fold; where opposite dislocations come too close; or where no further
#: point was found.
FOLD: Final = "fold"
ANNIHILATION: Final = "annihilation"
LOST: Final = "lost"
#: Largest residual force in equilibrium, in units of the force between two dislocations at the mean
#: spacing.
BALANCED: Final = 1e-9
#: Number of corrections after which a step is halved, number up to which the next step is longer,
#: and the factor by which it is longer.
MOST_CORRECTIONS: Final = 6
EASY: Final = 3
LONGER: Final = 1.6
#: First, shortest and longest step in mean spacings, and the largest number of steps.
FIRST_STEP: Final = 0.05
SHORTEST_STEP: Final = 1e-6
LONGEST_STEP: Final = 0.5
MOST_STEPS: Final = 300
#: Smallest cosine between tangents of neighbouring points; below it, the step may have left the
#: branch.
STRAIGHT: Final = 0.8
#: Largest correction in units of the step; above it, the step may have left the branch.
STRAYED: Final = 0.2
#: Relative accuracy to which the fold stress is refined.
FOLD_ERROR: Final = 1e-5
MOST_REFINEMENTS: Final = 6


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibrium states from zero stress to the end of the branch, in physical units.

    Parameters
    ----------
    stress, strain : ndarray of shape (n_points,)
        Applied stress in D/b, rising, and plastic strain since the first point.
    compliance : ndarray of shape (n_points,)
        Derivative of strain with respect to stress in b/D; infinite at a fold.
    mode : ndarray of shape (n,)
        Unit vector along which the positions move at the last point.
    end : str
        ``FOLD``, ``ANNIHILATION`` or ``LOST``.
    """

    stress: FloatArray
    strain: FloatArray
    compliance: FloatArray
    mode: FloatArray
    end: str


class Point(NamedTuple):
    """An equilibrium state: positions and stress ``z``, and the tangent of the branch there."""

    z: FloatArray
    tangent: FloatArray


def follow(glide: Glide, *, annihilation_radius: float) -> Branch:
    """Follow a relaxed state under forward stress to its first instability.

    Parameters
    ----------
    glide : Glide
        A relaxed state; its residual forces are relaxed first.
    annihilation_radius : float
        Distance in b between opposite dislocations at which the branch ends.
    """
    path = _Path(glide, annihilation_radius / glide.length)
    start = path.relaxed() if len(glide) else None
    if start is None:
        zero = np.zeros(1)
        return Branch(zero, zero, zero, np.zeros(len(glide)), LOST)
    points, end = path.walk(start)
    z, tangent = (np.array([point[k] for point in points]) for k in (0, 1))
    moved = (z[:, :-1] - z[0, :-1]) @ glide.forward
    rise = np.where(tangent[:, -1] > 0, tangent[:, -1], np.nan)
    compliance = np.nan_to_num((tangent[:, :-1] @ glide.forward) / rise, nan=np.inf)
    mode = tangent[-1, :-1] / np.linalg.norm(tangent[-1, :-1])
    return Branch(z[:, -1] / glide.length, moved / glide.length, compliance, mode, end)


class _Path:
    """The equations of one equilibrium branch."""

    def __init__(self, glide: Glide, radius: float) -> None:
        n = len(glide)
        self.glide, self.radius = glide, radius
        self.balance = Balance(glide)
        self.allowed = BALANCED / glide.spacing
        self.bordered = np.zeros((n + 1, n + 1))
        self.bordered[:-1, -1] = -glide.forward
        self.metric = np.ones(n + 1)  # weights of positions and stress in the arclength

    def relaxed(self) -> Point | None:
        """Return the equilibrium state at zero stress, or None if Newton's method fails."""
        still = np.zeros(len(self.glide) + 1)
        still[-1] = 1.0
        found = self._corrected(np.append(self.glide.x, 0.0), still)
        if found is None:
            return None
        tangent = self._tangent(still)
        # Give positions and stress equal weight at the start.
        self.metric[-1] = np.sum(tangent[:-1] ** 2) / tangent[-1] ** 2
        return Point(found[0], self._tangent(still))

    def walk(self, start: Point) -> tuple[list[Point], str]:
        """Return the points of the branch and how it ends."""
        points, step = [start], FIRST_STEP * self.glide.spacing
        while len(points) < MOST_STEPS:
            if step < SHORTEST_STEP * self.glide.spacing:
                return points, LOST
            found = self._next(points[-1], step)
            if found is None:
                step *= 0.5
                continue
            point, corrections = found
            if self._closest(point.z[:-1]) < self.radius:
                return points, ANNIHILATION
            if point.tangent[-1] <= 0:
                return [*points, self._fold(points[-1], point, step)], FOLD
            points.append(point)
            if corrections <= EASY:
                step = min(LONGER * step, LONGEST_STEP * self.glide.spacing)
        return points, LOST

    def _fold(self, before: Point, beyond: Point, step: float) -> Point:
        """Return the point of highest stress, between a point before and a point beyond it."""
        low, high = (0.0, before), (step, beyond)
        best = before if before.z[-1] > beyond.z[-1] else beyond
        for _ in range(MOST_REFINEMENTS):
            # The tangent's stress component is the slope of the stress; assume that it is linear.
            share = low[1].tangent[-1] / (low[1].tangent[-1] - high[1].tangent[-1])
            where = low[0] + share * (high[0] - low[0])
            found = self._next(before, where)
            if found is None:
                break
            gain = found[0].z[-1] - best.z[-1]
            best = found[0] if gain > 0 else best
            if found[0].tangent[-1] > 0:
                low = (where, found[0])
            else:
                high = (where, found[0])
            if abs(gain) <= FOLD_ERROR * best.z[-1]:
                break
        return best

    def _next(self, point: Point, step: float) -> tuple[Point, int] | None:
        """Return the point one step further and the number of corrections; None on failure."""
        predicted = point.z + step * point.tangent
        found = self._corrected(predicted, point.tangent)
        if found is None:
            return None
        strayed = np.sqrt(np.sum(self.metric * (found[0] - predicted) ** 2))
        if strayed > STRAYED * step:
            return None
        tangent = self._tangent(point.tangent)
        if np.sum(tangent * self.metric * point.tangent) < STRAIGHT:
            return None
        return Point(found[0], tangent), found[1]

    def _corrected(self, z: FloatArray, tangent: FloatArray) -> tuple[FloatArray, int] | None:
        """Return the equilibrium state in the plane through ``z``; None if Newton's method fails.

        On success the bordered matrix holds the stiffness at this state.
        """
        residual = np.zeros(len(z))
        for corrections in range(MOST_CORRECTIONS):
            forces, self.bordered[:-1, :-1] = self.balance.linearised(z[:-1])
            residual[:-1] = forces + z[-1] * self.glide.forward
            if np.abs(residual).max() <= self.allowed:
                return z, corrections
            self.bordered[-1] = self.metric * tangent
            z = z + np.linalg.solve(self.bordered, residual)
            if not np.isfinite(z).all():
                return None
        return None

    def _tangent(self, previous: FloatArray) -> FloatArray:
        """Return the unit tangent at the state corrected last, pointing forward on the branch."""
        self.bordered[-1] = self.metric * previous
        right = np.zeros(len(previous))
        right[-1] = 1.0
        direction = np.linalg.solve(self.bordered, right)
        return np.asarray(direction / np.sqrt(np.sum(self.metric * direction**2)))

    def _closest(self, x: FloatArray) -> float:
        """Return the smallest distance between two opposite dislocations."""
        positive = self.glide.forward > 0
        dx = x[positive, None] - x[~positive]
        dy = self.glide.y[positive, None] - self.glide.y[~positive]
        dx, dy = dx - np.round(dx), dy - np.round(dy)
        return float(np.sqrt((dx**2 + dy**2).min()))
