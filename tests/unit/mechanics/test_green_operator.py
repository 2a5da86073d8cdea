"""The Green operator: equilibrium, a laminate by hand, Nyquist modes, crystal stiffnesses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import random_rotation
from mechanist.mechanics.crystal_elasticity import (
    apply_isotropic,
    bulk_and_shear,
    crystal_stiffness,
    from_mandel,
    isotropic_stiffness,
    mandel_rotation,
    to_mandel,
)
from mechanist.mechanics.green_operator import GreenOperator, wave_vectors

LENGTHS = np.array([1.0, 1.4, 0.8])
COPPER = crystal_stiffness("cubic", {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0})
ZINC = crystal_stiffness(
    "hexagonal", {"c11": 165e3, "c12": 31e3, "c13": 50e3, "c33": 62e3, "c44": 39e3}
)
SEEDS = st.integers(0, 2**31 - 1)


def random_stress(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    return from_mandel(np.random.default_rng(seed).normal(size=(*shape, 6)))


def divergence(field: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    shape = field.shape[:3]
    vectors = wave_vectors(shape, lengths)
    return np.einsum("xyzij,xyzj->xyzi", np.fft.rfftn(field, axes=(0, 1, 2)), vectors)


@pytest.mark.parametrize("shape", [(5, 7, 3), (4, 6, 8), (4, 5, 6), (1, 4, 1)])
@pytest.mark.parametrize("stiffness", [COPPER, ZINC])
def test_the_fluctuation_restores_equilibrium(shape: tuple, stiffness: np.ndarray) -> None:
    tau = random_stress(shape, 0)
    gradient = GreenOperator(shape, LENGTHS, stiffness).gradient(tau)
    total = tau + from_mandel(to_mandel(gradient) @ stiffness)
    scale = np.abs(divergence(tau, LENGTHS)).max()
    assert scale > 0
    assert np.abs(divergence(total, LENGTHS)).max() < 1e-10 * scale
    np.testing.assert_allclose(gradient.mean(axis=(0, 1, 2)), 0.0, atol=1e-18)


def test_a_laminate_by_hand() -> None:
    tau = random_stress((6, 1, 1), 1)
    gradient = GreenOperator((6, 1, 1), LENGTHS, COPPER).gradient(tau)
    fluctuation = tau - tau.mean(axis=0)
    # the Nyquist wave has no derivative
    alternating = np.array([1.0, -1, 1, -1, 1, -1])[:, None, None, None, None]
    fluctuation = fluctuation - alternating * (alternating * fluctuation).mean(axis=0)
    expected = -fluctuation[..., 0] / np.array([168400.0, 75400.0, 75400.0])
    np.testing.assert_allclose(gradient[..., 0], expected, atol=1e-18)
    np.testing.assert_allclose(gradient[..., 1:], 0.0, atol=1e-20)


def test_a_nyquist_mode_still_answers_along_the_other_axis() -> None:
    shape = (4, 5, 1)
    x, y = np.meshgrid(np.arange(4), np.arange(5), indexing="ij")
    wave = np.cos(np.pi * x) * np.cos(2 * np.pi * y / 5)
    tau = np.zeros((*shape, 3, 3))
    tau[:, :, 0, 1, 1] = wave
    gradient = GreenOperator(shape, LENGTHS, COPPER).gradient(tau)
    np.testing.assert_allclose(gradient[:, :, 0, 1, 1], -wave / 168400.0, atol=1e-18)
    assert np.abs(gradient[..., 0]).max() < 1e-20  # no derivative along x


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_compatible_strains_of_the_medium_are_reproduced(seed: int) -> None:
    green = GreenOperator((3, 5, 7), LENGTHS, ZINC)
    strain = green.strain(random_stress((3, 5, 7), seed))
    again = green.strain(from_mandel(to_mandel(strain) @ ZINC))
    np.testing.assert_allclose(again, -strain, atol=1e-16)


def test_the_strain_is_the_symmetric_part_for_components_too() -> None:
    green = GreenOperator((4, 3, 6), LENGTHS, COPPER)
    tau = random_stress((4, 3, 6), 2)
    components = np.ascontiguousarray(np.moveaxis(to_mandel(tau), -1, 0))
    kept = components.copy()
    by_components = np.moveaxis(green.strain_components(components), 0, -1)
    np.testing.assert_allclose(from_mandel(by_components), green.strain(tau), atol=1e-18)
    np.testing.assert_array_equal(components, kept)


def test_threads_change_no_byte() -> None:
    tau = random_stress((8, 8, 8), 3)
    one = GreenOperator((8, 8, 8), np.ones(3), COPPER).gradient(tau)
    two = GreenOperator((8, 8, 8), np.ones(3), COPPER, workers=2).gradient(tau)
    np.testing.assert_array_equal(one, two)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_mandel_rotation_turns_tensors_and_keeps_lengths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rotation, tensor = random_rotation(rng), from_mandel(rng.normal(size=6))
    q = mandel_rotation(rotation)
    np.testing.assert_allclose(q @ q.T, np.eye(6), atol=1e-13)
    turned = rotation @ tensor @ rotation.T
    np.testing.assert_allclose(q @ to_mandel(tensor), to_mandel(turned), atol=1e-13)


@pytest.mark.parametrize("stiffness", [COPPER, ZINC])
def test_averages_over_all_orientations(stiffness: np.ndarray) -> None:
    rng = np.random.default_rng(5)
    q = mandel_rotation(np.stack([random_rotation(rng) for _ in range(4000)]))
    mean = (q @ stiffness @ np.swapaxes(q, -1, -2)).mean(axis=0)
    bulk, shear = bulk_and_shear(stiffness)
    error = np.abs(mean - isotropic_stiffness(bulk=bulk, shear=shear)).max()
    assert error < 0.02 * np.abs(stiffness).max()


def test_an_isotropic_tensor_by_its_eigenvalues() -> None:
    field = np.random.default_rng(6).normal(size=(6, 4))
    expected = isotropic_stiffness(bulk=50.0, shear=20.0) @ field
    np.testing.assert_allclose(apply_isotropic(field, 150.0, 40.0), expected)


def test_hexagonal_crystals_are_isotropic_about_c() -> None:
    c, s = np.cos(0.3), np.sin(0.3)
    q = mandel_rotation(np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]]))
    np.testing.assert_allclose(q @ ZINC @ q.T, ZINC, rtol=1e-12, atol=1e-9)
    assert np.abs(q @ COPPER @ q.T - COPPER).max() > 1e3


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="smallest eigenvalue"):
        crystal_stiffness("cubic", {"c11": 100.0, "c12": 120.0, "c44": 50.0})
    with pytest.raises(ValueError, match="expected \\['c11', 'c12', 'c44'\\]"):
        crystal_stiffness("cubic", {"c11": 100.0, "c12": 50.0})
    with pytest.raises(ValueError, match="lengths"):
        GreenOperator((4, 4, 4), np.array([1.0, 0.0, 1.0]), COPPER)
    with pytest.raises(ValueError, match="shape"):
        GreenOperator((4, 0, 4), np.ones(3), COPPER)
    with pytest.raises(ValueError, match="expected finite numbers of shape"):
        GreenOperator((4, 4, 4), np.ones(3), COPPER).gradient(np.zeros((4, 4, 3, 3, 3)))


def test_the_spin_is_half_the_curl_of_the_displacement() -> None:
    """A gradient and its symmetric part tell the same rotation, for waves in every direction."""
    green = GreenOperator((5, 3, 7), LENGTHS, COPPER)
    gradient = 1e5 * green.gradient(random_stress((5, 3, 7), 2))
    strain = np.moveaxis(to_mandel(0.5 * (gradient + np.swapaxes(gradient, -1, -2))), -1, 0)
    skew = gradient - np.swapaxes(gradient, -1, -2)
    expected = 0.5 * np.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]])
    assert np.abs(expected).min(axis=(1, 2, 3)).max() > 0
    found = green.spin(np.ascontiguousarray(strain))
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("shape", "lengths", "message"),
    [
        ((4, 4), np.ones(3), "expected three positive numbers of voxels"),
        ((4, 4, 0), np.ones(3), "expected three positive numbers of voxels"),
        ((4, 4, 4), np.ones(2), "expected three positive numbers"),
        ((4, 4, 4), np.array([1.0, np.nan, 1.0]), "expected three positive numbers"),
        ((4, 4, 4), np.array([1.0, np.inf, 1.0]), "expected three positive numbers"),
    ],
)
def test_grids_without_extent_are_refused(
    shape: tuple[int, ...], lengths: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        GreenOperator(shape, lengths, COPPER)  # type: ignore[arg-type]


def test_a_field_that_is_no_number_is_refused_and_one_voxel_has_no_fluctuation() -> None:
    green = GreenOperator((1, 1, 1), np.ones(3), COPPER)
    assert not green.gradient(random_stress((1, 1, 1), 0)).any()
    with pytest.raises(ValueError, match="expected finite numbers of shape"):
        green.gradient(np.full((1, 1, 1, 3, 3), np.nan))


def test_wave_vectors_by_hand() -> None:
    vectors = wave_vectors((4, 3, 5), np.array([2.0, 1.0, 10.0]))
    assert vectors.shape == (4, 3, 3, 3)
    assert vectors[:, 0, 0, 0].tolist() == [0.0, 0.5, 0.0, -0.5]  # the Nyquist wave has no sign
    assert vectors[0, :, 0, 1].tolist() == [0.0, 1.0, -1.0]
    assert vectors[0, 0, :, 2].tolist() == [0.0, 0.1, 0.2]
    assert wave_vectors((1, 1, 4), np.ones(3))[0, 0, :, 2].tolist() == [0.0, 1.0, 0.0]
