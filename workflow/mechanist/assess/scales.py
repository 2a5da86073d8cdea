"""Scales on which statistics of few samples are nearly normal, so that Student's t applies.

A correlation or an R2 near 1 can fall further than it can rise. On its scale, the distribution of
such a statistic is nearly symmetric, and an interval that is computed there and mapped back never
leaves the range of the statistic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Distance to the end of a range below which a statistic counts as lying at the end.
EDGE: Final = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Scale:
    """A monotone map with its inverse.

    Parameters
    ----------
    method : str
        Method name of an interval that is computed on this scale.
    forward, backward : callable
        Map arrays of any shape to arrays of the same shape.
    """

    method: str
    forward: Callable[[FloatArray], FloatArray]
    backward: Callable[[FloatArray], FloatArray]


def _unchanged(values: FloatArray) -> FloatArray:
    return values


def _fisher(values: FloatArray) -> FloatArray:
    return np.asarray(np.arctanh(np.clip(values, -1 + EDGE, 1 - EDGE)))


def _tanh(values: FloatArray) -> FloatArray:
    return np.asarray(np.tanh(values))


def _explained(values: FloatArray) -> FloatArray:
    return np.asarray(-np.log(np.maximum(1 - values, EDGE)))


def _unexplained(values: FloatArray) -> FloatArray:
    return np.asarray(-np.expm1(-values))


def _log(values: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.maximum(values, np.finfo(float).tiny)))


def _exp(values: FloatArray) -> FloatArray:
    return np.asarray(np.exp(values))


#: No scaling: for differences and other unbounded statistics.
PLAIN: Final = Scale("t", _unchanged, _unchanged)
#: For correlations (Fisher's z).
FISHER: Final = Scale("t_fisher", _fisher, _tanh)
#: For R2: the logarithm of the share that is not explained.
UNEXPLAINED: Final = Scale("t_unexplained", _explained, _unexplained)
#: For errors, which are positive.
LOG: Final = Scale("t_log", _log, _exp)
