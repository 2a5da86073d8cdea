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
from typing import Generic, Protocol, TypeVar

import pandas as pd

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.settings.state_estimator_names import METHODS, OF_STATES

#: States in the form in which one estimator reads them.
Read = TypeVar("Read")
Taken_contra = TypeVar("Taken_contra", contravariant=True)


@dataclass(frozen=True, eq=False)
class StateInputs(Generic[Read]):
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
    inputs: Read


class FittedStates(Protocol[Taken_contra]):
    """A fitted estimator."""

    def predict(self, inputs: Taken_contra) -> FloatArray:
        """Return predicted targets, shape (n, n_targets)."""
        ...


class StateEstimator(Protocol[Read]):
    """An estimator that reads states itself, such as a network over pairs of dislocations."""

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs[Read]:
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
        inputs: Read,
        targets: FloatArray,
        *,
        samples: IntArray,
        folds: IntArray,
        train: BoolArray,
        seed: int,
    ) -> tuple[FloatArray, Sequence[FittedStates[Read]]]:
        """Predict every row by an estimator that was trained on no row of its fold.

        Parameters
        ----------
        inputs
            Inputs of n rows.
        targets : ndarray of shape (n, n_targets)
        samples : ndarray of shape (n,), int
            Independent sample of every row.
        folds : ndarray of shape (n,), int
            Fold of every row; rows of a negative fold are trained on, and not predicted.
        train : ndarray of shape (n,), bool
            Rows available for training.
        seed : int

        Returns
        -------
        prediction : ndarray of shape (n, n_targets)
        fitted : sequence of FittedStates
            The estimator of each fold, in the order of their numbers.
        """
        ...


def state_class(name: str) -> type | None:
    """Return what ``learn/estimators/<name>.py`` assigns to ``STATE_ESTIMATOR``; None if nothing."""
    module_name = f"mechanist.learn.estimators.{name}"
    if not name.isidentifier() or importlib.util.find_spec(module_name) is None:
        return None
    return getattr(importlib.import_module(module_name), OF_STATES, None)


def missing_methods(cls: object) -> list[str]:
    """Return the methods of :class:`StateEstimator` that a class lacks, as they are called."""
    return [
        call_of(method)
        for method in METHODS
        if not callable(getattr(cls, method, None))
        or getattr(cls, method) is getattr(StateEstimator, method)
    ]


def call_of(method: str) -> str:
    """Return name and arguments of a method of :class:`StateEstimator`, without their types."""
    signature = inspect.signature(getattr(StateEstimator, method))
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    shown = signature.replace(parameters=bare, return_annotation=signature.empty)
    return f"{method}{shown}"


def make_state_estimator(
    name: str, parameters: Mapping[str, object] | None = None
) -> StateEstimator[object]:
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
        If there is no such file, it defines no such estimator, a method is missing, or a parameter
        is unknown.
    """
    cls = state_class(name)
    if cls is None:
        raise ValueError(
            f"estimator {name!r} does not read states; expected a file learn/estimators/{name}.py"
            " that sets STATE_ESTIMATOR to its class"
        )
    missing = missing_methods(cls)
    if missing:
        raise ValueError(
            f"estimator {name!r}: STATE_ESTIMATOR = {cls!r} of learn/estimators/{name}.py lacks the"
            f" methods {', '.join(missing)}; add them (see learn/state_estimator.py)"
        )
    given, known = dict(parameters or {}), list(inspect.signature(cls).parameters)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"estimator {name!r} has no parameters {unknown}; it takes {known}")
    estimator: StateEstimator[object] = cls(**given)
    return estimator
