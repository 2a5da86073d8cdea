"""Rendered particles are where they should be, and both detectors find them there."""

import numpy as np
import pytest

from mechanist.pictures.detectors import detector_of
from mechanist.pictures.found_particles import centroids, noise_of
from mechanist.pictures.rendering import Camera, quantised, render
from mechanist.pictures.two_species import smaller_species

WATERSHED = {"method": "watershed", "diameter": 0.8}
TRACKPY = {"method": "trackpy", "diameter": 0.8}


def scattered(side: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return places on a distorted lattice of spacing 1.1, and radii of two species."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    places = 1.1 * (grid + 0.5) + 0.1 * rng.uniform(-1, 1, grid.shape)
    return places, np.where(rng.random(len(places)) < 0.35, 0.3, 0.4)


def test_a_disc_has_its_area_and_its_place_in_the_picture() -> None:
    camera = Camera(pixels=20, snr=0, blur=0.5, shade=0)
    picture = render(np.array([[2.0, 1.25]]), np.array([0.5]), 4.0, camera) - 0.15
    assert picture.shape == (80, 80)
    assert picture.sum() / 20**2 == pytest.approx(np.pi * 0.25, rel=0.01)
    rows, columns = np.mgrid[:80, :80]
    total = picture.sum()
    assert ((columns + 0.5) * picture).sum() / total / 20 == pytest.approx(2.0, abs=1e-3)
    assert ((rows + 0.5) * picture).sum() / total / 20 == pytest.approx(1.25, abs=1e-3)


def test_a_rim_is_dark_at_the_radius_and_bright_inside_and_outside() -> None:
    camera = Camera(pixels=40, snr=0, blur=0, shade=0, kind="rims")
    line = render(np.array([[2.0, 2.0]]), np.array([1.0]), 4.0, camera)[80]
    assert line[40] < 0.2  # one radius left of the centre
    assert line[80] > 1.1
    assert line[5] > 1.1


def test_noise_is_as_strong_as_the_camera_says_and_is_measured() -> None:
    flat = np.zeros((0, 2)), np.zeros(0)
    camera = Camera(pixels=100, snr=10, blur=0, shade=0)
    picture = render(*flat, 2.0, camera, np.random.default_rng(1))
    expected = np.sqrt(0.3 + 0.7 * 0.15) / 10
    assert picture.std() == pytest.approx(expected, rel=0.02)
    assert noise_of(picture) == pytest.approx(expected, rel=0.03)
    with pytest.raises(ValueError, match="no source of random numbers"):
        render(*flat, 2.0, camera)
    shaded = render(*flat, 2.0, Camera(snr=0, shade=0.5))
    assert shaded[0, 0] / shaded[-1, -1] == pytest.approx(0.75 / 1.25, rel=0.05)


def test_stored_numbers_fill_the_scale_but_not_its_ends() -> None:
    picture = np.array([[0.0, 1.0], [0.5, 2.0]])
    assert quantised(picture, 8).tolist() == [[26, 128], [77, 230]]
    assert quantised(picture).dtype == np.uint16


@pytest.mark.parametrize(
    ("kind", "entry", "worst"),
    [("discs", WATERSHED, 0.005), ("rims", WATERSHED, 0.01), ("discs", TRACKPY, 0.015)],
)
def test_all_particles_are_found_where_they_are(kind: str, entry: dict, worst: float) -> None:
    places, radii = scattered()
    camera = Camera(snr=20, kind=kind)
    picture = render(
        places, radii * (1.2 if kind == "rims" else 1), 8.8, camera, np.random.default_rng(2)
    )
    found = detector_of(entry).find(picture, 1 / 12)
    away = np.linalg.norm(found.positions[:, None] - places, axis=2)
    nearest = away.argmin(axis=0)
    assert len(set(nearest)) == len(places)
    assert np.sqrt((away.min(axis=0) ** 2).mean() / 2) < worst
    if kind == "discs":
        assert len(found) == len(places)
        assert (found.quality[nearest] > 5).all()
    chance = smaller_species(found.size[nearest], np.ones(len(places), bool))
    assert ((chance > 0.5) == (radii < 0.35)).mean() > 0.95


def test_a_featureless_picture_has_no_particle_of_quality() -> None:
    picture = 1 + 0.05 * np.random.default_rng(5).standard_normal((100, 100))
    found = detector_of(WATERSHED).find(picture, 1 / 12)
    assert np.median(found.quality) < 2


def test_regions_are_measured_and_small_ones_left_out() -> None:
    places = np.array([[2.0, 2.0], [5.0, 2.0], [3.5, 4.5]])
    picture = render(places, np.array([0.5, 0.5, 0.1]), 7.0, Camera(snr=0, pixels=20, shade=0))
    entry = {**WATERSHED, "diameter": 1.0, "seeds": "distance", "place": "region", "block": 4.0, "solidity": 0.8,
             "offset": 0.2, "smallest": 0.5}  # fmt: skip
    found = detector_of(entry).find(picture, 1 / 20)
    np.testing.assert_allclose(
        found.positions[np.argsort(found.positions[:, 0])], places[:2], atol=0.02
    )
    assert found.radius == pytest.approx(0.5, rel=0.25)
    assert len(detector_of({**entry, "smallest": 0.01}).find(picture, 1 / 20)) == 3


def test_a_centre_of_brightness_moves_to_the_disc() -> None:
    picture = render(np.array([[2.03, 1.98]]), np.array([0.4]), 4.0, Camera(snr=0, shade=0))
    centres, brightness = centroids(picture, np.array([[25.0, 22.0]]), 8.0, rounds=5)
    np.testing.assert_allclose((centres + 0.5) / 12, [[2.03, 1.98]], atol=2e-3)
    assert brightness[0] == pytest.approx(np.pi * (0.4 * 12) ** 2, rel=0.02)


def test_two_sizes_are_told_apart_with_a_probability() -> None:
    rng = np.random.default_rng(4)
    small = rng.random(400) < 0.3
    size = np.where(small, rng.normal(1, 0.1, 400), rng.normal(1.5, 0.15, 400))
    chance = smaller_species(size, np.ones(400, bool))
    assert ((chance > 0.5) == small).mean() > 0.95
    sure = (chance < 0.05) | (chance > 0.95)
    assert 0.5 < sure.mean() < 1
    cut = np.append(size, [0.01, 9.0])  # cut particles do not count in the fit
    whole = np.append(np.ones(400, bool), [False, False])
    np.testing.assert_allclose(smaller_species(cut, whole)[:400], chance)
    assert smaller_species(cut, whole)[400:].tolist() == [1, 0]
    assert not smaller_species(np.ones(50), np.ones(50, bool)).any()
    assert not smaller_species(size[:9], np.ones(9, bool)).any()
