"""Cells whose vectors are columns are noticed by the particles that do not follow them."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.transposed_cells import refuse_transposed_cells
from mechanist.mechanics.loads import deformation_gradient, gradient_of

LOADS: list[dict[str, Any]] = [
    {"type": "simple_shear", "plane": "xy"},
    {"type": "simple_shear", "plane": "yz"},
    {"type": "tensor", "gradient": [[1, 0.3, 0], [-0.8, -1, 0], [0, 0, 0]]},
]


def frames(load: dict[str, Any], *, shaken: float = 0.0, wrapped: bool = True) -> dict[str, Any]:
    """Return arrays of three states under a load; particles also move on their own."""
    rng, reference = np.random.default_rng(0), disordered(np.random.default_rng(1))
    places, cells = [], []
    for strain in (0.0, 0.01, 0.05):
        f = deformation_gradient(gradient_of(load, 3, rng), strain, 3)
        cell = reference.cell @ f.T
        moved = reference.positions @ f.T + shaken * rng.normal(size=(len(reference), 3))
        fractions = moved @ np.linalg.inv(cell)
        places.append((fractions % 1.0 if wrapped else fractions) @ cell)
        cells.append(cell)
    species = np.array(["A", "B"])[reference.species]
    return {"positions": np.array(places), "cell": np.array(cells), "species": species}


def saved(path: Path, arrays: dict[str, Any]) -> Path:
    if path.suffix == ".npz":
        np.savez(path, **arrays)
        return path
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values.astype("S1") if name == "species" else values
    return path


@pytest.mark.parametrize("load", LOADS, ids=["xy", "yz", "tensor"])
@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("form", ["npz", "hdf5"])
def test_columns_are_refused_and_rows_are_read(
    tmp_path: Path, load: dict[str, Any], wrapped: bool, form: str
) -> None:
    arrays = frames(load, shaken=0.003, wrapped=wrapped)
    path = tmp_path / f"a.{form}"
    read = read_array_frames(saved(path, arrays), form)
    np.testing.assert_array_equal([frame.cell for frame in read], arrays["cell"])
    turned = arrays | {"cell": np.swapaxes(arrays["cell"], 1, 2)}
    said = (
        "column 'cell': from frame [01] to frame [12] particles move .* their vectors are columns"
    )
    with pytest.raises(FormatError, match=said) as caught:
        read_array_frames(saved(path, turned), form)
    assert caught.value.remedy.startswith("Transpose the cells")


@pytest.mark.parametrize("shaken", [0.0, 0.1, 1.0, 30.0])
def test_particles_that_move_on_their_own_are_no_transposed_cell(
    tmp_path: Path, shaken: float
) -> None:
    arrays = frames(LOADS[0], shaken=shaken)
    assert len(read_array_frames(saved(tmp_path / "a.npz", arrays), "npz")) == 3
    still = arrays | {"cell": np.repeat(arrays["cell"][2:], 3, axis=0)}
    assert len(read_array_frames(saved(tmp_path / "a.npz", still), "npz")) == 3


def changes(positions: np.ndarray, cells: np.ndarray) -> float:
    """Return the median change of fractional coordinates, particle by particle."""
    moved = [
        np.linalg.solve(cells[1].T, after) - np.linalg.solve(cells[0].T, before)
        for before, after in zip(*positions, strict=True)
    ]
    return float(np.median([np.linalg.norm(one - np.rint(one)) for one in moved]))


def sheared(strain: float, shaken: float) -> tuple[np.ndarray, np.ndarray]:
    """Return two states in cells whose vectors are columns; particles also move a little."""
    rng = np.random.default_rng(3)
    fractions, away = rng.random((200, 3)), rng.normal(size=(200, 3))
    cells = np.repeat(10.0 * np.eye(3)[None], 2, axis=0)
    cells[0, 1, 0], cells[1, 1, 0] = 2.0, 2.0 + 10 * strain
    places = np.array([fractions @ cells[0], (fractions + shaken * away) @ cells[1]])
    return places, np.swapaxes(cells, 1, 2)


@pytest.mark.parametrize(("ratio", "refused"), [(0.3, True), (0.36, False)])
def test_a_third_of_the_change_is_clear(ratio: float, refused: bool) -> None:
    low, high = 0.0, 0.1
    for _ in range(40):
        shaken = (low + high) / 2
        places, cells = sheared(0.05, shaken)
        turned = np.swapaxes(cells, 1, 2)
        if changes(places, turned) < ratio * changes(places, cells):
            low = shaken
        else:
            high = shaken
    places, cells = sheared(0.05, low)
    if refused:
        with pytest.raises(FormatError, match="from frame 0 to frame 1 particles move by"):
            refuse_transposed_cells(Path("a"), places, cells)
    else:
        refuse_transposed_cells(Path("a"), places, cells)


@pytest.mark.parametrize(("size", "refused"), [(1.1e-6, True), (0.8e-6, False)])
def test_changes_below_a_millionth_of_the_box_are_rounding(size: float, refused: bool) -> None:
    places, cells = sheared(1e-4, 0.0)
    strain = 1e-4 * size / changes(places, cells)
    places, cells = sheared(strain, 0.0)
    assert changes(places, cells) == pytest.approx(size, rel=1e-3)
    if refused:
        with pytest.raises(FormatError, match="their vectors are columns"):
            refuse_transposed_cells(Path("a"), places, cells)
    else:
        refuse_transposed_cells(Path("a"), places, cells)


def test_the_two_frames_that_differ_are_named() -> None:
    (first, second), (one, other) = sheared(0.05, 0.001)
    places, cells = np.array([first, first, second]), np.array([one, one, other])
    with pytest.raises(FormatError, match="from frame 1 to frame 2 particles move"):
        refuse_transposed_cells(Path("a"), places, cells)
