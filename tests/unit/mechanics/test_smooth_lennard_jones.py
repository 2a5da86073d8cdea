"""The pair potential equals LAMMPS's, has correct derivatives, and is smooth at the cutoff."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.smooth_lennard_jones import SmoothLennardJones
from mechanist.simulate.lammps_engine import LammpsEngine

KOB_ANDERSEN = load_material()
POTENTIAL = KOB_ANDERSEN.pairs("a test")
assert isinstance(POTENTIAL, SmoothLennardJones)
PAIRS = list(product((0, 1), (0, 1)))


def terms(i: int, j: int, r: FloatArray | float) -> tuple[FloatArray, FloatArray, FloatArray]:
    r = np.atleast_1d(r)
    return POTENTIAL(np.full(len(r), i), np.full(len(r), j), r)


@pytest.mark.parametrize(("i", "j"), PAIRS)
def test_energy_and_force_are_those_of_lammps(i: int, j: int) -> None:
    r = np.linspace(0.8, 2.6, 64)
    dimers = np.zeros((64, 2, 3))
    dimers[:, 0] = 4.0 * np.array(list(product(range(4), repeat=3))) + 0.5
    dimers[:, 1] = dimers[:, 0] + r[:, None] * np.array([1.0, 0.0, 0.0])
    # Each dimer is isolated in its cube, beyond the largest cutoff from all others.
    dimers *= np.array([2.0, 1.0, 1.0])
    dimers[:, 1, 0] = dimers[:, 0, 0] + r
    species = np.tile([i, j], 64)
    system = Configuration(
        dimers.reshape(-1, 3), np.diag([32.0, 16.0, 16.0]), species, KOB_ANDERSEN.species_names
    )
    with LammpsEngine(system) as engine:
        engine.command("compute energies all pe/atom", "thermo_style custom step pe fnorm", "run 0")
        energies = np.array(engine._lammps.gather("c_energies", 1, 1)).reshape(64, 2).sum(axis=1)
        forces = engine.forces().reshape(64, 2, 3)[:, 1, 0]
    phi, dphi, _ = terms(i, j, dimers[:, 1, 0] - dimers[:, 0, 0])
    np.testing.assert_allclose(energies, phi, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(forces, -dphi, rtol=1e-12, atol=1e-11)


@given(pair=st.sampled_from(PAIRS), r=st.floats(0.8, 2.6))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_derivatives_agree_with_finite_differences(pair: tuple[int, int], r: float) -> None:
    h = 1e-5
    below, here, above = (terms(*pair, x) for x in (r - h, r, r + h))
    for order in (0, 1):
        slope = (above[order] - below[order]) / (2 * h)
        # The stiffness has kinks at the cutoffs: finite differences across them have O(h) errors.
        np.testing.assert_allclose(here[order + 1], slope, rtol=1e-6, atol=10 * h)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("cutoffs", [POTENTIAL.inner, POTENTIAL.outer], ids=["inner", "outer"])
def test_energy_force_and_stiffness_are_continuous(
    pair: tuple[int, int], cutoffs: FloatArray
) -> None:
    r, h = cutoffs[pair], 1e-9
    for below, above in zip(terms(*pair, r - h), terms(*pair, r + h), strict=True):
        assert abs(below - above) < 1e-6
    # Control: the unshifted potential jumps at the cutoff.
    bare = 4 * POTENTIAL.sigma[pair] ** 12 / r**12 - 4 * POTENTIAL.sigma[pair] ** 6 / r**6
    assert abs(bare) > 1e-2


def test_ends_at_the_outer_cutoff_and_does_not_tell_the_order_of_a_pair() -> None:
    assert POTENTIAL.outer.max() == KOB_ANDERSEN.cutoff
    r = np.linspace(0.8, 3.0, 50)
    for i, j in PAIRS:
        for value, swapped in zip(terms(i, j, r), terms(j, i, r), strict=True):
            np.testing.assert_array_equal(value, swapped)
            assert np.all(value[r >= POTENTIAL.outer[i, j]] == 0)
            assert np.all(value[r < POTENTIAL.outer[i, j] - 0.05] != 0)


def test_a_table_that_is_not_symmetric_is_refused() -> None:
    one = np.ones((2, 2))
    SmoothLennardJones(one, one, inner=2.0 * one, outer=2.5 * one)
    with pytest.raises(ValueError, match="sigma = "):
        SmoothLennardJones(one, np.array([[1.0, 0.8], [0.9, 1.0]]), inner=2.0 * one, outer=3 * one)
    with pytest.raises(ValueError, match="outer - inner"):
        SmoothLennardJones(one, one, inner=2.0 * one, outer=2.0 * one)
