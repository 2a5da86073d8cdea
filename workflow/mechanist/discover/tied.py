"""Systems with tied coefficients: sums of terms, and coefficients shared by several equations."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term
from mechanist.discover.triangular_factors import triangular


def summed(system: LinearSystem, groups: Sequence[Sequence[Term]]) -> LinearSystem:
    """Return the system whose columns are sums of terms, such as Laplacians.

    Parameters
    ----------
    system : LinearSystem
        System with all terms of the groups.
    groups : sequence of sequence of Term
        Terms of equal coefficient; a repeated term counts as often as it is listed.

    Returns
    -------
    LinearSystem
        One column per group, named after the group's first term; a note lists the summed terms.

    Raises
    ------
    ValueError
        If two groups have the same first term or a term is missing.
    """
    leaders = tuple(group[0] for group in groups)
    if len(set(leaders)) < len(leaders):
        raise ValueError(f"first terms {[term.name for term in leaders]} of groups must differ")
    missing = sorted({t.name for group in groups for t in group} - set(system.names))
    if missing:
        raise ValueError(f"terms {missing} of the groups are not in the system {system.names}")
    p, q = len(system.terms), len(system.targets)
    matrix = np.zeros((p + q, len(groups) + q))
    for k, group in enumerate(groups):
        for term in group:
            matrix[system.index(term.name), k] += 1.0
    matrix[p:, len(groups) :] = np.eye(q)
    factors = np.stack([triangular(factor @ matrix) for factor in system.factors])
    notes = {
        group[0].name: "sum of " + " + ".join(term.name for term in group)
        for group in groups
        if len(group) > 1
    }
    errors = system.scheme_errors
    return replace(
        system,
        terms=leaders,
        factors=factors,
        notes=system.notes | notes,
        # the errors of the summed terms count as independent
        scheme_errors=None if errors is None else np.sqrt(errors**2 @ matrix**2),
    )


def mixed(system: LinearSystem, matrix: FloatArray) -> LinearSystem:
    """Return the system whose columns are combinations of its own, under the same names.

    Parameters
    ----------
    system : LinearSystem
    matrix : ndarray of shape (p, p)
        Row ``i`` holds the shares of the columns in the new column ``i``.

    Returns
    -------
    LinearSystem
        Without the errors of differences, which in such columns cancel each other.
    """
    p, q = len(system.terms), len(system.targets)
    whole = np.zeros((p + q, p + q))
    whole[:p, :p], whole[p:, p:] = matrix.T, np.eye(q)
    factors = np.stack([triangular(factor @ whole) for factor in system.factors])
    return replace(system, factors=factors, scheme_errors=None)
