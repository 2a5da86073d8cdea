"""Stacks of sections as voxel grids: numbers of grains, merged splinters, periodic neighbours."""

import numpy as np
import pytest

from mechanist.core.rotations import from_rotation_vector
from mechanist.imports.orientation_grains import connected_grains
from mechanist.imports.section_stack import even_layers, filled_stack
from mechanist.mechanics.serial_sections import RULES, Rule

TURNS = from_rotation_vector(np.radians([[0.0, 0, 0], [0, 0, 30], [20, 0, 0]]))


def tilted(layers: int = 5) -> np.ndarray:
    """Return grains 0 and 1, whose boundary moves from layer to layer."""
    x, _, z = np.indices((10, 6, layers))
    return np.where(x < 3 + z, 0, 1)


@pytest.mark.parametrize("rule", RULES)
def test_all_sections_give_the_cell_and_some_do_not(rule: Rule) -> None:
    grains = tilted()
    phases = np.zeros_like(grains)
    whole = filled_stack(TURNS[grains], phases, ["cubic"], range(5), 5, rule=rule)
    assert (whole.grains == grains).all()
    assert (whole.orientations == TURNS[grains]).all()
    few = filled_stack(TURNS[grains][:, :, [0]], phases[:, :, [0]], ["cubic"], [0], 5, rule=rule)
    assert (few.grains == grains[:, :, :1]).all()


def test_splinters_are_merged_and_phases_follow_their_points() -> None:
    grains = tilted()
    grains[8, 3, 2] = 2
    phases = (grains == 1).astype(np.int64)
    found = filled_stack(TURNS[grains], phases, ["cubic", "hexagonal"], range(5), 5, rule="nearest")
    assert found.grains.max() == 1
    assert (found.phases == (found.grains == 1)).all()
    with pytest.raises(ValueError, match="no grain of the filled stack has 9999 voxels"):
        filled_stack(TURNS[grains], phases, ["cubic", "hexagonal"], range(5), 5, rule="nearest",
                     smallest=9999)  # fmt: skip


def test_periodic_neighbours_are_one_grain() -> None:
    strip = np.array([0, 1, 1, 0])[:, np.newaxis, np.newaxis]
    phases = np.zeros_like(strip)
    apart = connected_grains(TURNS[strip], phases, ["cubic"], 5.0)
    joined = connected_grains(TURNS[strip], phases, ["cubic"], 5.0, periodic=True)
    assert apart[0, 0, 0] != apart[3, 0, 0]
    assert joined[0, 0, 0] == joined[3, 0, 0] != joined[1, 0, 0]


def test_layers_are_spread_evenly() -> None:
    assert even_layers(4, 12) == (0, 3, 6, 9)
    assert even_layers(9, 12) == (0, 1, 2, 4, 5, 6, 8, 9, 10)
    assert even_layers(1, 12) == (0,)
