"""Sparse least squares on Gram matrices: LASSO proposes supports, held-out runs select one.

The penalty and the threshold are chosen by cross-validation over parts that hold whole runs. The
supports are refitted by least squares for the comparison, since the penalty biases coefficients.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.interaction_gram import Gram
from mechanist.settings.entry_types.interactions_entries import SlipSettingsEntry

#: Excess held-out loss, relative to the squared target, that integration and round-off may cause.
ROUND_OFF: Final = 1e-8
#: A model with at least this share of the terms of the largest model lies at the end of the path.
ENDING: Final = 0.9

Candidate = tuple[IntArray, FloatArray]


@dataclass(frozen=True)
class SparseSettings:
    """Settings of the selection of terms.

    Parameters
    ----------
    folds : int
        Number of groups in which the parts of the data are held out.
    smallest : float
        Smallest penalty, relative to the one that leaves no term.
    penalties : int
        Number of penalties between the two, at equal ratios.
    corners : int
        Largest number of penalties at which a term enters or leaves; the path ends there.
    thresholds : tuple of float
        Terms whose coefficient, for columns of unit norm, is below this share of the largest are
        dropped and the rest are refitted.
    draws : int
        Number of random halves of the parts on which the selection is repeated for inclusion
        frequencies.
    """

    folds: int = 5
    smallest: float = 1e-4
    penalties: int = 24
    corners: int = 120
    thresholds: tuple[float, ...] = (0.0, 0.02, 0.05, 0.1)
    draws: int = 20

    @classmethod
    def of(cls, entry: SlipSettingsEntry, *, folds: int) -> "SparseSettings":
        """Build from the settings of an identification, apart from its number of parts."""
        return cls(
            folds=folds,
            smallest=entry.get("smallest", cls.smallest),
            penalties=entry.get("penalties", cls.penalties),
            corners=entry.get("corners", cls.corners),
            thresholds=tuple(entry.get("thresholds", cls.thresholds)),
            draws=entry.get("draws", cls.draws),
        )

    @property
    def grid(self) -> FloatArray:
        """Penalties, decreasing from 1."""
        return np.geomspace(1.0, self.smallest, self.penalties)


@dataclass(frozen=True, eq=False)
class SparseFit:
    """Selected terms and their coefficients.

    Parameters
    ----------
    weights : ndarray of shape (p,)
        Coefficients, zero where a term is left out.
    frequencies : ndarray of shape (p,)
        How often each term is selected on halves of the data; NaN if not computed.
    path : list of dict
        For each penalty and threshold: number of terms, held-out loss relative to the squared
        target, standard error of the loss over folds, and whether this model was chosen.
    """

    weights: FloatArray
    frequencies: FloatArray
    path: list[dict[str, float]] = field(default_factory=list)


def sparse_fit(
    gram: Gram,
    *,
    settings: SparseSettings | None = None,
    positive: bool = False,
    rng: np.random.Generator | None = None,
) -> SparseFit:
    """Select terms and fit them.

    The smallest model is selected whose held-out loss exceeds the least loss by no more than the
    standard error of that excess over folds. If the loss still falls at the end of the path, the
    model with all terms is also a candidate.

    Parameters
    ----------
    gram : Gram
        At least two parts; there are no more folds than parts.
    settings : SparseSettings, optional
    positive : bool
        Whether coefficients must not be negative.
    rng : Generator, optional
        Draws halves of the parts; without it, no frequencies are computed.

    Raises
    ------
    ValueError
        If there is only one part.
    """
    settings = settings or SparseSettings()
    if gram.n_parts < 2:
        raise ValueError(
            "one part of the data; expected at least two independent runs to select terms"
        )
    folds = min(settings.folds, gram.n_parts)
    held = np.arange(gram.n_parts) % folds
    whole, tests = gram.total(), [gram.parts(held == fold) for fold in range(folds)]
    # Subtracting a test fold from the whole would leave round-off in columns that only it excites.
    trains = [gram.parts(held != fold) for fold in range(folds)]
    losses = _losses(trains, tests, settings, positive, everything=False)
    candidates = _candidates(whole, settings, positive, everything=False)
    sizes = np.array([len(support) for support, _ in candidates])
    if sizes[np.argmin(losses.mean(axis=0))] >= ENDING * sizes.max():
        # The path ends before the loss has a minimum: perhaps no term can be left out.
        losses = _losses(trains, tests, settings, positive, everything=True)
        candidates = _candidates(whole, settings, positive, everything=True)
        sizes = np.array([len(support) for support, _ in candidates])
    losses /= (whole.squares[0] or 1.0) / folds
    chosen = _smallest(losses, sizes)
    support, fitted = candidates[chosen]
    weights = np.zeros(len(gram.columns))
    weights[support] = fitted
    frequencies = np.full(len(gram.columns), np.nan)
    if rng is not None and settings.draws:
        frequencies = _frequencies(gram, chosen, settings, positive, rng)
    return SparseFit(weights, frequencies, _path(settings, sizes, losses, chosen))


def _smallest(losses: FloatArray, sizes: IntArray) -> int:
    """Return the smallest model whose loss is as good as the best; losses: (folds, models)."""
    mean = losses.mean(axis=0)
    excess = losses - losses[:, [int(np.argmin(mean))]]
    error = excess.std(axis=0, ddof=1) / np.sqrt(len(losses))
    allowed = excess.mean(axis=0) <= np.maximum(error, ROUND_OFF)
    return int(np.lexsort((mean, np.where(allowed, sizes, sizes.max() + 1)))[0])


def _path(
    settings: SparseSettings, sizes: IntArray, losses: FloatArray, chosen: int
) -> list[dict[str, float]]:
    tried = [*itertools.product(settings.grid, settings.thresholds), (0.0, 0.0)]
    mean, error = losses.mean(axis=0), losses.std(axis=0, ddof=1) / np.sqrt(len(losses))
    return [
        {
            "penalty": float(tried[k][0]),
            "threshold": float(tried[k][1]),
            "n_terms": int(size),
            "loss": float(mean[k]),
            "error": float(error[k]),
            "chosen": bool(k == chosen),
        }
        for k, size in enumerate(sizes)
    ]


def lasso_supports(
    gram: Gram, penalties: FloatArray, *, corners: int, positive: bool
) -> list[IntArray]:
    """Return the terms that LASSO keeps at each penalty.

    Parameters
    ----------
    gram : Gram
        Only the first part is used.
    penalties : ndarray
        Relative to the penalty that keeps no term, decreasing from 1.
    corners : int
        Largest number of changes on the path; smaller penalties then keep the last terms.
    positive : bool
        Whether coefficients must not be negative.
    """
    from sklearn.linear_model import lars_path_gram

    scale = np.sqrt(np.diagonal(gram.products[0]))
    seen = np.flatnonzero(scale > 0)
    none: list[IntArray] = [np.empty(0, dtype=np.int64) for _ in penalties]
    moments = gram.moments[0][seen] / scale[seen]
    largest = float((moments if positive else np.abs(moments)).max(initial=0.0))
    if largest <= 0.0:
        return none
    knots, _, path = lars_path_gram(
        Xy=moments,
        Gram=gram.products[0][np.ix_(seen, seen)] / np.outer(scale[seen], scale[seen]),
        n_samples=1,
        method="lasso",
        max_iter=corners,
        alpha_min=float(penalties[-1]) * largest,
        copy_Gram=False,
        positive=positive,
    )
    supports = []
    for penalty in penalties:
        # Coefficients are linear between two knots: terms non-zero at either end are kept.
        after = min(int(np.searchsorted(-knots, -penalty * largest)), len(knots) - 1)
        inside = (path[:, max(after - 1, 0)] != 0) & (penalty * largest < knots[0])
        supports.append(seen[inside | (path[:, after] != 0)])
    return supports


def _candidates(
    gram: Gram,
    settings: SparseSettings,
    positive: bool,
    *,
    everything: bool,
    upto: int | None = None,
) -> list[Candidate]:
    """Return support and weights by penalty and threshold; ``everything`` adds all terms last."""
    scale = np.sqrt(np.diagonal(gram.products[0]))
    known: dict[bytes, Candidate] = {}

    def fitted(support: IntArray) -> Candidate:
        key = support.tobytes()
        if key not in known:
            known[key] = (support, gram.fit(support, positive=positive))
        return known[key]

    candidates = []
    for support in lasso_supports(
        gram, settings.grid[:upto], corners=settings.corners, positive=positive
    ):
        sizes = np.abs(fitted(support)[1]) * scale[support]
        largest = sizes.max(initial=0.0)
        candidates += [
            fitted(support[(sizes >= threshold * largest) & (sizes > 0)])
            for threshold in settings.thresholds
        ]
    if everything:
        candidates.append(fitted(np.arange(len(gram.columns))))
    return candidates


def _losses(
    trains: Sequence[Gram],
    tests: Sequence[Gram],
    settings: SparseSettings,
    positive: bool,
    *,
    everything: bool,
) -> FloatArray:
    """Return the squared residuals of each model on each fold, shape (folds, models)."""
    losses = []
    for train, test in zip(trains, tests, strict=True):
        candidates = _candidates(train, settings, positive, everything=everything)
        known: dict[int, float] = {}
        for support, weights in candidates:
            if id(support) not in known:
                known[id(support)] = test.loss(weights, support)
        losses.append([known[id(support)] for support, _ in candidates])
    return np.array(losses)


def _frequencies(
    gram: Gram, chosen: int, settings: SparseSettings, positive: bool, rng: np.random.Generator
) -> FloatArray:
    """Return how often terms are selected on half of the parts, at the same penalty and threshold.

    Stability selection after Meinshausen and Bühlmann (2010), 10.1111/j.1467-9868.2010.00740.x.
    """
    row = chosen // len(settings.thresholds)
    if row >= settings.penalties:  # all terms, whatever the data
        return np.ones(len(gram.columns))
    counts = np.zeros(len(gram.columns))
    for _ in range(settings.draws):
        half = gram.parts(rng.permutation(gram.n_parts)[: max(1, gram.n_parts // 2)])
        found = _candidates(half, settings, positive, everything=False, upto=row + 1)
        counts[found[chosen][0]] += 1
    return counts / settings.draws
