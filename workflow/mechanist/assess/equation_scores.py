"""Accuracy of a found equation: the rows of ``runs/<method>.parquet``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

#: Columns of a table of runs; a row for every case, noise, seed, target and rule.
RUN_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "case": {"unit": "", "description": "name of the data"},
    "method": {"unit": "", "description": "how the linear system was made"},
    "rule": {"unit": "", "description": "how the model was selected"},
    "noise": {"unit": "", "description": "standard deviation relative to that of the field"},
    "seed": {"unit": "", "description": "seed of the noise"},
    "target": {"unit": "", "description": "left-hand side"},
    "exact": {"unit": "", "description": "whether all true terms were found and no other"},
    "true_positive_rate": {"unit": "", "description": "true terms found, over terms true or found"},
    "error_percent": {
        "unit": "%",
        "description": "mean relative error of the true coefficients; NaN if not exact",
    },
    "n_terms": {"unit": "", "description": "number of terms found"},
    "difference": {
        "unit": "",
        "description": "norm of the difference of all coefficients, found and true, right or not",
    },
    "size": {"unit": "", "description": "norm of the true coefficients"},
    "cpu_s": {"unit": "s", "description": "CPU time on one thread, all targets; differs by run"},
    "memory_mb": {
        "unit": "MB",
        "description": "peak of traced allocations above the data; differs by run",
    },
}


@dataclass(frozen=True)
class EquationScore:
    """Agreement of a found equation with the true one; see :data:`RUN_COLUMNS`."""

    exact: bool
    true_positive_rate: float
    error_percent: float
    n_terms: int
    difference: float
    size: float


def score_equation(found: Mapping[str, float], truth: Mapping[str, float]) -> EquationScore:
    """Compare a found equation with the true one.

    Parameters
    ----------
    found, truth : mapping of str to float
        Coefficients by canonical name of the term; terms with zero coefficients are ignored.

    Raises
    ------
    ValueError
        If the true equation has no terms.
    """
    right = {name: value for name, value in truth.items() if value}
    if not right:
        raise ValueError("the true equation has no terms, so that nothing can be scored")
    terms = {name for name, value in found.items() if value}
    exact = terms == set(right)
    either = sorted(terms | set(right))
    errors = (
        [abs(found[name] - value) / abs(value) for name, value in right.items()] if exact else []
    )
    return EquationScore(
        exact=exact,
        true_positive_rate=len(terms & set(right)) / len(terms | set(right)),
        error_percent=100 * float(np.mean(errors)) if exact else float("nan"),
        n_terms=len(terms),
        difference=float(np.linalg.norm([found.get(n, 0.0) - right.get(n, 0.0) for n in either])),
        size=float(np.linalg.norm(list(right.values()))),
    )
