"""Permutation importance of groups of features, measured on samples held out from training.

A group's columns are permuted together among held-out rows. The group's importance is the share of
the variance that the model then no longer explains (Breiman, 2001,
https://doi.org/10.1023/A:1010933404324). Correlated features are permuted together, because each
would look dispensable while the others remain.

Permuted rows are appended to the problem as rows excluded from training. Any estimator is therefore
fitted as usual, once for all groups, without access to the fitted model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.assess.metric_functions import ranks
from mechanist.assess.resampling import moment_intervals
from mechanist.attribution.importance_row import ImportanceRow
from mechanist.core.typing import FloatArray, IntArray, Scalar
from mechanist.learn.models import Problem, Regressor
from mechanist.learn.out_of_fold import regress

#: Largest number of rows from which feature correlations are estimated.
RANKED_ROWS: Final = 5_000
#: Largest number of permuted rows appended to a problem at once, to bound its memory.
ROWS_AT_ONCE: Final = 150_000
#: Spread, relative to the largest rank, below which a column counts as constant.
CONSTANT: Final = 1e-12
Groups = Mapping[str, IntArray]


def correlated_groups(
    X: NDArray[np.floating], names: Sequence[str], *, threshold: float, seed: int
) -> dict[str, IntArray]:
    """Group features whose ranks are correlated, by hierarchical clustering with average linkage.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    names : sequence of str
    threshold : float
        Mean absolute rank correlation above which groups are joined, in (0, 1).
    seed : int
        Seed for drawing the rows, at most :data:`RANKED_ROWS`.

    Returns
    -------
    dict of str to ndarray
        Columns of each group. The key is the name of its most central feature and the number of
        other features in the group: ``"energy (+3)"``.

    Raises
    ------
    ValueError
        If the threshold lies outside (0, 1).
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if not 0 < threshold < 1:
        raise ValueError(f"threshold = {threshold}; expected a correlation in (0, 1)")
    alike = _rank_correlations(X, seed)
    if len(alike) == 1:
        return {names[0]: np.array([0])}
    distance = squareform(np.clip(1 - alike, 0, None), checks=False)
    labels = fcluster(linkage(distance, "average"), 1 - threshold, "distance")
    groups: dict[str, IntArray] = {}
    for label in np.unique(labels):
        columns = np.flatnonzero(labels == label)
        central = columns[alike[np.ix_(columns, columns)].sum(axis=0).argmax()]
        others = f" (+{len(columns) - 1})" if len(columns) > 1 else ""
        groups[f"{names[central]}{others}"] = columns
    return groups


def _rank_correlations(X: NDArray[np.floating], seed: int) -> FloatArray:
    """Return absolute rank correlations; a constant column correlates only with itself."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    rows = np.sort(rng.permutation(len(X))[:RANKED_ROWS])
    ranked = np.stack([ranks(column) for column in np.asarray(X[rows], float).T])
    ranked -= ranked.mean(axis=1, keepdims=True)
    size = np.linalg.norm(ranked, axis=1, keepdims=True)
    scaled = np.divide(ranked, size, out=np.zeros_like(ranked), where=size > CONSTANT * len(rows))
    alike = np.abs(scaled @ scaled.T)
    np.fill_diagonal(alike, 1.0)
    return np.asarray(alike)


def block_groups(blocks: Mapping[str, slice]) -> dict[str, IntArray]:
    """Return the columns of each descriptor."""
    return {name: np.arange(part.start, part.stop) for name, part in blocks.items()}


def with_noise(problem: Problem, *, name: str, seed: int) -> Problem:
    """Add a column of noise to the problem as a separate descriptor: the negative control."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    width = problem.X.shape[1]
    noise = rng.normal(size=(len(problem.X), 1)).astype(problem.X.dtype)
    blocks = {**problem.blocks, name: slice(width, width + 1)}
    return replace(problem, X=np.hstack([problem.X, noise]), blocks=blocks)


@dataclass(frozen=True, eq=False)
class Permuted:
    """Predictions for held-out rows, with intact features and with each group permuted.

    Parameters
    ----------
    rows : ndarray of shape (n,)
        Rows of the problem.
    names : tuple of str
        Names of the groups.
    base : ndarray of shape (n, n_targets)
    permuted : ndarray of shape (n_groups, n_repeats, n, n_targets)
    """

    rows: IntArray
    names: tuple[str, ...]
    base: FloatArray
    permuted: FloatArray


def permuted_predictions(
    regressor: Regressor,
    problem: Problem,
    groups: Groups,
    *,
    rows: IntArray,
    within: IntArray,
    repeats: int,
    seed: int,
) -> Permuted:
    """Predict held-out rows with each group of features permuted.

    Parameters
    ----------
    regressor : Regressor
        Fitted anew for every batch of at most :data:`ROWS_AT_ONCE` permuted rows.
    problem : Problem
    groups : mapping of str to ndarray of int
        Columns of each group.
    rows : ndarray of int
        Held-out rows to predict.
    within : ndarray of shape (n_rows,), int
        Values are permuted among rows with equal labels. A label must not span several folds: use
        frames where a frame has many objects, otherwise folds.
    repeats : int
        Permutations of each group.
    seed : int

    Raises
    ------
    ValueError
        If a label of ``within`` occurs in several folds.
    """
    pairs = np.unique(np.stack([within, problem.folds], axis=1), axis=0)
    if len(pairs) != len(np.unique(within)):
        raise ValueError("a label of `within` occurs in several folds; expected one fold per label")
    names = tuple(groups)
    jobs = [(g, r) for g in range(len(names)) for r in range(repeats)]
    base = np.empty((0, problem.Y.shape[1]))
    permuted = np.empty((len(names), repeats, len(rows), problem.Y.shape[1]))
    at_once = max(1, ROWS_AT_ONCE // len(rows))
    for start in range(0, len(jobs), at_once):
        batch = jobs[start : start + at_once]
        parts = [
            _exchanged(problem, groups[names[g]], rows, within[rows], _generator(seed, g, r))
            for g, r in batch
        ]
        said = regress(regressor, _joined(problem, rows, parts)).prediction
        base = said[rows]
        for k, (g, r) in enumerate(batch):
            first = len(problem.Y) + k * len(rows)
            permuted[g, r] = said[first : first + len(rows)]
    return Permuted(rows, names, base, permuted)


def importances(
    found: Permuted,
    problem: Problem,
    *,
    targets: Sequence[str],
    centre: bool,
    level: float,
) -> Iterator[ImportanceRow]:
    """Yield the share of variance that is no longer explained without each group, with intervals.

    Parameters
    ----------
    found : Permuted
    problem : Problem
        The problem whose rows were predicted.
    targets : sequence of str
        Names of the targets.
    centre : bool
        Whether truth and predictions are first centred within their frame, as for scores within
        frames.
    level : float
        Nominal coverage of the intervals, in which the sample is the independent unit.

    Yields
    ------
    ImportanceRow
    """
    frames, samples = problem.frames[found.rows], problem.samples[found.rows]
    _, sample = np.unique(samples, return_inverse=True)
    counts = np.bincount(sample)

    def by_sample(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(sample, values) / counts)

    for k, target in enumerate(targets):
        truth = _centred(problem.Y[found.rows, k], frames) if centre else problem.Y[found.rows, k]
        spread = by_sample((truth - truth.mean()) ** 2)
        base = _errors(truth, found.base[:, k], frames, centre)
        for g, name in enumerate(found.names):
            errors = [_errors(truth, p[:, k], frames, centre) for p in found.permuted[g]]
            lost = by_sample(np.mean(errors, axis=0) - base)
            interval = moment_intervals(
                np.stack([lost, spread], axis=1),
                {"lost": lambda m: m[..., 0] / m[..., 1]},
                level=level,
            )["lost"]  # fmt: skip
            yield {
                "group": name, "target": target, "metric": "r2_lost", "unit": "1",
                "value": interval.value, "low": interval.low, "high": interval.high,
                "level": interval.level, "method": interval.method,
                "n_samples": interval.n, "n_objects": len(found.rows),
            }  # fmt: skip


def _generator(seed: int, group: int, repeat: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(group, repeat)))


def _exchanged(
    problem: Problem, columns: IntArray, rows: IntArray, within: IntArray, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return features of ``rows`` with one group permuted among rows with equal labels."""
    X = problem.X[rows]
    order = np.argsort(within, kind="stable")
    shuffled = np.lexsort((rng.random(len(rows)), within))
    X[np.ix_(order, columns)] = X[np.ix_(shuffled, columns)]
    return X


def _joined(problem: Problem, rows: IntArray, parts: Sequence[NDArray[np.float32]]) -> Problem:
    """Append rows to the problem that are predicted but excluded from training."""
    again = np.tile(rows, len(parts))

    def longer(values: NDArray[Scalar]) -> NDArray[Scalar]:
        return np.concatenate([values, values[again]])

    return replace(
        problem,
        X=np.concatenate([problem.X, *parts]),
        Y=longer(problem.Y),
        folds=longer(problem.folds),
        samples=longer(problem.samples),
        frames=longer(problem.frames),
        objects=longer(problem.objects),
        train=np.concatenate([problem.train, np.zeros(len(again), bool)]),
    )


def _centred(values: FloatArray, frames: IntArray) -> FloatArray:
    _, code = np.unique(frames, return_inverse=True)
    return np.asarray(values - (np.bincount(code, values) / np.bincount(code))[code])


def _errors(truth: FloatArray, said: FloatArray, frames: IntArray, centre: bool) -> FloatArray:
    return np.asarray((truth - (_centred(said, frames) if centre else said)) ** 2)
