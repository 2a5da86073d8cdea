"""Empty parts of a box neither count as strain nor set the unit of length."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.sample import Sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.empty_space import empty_share, empty_slabs
from mechanist.imports.import_summary import understood
from mechanist.imports.own_glasses import common_of
from mechanist.imports.trajectory_samples import import_sample
from mechanist.mechanics.loads import deformation_gradient, uniaxial
from mechanist.settings.own_imports import Import

BULK = disordered(np.random.default_rng(0), n=216, tilt=0.0)
EDGE = BULK.cell[0, 0]


def film(vacuum: float) -> Configuration:
    """Return the bulk in a box with empty space above it."""
    cell = BULK.cell.copy()
    cell[2, 2] += vacuum
    return BULK.moved(BULK.positions, cell)


def pulled(start: Configuration, folder: Path, *, vacuum: float = 0.0, **flags: Any) -> Path:
    """Write a film that is strained by 2 % in its plane, while its box grows across it."""
    frames = []
    for k, strain in enumerate((0.0, 0.02)):
        f = deformation_gradient(uniaxial("x", 2), strain, 2)
        cell = start.cell @ f.T
        cell[2, 2] += vacuum * k
        frames.append(TrajectoryFrame(
            timestep=k, ids=np.arange(1, len(start) + 1), species=start.species, labels=("1", "2"),
            positions=start.positions @ f.T, cell=cell, **flags))  # fmt: skip
    write_extxyz(folder / "film.xyz", frames)
    return folder / "film.xyz"


def imported(path: Path, **entry: Any) -> Sample:
    common = {"path": path, "format": "extxyz", "species": {"1": "A", "2": "B"}, "dimension": 3}
    return import_sample({**common, "units": "lj", **entry}, name="a", system="mine")


@pytest.mark.parametrize("periodic", [(True, True, True), (True, True, False)])
def test_a_film_is_refused_until_its_free_direction_is_declared(
    tmp_path: Path, periodic: Any
) -> None:
    path = pulled(film(8.0), tmp_path, vacuum=3.0, periodic=periodic)
    with pytest.raises(FormatError, match=r"`periodic: \[x, y\]`"):
        imported(path, frames=[])
    sample = imported(path, periodic=["x", "y"])
    (load,) = sample.loads.values()
    assert load.frames[0].strain == pytest.approx(0.02)
    np.testing.assert_allclose(load.tensor, np.diag([0.5, -0.5, 0.0]), atol=1e-9)
    assert d2min(sample.reference, load.frames[0].configuration, 1.5).total.max() < 1e-18
    with pytest.raises(
        ValueError,
        match=r"the box of sample 'a' is empty over 8.487 along cell vector z.*glass/own/mine/length",
    ):
        common_of([sample])
    assert common_of([sample], length=1.0).length == 1.0
    entry = {"path": str(path), "format": "extxyz", "species": {"1": "A", "2": "B"}, "dimension": 3,
             "units": "lj", "periodic": ["x", "y"]}  # fmt: skip
    told = understood(Import(("glass", "imports"), ("mine", "a"), entry, "here"))
    assert any(line.endswith("state glass/own/mine/length to train models") for line in told)
    assert not any("number density" in line for line in told)


def test_declared_free_directions_need_empty_space(tmp_path: Path) -> None:
    path = pulled(BULK, tmp_path)
    with pytest.raises(FormatError, match="the box is not empty anywhere along z"):
        imported(path, periodic=["x", "y"])
    for wrong in (["x"], ["x", "z"], ["z", "y"]):
        with pytest.raises(ValueError, match=r"periodic: .*a sample may be open along z only"):
            imported(path, periodic=wrong)
    with pytest.raises(ValueError, match=r"expected \['x', 'y'\]: a sample"):
        imported(path, dimension=2, periodic=["x", "y", "z"])


@pytest.mark.parametrize("axis", [0, 1])
def test_a_ribbon_is_refused(tmp_path: Path, axis: int) -> None:
    cell = BULK.cell.copy()
    cell[axis, axis] += 6.0
    path = pulled(BULK.moved(BULK.positions, cell), tmp_path)
    with pytest.raises(
        FormatError, match=rf"empty over \d.* along cell vector {'xy'[axis]}, .*Crop the box"
    ):
        imported(path, frames=[])


@pytest.mark.parametrize("dimension", [2, 3])
def test_bulk_has_no_empty_space_and_slabs_are_measured(dimension: int) -> None:
    bulk = disordered(np.random.default_rng(1), n=144, dimension=dimension, tilt=0.3)
    assert empty_slabs(bulk) == {}
    assert empty_share(bulk) == 0.0
    wrapped = bulk.moved(bulk.positions + bulk.cell[0] * 0.4 + bulk.cell[1] * 0.7, bulk.cell)
    assert empty_slabs(wrapped) == {}
    ribbon = disordered(np.random.default_rng(1), n=144, dimension=dimension, tilt=0.0)
    cell = ribbon.cell.copy()
    cell[1, 1] += 10.0
    open_one = ribbon.moved(
        ribbon.positions + cell[1] * 0.9, cell
    )  # the slab lies across the boundary
    ((axis, width),) = empty_slabs(open_one).items()
    assert axis == 1
    assert 10.0 < width < 11.0
    assert 0.2 < empty_share(open_one) < 10.0 / cell[1, 1]


def test_networks_and_gases_are_no_empty_boxes_but_holes_count() -> None:
    rng = np.random.default_rng(2)
    gas = Configuration(rng.random((500, 3)) * 10, np.eye(3) * 10, np.zeros(500, int), ("A",), 3)
    assert empty_slabs(gas) == {}
    assert empty_share(gas) < 0.001
    inside = np.linalg.norm(gas.positions - 5.0, axis=1) < 4.0
    hole = Configuration(
        gas.positions[~inside], gas.cell, np.zeros((~inside).sum(), int), ("A",), 3
    )
    assert empty_slabs(hole) == {}
    assert empty_share(hole) > 0.01
    few = replace(gas, positions=gas.positions[:10], species=gas.species[:10])
    assert empty_slabs(few) == {}
