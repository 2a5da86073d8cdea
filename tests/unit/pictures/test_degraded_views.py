"""Degraded views know less in the stated amount; springs find soft places; a twin goes home."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.formats.configuration import Configuration
from mechanist.pictures.degraded_views import degraded
from mechanist.pictures.neighbour_springs import first_peaks, spring_response
from mechanist.pictures.relaxed_twin import home, twin_of
from mechanist.simulate.newton import NewtonRelaxer

SHEAR = np.array([[0.0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])


def crystal(side: int = 12) -> Configuration:
    """Return a triangular lattice of one species at the minimum of the Kob-Andersen potential."""
    a = 1.11
    rows, columns = np.mgrid[:side, :side]
    flat = np.stack([(columns + 0.5 * (rows % 2)) * a, rows * a * np.sqrt(3) / 2], -1)
    places = np.column_stack([flat.reshape(-1, 2), np.zeros(side * side)])
    cell = np.diag([side * a, side * a * np.sqrt(3) / 2, 1.0])
    return Configuration(places, cell, np.zeros(side * side, int), ("A", "B"), 2)


def test_errors_have_the_stated_size() -> None:
    glass = crystal(40)
    view = degraded(glass, np.random.default_rng(0), noise=0.03, missed=0.2, species=0.1)
    away = (view.configuration.positions - glass.positions[view.particles])[:, :2]
    assert away.std() == pytest.approx(0.03, rel=0.05)
    assert len(view.particles) == pytest.approx(0.8 * len(glass), rel=0.05)
    assert (view.configuration.species == 1).mean() == pytest.approx(0.1, abs=0.02)
    same = degraded(glass, np.random.default_rng(0))
    assert np.array_equal(same.configuration.positions, glass.positions)
    assert np.isinf(same.edge_distance).all()


def test_a_window_does_not_repeat() -> None:
    glass = crystal()
    view = degraded(glass, np.random.default_rng(0), window=8.0)
    assert view.edge_distance.min() >= 0
    assert 2.5 < view.edge_distance.max() <= 4.0
    assert view.configuration.cell[0, 0] > 8 + 2 * 5
    assert view.configuration.material == glass.material


def test_springs_see_a_hole_and_no_defect_in_a_crystal() -> None:
    whole = crystal()
    sizes, _ = first_peaks(whole)
    assert sizes[0, 0] == pytest.approx(1.11, abs=0.06)
    quiet = spring_response(whole, SHEAR, 2.0)
    hole = degraded(whole, np.random.default_rng(1))
    kept = np.arange(len(whole)) != 70
    lacking = replace(whole, positions=whole.positions[kept], species=whole.species[kept])
    loud = spring_response(lacking, SHEAR, 2.0)
    assert len(hole.particles) == len(whole)
    near = np.linalg.norm((lacking.positions - whole.positions[70])[:, :2], axis=1)
    assert loud[near < 1.5].min() > 1e3 * quiet.max()
    assert loud[near < 1.5].mean() > 10 * loud[near > 4].mean()


def test_a_twin_goes_home_unless_a_particle_is_missing() -> None:
    glass = crystal()
    minimum = NewtonRelaxer(glass).relax(glass.positions, glass.cell, tolerance=1e-8)
    truth = minimum.positions
    noisy = degraded(replace(glass, positions=truth), np.random.default_rng(2), noise=0.08)
    assert not home(noisy.configuration, truth).all()
    twin = twin_of(noisy.configuration, 2.0)
    assert twin is not None
    assert home(twin.configuration, truth).all()
    # mistaken particles are smaller, so that their neighbours move
    wrong = degraded(replace(glass, positions=truth), np.random.default_rng(2), species=0.3)
    other = twin_of(wrong.configuration, 2.0)
    assert other is None or not home(other.configuration, truth).all()
