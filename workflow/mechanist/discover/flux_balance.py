"""Whether fields of tracks obey the continuity equation: a search with a declared library, and spatial blocks.

The search sees the density, both components of the flux, and their derivatives up to second order. Beside it,
the two terms of the continuity equation are fitted alone, and blocks tell the error of their coefficients:
neighbouring windows share particles, so that errors from single windows would be too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import t as student

from mechanist.core.typing import FloatArray
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.regression_data import as_terms
from mechanist.discover.search import Search
from mechanist.discover.weak import weak_system
from mechanist.discover.widths import choose_test_functions
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import FieldData

#: Change of the density in a step, and the terms of the continuity equation.
TARGET: Final = "c"
FLUX: Final = ("p_x", "q_y")
#: Candidate terms of the search.
CANDIDATES: Final = (
    "1", "r", "p", "q",
    *(f"{name}_{axes}" for name in "rpq" for axes in ("x", "y", "xx", "xy", "yy")),
)  # fmt: skip
#: Most blocks that the fields are cut into: along time where there are many frames, and along x.
BLOCKS: Final = 8
#: With fewer steps, no test function fits along time, and integrals between the steps take its place.
FEW_STEPS: Final = 6


@dataclass(frozen=True, eq=False)
class FluxFit:
    """Coefficients of the terms of the continuity equation.

    Parameters
    ----------
    coefficients : ndarray of shape (2,)
        Coefficients of the derivatives of the flux along x and y; -1 where particles are conserved.
    errors : ndarray of shape (2,)
        Their standard errors over blocks; NaN with fewer than two blocks.
    blocks : int
        Number of blocks of the fields: in space, and in time where there are many frames.
    unexplained : float
        Part of the squared change of the density that the terms leave.
    """

    coefficients: FloatArray
    errors: FloatArray
    blocks: int
    unexplained: float

    def interval(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the intervals of both coefficients; NaN with fewer than two blocks."""
        if self.blocks < 2:
            return np.full(2, np.nan), np.full(2, np.nan)
        reach = student.ppf(0.5 + 0.5 * level, self.blocks - 1) * self.errors
        return self.coefficients - reach, self.coefficients + reach


def flux_search(data: FieldData) -> Equation:
    """Return the equation of the change of the density that a search finds.

    Raises
    ------
    ValueError
        If the fields have fewer points than a test function, or do not change.
    """
    library = Library(kind="custom", terms=CANDIDATES)
    (found,) = discover(Search(library=library, targets=(TARGET,), snapshots=_few(data)), [data])
    return found


def is_continuity(found: Equation) -> bool:
    """Return whether an equation holds the two terms of the continuity equation and no other."""
    return {term.name for term in found.terms} == set(FLUX)


def flux_fit(data: FieldData) -> FluxFit:
    """Return the coefficients of the continuity equation, with errors over blocks.

    Raises
    ------
    ValueError
        If the fields have fewer points than a test function.
    """
    few = _few(data)
    widths = choose_test_functions([data], as_terms((*FLUX, TARGET)), snapshots=few)
    system = weak_system([data], FLUX, [TARGET], widths=widths, blocks=BLOCKS, snapshots=few)
    grams = [factor.T @ factor for factor in system.factors]
    total = np.sum(grams, axis=0)
    values = _solved(total)
    left = float(total[2, 2] - 2 * values @ total[:2, 2] + values @ total[:2, :2] @ values)
    return FluxFit(values, jackknife_errors(grams), len(grams), left / float(total[2, 2]))


def jackknife_errors(grams: Sequence[FloatArray]) -> FloatArray:
    """Return standard errors of both coefficients, by leaving out one block at a time, shape (2,).

    Parameters
    ----------
    grams : sequence of ndarray of shape (3, 3)
        Products of both terms and the change of the density in each block.
    """
    n = len(grams)
    if n < 2:
        return np.full(2, np.nan)
    total = np.sum(grams, axis=0)
    without = np.array([_solved(total - gram) for gram in grams])
    return np.asarray(np.sqrt((n - 1) * without.var(axis=0)))


def _few(data: FieldData) -> bool:
    return data.shape[-1] < FEW_STEPS


def _solved(gram: FloatArray) -> FloatArray:
    """Return the least-squares coefficients of the first two columns for the third."""
    return np.asarray(np.linalg.lstsq(gram[:2, :2], gram[:2, 2], rcond=None)[0])
