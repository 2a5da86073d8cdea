"""A row of the tables of attributions: how much a model relies on a group of features."""

from typing import TypedDict


class ImportanceRow(TypedDict):
    """Importance of a group for a target, with its interval over samples.

    Attributes
    ----------
    group, target : str
        Names of the group of features and of the target.
    metric, unit : str
        What is measured, ``r2_lost`` or ``mean_shap``, and its unit.
    value, low, high, level, method
        Estimate and interval, as in :class:`mechanist.assess.resampling.Interval`.
    n_samples, n_objects : int
        Numbers of independent samples and of rows.
    """

    group: str
    target: str
    metric: str
    unit: str
    value: float
    low: float
    high: float
    level: float
    method: str
    n_samples: int
    n_objects: int
