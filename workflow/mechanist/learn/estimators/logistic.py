"""Ridge logistic regression for many labellings of the same samples at once.

The confusion scheme trains one classifier for every trial boundary, fold, permutation and bootstrap
draw. All labellings share the features, so their Newton steps are taken together.
"""

from typing import Final

import numpy as np
from scipy import special

from mechanist.core.typing import BoolArray, FloatArray

_STEPS: Final = 30
_HALVINGS: Final = 12
#: Largest coefficient change in the last step; the error is then about its square.
_CONVERGED: Final = 1e-3
#: Relative decrease of the loss below which iteration stops.
_FLAT: Final = 1e-7


def logistic_scores(
    train: FloatArray,
    labels: BoolArray,
    test: FloatArray,
    *,
    penalty: float,
    weights: FloatArray | None = None,
) -> FloatArray:
    """Return the log-odds of test samples, for each labelling of the training samples.

    Features are centred and scaled by the weighted moments of ``train``; features that are
    constant there are dropped. The loss is the weighted sum of log losses plus ``penalty / 2``
    times the squared coefficients without the intercept.

    Parameters
    ----------
    train : ndarray of shape (n, d)
    labels : ndarray of bool, shape (n, k)
        One column per labelling.
    test : ndarray of shape (m, d)
    penalty : float
        Positive, in units of one sample's loss.
    weights : ndarray of shape (n,), optional
        How often each sample counts, by default once; zero excludes a sample.

    Returns
    -------
    ndarray of shape (m, k)
        Positive where the label is predicted. Infinite for labellings with a single class.

    Raises
    ------
    ValueError
        If shapes disagree, the penalty is not positive or all weights are zero.
    """
    w = np.ones(len(train)) if weights is None else np.asarray(weights, float)
    if not (penalty > 0 and w.sum() > 0):
        raise ValueError(
            f"penalty = {penalty}, sum of weights = {w.sum()}; expected positive numbers"
        )
    if len(labels) != len(train) or test.shape[1] != train.shape[1]:
        raise ValueError(
            f"train {train.shape}, labels {labels.shape}, test {test.shape}; expected (n, d),"
            " (n, k), (m, d)"
        )
    mean = w @ train / w.sum()
    scale = np.sqrt(w @ (train - mean) ** 2 / w.sum())
    varies = scale > 1e-12 * (1 + np.abs(mean))
    x, z = ((a[:, varies] - mean[varies]) / scale[varies] for a in (train, test))
    share = w @ labels / w.sum()
    mixed = (share > 0) & (share < 1)
    scores = np.where(share > 0, np.inf, -np.inf) * np.ones((len(test), 1))
    if mixed.any():
        x, z = (np.column_stack([np.ones(len(a)), a]) for a in (x, z))
        scores[:, mixed] = z @ _coefficients(x, labels[:, mixed].astype(float), w, penalty)
    return scores


def _coefficients(x: FloatArray, y: FloatArray, w: FloatArray, penalty: float) -> FloatArray:
    """Minimise by Newton's method; the first column of ``x`` is the unpenalised intercept."""
    d, k = x.shape[1], y.shape[1]
    ridge = penalty * np.ones(d)
    ridge[0] = 0.0

    def loss(beta: FloatArray) -> FloatArray:
        logits = x @ beta
        return w @ (np.logaddexp(0, logits) - y * logits) + 0.5 * ridge @ beta**2

    beta = np.zeros((d, k))
    beta[0] = special.logit(w @ y / w.sum())
    value = loss(beta)
    for _ in range(_STEPS):
        p = special.expit(x @ beta)
        gradient = x.T @ (w[:, None] * (p - y)) + ridge[:, None] * beta
        curvature = (w[:, None] * p * (1 - p)).T  # (k, n)
        hessian = x.T @ (curvature[:, :, None] * x) + np.diag(ridge)
        # If all probabilities are near 0 or 1, the intercept has almost no curvature.
        hessian[:, 0, 0] += 1e-9 * w.sum()
        step = np.linalg.solve(hessian, gradient.T[:, :, None])[:, :, 0].T
        length = np.ones(k)
        for _ in range(_HALVINGS):
            trial = loss(beta - length * step)
            worse = trial > value + 1e-12 * np.abs(value)
            if not worse.any():
                break
            length[worse] *= 0.5
        beta = beta - length * step
        before, value = value, loss(beta)
        # For separable classes the intercept hardly matters but would converge slowly.
        if np.abs(step).max() < _CONVERGED or (before - value < _FLAT * (1 + value)).all():
            break
    return beta
