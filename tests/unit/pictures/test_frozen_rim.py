"""Twins of views with edges: the rim stays, the others go home, and mistaken species are found."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.core.typing import BoolArray
from mechanist.formats.configuration import Configuration
from mechanist.pictures.frozen_rim import RimmedTwin, relaxed_within_rim, repaired_species
from mechanist.pictures.open_view import OpenView

SIDE = 14
ERROR = 0.02
SHEAR = np.array([[0.0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])


def patch() -> tuple[Configuration, BoolArray]:
    """Return a triangular lattice with edges, and its particles beyond a rim of 2.5."""
    a = 1.11
    rows, columns = np.mgrid[:SIDE, :SIDE]
    flat = np.stack([(columns + 0.5 * (rows % 2)) * a, rows * a * np.sqrt(3) / 2], -1)
    places = flat.reshape(-1, 2)
    view = OpenView(places, np.zeros(len(places), int), places.min(0) - 0.5, places.max(0) + 0.5)
    known = replace(view.configuration(6.0), species_names=("A", "B"))
    return known, view.edge_distance > 3.0


def test_noisy_places_go_home_and_the_rim_stays() -> None:
    glass, free = patch()
    minimum = relaxed_within_rim(glass, free).configuration
    rng = np.random.default_rng(0)
    noise = np.zeros_like(glass.positions)
    noise[free, :2] = ERROR * rng.standard_normal((int(free.sum()), 2))
    twin = relaxed_within_rim(replace(glass, positions=minimum.positions + noise), free)
    away = np.linalg.norm(twin.configuration.positions - minimum.positions, axis=1)
    assert np.linalg.norm(noise, axis=1).max() > ERROR
    assert away[free].max() < 1e-4
    assert (away[~free] == 0).all()


def test_mistaken_species_are_repaired_and_right_ones_kept() -> None:
    glass, free = patch()
    rng = np.random.default_rng(1)
    places = relaxed_within_rim(glass, free).configuration.positions.copy()
    places[:, :2] += ERROR * rng.standard_normal((len(glass), 2))
    told = np.zeros(len(glass), int)
    wrong = rng.choice(np.flatnonzero(free), 4, replace=False)
    told[wrong] = 1
    smaller = np.full(len(glass), 0.02)
    smaller[wrong] = 0.8
    seen = replace(glass, positions=places, species=told)
    assert (repaired_species(seen, free, smaller, ERROR, 12) == 0).all()
    # those that are certain are not tried
    assert np.array_equal(repaired_species(seen, free, smaller, ERROR, 0), told)


def test_a_perfect_lattice_moves_affinely_and_a_small_particle_does_not() -> None:
    glass, free = patch()
    (quiet,) = relaxed_within_rim(glass, free).d2min([SHEAR], 2.0)
    species = glass.species.copy()
    middle = int(np.argmin(np.linalg.norm(glass.positions - glass.positions.mean(0), axis=1)))
    species[middle] = 1
    (loud,) = relaxed_within_rim(replace(glass, species=species), free).d2min([SHEAR], 2.0)
    assert loud[middle] > 10 * quiet[middle]


def test_an_unstable_view_is_refused() -> None:
    glass, free = patch()
    stretched = replace(glass, positions=glass.positions * 1.4, cell=glass.cell * 1.4)
    with pytest.raises(ValueError, match="no stable equilibrium"):
        RimmedTwin(stretched, free).d2min([SHEAR], 3.0)
