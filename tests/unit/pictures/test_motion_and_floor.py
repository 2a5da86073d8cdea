"""Particles are linked across a strain, D2min in a view with edges is right, and its floor is known."""

import numpy as np
import pytest

from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.pictures.glass_window import window_of
from mechanist.pictures.linking import LostParticlesError, link_frames
from mechanist.pictures.mean_motion import mean_motion, partners
from mechanist.pictures.noise_floor import above_floor, measured_d2min, noise_floor
from mechanist.pictures.open_view import OpenView

SHEAR = np.array([[1.0, 0.06], [0.0, 1.0]])


def disordered(side: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    return grid + 0.5 + 0.2 * rng.uniform(-1, 1, grid.shape)


def view(places: np.ndarray, side: float) -> OpenView:
    return OpenView(places, np.zeros(len(places)), np.zeros(2), np.full(2, side))


def test_distance_from_the_edge_and_censoring() -> None:
    one = view(np.array([[0.5, 3.0], [4.0, 3.0], [9.0, 9.5], [5.0, 11.0]]), 10)
    assert one.edge_distance.tolist() == [0.5, 3.0, 0.5, -1.0]
    assert one.censored(2.0).tolist() == [True, False, True, True]
    assert len(one.kept(~one.censored(2.0))) == 1
    with pytest.raises(ValueError, match=r"expected \(n, 2\)"):
        view(np.zeros((3, 3)), 1)
    with pytest.raises(ValueError, match="expected an area"):
        OpenView(np.zeros((0, 2)), np.zeros(0), np.ones(2), np.zeros(2))


@pytest.mark.parametrize("known", [True, False])
def test_the_mean_deformation_is_found_although_the_edge_moves_by_more_than_half_a_spacing(
    known: bool,
) -> None:
    first = disordered(20)
    second = (first - 10) @ SHEAR.T + 10 + [0.05, -0.1]
    assert np.abs(second - first).max() > 0.55
    motion = mean_motion(first, second, gradient=SHEAR if known else None)
    np.testing.assert_allclose(motion.gradient, SHEAR, atol=1e-9)
    np.testing.assert_allclose(motion.forward(first), second, atol=1e-9)
    np.testing.assert_allclose(motion.back(second), first, atol=1e-9)
    assert motion.found == 1


def test_links_are_right_with_the_strain_removed_and_wrong_without() -> None:
    rng = np.random.default_rng(2)
    first = disordered(20)
    order = rng.permutation(len(first))
    second = ((first - 10) @ SHEAR.T + 10 + 0.02 * rng.standard_normal(first.shape))[order]
    third = ((second - 10) @ SHEAR.T + 10)[5:]  # five particles vanish
    links = link_frames([first, second, third], 0.45)
    i, j = links.pairs(0, 1)
    assert len(i) == 400
    assert (order[j] == i).all()
    i, j = links.pairs(0, 2)
    assert len(i) == 395
    assert (order[j + 5] == i).all()
    plain_i, plain_j = partners(first, second, 0.45)
    assert (order[plain_j] == plain_i).sum() < 380


def test_pictures_that_have_nothing_in_common_are_refused_by_name() -> None:
    rng = np.random.default_rng(3)
    with pytest.raises(LostParticlesError, match=r"from a\.png to b\.png, \d+% of the particles"):
        link_frames(
            [20 * rng.random((300, 2)), 20 * rng.random((300, 2))], 0.4, names=("a.png", "b.png")
        )


def test_d2min_in_a_view_is_that_of_the_whole_sample_away_from_the_edge() -> None:
    rng = np.random.default_rng(4)
    places = disordered(16)
    moved = places @ SHEAR.T + 0.05 * rng.standard_normal(places.shape)
    flat, later = (np.column_stack([p, np.zeros(len(p))]) for p in (places, moved))
    cell = np.diag([16.0, 16.0, 1.0])
    whole = Configuration(flat, cell, np.zeros(256), ("s",), 2)
    cell_later = cell.copy()
    cell_later[:2, :2] = cell[:2, :2] @ SHEAR.T
    truth = d2min(whole, whole.moved(later, cell_later), 2.0).per_neighbour
    measured = measured_d2min(view(places, 16), view(moved, 16), 2.0)
    inside = ~view(places, 16).censored(2.0)
    assert inside.sum() == 144
    np.testing.assert_allclose(measured[inside], truth[inside], rtol=1e-9)
    assert not np.allclose(measured[~inside], truth[~inside], rtol=0.05)


def test_the_floor_is_what_theory_says_for_known_errors() -> None:
    """On a triangular lattice with 18 neighbours the mean residual is known in closed form."""
    side, error = 30, 0.01
    rows, columns = np.mgrid[:side, :side]
    places = np.column_stack([(columns + 0.5 * (rows % 2)).ravel(), (rows * np.sqrt(0.75)).ravel()])
    rng = np.random.default_rng(5)
    before, after = (OpenView(places + error * rng.standard_normal(places.shape), np.zeros(900),
                              np.zeros(2), places.max(axis=0)) for _ in range(2))  # fmt: skip
    floor = noise_floor(before, after, 2.1)
    assert floor.error == pytest.approx(error, rel=0.03)
    # Each coordinate of a difference has the variance 2 e^2, doubled by that of the centre; the fit of
    # four numbers takes 4 of the 2 x 18 directions of the neighbours' part.
    expected = (2 * 2 * 2 - 4 * 2 / 18) * error**2
    assert floor.d2min == pytest.approx(expected, rel=0.05)
    assert floor.particles == (~before.censored(2.1)).sum()
    with pytest.raises(ValueError, match="no particle is farther than 40"):
        noise_floor(before, after, 40.0)


def test_what_remains_above_the_floor() -> None:
    np.testing.assert_allclose(above_floor(np.array([5.0, 1.0, 1.3]), 1.0), [4.0, 0.25, 0.3])


def test_a_window_follows_the_material_and_repeats_the_cell() -> None:
    cell = np.diag([10.0, 10.0, 1.0])
    places = np.column_stack([disordered(10, 7), np.zeros(100)])
    rest = Configuration(places, cell, np.zeros(100), ("s",), 2)
    sheared = cell.copy()
    sheared[1, 0] = 1.0  # simple shear of 0.1
    gradient = np.array([[1, 0.1, 0], [0, 1, 0], [0, 0, 1]])
    wrapped = rest.moved(places @ gradient.T + np.array([10.0, 0, 0]), sheared)
    seen, later = window_of(rest, rest, 18.0), window_of(rest, wrapped, 18.0)
    assert len(seen.positions) == pytest.approx(21**2, abs=25)
    both = {(p, i): k for k, (p, i) in enumerate(zip(seen.particles, seen.images, strict=True))}
    same = [
        (both[key], k)
        for k, key in enumerate(zip(later.particles, later.images, strict=True))
        if key in both
    ]
    i, j = np.array(same).T
    assert len(i) > 380
    expected = (seen.positions[i] - 9) @ gradient[:2, :2].T + 9
    np.testing.assert_allclose(later.positions[j], expected, atol=1e-9)
    with pytest.raises(ValueError, match="at most 25 fit"):
        window_of(rest, rest, 26.0)


@pytest.mark.parametrize(("kept", "linked"), [(0.59, False), (0.61, True)])
def test_six_of_ten_particles_must_be_found_again(kept: float, linked: bool) -> None:
    first = disordered(20)
    second = first[np.random.default_rng(6).permutation(400)[: round(400 * kept)]]
    if linked:
        assert len(link_frames([first, second], 0.4, gradients=[np.eye(2)]).pairs(0, 1)[0]) == 244
    else:
        with pytest.raises(LostParticlesError, match=r"59% of the particles .* at least 60%"):
            link_frames([first, second], 0.4, gradients=[np.eye(2)])
