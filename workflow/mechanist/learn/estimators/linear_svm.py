"""Linear support vector machine with squared hinge loss, by Newton's method in the primal.

The objective is that of ``sklearn.svm.LinearSVC(dual=False)``, intercept included; with a few
hundred columns and 10^4 rows a Newton step is one matrix product, and a handful of steps takes a
fraction of LIBLINEAR's time (S. Keerthi and D. DeCoste, J. Mach. Learn. Res. 6, 341, 2005).
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from mechanist.core.typing import FloatArray
from mechanist.learn.linear_moments import Matrix

SUFFICIENT: Final = 1e-4  # fraction of the predicted decrease that a step must achieve
SHORTEST: Final = 1e-6


class NewtonSVC(ClassifierMixin, BaseEstimator):
    """Minimise ``|w|^2 / 2 + C sum max(0, 1 - y (w.x + b))^2`` for two classes, ``b`` part of ``w``.

    Parameters
    ----------
    C : float
        Weight of the losses.
    tol : float
        Largest component of the gradient at convergence, relative to that at zero weights.
    max_iter : int
        Maximum number of Newton steps.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    coef_ : ndarray of shape (1, n_features)
    intercept_ : ndarray of shape (1,)
    n_iter_ : int
    """

    def __init__(self, C: float = 1.0, *, tol: float = 1e-6, max_iter: int = 100) -> None:
        self.C = C
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: ArrayLike) -> "NewtonSVC":
        """Fit to rows ``X`` of classes ``y``.

        Raises
        ------
        ValueError
            If there are not exactly two classes.
        """
        rows, classes = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(classes)
        self.classes_, codes = np.unique(classes, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(
                "Only binary classification is supported; the number of classes is"
                f" {len(self.classes_)}, expected 2 (with one class, there is nothing to classify)"
            )
        augmented = np.hstack([rows, np.ones((len(rows), 1), rows.dtype)])
        signs = 2.0 * codes.astype(np.float64) - 1.0
        w, self.n_iter_ = _minimise(augmented, signs, self.C, self.tol, self.max_iter)
        self.coef_, self.intercept_ = w[None, :-1], w[-1:]
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return the decision value of every row, positive for the second class."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return np.asarray(rows @ self.coef_[0] + self.intercept_[0])

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """Return the class of every row."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(np.int64)])

    def __sklearn_tags__(self) -> Tags:
        """Declare that only two classes are supported."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _minimise(
    X: Matrix, y: FloatArray, C: float, tol: float, max_iter: int
) -> tuple[FloatArray, int]:
    """Return the weights and the number of Newton steps with backtracking."""
    w, deficit = np.zeros(X.shape[1]), np.ones(len(X))  # deficit: 1 - y w.x, a loss where positive
    value, start = C * len(X), 0.0
    for step in range(max_iter):
        active = np.flatnonzero(deficit > 0)
        Z = X[active]
        gradient = w - 2 * C * np.asarray(Z.T @ (y * deficit)[active].astype(X.dtype), float)
        size = float(np.abs(gradient).max())
        start = start or size
        if size <= tol * start:
            return w, step
        hessian = np.asarray(Z.T @ Z, float) * (2 * C)
        hessian[np.diag_indices_from(hessian)] += 1.0
        direction = -cho_solve(cho_factor(hessian, lower=True), gradient)
        along, ahead = float(gradient @ direction), y * (X @ direction.astype(X.dtype))
        length = 1.0
        while True:
            trial, left = w + length * direction, deficit - length * ahead
            loss = np.maximum(left, 0.0)
            now = 0.5 * float(trial @ trial) + C * float(loss @ loss)
            if now <= value + SUFFICIENT * length * along:
                break
            length *= 0.5
            if length < SHORTEST:  # no decrease beyond rounding errors
                return w, step
        w, deficit, value = trial, left, now
    return w, max_iter
