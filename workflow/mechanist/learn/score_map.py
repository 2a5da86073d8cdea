"""Normal scores of features by a table of knots, which is all that a kept model needs of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Most knots of a feature: scores between them are off by less than the tails of 600 samples tell.
MOST_KNOTS: Final = 33


@dataclass(frozen=True, eq=False)
class ScoreMap:
    """A map of each feature, linear between knots and constant beyond the outer ones.

    Parameters
    ----------
    values, scores : ndarray of shape (n_features, n_knots)
        Ascending values of each feature, and what they are mapped to.

    Raises
    ------
    ValueError
        If the shapes differ, or a row descends.
    """

    values: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check shapes and order."""
        if self.values.shape != self.scores.shape or self.values.ndim != 2 or not self.values.size:
            raise ValueError(
                f"knots of the shapes {self.values.shape} and {self.scores.shape}; expected equal ones,"
                " (n_features, n_knots)"
            )
        for name, rows in (("values", self.values), ("scores", self.scores)):
            if not (np.diff(rows, axis=1) >= 0).all():
                raise ValueError(f"{name} of the knots descend; expected ascending ones")

    def __call__(self, X: FloatArray) -> FloatArray:
        """Return the scores of features of shape (n_rows, n_features)."""
        rows = zip(np.asarray(X, float).T, self.values, self.scores, strict=True)
        return np.stack([np.interp(x, values, scores) for x, values, scores in rows], axis=1)


def thinned(known: Sequence[tuple[FloatArray, FloatArray]], most: int = MOST_KNOTS) -> ScoreMap:
    """Return a map with few knots, which lie at about equal distances of scores.

    Parameters
    ----------
    known : sequence of tuple of ndarray
        Distinct ascending values of each feature, and their scores.
    most : int
        Largest number of knots.
    """
    rows = []
    for values, scores in known:
        wanted = np.linspace(scores[0], scores[-1], most)
        near = np.abs(scores[None, :] - wanted[:, None]).argmin(axis=1)
        kept = np.arange(len(scores)) if len(scores) <= most else np.unique(near)
        rows.append((values[kept], scores[kept]))
    longest = max(len(values) for values, _ in rows)
    # A repeated last knot changes nothing.
    filled = [[np.pad(part, (0, longest - len(part)), mode="edge") for part in r] for r in rows]
    return ScoreMap(np.array([r[0] for r in filled]), np.array([r[1] for r in filled]))
