"""Hardening laws against closed forms, and rejected parameters."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_density import DislocationDensity, SparseTensor, kocks_mecking

ONE = np.ones((1, 1))
STORAGE, ANNIHILATION = 1e8, 8.0


def density_law(**changes: Any) -> DislocationDensity:
    entries = {
        "shear_modulus": 42e3, "burgers": 2.5e-10, "interaction": 0.1 * ONE,
        "storage": SparseTensor.from_dense(np.full((1, 1, 1), STORAGE)),
        "annihilation": SparseTensor.from_matrix(ANNIHILATION * ONE),
        "density": np.array(1e12),
    }  # fmt: skip
    return DislocationDensity(**(entries | changes))


def follow(law: Voce | DislocationDensity, total: float, steps: int) -> float:
    state = law.initial(1)
    for step in range(steps):
        sign = (-1.0) ** step  # only the magnitude of slip matters
        state = law.advance(state, np.array([[sign * total / steps]]))
    return float(state[0, 0])


def test_voce_saturates_exponentially() -> None:
    law = Voce(16.0, 100.0, 180.0, 1.0, ONE)
    exact = 100.0 - 84.0 * np.exp(-180.0 * 0.5 / 100.0)
    errors = [abs(follow(law, 0.5, steps) - exact) for steps in (10, 20)]
    assert errors[1] < 0.02
    assert 3.5 < errors[0] / errors[1] < 4.5  # second order
    assert follow(law, 50.0, 4000) == pytest.approx(100.0, rel=1e-6)


def test_latent_hardening_works_across_planes() -> None:
    systems = slip_systems("fcc12")
    matrix = latent_matrix(systems, coplanar=1.0, other=1.4)
    assert (matrix == 1.0).sum() == 12 * 3
    law = Voce(16.0, 100.0, 180.0, 0.0, matrix)  # no saturation: linear
    slip = np.zeros((1, 12))
    slip[0, 4] = -0.01
    np.testing.assert_allclose(law.advance(law.initial(1), slip)[0] - 16.0, 1.8 * matrix[:, 4])


def test_each_system_has_its_own_numbers() -> None:
    law = Voce(np.array([10.0, 20.0]), np.array([30.0, 20.0]), 100.0, 1.0, np.eye(2))
    hardened = law.advance(law.initial(3), np.full((3, 2), 0.01))
    assert (hardened[:, 0] > 10.0).all()
    np.testing.assert_array_equal(hardened[:, 1], 20.0)  # saturated from the start


def test_densities_follow_kocks_and_mecking() -> None:
    law = density_law()
    root = STORAGE / ANNIHILATION
    exact = (root + (1e6 - root) * np.exp(-ANNIHILATION * 0.3 / 2)) ** 2
    errors = [abs(follow(law, 0.3, steps) / exact - 1) for steps in (10, 20)]
    assert errors[1] < 2e-3
    assert 3.0 < errors[0] / errors[1] < 5.0


def test_resistance_is_taylors() -> None:
    law = density_law(friction=5.0)
    expected = 5.0 + 42e3 * 2.5e-10 * np.sqrt(0.1 * 1e12)
    np.testing.assert_allclose(law.resistance(law.initial(2)), expected)


@given(st.integers(0, 2**31 - 1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_sparse_tensors_are_what_they_stand_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stored = rng.random((3, 3, 3)) * (rng.random((3, 3, 3)) < 0.3) * 1e8
    lost = rng.random((3, 3))
    law = density_law(
        interaction=np.eye(3), density=np.full(3, 1e12),
        storage=SparseTensor.from_dense(stored), annihilation=SparseTensor.from_matrix(lost),
    )  # fmt: skip
    state, slip = rng.uniform(1e11, 1e13, (4, 3)), 1e-3 * rng.normal(size=(4, 3))
    expected = np.einsum("ijk,vj,vk->vi", stored, np.sqrt(state), np.abs(slip))
    expected -= np.einsum("ik,vi,vk->vi", lost, state, np.abs(slip))
    np.testing.assert_allclose(law.rates(state, slip), expected, rtol=1e-10, atol=1e-3)


def test_the_classical_law_stores_by_others_and_loses_its_own() -> None:
    stored, lost = kocks_mecking(np.ones((3, 3)), burgers=2e-10, mean_free_path=50.0, capture=1e-9)
    dense = np.zeros((3, 3, 3))
    dense[tuple(stored.indices.T)] = stored.values
    assert dense[0, 1, 0] == pytest.approx(1 / (50.0 * 2e-10))
    assert dense[0, 0, 0] == dense[0, 1, 1] == 0.0
    np.testing.assert_array_equal(lost.indices, [[0, 0, 0], [1, 1, 1], [2, 2, 2]])
    np.testing.assert_allclose(lost.values, 10.0)


def test_densities_stay_positive_under_absurd_annihilation() -> None:
    law = density_law(annihilation=SparseTensor.from_matrix(1e4 * ONE))
    state = law.advance(law.initial(1), np.array([[1.0]]))
    assert state[0, 0] > 0
    assert np.isfinite(law.resistance(state)).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"burgers": 0.0}, "burgers = 0.0"),
        ({"density": np.array(-1.0)}, "expected positive densities"),
        ({"interaction": -ONE}, "square of an initial resistance"),
        ({"interaction": np.ones((2, 3))}, "square matrix"),
        ({"storage": SparseTensor(np.array([[0, 1, 0]]), np.ones(1))}, "storage has an index"),
    ],
)
def test_impossible_densities_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        density_law(**change)


@pytest.mark.parametrize("numbers", [(0.0, 10.0, 1.0, 1.0), (20.0, 10.0, 1.0, 1.0), (1, 2, -1, 1)])
def test_impossible_resistances_are_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected 0 < tau0 <= tau_sat"):
        Voce(*numbers, ONE)


def test_indices_and_values_must_agree() -> None:
    with pytest.raises(ValueError, match="three indices for every"):
        SparseTensor(np.zeros((2, 3), dtype=int), np.ones(3))
