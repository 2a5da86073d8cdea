"""Misfit fields of polycrystals: balanced stresses, and zero without misfit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystals import turning_run as run
from mechanist.core.rotations import (
    compose,
    from_rotation_vector,
    matrix_to_quaternion,
    quaternion_to_matrix,
    random_rotations,
)
from mechanist.core.typing import Lattice
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.describe.shared.plastic_misfit import elastic_law, misfit_response, secant_law
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.learn.voxel_samples import along_z, rotation_paths, voxel_paths
from mechanist.mechanics.crystal_elasticity import crystal_stiffness, from_mandel
from mechanist.mechanics.point_groups import proper_rotations
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_flow import Crystal

COPPER = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0}
STIFFNESS = crystal_stiffness("cubic", COPPER)
SYSTEMS = slip_systems("fcc12")
SHAPE, LENGTHS = (4, 4, 4), np.ones(3)
STRAIN = np.diag([-0.005, -0.005, 0.01])
TENSION = np.diag([-50.0, -50.0, 100.0])


def crystals(seed: int, n: int = 64) -> np.ndarray:
    return random_rotations(n, np.random.default_rng(seed))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 999), st.sampled_from(["cubic", "hexagonal"]))
def test_harmonics_see_the_crystal_and_not_its_label(seed: int, lattice: Lattice) -> None:
    rng = np.random.default_rng(seed)
    start = crystals(seed, 20)
    group = matrix_to_quaternion(proper_rotations(lattice))
    same = compose(start, group[rng.integers(len(group), size=20)])
    first = orientation_harmonics(start, lattice)
    assert np.allclose(orientation_harmonics(same, lattice), first, atol=1e-10)
    other = compose(start, from_rotation_vector(np.array([0.3, 0.2, 0.1])))
    assert np.abs(orientation_harmonics(other, lattice) - first).max(axis=(1, 2, 3)).min() > 1e-3


@pytest.mark.parametrize("lattice", ["cubic", "hexagonal"])
def test_harmonics_turn_with_the_axes_and_vanish_on_average(lattice: Lattice) -> None:
    start = crystals(1, 20000)
    said = orientation_harmonics(start, lattice)
    assert np.abs(said.mean(axis=0)).max() < 0.02
    turn = quaternion_to_matrix(np.array([0.5, 0.5, 0.5, 0.5]))  # x to y to z
    turned = orientation_harmonics(compose(matrix_to_quaternion(turn), start), lattice)
    assert np.allclose(turned, turn @ said @ turn.T, atol=1e-12)


def test_a_single_crystal_has_no_misfit() -> None:
    start = np.repeat(crystals(2, 1), 64, axis=0)
    found = misfit_response(elastic_law(start, STIFFNESS, axis=2), SHAPE, LENGTHS, axis=2, passes=5)
    assert np.abs(found.stress).max() < 1e-12
    assert np.abs(found.rotation).max() < 1e-15


@pytest.mark.parametrize("plastic", [False, True])
def test_many_passes_balance_what_one_does_not(plastic: bool) -> None:
    start = crystals(3)
    strength = 1 + 0.2 * np.random.default_rng(3).random((64, 1, 1))
    stress = strength * TENSION
    law = (
        secant_law(start, STIFFNESS, SYSTEMS, stress, strain=STRAIN, exponent=5.0)
        if plastic
        else elastic_law(start, STIFFNESS, axis=2)
    )
    left = []
    for passes in (1, 200):
        found = misfit_response(law, SHAPE, LENGTHS, axis=2, passes=passes)
        # At equilibrium, a stress wave exerts no traction along its wave vector, here x.
        waves = np.fft.fftn(found.stress.reshape(*SHAPE, 3, 3), axes=(0, 1, 2))
        left.append(np.abs(waves[1, 0, 0, :, 0]).max())
        assert np.abs(found.stress.mean(axis=0)).max() < 1e-12
        assert np.abs(found.rotation).max() > 0
    assert left[1] < 0.03 * left[0]


def test_a_laminate_carries_equal_traction() -> None:
    start = np.repeat(crystals(4, 2), 32, axis=0)  # two layers across x
    law = elastic_law(start, STIFFNESS, axis=2)
    found = misfit_response(law, SHAPE, LENGTHS, axis=2, passes=500)
    traction = found.stress.reshape(*SHAPE, 3, 3)[..., 0]
    jump = np.ptp(traction, axis=0).max()
    before = from_mandel(law.stress) / law.stress[:, 2].mean()
    assert jump < 1e-4
    assert np.ptp(before[:, :, 0], axis=0).max() > 1e-2
    assert np.ptp(found.stress[:, 2, 2]) > 1e-2


def test_useless_input_is_refused() -> None:
    start = crystals(5)
    law = elastic_law(start, STIFFNESS, axis=2)
    with pytest.raises(ValueError, match="at least 1"):
        misfit_response(law, SHAPE, LENGTHS, axis=2, passes=0)
    stress = -np.repeat(TENSION[np.newaxis], 64, axis=0)
    with pytest.raises(ValueError, match="voxel 0: the stress does work"):
        secant_law(start, STIFFNESS, SYSTEMS, stress, strain=STRAIN, exponent=5.0)


def test_paths_do_not_see_a_change_to_an_equivalent_orientation() -> None:
    plain = run(2)
    other = plain.orientations.copy()
    other[2:] = compose(other[2:], np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0]))
    changed = PolycrystalRun(**{**vars(plain), "orientations": other})
    wanted = np.array([0.01, 0.015, 0.03])
    for one in (plain, changed):
        paths = rotation_paths(one, wanted)
        assert np.allclose(paths, wanted[:, np.newaxis] * [1.0, 0.0, 0.0], atol=1e-10)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_renaming_axes_puts_the_load_along_z(axis: int) -> None:
    original = run(axis)
    turned = along_z(original)
    assert turned.axis == 2
    assert turned.shape[2] == original.shape[axis]
    assert turned.lengths[2] == original.lengths[axis]
    # The crystal axis along the load stays along it, and the axial stress stays axial.
    before = quaternion_to_matrix(original.orientations[0])[..., axis, :]
    after = quaternion_to_matrix(turned.orientations[0])[..., 2, :]
    order = np.roll(np.arange(3), 2 - axis)
    assert np.allclose(after, before.transpose(*order, 3))
    assert np.allclose(turned.stress[..., 2], axis)


def test_a_run_is_described_up_to_where_it_came() -> None:
    crystal = Crystal(SYSTEMS, COPPER, exponent=10.0)
    law = Voce(tau0=16.0, tau_sat=100.0, h0=180.0, a=1.0, latent=latent_matrix(SYSTEMS))
    strains = [0.01, 0.02, 0.03, 0.04]
    found = voxel_paths(run(1), crystal, law, system="imported", strains=strains, passes=3)
    assert found.shape == (5, 3, 4)
    assert np.allclose(found.strains, strains[:3])
    assert np.allclose(found.stress, [10, 20, 30])
    assert found.field("taylor")[1].shape == (60, 3, 3)
    # The rotation is about the old first axis, which is the new second axis.
    assert np.allclose(found.paths()[:, -1], [0.0, 0.03, 0.0], atol=1e-6)
    with pytest.raises(ValueError, match="multiples of a positive"):
        voxel_paths(run(1), crystal, law, system="x", strains=[0.01, 0.03], passes=1)
    with pytest.raises(ValueError, match="reached strain"):
        voxel_paths(run(1), crystal, law, system="x", strains=[0.05], passes=1)
