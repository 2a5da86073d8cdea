"""Models of degraded views: trained on views of the same quality as the tested ones, or on clean ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.models import Problem
from mechanist.learn.out_of_fold import regress
from mechanist.settings.entry_types.block_entries import ModelEntry

#: Features of a model that reads none.
_NOTHING: Final = "nothing"


@dataclass(frozen=True, eq=False)
class ViewRows:
    """Rows of all views of one quality: a row for each particle under each load.

    Parameters
    ----------
    features : dict of str to ndarray of shape (n_rows, n_columns), float32
        By name of the descriptor or mechanism.
    truth : ndarray of shape (n_rows,)
        Target, centred within its frame.
    sample, frame, particle : ndarray of shape (n_rows,), int
        Glass, glass under a load, and particle of every row.
    usable : ndarray of shape (n_rows,), bool
        Rows that are trained on and scored: those far enough from an edge.
    """

    features: dict[str, NDArray[np.float32]]
    truth: FloatArray
    sample: IntArray
    frame: IntArray
    particle: IntArray
    usable: BoolArray

    def known(self, names: Sequence[str]) -> bool:
        """Return whether features of these names exist in these views."""
        return all(name in self.features for name in names)

    def table(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Return the columns of some features side by side; one of zeros for none."""
        none = [np.zeros((len(self.truth), 1), np.float32)]
        return np.hstack([self.features[name] for name in names] or none)


def predicted(
    model: ModelEntry,
    rows: ViewRows,
    folds: IntArray,
    *,
    seed: int,
    training: ViewRows | None = None,
) -> FloatArray:
    """Predict every row by a model that was trained on other glasses.

    Parameters
    ----------
    model : mapping
        Estimator and features.
    rows : ViewRows
        What is predicted.
    folds : ndarray of shape (n_samples,), int
        Fold of each glass.
    seed : int
        Seed of the estimator.
    training : ViewRows, optional
        Views of the same glasses that the model is trained on; the predicted ones by default.
        Features are then cut to the range that they have in the training glasses of a fold.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    names = model.get("features", [])
    parts = [rows] if training is None else [training, rows]
    trained = [part.usable & (training is None or part is training) for part in parts]
    tables = [part.table(names) for part in parts]
    if training is not None:
        # Distances that no clean glass has would otherwise be extrapolated to without limit.
        for fold in np.unique(folds):
            seen = tables[0][training.usable & (folds[training.sample] != fold)]
            tested = folds[rows.sample] == fold
            tables[1][tested] = np.clip(tables[1][tested], seen.min(axis=0), seen.max(axis=0))
    problem = Problem(
        X=np.concatenate(tables),
        Y=np.concatenate([part.truth for part in parts])[:, None],
        folds=folds[np.concatenate([part.sample for part in parts])],
        samples=np.concatenate([part.sample for part in parts]),
        frames=np.concatenate([part.frame for part in parts]),
        objects=np.concatenate([part.particle for part in parts]),
        blocks=_blocks(rows.features, names),
        train=np.concatenate(trained),
        seed=seed,
    )
    found = regress(make_regressor(model["estimator"], model.get("parameters")), problem)
    return np.asarray(found.prediction[-len(rows.truth) :, 0])


def _blocks(features: Mapping[str, NDArray[np.float32]], names: Sequence[str]) -> dict[str, slice]:
    """Return the columns of each feature."""
    ends = np.cumsum([0, *(features[name].shape[1] for name in names)])
    found = {name: slice(int(ends[k]), int(ends[k + 1])) for k, name in enumerate(names)}
    return found or {_NOTHING: slice(0, 1)}
