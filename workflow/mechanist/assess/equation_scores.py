"""Accuracy of a found equation: the rows of ``runs/<method>.parquet``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, SHARE, Column
from mechanist.formats.value_ranges import LOGICAL, TEXT

#: Columns of a table of runs; a row for every case, noise, seed, target and rule.
RUN_COLUMNS: Final[dict[str, Column]] = {
    "case": Column("", "Name of the data.", TEXT),
    "method": Column("", "How the linear system was made.", TEXT),
    "rule": Column("", "How the model was selected.", TEXT),
    "noise": Column("1", "Standard deviation relative to that of the field.", NOT_NEGATIVE),
    "seed": Column("1", "Seed of the noise.", COUNT),
    "target": Column("", "Left-hand side.", TEXT),
    "exact": Column("", "Whether all true terms were found and no other.", LOGICAL),
    "true_positive_rate": Column("1", "True terms found, over terms true or found.", SHARE),
    "error_percent": Column(
        "%", "Mean relative error of the true coefficients; NaN if not exact.", NOT_NEGATIVE
    ),
    "n_terms": Column("1", "Number of terms found.", COUNT),
    "difference": Column(
        "of the data",
        "Norm of the difference of all coefficients, found and true, right or not.",
        NOT_NEGATIVE,
    ),
    "size": Column("of the data", "Norm of the true coefficients.", NOT_NEGATIVE),
    "cpu_s": Column("s", "CPU time on one thread, all targets; differs by run.", NOT_NEGATIVE),
    "memory_mb": Column(
        "MB", "Peak of traced allocations above the data; differs by run.", NOT_NEGATIVE
    ),
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
