"""Scales on which statistics of few samples are nearly normal, so that Student's t fits them.

A correlation near 1 cannot rise as far as it can fall, and an R2 near 1 no further than 1. On its
scale the distribution of such a statistic is nearly symmetric, and an interval that is taken there
and carried back never leaves the range of the statistic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Distance to the end of a range from which on a statistic counts as at its end.
EDGE: Final = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Scale:
    """A monotone map with its inverse.

    Parameters
    ----------
    method : str
        What an interval says that was taken on this scale.
    forward, backward : callable
        From numbers of any shape to numbers of the same shape.
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


#: As it is: differences, and whatever has no ends.
PLAIN: Final = Scale("t", _unchanged, _unchanged)
#: Correlations (Fisher's z).
FISHER: Final = Scale("t_fisher", _fisher, _tanh)
#: R2: the logarithm of the share that is not explained.
UNEXPLAINED: Final = Scale("t_unexplained", _explained, _unexplained)
#: Errors, which are positive.
LOG: Final = Scale("t_log", _log, _exp)
