"""The interface of estimators, and their lookup by file name.

A file ``learn/estimators/<name>.py`` that sets ``ESTIMATOR = SomeClass`` adds the estimator ``<name>``. The
class takes the configuration's parameters as keywords and has one of two interfaces:

- ``fit(X, y)`` and ``predict(X)``, as in scikit-learn: it is fitted anew for every fold and target.
  With ``decision_function`` or ``predict_proba`` it is a classifier. The class attribute
  ``max_rows`` limits the rows of a fit (:data:`MAX_ROWS` by default);
- ``cross_fit(problem)`` or ``cross_classify(problem, labels)`` of :mod:`mechanist.learn.models`:
  the class chooses the training rows of each fit itself.
"""

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mechanist.learn.models import Classifier, Fitted, Regressor, TableEstimator

Task = Literal["regression", "classification"]
REGRESSION: Final = "regression"
CLASSIFICATION: Final = "classification"
#: Default maximum number of rows of a fit, as for the boosted trees.
MAX_ROWS: Final = 10_000
_NAMED: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Setting:
    """Settings of every estimator besides its parameters.

    Parameters
    ----------
    task : {"regression", "classification"}
    threads : int
        Maximum number of threads.
    """

    task: Task
    threads: int = 1


@dataclass(frozen=True)
class Kind:
    """An estimator's factory and supported tasks.

    Parameters
    ----------
    factory : callable
        Maps parameters, as keywords, to a regressor or classifier of
        :mod:`mechanist.learn.models`; a parameter named ``setting`` receives a :class:`Setting`.
    tasks : tuple of str
    signed : callable, optional
        Callable whose signature lists the parameters, if not the factory's.
    """

    factory: Callable[..., Regressor | Classifier]
    tasks: tuple[Task, ...]
    signed: Callable[..., object] | None = None

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters that the factory takes."""
        return [parameter.name for parameter in self._listed()]

    @property
    def required(self) -> list[str]:
        """Names of the parameters without a default."""
        return [p.name for p in self._listed() if p.default is p.empty]

    def make(self, parameters: Mapping[str, object], setting: Setting) -> Regressor | Classifier:
        """Return the estimator with the given parameters."""
        given = dict(parameters)
        if "setting" in inspect.signature(self.factory).parameters:
            given["setting"] = setting
        return self.factory(**given)

    def _listed(self) -> list[inspect.Parameter]:
        signature = inspect.signature(self.signed or self.factory)
        return [
            p for p in signature.parameters.values() if p.kind in _NAMED and p.name != "setting"
        ]


@dataclass(frozen=True)
class FittedAnew:
    """Make a :class:`mechanist.learn.models.Fitted` of a class with ``fit`` and ``predict``.

    Parameters
    ----------
    estimator : type
        If it has a parameter ``random_state`` that is not given, it is set from the seed.
    """

    estimator: type

    def __call__(self, **parameters: object) -> Fitted:
        """Return the model with the given parameters."""
        seeded = "random_state" in inspect.signature(self.estimator).parameters

        def make(seed: int) -> TableEstimator:
            made: TableEstimator = self.estimator(
                **({"random_state": seed} if seeded else {}) | parameters
            )
            return made

        return Fitted((make,), getattr(self.estimator, "max_rows", MAX_ROWS))


def find_estimator(name: str) -> Kind | None:
    """Return the ``ESTIMATOR`` defined in the file ``learn/estimators/<name>.py``, or None.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.

    Raises
    ------
    ValueError
        If the file's ``ESTIMATOR`` has neither interface.
    """
    module_name = f"mechanist.learn.estimators.{name}"
    if not name.isidentifier() or importlib.util.find_spec(module_name) is None:
        return None
    cls = getattr(importlib.import_module(module_name), "ESTIMATOR", None)
    return None if cls is None else kind_of(cls, name)


def kind_of(cls: type, name: str) -> Kind:
    """Return the factory and tasks of a class, the ``ESTIMATOR`` of ``learn/estimators/<name>.py``.

    Raises
    ------
    ValueError
        If it is not a class, or has neither ``fit`` and ``predict`` nor ``cross_fit`` or
        ``cross_classify``.
    """
    offered = {
        method
        for method in ("fit", "predict", "cross_fit", "cross_classify", *_SCORES)
        if callable(getattr(cls, method, None))
    }
    if isinstance(cls, type) and offered & {"cross_fit", "cross_classify"}:
        pairs: tuple[tuple[str, Task], ...] = (
            ("cross_fit", REGRESSION),
            ("cross_classify", CLASSIFICATION),
        )
        return Kind(cls, tuple(task for method, task in pairs if method in offered))
    if isinstance(cls, type) and offered >= {"fit", "predict"}:
        task: Task = CLASSIFICATION if offered & set(_SCORES) else REGRESSION
        return Kind(FittedAnew(cls), (task,), cls)
    raise ValueError(
        f"learn/estimators/{name}.py: ESTIMATOR = {cls!r} has the methods {sorted(offered)}; expected a class"
        " with fit(X, y) and predict(X), or with cross_fit(problem), or with"
        " cross_classify(problem, labels)"
    )


_SCORES: Final = ("decision_function", "predict_proba")
