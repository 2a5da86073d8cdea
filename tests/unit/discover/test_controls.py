"""A search without a true term: the column goes, the others and the target stay as they were."""

import numpy as np
import pytest

from mechanist.discover.controls import without
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, parse_term
from mechanist.discover.tied import summed

TERMS = tuple(parse_term(name) for name in ("u", "u_xx", "u_yy"))
ROWS = np.random.default_rng(0).normal(size=(40, 3))
#: u_t = 2 u - (u_xx + u_yy), exactly.
TARGET = ROWS @ [2.0, -1.0, -1.0]


def system() -> LinearSystem:
    factor = np.linalg.qr(np.column_stack([ROWS, TARGET]), mode="r")
    return LinearSystem(TERMS, ("u_t",), factor[None], np.array([40]), np.array([0]))


def least_squares(one: LinearSystem) -> tuple[np.ndarray, float]:
    matrix, right = one.problem("u_t")
    weights = np.linalg.lstsq(matrix, right, rcond=None)[0]
    return weights, float(np.linalg.norm(matrix @ weights - right))


def test_the_other_columns_and_the_target_stay() -> None:
    groups = tuple((term,) for term in TERMS)
    less, kept = without((system(), groups), "u_xx")
    assert less.names == ("u", "u_yy")
    assert kept == ((TERMS[0],), (TERMS[2],))
    weights, residual = least_squares(less)
    expected, squared, *_ = np.linalg.lstsq(ROWS[:, [0, 2]], TARGET, rcond=None)
    assert weights == pytest.approx(expected)
    assert residual == pytest.approx(np.sqrt(squared[0]))


def test_a_column_that_sums_terms_goes_as_a_whole() -> None:
    groups: tuple[tuple[Term, ...], ...] = ((TERMS[0],), (TERMS[1], TERMS[2]))
    tied = summed(system(), groups)
    assert least_squares(tied)[1] == pytest.approx(0.0, abs=1e-12)
    less, kept = without((tied, groups), "u_yy")
    assert less.names == ("u",)
    assert kept == ((TERMS[0],),)


def test_a_term_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"no term 'v'; there are \['u', 'u_xx', 'u_yy'\]"):
        without((system(), tuple((term,) for term in TERMS)), "v")
