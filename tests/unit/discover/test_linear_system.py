"""The compressed linear system: its factors are equivalent to all rows."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.typing import FloatArray
from mechanist.discover.dependence import dependent_terms, require_full_rank
from mechanist.discover.stability import units
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import parse_term
from mechanist.discover.triangular_factors import stack_factor, triangular
from sparse_systems import compressed

FEW = settings(max_examples=20, deadline=None, derandomize=True)
NAMES = ("1", "u", "u_x", "u^2")
TARGETS = ("u_t", "v_t")


def rows(seed: int, *, n: int = 40) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(n, len(NAMES) + len(TARGETS)))


def system(*blocks: FloatArray) -> LinearSystem:
    return LinearSystem(
        terms=tuple(parse_term(name) for name in NAMES),
        targets=TARGETS,
        factors=np.stack([triangular(block) for block in blocks]),
        rows=np.array([len(block) for block in blocks]),
        groups=np.arange(len(blocks)),
    )


@FEW
@given(seed=st.integers(0, 10_000), chosen=st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_residuals_equal_those_of_all_rows(seed: int, chosen: list[int]) -> None:
    blocks = [rows(seed + k, n=7 + 20 * k) for k in range(3)]
    compressed = system(*blocks)
    whole = np.concatenate([blocks[k] for k in chosen])
    weights = np.random.default_rng(seed).normal(size=4)
    for q, target in enumerate(TARGETS):
        matrix, right = compressed.problem(target, blocks=chosen)
        left = np.linalg.norm(matrix @ weights - right)
        assert left == pytest.approx(np.linalg.norm(whole[:, :4] @ weights - whole[:, 4 + q]))


def test_fewer_rows_than_columns() -> None:
    few = rows(0, n=3)
    factor = triangular(few)
    assert factor.shape == (6, 6)
    np.testing.assert_allclose(factor.T @ factor, few.T @ few, atol=1e-13)


def test_factors_stack() -> None:
    first, second = rows(1), rows(2)
    stacked = stack_factor(stack_factor(None, first), second)
    whole = np.concatenate([first, second])
    np.testing.assert_allclose(stacked.T @ stacked, whole.T @ whole, rtol=1e-12, atol=1e-12)
    assert np.array_equal(stacked, np.triu(stacked))


def test_factors_keep_what_a_gram_matrix_loses() -> None:
    """If columns differ by 1e-9 of their norm, factors find the weights; Gram matrices fail."""
    rng = np.random.default_rng(3)
    base = rng.normal(size=(200, 3))
    matrix = np.stack([base[:, 0], base[:, 0] + 1e-9 * base[:, 1], base[:, 2]], axis=1)
    target = matrix @ [1.0, 1.0, 1.0]
    factor = triangular(np.concatenate([matrix, target[:, None]], axis=1))
    found = np.linalg.solve(factor[:3, :3], factor[:3, 3])
    assert np.abs(found - 1).max() < 1e-5
    assert np.linalg.matrix_rank(matrix.T @ matrix, hermitian=True) == 2


def test_columns_of_very_different_size_keep_their_digits() -> None:
    whole = rows(4) * 10.0 ** np.array([0, 12, -12, 6, 0, 3])
    factor = triangular(whole)
    norms = np.linalg.norm(whole, axis=0)
    scale = np.outer(norms, norms)
    assert np.abs((factor.T @ factor - whole.T @ whole) / scale).max() < 1e-14


def test_normalised_columns_have_unit_norm() -> None:
    whole = rows(5)
    whole[:, 0] = 0.0
    scaled, norms = system(whole, 2 * whole).normalised()
    np.testing.assert_allclose(scaled.column_norms(), [0, 1, 1, 1, 1, 1])
    np.testing.assert_allclose(norms[1:], np.sqrt(5) * np.linalg.norm(whole[:, 1:], axis=0))


def test_subset_and_select() -> None:
    blocks = [rows(k) for k in (6, 7)]
    both = system(*blocks)
    part = both.subset(["u^2", "u"])
    assert part.names == ("u^2", "u")
    whole = np.concatenate(blocks)[:, [3, 1, 4, 5]]
    factor = part.combined()
    np.testing.assert_allclose(factor.T @ factor, whole.T @ whole, atol=1e-12)
    second = both.select([1])
    np.testing.assert_array_equal(second.factors, both.factors[1:])
    assert second.groups.tolist() == [1]


def test_dependent_terms_are_named() -> None:
    whole = rows(8)
    good = system(whole)
    assert dependent_terms(good) == ()
    require_full_rank(good)
    whole[:, 3] = 2 * whole[:, 1] - 1e6 * whole[:, 2]
    with pytest.raises(ValueError, match=r"terms \['u\^2'\] are linear combinations of others"):
        require_full_rank(system(whole))
    whole[:, 1] = 0.0
    assert dependent_terms(system(whole)) == ("u",)
    assert dependent_terms(system(rows(9, n=3))) == ("u^2",)


def test_wrong_names_and_shapes_are_refused() -> None:
    one = system(rows(10))
    with pytest.raises(KeyError, match="no term 'v'"):
        one.index("v")
    with pytest.raises(ValueError, match="no target 'w_t'"):
        one.problem("w_t")
    with pytest.raises(ValueError, match="name one of the targets"):
        one.problem()
    with pytest.raises(ValueError, match="expected"):
        replace(one, factors=one.factors[:, 1:, 1:])


@pytest.mark.parametrize(("sine", "found"), [(0.95e-9, ("f1",)), (1.05e-9, ())])
def test_a_term_at_a_billionth_of_the_others_is_dependent(
    sine: float, found: tuple[str, ...]
) -> None:
    columns = np.array([[1.0, 1.0], [0.0, sine], [0.0, 0.0]])
    assert dependent_terms(compressed(columns, np.ones((3, 1)), blocks=1)) == found


@pytest.mark.parametrize(
    ("share", "text"), [(0.0095, "f2 = +1 f0)"), (0.0105, "f2 = +1 f0 +0.0105 f1)")]
)
def test_a_combination_names_terms_from_a_hundredth_of_the_largest_on(
    share: float, text: str
) -> None:
    columns = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, share], [0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match=re.escape(text)):
        require_full_rank(compressed(columns, np.ones((3, 1)), blocks=1))


@pytest.mark.parametrize(("trajectories", "expected"), [(5, 12), (6, 6)])
def test_six_trajectories_are_the_independent_units(trajectories: int, expected: int) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2))
    system = compressed(rows[:, :1], rows[:, 1:], blocks=12, trajectories=trajectories)
    assert len(units(system)) == expected
