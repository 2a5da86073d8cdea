"""Boosted trees on several undersampled draws, as Wang and Jain classify atoms.

https://doi.org/10.48550/arXiv.1904.03780; the settings are those of the authors' public code
(github.com/Qi-max/amlearn): 300 trees of depth 2 with the square root of all features at each
split, for three draws with as many rigid as plastic rows. The mean log odds of the three are the
score. There, folds were assigned by atom; here, a whole sample is in one fold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.learn.models import Problem
from mechanist.learn.plastic_classes import PLASTIC
from mechanist.learn.row_sampling import draw_balanced


@dataclass(frozen=True)
class UndersampledTrees:
    """Gradient-boosted trees, averaged over undersampled draws.

    Parameters
    ----------
    trees, depth : int
        Number and depth of the trees of each draw.
    leaf : float
        Smallest share of the rows in a leaf, and in a node that is split.
    draws : int
        Number of draws.
    max_rows : int or None
        Maximum number of rows of a draw, half of them plastic; None takes all plastic rows.
    """

    trees: int = 300
    depth: int = 2
    leaf: float = 0.001
    draws: int = 3
    max_rows: int | None = None

    def cross_classify(self, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
        """Return the mean log odds of every row; see :class:`mechanist.learn.models.Classifier`."""
        from sklearn.ensemble import GradientBoostingClassifier

        margin = np.zeros(len(labels))
        for fold, training, test in problem.outer():
            rng = problem.random(fold)
            for _ in range(self.draws):
                rows = draw_balanced(training, labels, problem.frames, self.max_rows, rng)
                boosted = GradientBoostingClassifier(
                    n_estimators=self.trees,
                    max_depth=self.depth,
                    max_features="sqrt",
                    min_samples_split=self.leaf,
                    min_samples_leaf=self.leaf,
                    random_state=int(rng.integers(2**31)),
                )
                boosted.fit(problem.X[rows], labels[rows] == PLASTIC)
                margin[test] += boosted.decision_function(problem.X[test]) / self.draws
        return margin


ESTIMATOR = UndersampledTrees
