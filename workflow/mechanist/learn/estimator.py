"""What an estimator is to this project, and how one is found by the name of its file.

A file ``learn/estimators/<name>.py`` that says ``ESTIMATOR = SomeClass`` adds the estimator ``<name>``. The
class takes the configuration's parameters as keywords and is one of two things:

- it has ``fit(X, y)`` and ``predict(X)``, as scikit-learn's estimators do, and is fitted anew for
  every fold and target; with ``decision_function`` or ``predict_proba`` it tells classes apart.
  ``max_rows``, a class attribute, bounds the rows of a fit (:data:`MAX_ROWS` by default);
- it has ``cross_fit(problem)`` or ``cross_classify(problem, labels)`` of
  :mod:`mechanist.learn.models`, and decides for itself what it fits to what.
"""

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from mechanist.learn.models import Fitted

Task = Literal["regression", "classification"]
REGRESSION: Final = "regression"
CLASSIFICATION: Final = "classification"
#: Most rows of a fit of an estimator that does not say otherwise, as for the boosted trees.
MAX_ROWS: Final = 10_000
_NAMED: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Setting:
    """What every estimator is told beside its parameters.

    Parameters
    ----------
    task : {"regression", "classification"}
    threads : int
        Threads that it may use.
    """

    task: Task
    threads: int = 1


@dataclass(frozen=True)
class Kind:
    """An estimator's factory and what it can be asked to do.

    Parameters
    ----------
    factory : callable
        From parameters, as keywords, to a regressor or classifier of :mod:`mechanist.learn.models`;
        a parameter called ``setting`` is given a :class:`Setting`.
    tasks : tuple of str
    signed : callable, optional
        Whose signature lists the parameters, where it is not the factory's.
    """

    factory: Callable[..., Any]
    tasks: tuple[Task, ...]
    signed: Callable[..., Any] | None = None

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters that the factory takes."""
        return [parameter.name for parameter in self._listed()]

    @property
    def required(self) -> list[str]:
        """Names of the parameters without a default."""
        return [p.name for p in self._listed() if p.default is p.empty]

    def make(self, parameters: Mapping[str, Any], setting: Setting) -> Any:
        """Return the estimator."""
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
    """Makes a :class:`mechanist.learn.models.Fitted` of a class with ``fit`` and ``predict``.

    Parameters
    ----------
    estimator : type
        Its parameter ``random_state``, where it has one that is not given, follows the seed.
    """

    estimator: type

    def __call__(self, **parameters: Any) -> Fitted:
        """Return the model for one configuration."""
        seeded = "random_state" in inspect.signature(self.estimator).parameters

        def make(seed: int) -> Any:
            return self.estimator(**({"random_state": seed} if seeded else {}) | parameters)

        return Fitted((make,), getattr(self.estimator, "max_rows", MAX_ROWS))


def find_estimator(name: str) -> Kind | None:
    """Return the estimator that file ``learn/estimators/<name>.py`` defines as ``ESTIMATOR``, or None.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.

    Raises
    ------
    ValueError
        If the file defines an ``ESTIMATOR`` that can neither be fitted nor cross-fitted.
    """
    module_name = f"mechanist.learn.estimators.{name}"
    if not name.isidentifier() or importlib.util.find_spec(module_name) is None:
        return None
    cls = getattr(importlib.import_module(module_name), "ESTIMATOR", None)
    return None if cls is None else kind_of(cls, name)


def kind_of(cls: type, name: str) -> Kind:
    """Return what a class, the ``ESTIMATOR`` of file ``learn/estimators/<name>.py``, can be asked to do.

    Raises
    ------
    ValueError
        If it is no class, or has neither ``fit`` and ``predict`` nor ``cross_fit`` or
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
