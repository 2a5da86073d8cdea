"""Build systems whose rows are grid points: derivatives taken point by point, and discrete maps.

The first papers used such systems (https://doi.org/10.1073/pnas.1517384113,
https://doi.org/10.1126/sciadv.1602614); here they are rivals of the weak form.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.regression_data import as_terms, check_data, check_size
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, monomial
from mechanist.discover.triangular_factors import stack_factor
from mechanist.formats.field_files import TIME, FieldData

#: Size of the rows that are evaluated and compressed at a time.
CHUNK_BYTES: Final = 2**22
#: Suffix of a field's name in the target of a map: the value at the next step.
NEXT: Final = "next"


def pointwise_system(
    data: Sequence[FieldData],
    terms: Sequence[Term | str],
    targets: Sequence[str],
    *,
    method: str = "finite_difference",
    derivative: Derivative | None = None,
    trim: Mapping[str, int] | None = None,
    blocks: int = 8,
) -> LinearSystem:
    """Return the system of terms evaluated at grid points.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories with the same axes, fields and inputs.
    terms : sequence of Term or str
        Library.
    targets : sequence of str
        Left-hand sides, such as ``["u_t"]``.
    method : str
        ``"finite_difference"``, ``"local_polynomial"`` or ``"spectral"``; with the
        last, time derivatives are finite differences, and all other axes must be periodic.
    derivative : Derivative, optional
        All options of the derivative, instead of ``method``.
    trim : mapping of str to int, optional
        Points left out at both ends of an axis, where one-sided derivatives are inaccurate.
    blocks : int
        Number of time stretches that each trajectory is cut into.

    Returns
    -------
    LinearSystem
        One factor per block.

    Raises
    ------
    ValueError
        If a trajectory is too short, a term names something that is not in the data, or the
        library is too large for memory.
    """
    library, wanted = as_terms(terms), as_terms(targets)
    check_data(data, (*library, *wanted))
    check_size(len(library) + len(wanted), len(data) * blocks)
    how = derivative or Derivative(method=method)
    factors, rows, groups = [], [], []
    for k, one in enumerate(data):
        inner = _inner(one, trim or {})
        for start, stop in _stretches(inner[-1], blocks):
            factor, n = _factor(Evaluator(one, how, start, stop), inner, (*library, *wanted))
            factors.append(factor)
            rows.append(n)
            groups.append(k)
    notes = {term.name: f"derivatives by {how.method}" for term in library if term.order}
    return LinearSystem(
        terms=library,
        targets=tuple(target.name for target in wanted),
        factors=np.stack(factors),
        rows=np.array(rows),
        groups=np.array(groups),
        notes=notes,
    )


def discrete_system(
    data: Sequence[FieldData],
    terms: Sequence[Term | str],
    fields: Sequence[str] | None = None,
    *,
    blocks: int = 8,
) -> LinearSystem:
    """Return the system of a discrete map: terms at one step predict values at the next.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories with ``"t"`` as their last axis, one step per point.
    terms : sequence of Term or str
        Library.
    fields : sequence of str, optional
        Fields to predict, by default all; their targets are named ``"<field>_next"``.
    blocks : int
        Number of time stretches that each trajectory is cut into.

    Returns
    -------
    LinearSystem
        One factor per block.

    Raises
    ------
    ValueError
        If a term names something that is not in the data, or contains a time derivative.
    """
    library = as_terms(terms)
    check_data(data, library)
    timed = [term.name for term in library if TIME in term.axes]
    if timed:
        raise ValueError(f"terms {timed}: a discrete map has no time derivatives; leave them out")
    names = list(data[0].fields) if fields is None else list(fields)
    check_data(data, tuple(monomial({name: 1}) for name in names))
    check_size(len(library) + len(names), len(data) * blocks)
    factors, rows, groups = [], [], []
    for k, one in enumerate(data):
        n = one.shape[-1]
        for start, stop in _stretches(slice(0, n - 1), blocks):
            here = Evaluator(one, Derivative(), start, stop)
            following = [one.variables[name][..., start + 1 : stop + 1] for name in names]
            columns = [here.term(term) for term in library] + following
            matrix = np.stack([column.ravel() for column in columns], axis=1)
            factors.append(stack_factor(None, matrix))
            rows.append(len(matrix))
            groups.append(k)
    return LinearSystem(
        terms=library,
        targets=tuple(f"{name}_{NEXT}" for name in names),
        factors=np.stack(factors),
        rows=np.array(rows),
        groups=np.array(groups),
    )


def _inner(data: FieldData, trim: Mapping[str, int]) -> tuple[slice, ...]:
    """Return the grid points, along each axis, that give rows."""
    slices = []
    for axis, n in zip(data.axes, data.shape, strict=True):
        cut = trim.get(axis, 0)
        if n <= 2 * cut:
            raise ValueError(
                f"trajectory {data.name!r}, axis {axis!r}: {n} points, of which {cut} at each end "
                "are to be trimmed, which leaves none. Set a smaller `trim`, or give longer data"
            )
        slices.append(slice(cut, n - cut))
    return tuple(slices)


def _stretches(time: slice, blocks: int) -> Iterator[tuple[int, int]]:
    edges = np.linspace(time.start, time.stop, min(blocks, time.stop - time.start) + 1)
    yield from pairwise(int(edge) for edge in edges.round())


def _factor(
    evaluator: Evaluator, inner: tuple[slice, ...], terms: tuple[Term, ...]
) -> tuple[FloatArray, int]:
    """Return the factor of one block and its number of rows."""
    points = max(1, int(np.prod(evaluator.shape[:-1])))
    size = max(1, CHUNK_BYTES // (8 * points * len(terms)))
    factor: FloatArray | None = None
    n = 0
    for start in range(evaluator.start, evaluator.stop, size):
        part = replace(evaluator, start=start, stop=min(start + size, evaluator.stop))
        columns = [part.term(term)[inner[:-1]].ravel() for term in terms]
        n += len(columns[0])
        factor = stack_factor(factor, np.stack(columns, axis=1))
    assert factor is not None
    return factor, n
