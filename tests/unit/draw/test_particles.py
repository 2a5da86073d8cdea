"""Particles and loads are drawn where and as they are."""

import numpy as np
from matplotlib.collections import EllipseCollection

from helpers import disordered
from mechanist.draw.particles import load_glyph, particles, plane_of
from mechanist.draw.style import (
    new_figure,
)
from mechanist.mechanics.loads import simple_shear
from mechanist.mechanics.loads import strain_of as load_of


def test_particles_are_drawn_inside_the_cell_at_the_size_of_their_species() -> None:
    configuration = disordered(np.random.default_rng(1), n=50, dimension=2)
    shifted = configuration.moved(
        configuration.positions + 7.3 * configuration.cell[0], configuration.cell
    )
    values = np.arange(50.0)
    plane = plane_of(shifted, values, diameters=np.array([1.0, 0.5]), thickness=1.0)
    fractional = plane[["x", "y"]].to_numpy() @ np.linalg.inv(configuration.cell[:2, :2])
    assert fractional.min() >= -1e-9
    assert fractional.max() < 1 + 1e-9
    assert set(plane.loc[plane["species"] == "B", "diameter"]) == {0.5}
    _, axes = new_figure(height=2)
    discs = particles(axes[0, 0], plane, configuration.cell, limits=(0, 50))
    assert isinstance(discs, EllipseCollection)
    drawn = np.column_stack([np.asarray(discs.get_offsets()), np.asarray(discs.get_array())])
    np.testing.assert_allclose(drawn, plane[["x", "y", "value"]].to_numpy())


def test_a_slab_of_a_solid_is_shown() -> None:
    configuration = disordered(np.random.default_rng(1), n=216, dimension=3)
    height = configuration.cell[2, 2]
    whole = plane_of(configuration, np.zeros(216), diameters=np.ones(2), thickness=height + 1)
    slab = plane_of(configuration, np.zeros(216), diameters=np.ones(2), thickness=height / 3)
    assert len(whole) == 216
    assert 216 / 3 * 0.6 < len(slab) < 216 / 3 * 1.4


def test_load_arrows_point_outward_along_the_stretch() -> None:
    _, axes = new_figure(height=2)
    load_glyph(axes[0, 0], load_of(simple_shear("xy")))
    arrows = [(np.array(text.xy), np.array(text.xyann)) for text in axes[0, 0].texts]
    assert len(arrows) == 4
    for head, tail in arrows:
        outward = np.linalg.norm(head) > np.linalg.norm(tail)
        along = head[0] * head[1] > 0  # shear stretches in the first and third quadrants
        assert outward == along
