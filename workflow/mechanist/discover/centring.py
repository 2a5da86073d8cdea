"""Variables whose mean is large beside their spread: a temperature in kelvin, a density near 1000.

The powers of such a variable are nearly linear functions of it on the data, so that their coefficients
can hardly be told apart, and rounding decides which are chosen. Their deviations from a number near the
mean have no such fault, and the same laws can be written in them if the library holds, with every
power, the lower ones under the same derivatives: ``(u^2)_x`` is ``(w^2)_x + 60 w_x`` for ``u = w + 30``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product as choices
from math import comb, floor, log10
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.terms import Factor, Term, product
from mechanist.formats.field_files import FieldData

#: Ratio of mean to standard deviation from which a variable counts as offset.
LARGE: Final = 10.0
Groups = tuple[tuple[Term, ...], ...]


def large_offsets(data: Sequence[FieldData]) -> dict[str, float]:
    """Return a rounded mean of each variable whose mean is large beside its spread.

    Returns
    -------
    dict of str to float
        By name of the variable; rounded to the last digit that the standard deviation reaches.
        Variables that are constant are left out.
    """
    offsets = {}
    for name in data[0].variables:
        if not all(name in one.variables for one in data):
            continue  # refused later, with the names of all
        values = np.concatenate([one.variables[name].ravel() for one in data])
        mean, spread = float(values.mean()), float(values.std())
        if spread > 1e-12 * abs(mean) and abs(mean) > LARGE * spread:
            offsets[name] = round(mean, -floor(log10(spread)))
    return offsets


def shifted(term: Term, offsets: Mapping[str, float]) -> dict[Term, float]:
    """Return a term, written in deviations from offsets, as a sum of terms with coefficients.

    Parameters
    ----------
    term : Term
        Without functions of the variables that have an offset.
    offsets : mapping of str to float
        What is subtracted from each variable: ``u`` stands for ``u + offset``.
    """
    parts: list[list[tuple[float, tuple[Factor, ...]]]] = []
    for factor in term.factors:
        offset = 0.0 if factor.orders else offsets.get(factor.variable, 0.0)
        n = factor.power
        lowest = 0 if offset else n
        parts.append(
            [
                (comb(n, k) * offset ** (n - k), (replace(factor, power=k),) if k else ())
                for k in range(n, lowest - 1, -1)
            ]
        )
    total: dict[Term, float] = {}
    for chosen in choices(*parts):
        factors = tuple(factor for _, one in chosen for factor in one)
        if not factors and term.outer:
            continue
        made = product(factors, outer=term.outer)
        total[made] = total.get(made, 0.0) + float(np.prod([value for value, _ in chosen]))
    return total


def expansion(groups: Groups, offsets: Mapping[str, float]) -> FloatArray | None:
    """Return columns, each a sum of terms, as combinations of the same columns of deviations.

    Parameters
    ----------
    groups : tuple of tuple of Term
        The terms that each column sums.
    offsets : mapping of str to float
        As in :func:`shifted`.

    Returns
    -------
    ndarray of shape (n, n) or None
        Row ``i`` holds the shares of column ``i``; None if a combination needs another column.
    """
    leaders = {group[0]: k for k, group in enumerate(groups)}
    matrix = np.zeros((len(groups), len(groups)))
    for i, group in enumerate(groups):
        left = _sum(group, offsets)
        for leader in [term for term in left if term in leaders]:
            j = leaders[leader]
            share = left.get(leader, 0.0) / groups[j].count(leader)
            matrix[i, j] = share
            for term in groups[j]:
                left[term] = left.get(term, 0.0) - share
        largest = max((abs(value) for value in matrix[i]), default=0.0)
        if any(abs(value) > 1e-9 * largest for value in left.values()):
            return None
    return matrix


def lacking(groups: Groups, offsets: Mapping[str, float]) -> list[str]:
    """Return the names of the terms that a library lacks to be written in deviations."""
    held = {term for group in groups for term in group}
    needed = {term: None for group in groups for term in _sum(group, offsets)}
    return [term.name for term in needed if term not in held]


def usable_offsets(groups: Sequence[Groups], offsets: Mapping[str, float]) -> dict[str, float]:
    """Return the offsets under which the columns of all targets stay within the library."""
    return {
        name: offset
        for name, offset in offsets.items()
        if not any(_held_in_function(name, one) for one in groups)
        and all(expansion(one, {name: offset}) is not None for one in groups)
    }


def centred(data: Sequence[FieldData], offsets: Mapping[str, float]) -> Sequence[FieldData]:
    """Return trajectories with offsets subtracted; the same ones if there are none."""
    if not offsets:
        return data
    return [
        replace(
            one,
            # the grids are copied: FieldData normalises its own in place
            axes=dict(one.axes),
            fields={n: v - offsets.get(n, 0.0) for n, v in one.fields.items()},
            inputs={n: v - offsets.get(n, 0.0) for n, v in one.inputs.items()},
        )
        for one in data
    ]


def _sum(group: Sequence[Term], offsets: Mapping[str, float]) -> dict[Term, float]:
    total: dict[Term, float] = {}
    for term in group:
        for made, value in shifted(term, offsets).items():
            total[made] = total.get(made, 0.0) + value
    return total


def _held_in_function(name: str, groups: Groups) -> bool:
    return any(
        factor.function is not None and factor.variable == name
        for group in groups
        for term in group
        for factor in term.factors
    )
