"""The weak form: terms integrated against test functions, so that noisy data are not differentiated.

Each row of the system is one test function. The entry of a term ``D^a f`` is the integral of ``f``
times the derivative of the test function: integration by parts moves ``D^a``, and also the time
derivative of the target, onto the test function. Products such as ``u u_x`` are first written in
divergence form where this is exact (:mod:`.reduction`); a derivative that remains is computed point
by point, as in other tools, and recorded in the system's notes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import noise_variances
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.projection import Projector
from mechanist.discover.regression_data import as_terms, check_data, check_size
from mechanist.discover.resolution import squared_scheme_errors
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.triangular_factors import stack_factor
from mechanist.discover.weak_rows import (
    Plan,
    independent_values,
    make_plan,
    make_projectors,
    stretches,
    weak_rows,
)
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.field_files import TIME, FieldData


def weak_system(
    data: Sequence[FieldData],
    terms: Sequence[Term | str],
    targets: Sequence[str],
    *,
    widths: Mapping[str, TestFunction] | None = None,
    strides: Mapping[str, int] | None = None,
    blocks: int = 8,
    derivative: Derivative | None = None,
    debias: bool = True,
    snapshots: bool = False,
) -> LinearSystem:
    """Return the weak-form system of candidate terms.

    Parameters
    ----------
    data : sequence of FieldData
        Trajectories with the same axes, fields and inputs; lengths and spacings may differ, and
        times may be uneven (:mod:`.uneven_times`).
    terms : sequence of Term or str
        Library.
    targets : sequence of str
        Left-hand sides, such as ``["u_t", "v_t"]``.
    widths : mapping of str to TestFunction, optional
        Test function of each axis; by default chosen from the spectrum of the data.
    strides : mapping of str to int, optional
        Grid points from one query point to the next on each axis.
    blocks : int
        Number of blocks that each trajectory is cut into, first along time, then along the first
        space axis, as long as blocks are longer than half a test function: test functions of
        different blocks then overlap only at edges.
    derivative : Derivative, optional
        Differentiation method for derivatives that cannot be moved onto the test function.
    debias : bool
        Whether powers of a field are corrected for white Gaussian noise estimated from the data
        (:mod:`.debiasing`). Inputs count as noise-free.
    snapshots : bool
        Whether to integrate between neighbouring times (:mod:`.snapshots`) instead of over test
        functions in time.

    Returns
    -------
    LinearSystem
        One factor per block.

    Raises
    ------
    ValueError
        If a trajectory has fewer points than a test function, a term names something that is not
        in the data, or the library is too large for memory.
    """
    library, wanted = as_terms(terms), as_terms(targets)
    check_data(data, (*library, *wanted), uneven=True)
    check_size(len(library) + len(wanted), len(data) * blocks)
    plan, notes = make_plan((*library, *wanted), frozenset(data[0].inputs))
    functions = widths or choose_test_functions(data, (*library, *wanted), snapshots=snapshots)
    needed = [axis for axis in data[0].axes if not (snapshots and axis == TIME)]
    missing = [axis for axis in needed if axis not in functions]
    if missing:
        raise ValueError(f"no test function for axes {missing}; give one for each axis")
    factors, rows, groups = [], [], []
    squared: FloatArray = np.zeros(len(library) + len(wanted))
    independent = 0.0
    for k, one in enumerate(data):
        projectors = make_projectors(one, functions, strides or {}, snapshots=snapshots)
        variances = noise_variances(one) if debias else {}
        whole = Evaluator(one, derivative or Derivative(), 0, one.shape[-1], variances)
        squared += squared_scheme_errors(whole, projectors, plan)
        independent += independent_values(projectors, wanted[0])
        times = list(_blocks(projectors[-1], blocks))
        parts = _parts(projectors, blocks, len(times))
        for block in times:
            for factor, n in _factors(whole, (*projectors[:-1], block), plan, parts):
                factors.append(factor)
                rows.append(n)
                groups.append(k)
    return LinearSystem(
        terms=library,
        targets=tuple(target.name for target in wanted),
        factors=np.stack(factors),
        rows=np.array(rows),
        groups=np.array(groups),
        notes=notes,
        overlap=float(np.prod([p.covering for p in projectors])),
        scheme_errors=np.sqrt(squared),
        independent=independent,
    )


def _blocks(time: Projector, blocks: int) -> Iterator[Projector]:
    """Yield the time projector of each block."""
    if not time.divisible:
        yield time
        return
    longest = (time.count - 1) * time.stride // time.function.half_width
    n = max(1, min(blocks, longest, time.count))
    edges = np.linspace(0, time.count, n + 1).round().astype(int)
    for first, last in pairwise(edges):
        offset = time.offset + int(first) * time.stride
        yield replace(time, count=int(last - first), offset=offset)


def _parts(projectors: tuple[Projector, ...], blocks: int, times: int) -> int:
    """Return the number of parts along the first space axis of each stretch of time."""
    if len(projectors) == 1:
        return 1
    first = projectors[0]
    longest = (first.count - 1) * first.stride // first.function.half_width
    return max(1, min(-(-blocks // times), longest, first.count))


def _factors(
    whole: Evaluator, projectors: tuple[Projector, ...], plan: Plan, parts: int
) -> list[tuple[FloatArray, int]]:
    """Return factor and number of rows of each part of one stretch of time."""
    results: list[tuple[FloatArray | None, int]] = [(None, 0)] * parts
    for time in stretches(whole.data, projectors[-1]):
        stop = time.offset + time.extent
        evaluator = replace(whole, start=time.offset, stop=stop)
        matrix = weak_rows(evaluator, (*projectors[:-1], time.from_first()), plan)
        # Rows of one query point on the first axis are contiguous.
        each = len(matrix) // (projectors[0].count if parts > 1 else 1)
        slabs = np.array_split(matrix.reshape(-1, each, matrix.shape[1]), parts)
        for k, slab in enumerate(slabs):
            rows = slab.reshape(-1, matrix.shape[1])
            factor, n = results[k]
            results[k] = (stack_factor(factor, rows), n + len(rows))
    return [(factor, n) for factor, n in results if factor is not None]
