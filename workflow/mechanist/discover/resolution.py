"""How well the grid of the data resolves the equation: the floor below which no term is believed.

Whoever computed the data replaced derivatives by differences, in space or in time. The difference
is itself a combination of higher derivatives, so that library terms can fit it: data from a solver
of second order obey, besides their equation, small terms that no measurement of the data can tell
from true ones. The size of these terms follows from the data: it is the error that differences of
second order make on the grid on which the data are given. A term must gain more than this.

Between few snapshots in time, the error is that of the quadrature (:mod:`.snapshots`).

For well resolved fields this is a millionth of the squared target or less. Data on a finer grid
lower it by the fourth power of the spacing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.projection import Projector, project
from mechanist.discover.weak_rows import Plan, stretches

#: One of this many query points along each axis is used: norms need no more.
THINNING: Final = 4


def squared_scheme_errors(
    evaluator: Evaluator, projectors: Sequence[Projector], plan: Plan
) -> FloatArray:
    """Return the squared norm of the error of second-order differences in every column.

    Parameters
    ----------
    evaluator : Evaluator
        One trajectory, over its whole length.
    projectors : sequence of Projector
        Test functions on each axis.
    plan : Plan
        Products and derivatives of all columns.

    Returns
    -------
    ndarray of shape (p + q,)
        Sum over axes; errors along different axes count as independent.
    """
    few = [p.thinned(THINNING) for p in projectors]
    share = float(np.prod([p.count / f.count for p, f in zip(projectors, few, strict=True)]))
    width = 1 + max(c for outers in plan.values() for uses in outers.values() for c, _ in uses)
    squared: FloatArray = np.zeros(width)
    for time in stretches(evaluator.data, few[-1]):
        stop = time.offset + time.extent
        part = replace(evaluator, start=time.offset, stop=stop)
        tests = (*few[:-1], time.from_first())
        for one in scheme_columns(part, tests, plan, width):
            squared += np.einsum("ij,ij->j", one, one)
    return squared * share


def scheme_columns(
    evaluator: Evaluator, projectors: tuple[Projector, ...], plan: Plan, width: int
) -> list[FloatArray]:
    """Return the errors of all columns along each axis, shape (n, width) each.

    Parameters
    ----------
    evaluator : Evaluator
        A stretch of a trajectory.
    projectors : tuple of Projector
        Test functions on each axis, from the beginning of the stretch.
    plan : Plan
        Products and derivatives of all columns.
    width : int
        Number of columns.
    """
    n = int(np.prod([projector.count for projector in projectors]))
    errors: list[FloatArray] = [np.zeros((n, width)) for _ in projectors]
    for factors, outers in plan.items():
        values = evaluator.product(factors)
        for axis, one in enumerate(projectors):
            along = [outer for outer in outers if one.has_error(dict(outer).get(one.axis, 0))]
            if not along:
                continue
            chosen = tuple(replace(p, scheme_error=p is one) for p in projectors)
            for outer, found in project(values, chosen, along).items():
                for column, coefficient in outers[outer]:
                    errors[axis][:, column] += coefficient * found.ravel()
    return errors
