"""Boosted trees as numbers: checked, and followed without the library that grew them.

A stranger's trees are no more than two arrays. That every path ends is checked before they are used:
children come after their parent.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray

#: Stands for a feature in the node of a leaf.
LEAF: Final = -1


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose sum predicts at some strains.

    Parameters
    ----------
    nodes : ndarray of shape (n_nodes, 4)
        Feature, threshold, and the nodes that follow below the threshold and from it on; in a leaf,
        feature -1, the value, and two numbers without meaning.
    roots : ndarray of shape (n_trees, 2)
        First node of each tree, and the index of the strain that it predicts at.
    """

    nodes: FloatArray
    roots: FloatArray

    def check(self, n_features: int, n_strains: int) -> None:
        """Raise ValueError unless every path through the trees ends, and reads features that exist."""
        n = len(self.nodes)
        for name, array in (("nodes", self.nodes), ("roots", self.roots)):
            if not np.isfinite(array).all():
                count = np.sum(~np.isfinite(array))
                raise ValueError(f"{name} of trees hold {count} numbers that are not finite")
        feature, _, left, right = self.nodes.T
        inner = feature != LEAF
        own = np.arange(n)
        limits = {
            "features": (feature, LEAF, n_features, np.ones(n, bool)),
            "nodes below a threshold": (left, own + 1, n, inner),
            "nodes from a threshold on": (right, own + 1, n, inner),
            "first nodes": (self.roots[:, 0], 0, n, np.ones(len(self.roots), bool)),
            "strains": (self.roots[:, 1], 0, n_strains, np.ones(len(self.roots), bool)),
        }
        for name, (values, low, high, used) in limits.items():
            wrong = used & ((values < low) | (values >= high) | (values != np.floor(values)))
            if wrong.any():
                raise ValueError(
                    f"{name} of trees hold {values[wrong][0]}; expected whole numbers below {high}"
                    " that lead on to later nodes"
                )

    def predict(self, X: NDArray[np.float32], n_strains: int) -> FloatArray:
        """Return the sums of trees for rows of features, shape (n_rows, n_strains)."""
        rows = np.ascontiguousarray(X, np.float32)
        return np.asarray(_followed(rows, self.nodes, self.roots.astype(np.int64), n_strains))


@njit(cache=True, nogil=True)
def _followed(
    X: NDArray[np.float32], nodes: FloatArray, roots: NDArray[np.int64], n_strains: int
) -> FloatArray:
    total = np.zeros((len(X), n_strains))
    for row in range(len(X)):
        for tree in range(len(roots)):
            node = roots[tree, 0]
            while nodes[node, 0] >= 0:
                below = X[row, int(nodes[node, 0])] < nodes[node, 1]
                node = int(nodes[node, 2]) if below else int(nodes[node, 3])
            total[row, roots[tree, 1]] += nodes[node, 1]
    return total
