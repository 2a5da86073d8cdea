"""Known displacement fields with noise give back their strain within its stated error; controls must fail."""

import numpy as np
import pytest

from mechanist.formats.displacement_maps import DisplacementMaps
from mechanist.pictures.displacement_strain import StrainMaps, complete_part, strain_maps

X = np.arange(40) * 0.5
Y = np.arange(30) * 0.5
PLACES = np.stack(np.meshgrid(X, Y, indexing="ij"), -1)
#: Deformation with a rotation: small strains would be off by its square.
GRADIENT = np.array([[1.03, 0.16], [-0.12, 0.99]])
NOISE = 0.01
CUTOFF = 1.5


def seen(
    moved: np.ndarray, noise: float, *, failed: float = 0.05, seed: int = 0
) -> DisplacementMaps:
    """Return a field of displacements with noise and points that failed."""
    rng = np.random.default_rng(seed)
    moved = moved + noise * rng.standard_normal(moved.shape)
    moved[rng.random(moved.shape[:3]) < failed] = np.nan
    return DisplacementMaps(X, Y, moved, np.arange(len(moved)) + 1.0)


def green(gradient: np.ndarray) -> np.ndarray:
    """Return xx, yy and xy of the Green-Lagrange strain."""
    strain = 0.5 * (np.swapaxes(gradient, -1, -2) @ gradient - np.eye(2))
    return np.stack([strain[..., 0, 0], strain[..., 1, 1], strain[..., 0, 1]], -1)


def uniform() -> np.ndarray:
    return np.repeat((PLACES @ (GRADIENT - np.eye(2)).T)[None], 2, axis=0)


def misses(found: StrainMaps, truth: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Return the mean square of (found - truth) / error of each component; 1 if the error is right."""
    return np.asarray(np.nanmean(((found.strain - truth) / error) ** 2, axis=(0, 1, 2)))


def test_uniform_strain_is_found_within_its_error() -> None:
    found = strain_maps(seen(uniform(), NOISE), CUTOFF)
    truth = green(GRADIENT)
    assert found.origin == "residuals"
    assert found.scatter == pytest.approx(NOISE, rel=0.05)
    assert (
        (misses(found, truth, found.noise) > 0.8) & (misses(found, truth, found.noise) < 1.25)
    ).all()
    assert np.nanmean(np.abs(found.strain - truth) < 1.96 * found.error) > 0.93
    assert np.nanmean(found.density) == pytest.approx(1 / np.linalg.det(GRADIENT), rel=1e-3)
    # what is left beyond the affine map is noise
    assert np.nanmedian(found.above) < 0.5 * np.nanmedian(found.d2min)
    # the control: displacements of other points have no such strain
    rng = np.random.default_rng(1)
    dealt = uniform()[:, rng.permutation(len(X))][:, :, rng.permutation(len(Y))]
    assert (misses(strain_maps(seen(dealt, NOISE), CUTOFF), truth, found.noise) > 100).all()


def test_without_noise_the_strain_is_exact_and_surrounded_failures_are_filled() -> None:
    maps = seen(uniform(), 0.0)
    found = strain_maps(maps, CUTOFF)
    known = np.isfinite(found.strain)
    np.testing.assert_allclose(found.strain[known], np.broadcast_to(green(GRADIENT), known.shape)[known],
                               atol=1e-12)  # fmt: skip
    inner = maps.failed[:, 4:-4, 4:-4]
    assert inner.sum() > 30
    assert known[:, 4:-4, 4:-4].all()
    np.testing.assert_allclose(
        found.displacement[:, 4:-4, 4:-4], uniform()[:, 4:-4, 4:-4], atol=1e-12
    )


def band(width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the displacement of a shear band of a width, and its true strain."""
    height = (PLACES[..., 1] - 7) / (width / 2)
    shear = np.broadcast_to(np.eye(2), (*height.shape, 2, 2)).copy()
    shear[..., 0, 1] = 0.08 / np.cosh(height) ** 2
    moved = np.stack([0.04 * width * np.tanh(height), 0 * height], -1)
    return moved[None], green(shear)


def test_a_shear_band_is_found_within_its_error_and_not_within_noise_alone() -> None:
    moved, truth = band(3.0)
    found = strain_maps(seen(moved, 0.004), CUTOFF)
    inside = np.abs(PLACES[..., 1] - 7) < 3
    shear = ((found.strain - truth)[0] / found.error[0])[inside][:, 2]
    noise = ((found.strain - truth)[0] / found.noise[0])[inside][:, 2]
    assert np.nanmean(shear**2) < 2.5
    # the control: least squares alone does not know what the window smears
    assert np.nanmean(noise**2) > 5
    assert np.nanmean(np.abs((found.strain - truth) / found.error) < 1.96) > 0.9
    # width at half height, from the mean profile: 1.76 of the half width
    profile = np.nanmean(found.strain[0, ..., 2], axis=0)
    above = Y[profile > profile.max() / 2]
    assert np.ptp(above) == pytest.approx(1.76 * 1.5, abs=0.8)
    # beyond the affine map, the flanks of the band stand out
    assert np.nanmean(found.above[0][inside]) > 1.5 * np.nanmean(found.above[0][~inside])


def test_frames_at_rest_show_noise_that_neighbours_share() -> None:
    rng = np.random.default_rng(2)
    rough = rng.standard_normal((2, len(X) + 2, len(Y) + 2, 2))
    # subsets that overlap: each displacement is a mean over three points along each axis
    shared = (
        sum(rough[:, i : i + len(X), j : j + len(Y)] for i in range(3) for j in range(3)) / 9 * 0.03
    )
    moved = uniform() + shared
    moved[0] = shared[0]
    maps = DisplacementMaps(X, Y, moved, np.array([0.0, 1.0]))
    blind, told = strain_maps(maps, CUTOFF), strain_maps(maps, CUTOFF, rest=(0,))
    truth = np.stack([np.zeros(3), green(GRADIENT)])[:, None, None]
    last = slice(1, 2)
    too_small, right = (
        np.nanmean(((one.strain - truth) / one.noise)[last] ** 2) for one in (blind, told)
    )
    assert told.origin == "rest"
    assert told.widened > 1.5
    assert too_small > 3
    assert 0.6 < right < 1.7
    stated = strain_maps(maps, CUTOFF, error=0.02)
    assert (stated.origin, stated.scatter) == ("stated", 0.02)


def test_a_hole_is_not_filled_and_fields_avoid_it() -> None:
    moved = uniform()
    moved[:, np.hypot(*(PLACES - [15, 4]).transpose(2, 0, 1)) < 2.5] = np.nan
    found = strain_maps(seen(moved, NOISE, failed=0.0), CUTOFF)
    assert np.isnan(found.strain[0, 30, 8]).all()
    part = complete_part(found)
    assert np.isfinite(found.error[:, part[0], part[1]]).all()
    area = (part[0].stop - part[0].start) * (part[1].stop - part[1].start)
    assert area > 0.5 * len(X) * len(Y)


def test_frames_that_show_nothing_are_refused() -> None:
    still = uniform()
    still[0] = 0.0
    maps = seen(still, 0.0, failed=0.0)
    with pytest.raises(
        ValueError, match=r"frames at rest \[0\] is exactly zero, which shows no noise"
    ):
        strain_maps(maps, CUTOFF, rest=(0,))
    assert np.isfinite(strain_maps(maps, CUTOFF, error=NOISE).error).all()
    few = seen(uniform(), NOISE, failed=0.0)
    few.displacement[1, 2:] = np.nan
    few.displacement[1, :, 1:] = np.nan
    with pytest.raises(ValueError, match="frame 1: the strain is known at no point"):
        strain_maps(few, CUTOFF)


def test_windows_that_do_not_fit_the_grid_are_refused() -> None:
    maps = seen(uniform(), NOISE)
    with pytest.raises(
        ValueError, match=r"cutoff is 0\.9, but points are 0\.5 apart; expected at least 1"
    ):
        strain_maps(maps, 0.9)
    with pytest.raises(ValueError, match="wider than the field"):
        strain_maps(maps, 8.0)
    with pytest.raises(ValueError, match="rest names frame 5, but there are 2 frames"):
        strain_maps(maps, CUTOFF, rest=(5,))
