"""The estimators that a configuration can name, and their parameters.

Scikit-learn is imported only when an estimator of its kind is made: that takes two seconds, longer
than most jobs work.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from mechanist.learn.estimator import CLASSIFICATION, REGRESSION, Kind, Setting, find_estimator
from mechanist.learn.estimators.network_estimators import network_line, network_perceptron
from mechanist.learn.estimators.small_sample_estimators import (
    linear,
    mlp,
    ridge_gauss,
    svr,
)
from mechanist.learn.estimators.stacking import Stacked
from mechanist.learn.models import (
    Classifier,
    Dummy,
    Fitted,
    Make,
    OtherLoads,
    Regressor,
    Ridge,
    TableEstimator,
)
from mechanist.learn.penalties import PENALTIES

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline

__all__ = [
    "CLASSIFICATION",
    "ESTIMATORS",
    "REGRESSION",
    "estimator_kind",
    "make_classifier",
    "make_regressor",
]
#: Inverse penalties of linear classifiers; held-out samples choose one of them.
STRENGTHS: Final = (1e-3, 1e-2, 1e-1, 1.0)


def _dummy() -> Dummy:
    return Dummy()


def _ceiling_other_loads() -> OtherLoads:
    return OtherLoads()


def _ridge(*, penalties: Sequence[float] = PENALTIES, rounds: int = 2) -> Ridge:
    return Ridge(tuple(penalties), rounds)


def _linear_svm(*, C: float | Sequence[float] = STRENGTHS, max_rows: int = 20_000) -> Fitted:
    """Return a linear support vector machine, as in 10.1103/PhysRevLett.114.108001."""
    from mechanist.learn.estimators.linear_svm import NewtonSVC

    return Fitted(_for_each(C, lambda c, _: NewtonSVC(C=c)), max_rows)


def _rbf_svm(
    *,
    C: float | Sequence[float] = (0.1, 1.0, 10.0),
    gamma: float | str = "scale",
    max_rows: int = 6_000,
) -> Fitted:
    from sklearn.svm import SVC

    return Fitted(
        _for_each(C, lambda c, seed: SVC(C=c, gamma=gamma, cache_size=1000, random_state=seed)),
        max_rows,
    )


def _logistic(*, C: float | Sequence[float] = STRENGTHS, max_rows: int = 10_000) -> Fitted:
    from sklearn.linear_model import LogisticRegression

    return Fitted(
        _for_each(C, lambda c, _: LogisticRegression(C=c, tol=1e-3, max_iter=500)), max_rows
    )


def _hist_boosting(
    setting: Setting,
    *,
    iterations: int = 80,
    learning_rate: float = 0.1,
    leaves: int = 8,
    columns: float = 0.5,
    l2: float = 10.0,
    components: int | None = None,
    max_rows: int | None = 10_000,
) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = (
        HistGradientBoostingRegressor
        if setting.task == REGRESSION
        else HistGradientBoostingClassifier
    )

    def make(seed: int) -> TableEstimator:
        boosted = kind(
            max_iter=iterations,
            learning_rate=learning_rate,
            max_leaf_nodes=leaves,
            max_features=columns,
            l2_regularization=l2,
            early_stopping=False,
            random_state=seed,
        )
        return _reduced(boosted, components)

    return Fitted((make,), max_rows)


def _xgboost(
    setting: Setting,
    *,
    iterations: int = 120,
    learning_rate: float = 0.08,
    depth: int = 4,
    l2: float = 10.0,
    columns: float = 0.5,
    components: int | None = None,
    max_rows: int | None = 10_000,
) -> Fitted:
    from xgboost import XGBClassifier, XGBRegressor

    kind = XGBRegressor if setting.task == REGRESSION else XGBClassifier

    def make(seed: int) -> TableEstimator:
        boosted = kind(
            n_estimators=iterations,
            learning_rate=learning_rate,
            max_depth=depth,
            reg_lambda=l2,
            colsample_bytree=columns,
            tree_method="hist",
            max_bin=64,
            n_jobs=setting.threads,
            random_state=seed,
        )
        return _reduced(boosted, components)

    return Fitted((make,), max_rows)


def _stacked(
    setting: Setting,
    *,
    structure: Sequence[str],
    final: str = "hist_boosting",
    final_parameters: Mapping[str, object] | None = None,
    penalties: Sequence[float] = PENALTIES,
) -> Stacked:
    second = make_regressor(final, final_parameters, threads=setting.threads)
    return Stacked(tuple(structure), second, Ridge(tuple(penalties)))


def _for_each(
    C: float | Sequence[float], make: Callable[[float, int], "BaseEstimator"]
) -> tuple[Make, ...]:
    """Return a factory for each penalty, on features standardised over the training rows."""
    values = [C] if isinstance(C, int | float) else list(C)
    return tuple(partial(_standardised, make, float(c)) for c in values)


def _standardised(make: Callable[[float, int], "BaseEstimator"], C: float, seed: int) -> "Pipeline":
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), make(C, seed))


def _reduced(estimator: "BaseEstimator", components: int | None) -> "BaseEstimator":
    """Prepend whitening and the leading principal components, if requested."""
    if components is None:
        return estimator
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    reduction = PCA(components, whiten=True, svd_solver="covariance_eigh")
    return make_pipeline(StandardScaler(), reduction, estimator)


ESTIMATORS: Final[dict[str, Kind]] = {
    "dummy": Kind(_dummy, (REGRESSION,)),
    "ridge": Kind(_ridge, (REGRESSION,)),
    "linear": Kind(linear, (REGRESSION,)),
    "ridge_gauss": Kind(ridge_gauss, (REGRESSION,)),
    "svr": Kind(svr, (REGRESSION,)),
    "mlp": Kind(mlp, (REGRESSION,)),
    "linear_svm": Kind(_linear_svm, (CLASSIFICATION,)),
    "rbf_svm": Kind(_rbf_svm, (CLASSIFICATION,)),
    "logistic": Kind(_logistic, (CLASSIFICATION,)),
    "hist_boosting": Kind(_hist_boosting, (REGRESSION, CLASSIFICATION)),
    "xgboost": Kind(_xgboost, (REGRESSION, CLASSIFICATION)),
    "perceptron": Kind(network_perceptron, (REGRESSION,)),
    "line_network": Kind(network_line, (REGRESSION,)),
    "stacked": Kind(_stacked, (REGRESSION,)),
    "ceiling_other_loads": Kind(_ceiling_other_loads, (REGRESSION,)),
}


def make_regressor(
    name: str, parameters: Mapping[str, object] | None = None, *, threads: int = 1
) -> Regressor:
    """Return the regression model of that name.

    Parameters
    ----------
    name : str
        One of ``ESTIMATORS``, or a file ``learn/estimators/<name>.py`` (:mod:`mechanist.learn.estimator`).
    parameters : mapping, optional
        Arguments of its factory.
    threads : int
        Maximum number of threads.

    Raises
    ------
    ValueError
        If the name or a parameter is unknown, the estimator does not support regression, or a
        parameter is missing.
    """
    model = _make(name, parameters, Setting(REGRESSION, threads))
    assert isinstance(model, Regressor)  # as the tasks of its kind say
    return model


def make_classifier(
    name: str, parameters: Mapping[str, object] | None = None, *, threads: int = 1
) -> Classifier:
    """Return the classification model of that name; parameters as in :func:`make_regressor`."""
    model = _make(name, parameters, Setting(CLASSIFICATION, threads))
    assert isinstance(model, Classifier)  # as the tasks of its kind say
    return model


def _make(
    name: str, parameters: Mapping[str, object] | None, setting: Setting
) -> Regressor | Classifier:
    kind, given = estimator_kind(name), dict(parameters or {})
    if setting.task not in kind.tasks:
        raise ValueError(
            f"estimator {name!r} does not support {setting.task}; it supports {list(kind.tasks)}"
        )
    unknown = sorted(set(given) - set(kind.parameters))
    if unknown:
        raise ValueError(
            f"estimator {name!r} has no parameters {unknown}; it takes {kind.parameters}"
        )
    missing = [parameter for parameter in kind.required if parameter not in given]
    if missing:
        raise ValueError(
            f"estimator {name!r} needs parameters {missing}, which have no default; give them"
        )
    return kind.make(given, setting)


def estimator_kind(name: str) -> Kind:
    """Return the estimator of that name, from ``ESTIMATORS`` or from its own file.

    Raises
    ------
    ValueError
        If neither defines it, or both do.
    """
    found = find_estimator(name)
    if found is not None and name in ESTIMATORS:
        raise ValueError(
            f"learn/estimators/{name}.py defines an ESTIMATOR whose name is taken; rename the file"
        )
    kind = ESTIMATORS.get(name, found)
    if kind is None:
        raise ValueError(
            f"estimator {name!r} is unknown; known are {sorted(ESTIMATORS)}, and every file"
            " learn/estimators/<name>.py that sets ESTIMATOR to its class"
        )
    return kind
