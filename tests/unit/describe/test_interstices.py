"""Interstices: crystals whose values are known, and the order of statistics."""

import itertools

import numpy as np
import pytest

from helpers import disordered
from mechanist.describe.interstices import Interstices
from mechanist.describe.shared.radii import particle_radii
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.covered_space import tetrahedron_interstices, triangle_interstices

#: Uncovered shares between touching discs and spheres of equal size.
EQUILATERAL = 1 - np.pi / (2 * np.sqrt(3))
HALF_SQUARE = 1 - np.pi / 4
TETRAHEDRON = 1 - (np.arccos(23 / 27) * np.sqrt(2))
QUARTER_OCTAHEDRON = 1 - (np.pi / np.sqrt(18) - (1 - TETRAHEDRON) / 3) * 3 / 2


def fcc(side: float, cells: int = 3) -> Configuration:
    """Return fcc spheres that touch, a neighbour at the distance ``side``."""
    basis = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 2
    grid = np.array(list(itertools.product(range(cells), repeat=3)))
    x = side * np.sqrt(2) * (grid[:, None] + basis).reshape(-1, 3)
    cell = side * np.sqrt(2) * cells * np.eye(3)
    return Configuration(x, cell, np.zeros(len(x), int), ("X",), radii=np.full(len(x), side / 2))


def test_a_crystal_of_touching_spheres_has_the_known_values() -> None:
    # The cuboctahedron has 8 triangles and 6 squares, which the hull halves.
    found = Interstices(cutoff=1.2)(fcc(1.0))
    rows = dict(zip(found.names, found.values.T, strict=True))
    assert len(found.names) == 80
    area = [EQUILATERAL] * 8 + [HALF_SQUARE] * 12
    volume = [TETRAHEDRON] * 8 + [QUARTER_OCTAHEDRON] * 12
    for kind, values in (("area", area), ("volume", volume)):
        for name in ("mean", "std", "min", "max"):
            known = getattr(np, name)(values)
            np.testing.assert_allclose(rows[f"{kind}_{name}"], known, atol=1e-12)
            np.testing.assert_allclose(rows[f"{kind}_{name}_of_max"], known, atol=1e-12)
            np.testing.assert_allclose(rows[f"{kind}_{name}_of_std"], 0, atol=1e-12)
    for kind in ("distance", "voronoi_distance"):
        for name in ("mean", "std", "min", "max"):
            np.testing.assert_allclose(rows[f"{kind}_{name}"], 0, atol=1e-12)


def test_a_hexagonal_layer_has_the_known_values() -> None:
    basis = np.array([[0, 0, 0], [0.5, np.sqrt(3) / 2, 0]])
    grid = np.array([[i, np.sqrt(3) * j, 0] for i in range(4) for j in range(3)])
    x = 1.1 * (grid[:, None] + basis).reshape(-1, 3)
    layer = Configuration(
        x,
        np.diag([4.4, 3.3 * np.sqrt(3), 1.0]),
        np.zeros(24, int),
        ("X",),
        dimension=2,
        radii=np.full(24, 0.5),
    )
    found = Interstices()(layer)
    rows = dict(zip(found.names, found.values.T, strict=True))
    assert len(found.names) == 60
    np.testing.assert_allclose(rows["area_mean"], 1 - (1 - EQUILATERAL) / 1.21, atol=1e-12)
    np.testing.assert_allclose(rows["distance_max"], 0.1, atol=1e-12)
    np.testing.assert_allclose(rows["voronoi_distance_mean_of_min"], 0.1, atol=1e-12)


def test_medium_range_is_the_statistics_over_the_voronoi_shell() -> None:
    glass = disordered(np.random.default_rng(0), n=30, dimension=2)
    found = Interstices()(glass)
    column = {name: found.values[:, k] for k, name in enumerate(found.names)}
    far = column["area_mean_of_max"] - column["area_mean_of_min"]
    assert (far > 0).all()
    assert (column["area_mean_of_mean"] <= column["area_mean_of_max"]).all()
    assert (column["area_mean_of_std"] <= far / 2 + 1e-12).all()
    assert not np.allclose(column["area_mean_of_mean"], column["area_mean"])


def test_large_spheres_leave_nothing_and_flat_simplices_are_empty() -> None:
    corners = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]])
    assert triangle_interstices(corners, np.full((1, 3), 0.9))[0] == 0
    one = triangle_interstices(corners, np.array([[0.5, 0, 0]]))[0]
    assert one == pytest.approx(1 - np.pi / 8)  # a quarter of the disc, in half a square
    flat = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]])
    assert tetrahedron_interstices(flat, np.full((1, 4), 0.1))[0] == 0
    corner = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]])
    ball = tetrahedron_interstices(corner, np.array([[0.5, 0, 0, 0]]))[0]
    assert ball == pytest.approx(1 - np.pi / 2 * 0.125 / 3 * 6)  # an eighth of the ball


def test_radii_come_from_file_material_or_measurement() -> None:
    glass = disordered(np.random.default_rng(0), n=30)
    assert set(particle_radii(glass)) == {0.5, 0.44}
    crystal = fcc(1.3)
    assert set(particle_radii(crystal)) == {0.65}
    unknown = Configuration(crystal.positions, crystal.cell, crystal.species, ("X",))
    np.testing.assert_allclose(particle_radii(unknown), 0.65)
    points = Configuration(
        crystal.positions, crystal.cell, crystal.species, ("X",), radii=np.zeros(len(crystal))
    )
    with pytest.raises(ValueError, match="108 particles have the radius 0"):
        particle_radii(points)
    with pytest.raises(ValueError, match="cutoff = 0"):
        Interstices(cutoff=0)
