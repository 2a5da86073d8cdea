"""Stacks of sections as voxel grids: numbers of grains, merged splinters, periodic neighbours."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import ang_lines
from mechanist.core.rotations import from_rotation_vector
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.text import write_lines
from mechanist.imports.orientation_grains import connected_grains
from mechanist.imports.polycrystals import import_crystal
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


EULER = np.array([[0.3, 0.5, 0.2], [1.3, 0.9, 0.4]])


def stacked(folder: Path, grains: np.ndarray, numbers: list[int], **options: Any) -> PolycrystalRun:
    """Import the layers of these numbers as serial sections."""
    paths = [folder / f"s{k}.ang" for k in numbers]
    for path, k in zip(paths, numbers, strict=True):
        write_lines(path, ang_lines(EULER[grains[:, :, k]]))
    stack = {"step": 2.0, "numbers": numbers} | options.pop("stack", {})
    return import_crystal({"path": [str(path) for path in paths], "format": "map",
                           "systems": "fcc12", "stack": stack, **options}, "a")  # fmt: skip


def test_files_of_sections_become_a_grid(tmp_path: Path) -> None:
    grains = tilted()
    whole = stacked(tmp_path, grains, [0, 1, 2, 3, 4])
    assert (whole.grains == grains).all()
    assert whole.lengths[2] == 10
    some = stacked(tmp_path, grains, [0, 2, 4], stack={"rule": "boundary"})
    assert (some.grains == grains).all()
    nearest = stacked(tmp_path, grains, [0, 2, 4], stack={"rule": "nearest"})
    assert (nearest.grains[:, :, ::2] == grains[:, :, ::2]).all()
    assert (nearest.grains != grains).any()
    assert some.material["sections"] == 3
    assert "columnar" not in some.material


def test_one_section_is_columnar_and_flagged(tmp_path: Path) -> None:
    run = stacked(tmp_path, tilted(), [0])
    assert run.shape == (10, 6, 1)
    assert run.material["columnar"] is True


def test_exchanged_sections_cannot_be_known(tmp_path: Path) -> None:
    # No file says where it lies: what is read is another crystal, without an error.
    grains = tilted()
    turned = stacked(tmp_path, grains[:, :, ::-1], [0, 1, 2, 3, 4])
    assert (turned.grains == grains[:, :, ::-1]).all()


def test_sections_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    grains = tilted()
    stacked(tmp_path, grains, [0, 1, 2])
    entry = {"path": str(tmp_path / "s*.ang"), "format": "map", "systems": "fcc12"}
    with pytest.raises(ValueError, match=r"3 files, and no 'stack'; expected one file"):
        import_crystal(entry, "a")
    entry["stack"] = {"step": 2.0}
    assert import_crystal(entry, "a").shape == (10, 6, 3)
    same = [str(tmp_path / "s0.ang"), str(tmp_path / "s1.ang"), str(tmp_path / "s1.ang")]
    with pytest.raises(ValueError, match=r"s1\.ang'\] named more than once"):
        import_crystal(entry | {"path": same}, "a")
    with pytest.raises(ValueError, match=r"numbers: \[0, 1\] for 3 sections"):
        import_crystal(entry | {"stack": {"step": 2.0, "numbers": [0, 1]}}, "a")
    write_lines(tmp_path / "s1.ang", ang_lines(EULER[grains[:8, :, 1]]))
    with pytest.raises(
        ValueError, match=r"s1.ang: the section has \(8, 6\) points; expected \(10, 6\), as"
    ):
        import_crystal(entry, "a")
    lost = EULER[grains[:, :, 1]].copy()
    lost[:5] = 4 * np.pi
    write_lines(tmp_path / "s1.ang", ang_lines(lost))
    with pytest.raises(ValueError, match=r"s1.ang: 50.0 % of the points have no orientation"):
        import_crystal(entry, "a")
    other = [line.replace("Nickel", "Copper") for line in ang_lines(EULER[grains[:, :, 1]])]
    write_lines(tmp_path / "s1.ang", other)
    with pytest.raises(
        ValueError, match=r"s1.ang: points are of phases .*; expected .*, as in the first"
    ):
        import_crystal(entry, "a")
