"""Surrogates on cubes: equivariance, independence of equivalent orientations, and learning."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats.voxel_paths import VoxelPaths, read_voxel_paths, write_voxel_paths
from mechanist.learn.cube_inputs import make_layout, neighbours
from mechanist.learn.cube_models import CubeModel, cross_fit, fit_model
from mechanist.learn.cube_network import CubeNetwork
from mechanist.learn.cube_symmetry import axial, cube_images, load_operations, value_images
from mechanist.learn.fitted_cubes import FittedCubeModel
from mechanist.learn.splits import make_splits
from mechanist.mechanics.point_groups import proper_rotations
from voxels import STRAINS, relabelled, turned, voxels

OPERATIONS = load_operations()
NETWORK = {"width": 16, "epochs": 40, "batch": 32, "learning_rate": 0.01, "patience": 40}
#: Tolerance for a network in single precision.
ROUNDING = 2e-5
CELLS = [voxels(k, name=f"cell-{k:04d}") for k in range(4)]
MODELS = {
    "mechanism": CubeModel(kind="mechanism", guess=("mechanism",)),
    "ridge": CubeModel(kind="ridge", fields=("orientation", "mechanism")),
    "trees": CubeModel(
        kind="trees", fields=("orientation",), options={"images": 2, "n_estimators": 5}
    ),
    "gru": CubeModel(
        kind="recurrent", guess=("mechanism",), fields=("mechanism", "orientation"),
        central=("plastic_stress", "plastic_rotation"), options=NETWORK,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def fitted() -> dict[str, FittedCubeModel]:
    return {name: fit_model(model, CELLS, seed=1) for name, model in MODELS.items()}


def test_operations_are_the_group_of_the_load() -> None:
    assert len({tuple(q.ravel()) for q in OPERATIONS}) == 16
    products = np.einsum("aij,bjk->abik", OPERATIONS, OPERATIONS).reshape(-1, 9)
    assert {tuple(p) for p in products} == {tuple(q.ravel()) for q in OPERATIONS}
    assert np.allclose(np.linalg.det(axial(OPERATIONS)), 1)
    assert np.array_equal(OPERATIONS[0], np.eye(3))


@pytest.mark.parametrize("kind", ["matrix", "axial", "scalar"])
def test_inverse_images_undo_images(kind: str) -> None:
    images = cube_images(1, value_images(kind, 9))  # type: ignore[arg-type]
    rows = np.random.default_rng(0).normal(size=(2, images.source.shape[1])).astype(np.float32)
    back = images.inverse()
    for operation in range(len(OPERATIONS)):
        assert np.array_equal(back.apply(images.apply(rows, operation), operation), rows)


@settings(max_examples=16, deadline=None, derandomize=True)
@given(st.integers(0, 15), st.integers(0, 99))
def test_images_are_what_a_turned_cell_shows(operation: int, seed: int) -> None:
    sample = voxels(seed)
    layout = make_layout([sample], radius=1, fields=["orientation", "mechanism"], central=[])
    image = turned(sample, OPERATIONS[operation])
    # Each voxel at x moved to Q x, so reorder the images of the cubes.
    places = np.indices(sample.shape).reshape(3, -1).T @ OPERATIONS[operation]
    source = np.ravel_multi_index(tuple(np.rint(places).astype(int).T), sample.shape, mode="wrap")
    expected = layout.images.apply(layout.rows(sample), operation)[source]
    assert np.allclose(layout.rows(image), expected, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("operation", [3, 7, 13])
def test_predictions_turn_with_cube_and_load(
    fitted: dict[str, FittedCubeModel], name: str, operation: int
) -> None:
    sample, turn = voxels(11), axial(OPERATIONS[[operation]])[0]
    there = turned(sample, OPERATIONS[operation])
    places = np.indices(sample.shape).reshape(3, -1).T @ OPERATIONS[operation]
    source = np.ravel_multi_index(tuple(np.rint(places).astype(int).T), sample.shape, mode="wrap")
    (said,), (turned_said,) = fitted[name].predict([sample]), fitted[name].predict([there])
    scale = np.abs(said).max()
    assert np.abs(turned_said - said[source] @ turn.T).max() < ROUNDING * max(scale, 1)


def test_one_image_alone_does_not_turn_exactly(fitted: dict[str, FittedCubeModel]) -> None:
    sample, operation = voxels(11), 7
    there, turn = turned(sample, OPERATIONS[operation]), axial(OPERATIONS[[operation]])[0]
    places = np.indices(sample.shape).reshape(3, -1).T @ OPERATIONS[operation]
    source = np.ravel_multi_index(tuple(np.rint(places).astype(int).T), sample.shape, mode="wrap")
    (said,) = fitted["gru"].predict([sample], images=1)
    (turned_said,) = fitted["gru"].predict([there], images=1)
    assert np.abs(turned_said - said[source] @ turn.T).max() > 100 * ROUNDING


@pytest.mark.parametrize("name", ["ridge", "trees", "gru"])
def test_equivalent_orientations_change_nothing(
    fitted: dict[str, FittedCubeModel], name: str
) -> None:
    sample = voxels(12)
    other = relabelled(sample, proper_rotations("cubic"), np.random.default_rng(0))
    (said,), (again,) = fitted[name].predict([sample]), fitted[name].predict([other])
    assert np.abs(said - again).max() < ROUNDING


def test_an_orientation_that_is_not_equivalent_changes_predictions(
    fitted: dict[str, FittedCubeModel],
) -> None:
    sample, other = voxels(12), voxels(13)
    (said,), (again,) = fitted["gru"].predict([sample]), fitted["gru"].predict([other])
    assert np.abs(said - again).max() > 100 * ROUNDING


def error(model: CubeModel, cells: list[VoxelPaths], seed: int = 0) -> float:
    splits = make_splits([cell.name for cell in cells], folds=2, seed=0)
    paths, _ = cross_fit(model, cells, splits, seed=seed)
    wrong = sum(((p - c.paths()) ** 2).sum() for p, c in zip(paths, cells, strict=True))
    return float(wrong / sum((cell.paths() ** 2).sum() for cell in cells))


def test_neighbours_are_learnt_from_a_cube_and_not_from_the_voxel_alone() -> None:
    base = CubeModel(kind="mechanism", guess=("mechanism",))
    cube = CubeModel(kind="ridge", fields=("mechanism",))
    alone = CubeModel(kind="ridge", radius=0, fields=("mechanism",))
    assert error(cube, CELLS) < 0.01
    assert error(alone, CELLS) > 0.9 * error(base, CELLS)


def test_a_network_learns_what_its_guess_lacks(fitted: dict[str, FittedCubeModel]) -> None:
    tested = voxels(50, name="tested")
    wrong = [
        np.abs(fitted[name].predict([tested])[0] - tested.paths()).mean()
        for name in ("gru", "mechanism")
    ]
    assert wrong[0] < 0.5 * wrong[1]


@pytest.mark.parametrize(("cell", "states"), [("gru", 1), ("lstm", 2)])
def test_both_cells_give_a_path(cell: str, states: int) -> None:
    import jax

    images = cube_images(0, value_images("matrix", 9))
    network = CubeNetwork(
        cell, images=images, turns=value_images("axial", 3), width=4,
        key=jax.random.key(0),
    )  # fmt: skip
    inputs = {
        "cube": np.ones(9, np.float32),
        "guess": np.zeros((2, 3), np.float32),
        "image": 0,
        "weights": np.array([2.0, 1.0], np.float32),
    }
    path = np.asarray(network(inputs))
    assert path.shape == (6,)
    inputs["weights"] = np.ones(2, np.float32)
    assert np.array_equal(path, np.repeat([2.0, 1.0], 3) * np.asarray(network(inputs)))
    assert network.encoder.out_size == 4 * states
    with pytest.raises(ValueError, match="expected one of"):
        CubeNetwork("tape", images=images, turns=images, width=4, key=jax.random.key(0))


def test_cells_in_a_fold_are_not_learnt_from() -> None:
    splits = make_splits([cell.name for cell in CELLS], folds=2, seed=0)
    model = MODELS["ridge"]
    paths, _ = cross_fit(model, CELLS, splits, seed=0)
    changed = [
        cell if cell.name not in splits.folds[0] else voxels(90 + k, name=cell.name, noise=1.0)
        for k, cell in enumerate(CELLS)
    ]
    again, _ = cross_fit(model, changed, splits, seed=0)
    for cell, first, second in zip(CELLS, paths, again, strict=True):
        if cell.name in splits.folds[1]:
            assert not np.allclose(first, second)  # its training data have changed
    one = fit_model(model, [c for c in CELLS if c.name not in splits.folds[0]], seed=0)
    tested = [k for k, cell in enumerate(CELLS) if cell.name in splits.folds[0]]
    for k in tested:
        assert np.array_equal(one.predict([CELLS[k]])[0], paths[k])


def test_equal_seeds_give_equal_networks() -> None:
    first, second = (fit_model(MODELS["gru"], CELLS, seed=3).predict(CELLS[:1])[0] for _ in "ab")
    assert np.array_equal(first, second)
    other = fit_model(MODELS["gru"], CELLS, seed=4).predict(CELLS[:1])[0]
    assert not np.allclose(first, other)


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"kind": "oracle"}, "expected one of"),
        ({"kind": "ridge"}, "expected some"),
        ({"kind": "persistence", "fields": ("orientation",)}, "expected none"),
        ({"kind": "mechanism"}, "without a field"),
        ({"kind": "ridge", "fields": ("orientation",), "guess": ("taylor",)}, "takes no guess"),
        ({"kind": "persistence", "fitted": False}, "expected one mechanism"),
    ],
)
def test_contradictory_models_are_refused(settings_: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CubeModel(**settings_)


def test_unfit_samples_are_refused(fitted: dict[str, FittedCubeModel]) -> None:
    with pytest.raises(ValueError, match="no training sample"):
        fit_model(MODELS["ridge"], [], seed=0)
    with pytest.raises(ValueError, match="hold no cube"):
        make_layout(CELLS, radius=2, fields=["orientation"], central=[])
    with pytest.raises(ValueError, match="known are"):
        make_layout(CELLS, radius=0, fields=["colour"], central=[])
    odd = VoxelPaths(**{**vars(CELLS[0]), "strains": 2 * STRAINS})
    with pytest.raises(ValueError, match="expected the training strains"):
        fitted["ridge"].predict([odd])


def test_neighbours_wrap_around() -> None:
    around = neighbours((3, 4, 5), 1)
    assert around.shape == (60, 27)
    assert np.array_equal(around[:, 13], np.arange(60))
    assert around[0, 0] == 59


def test_voxel_paths_survive_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cells.h5"
    write_voxel_paths(path, CELLS)
    first = path.read_bytes()
    found = read_voxel_paths(path)
    write_voxel_paths(path, CELLS)
    assert path.read_bytes() == first
    assert [cell.name for cell in found] == [cell.name for cell in CELLS]
    for key, values in CELLS[1].fields.items():
        assert np.allclose(found[1].fields[key], values, atol=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rotations": np.zeros((2, 2, 2, 3, 3))}, "shape is"),
        ({"stress": np.array([1.0, np.nan, 2.0])}, "not finite"),
        ({"fields": {"what:colour": np.zeros((4, 4, 4))}}, "kind is"),
        ({"fields": {"what:axial": np.zeros((4, 4, 3))}}, "one value per voxel"),
    ],
)
def test_inconsistent_paths_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VoxelPaths(**{**vars(CELLS[0]), **changes})


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cells.h5"
    path.write_bytes(b"nothing")
    with pytest.raises(FormatError, match="not a readable"):
        read_voxel_paths(path)
