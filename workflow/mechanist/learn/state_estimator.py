"""The interface of estimators that read states, and their lookup by file name.

A state is the configuration of a sample before a load is applied. A file
``learn/estimators/<name>.py`` that sets ``STATE_ESTIMATOR = SomeClass`` adds the estimator ``<name>``;
the class takes the configuration's parameters as keywords and follows :class:`StateEstimator`.
"""

import importlib
import importlib.util
import inspect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from mechanist.core.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class StateInputs:
    """States of one system, as an estimator reads them.

    Parameters
    ----------
    keys : DataFrame
        Sample, load and object of every row.
    truth : ndarray of shape (n, n_targets)
    inputs
        Inputs of the n rows, in a form that only the estimator knows.
    """

    keys: pd.DataFrame
    truth: FloatArray
    inputs: Any


class FittedStates(Protocol):
    """A fitted estimator."""

    def predict(self, inputs: Any) -> FloatArray:
        """Return predicted targets, shape (n, n_targets)."""
        ...


class StateEstimator(Protocol):
    """An estimator that reads states itself, such as a network over pairs of dislocations."""

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs:
        """Read the states that have a row in the target table.

        Parameters
        ----------
        files : sequence of Path
            Sample files.
        targets : Path
            Target table.
        names : sequence of str
            Target columns.
        samples : collection of str, optional
            Keep only these samples.
        """
        ...

    def cross_fit(
        self,
        inputs: Any,
        targets: FloatArray,
        *,
        samples: IntArray,
        folds: IntArray,
        train: BoolArray,
        seed: int,
    ) -> tuple[FloatArray, Sequence[FittedStates]]:
        """Predict every row by an estimator that was trained on no row of its fold.

        Parameters
        ----------
        inputs
            Inputs of n rows.
        targets : ndarray of shape (n, n_targets)
        samples, folds : ndarray of shape (n,), int
            Independent sample and fold of every row.
        train : ndarray of shape (n,), bool
            Rows available for training.
        seed : int

        Returns
        -------
        prediction : ndarray of shape (n, n_targets)
        fitted : sequence of FittedStates
            The estimator of each fold.
        """
        ...


def make_state_estimator(name: str, parameters: Mapping[str, Any] | None = None) -> StateEstimator:
    """Return the estimator that ``learn/estimators/<name>.py`` defines.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.
    parameters : mapping, optional
        Arguments of the class.

    Raises
    ------
    ValueError
        If there is no such file, it defines no such estimator, or a parameter is unknown.
    """
    module_name, cls = f"mechanist.learn.estimators.{name}", None
    if name.isidentifier() and importlib.util.find_spec(module_name) is not None:
        cls = getattr(importlib.import_module(module_name), "STATE_ESTIMATOR", None)
    if cls is None:
        raise ValueError(
            f"estimator {name!r} does not read states; expected a file learn/estimators/{name}.py"
            " that sets STATE_ESTIMATOR to its class"
        )
    given, known = dict(parameters or {}), list(inspect.signature(cls).parameters)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"estimator {name!r} has no parameters {unknown}; it takes {known}")
    estimator: StateEstimator = cls(**given)
    return estimator
