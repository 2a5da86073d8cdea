"""A model with the data of its study, ready to be trained: one interface for all studies."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import pandas as pd

from mechanist.learn.splits import Splits


class Learner(ABC):
    """A model with its training data.

    Attributes
    ----------
    splits : Splits
        Folds of the samples.
    units : dict of str to str
        Units of the targets; empty where the target table states none.
    """

    splits: Splits
    units: dict[str, str]

    @abstractmethod
    def train(
        self, *, seed: int, threads: int = 1, train_samples: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Predict every object by a model that was not trained on its sample.

        Parameters
        ----------
        seed : int
            Seed of draws and of the estimators' randomness.
        threads : int
            Maximum number of threads of an estimator.
        train_samples : sequence of str, optional
            Train on these samples only; all are predicted.

        Returns
        -------
        DataFrame
            With the columns of :mod:`mechanist.formats.predictions`.
        """

    @property
    def log_odds(self) -> list[str]:
        """Names of the class targets for which the model predicts log odds."""
        return []
