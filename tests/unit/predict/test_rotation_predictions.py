"""Predicted lattice rotations: true values of single crystals, symmetry, blocks, and the engine."""

from itertools import product

import numpy as np
import pytest

from mechanist.api import load_surrogate, predict_rotations
from mechanist.core.code_hash import LIBRARY
from mechanist.core.rotations import (
    RotationError,
    compose,
    from_rotation_vector,
    matrix_to_quaternion,
    random_rotations,
    rotation_angle,
)
from mechanist.core.typing import FloatArray
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.taylor_crystals import taylor_crystals
from mechanist.predict.voxel_fields import Blocks
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.voronoi import voronoi_polycrystal

RELEASED = LIBRARY.parent / "models" / "crystal" / "fcc8"
NAMES = ("gru_plastic", "taylor_plastic", "gru")


@pytest.fixture(scope="module")
def models() -> dict[str, KeptSurrogate]:
    return {name: load_surrogate(RELEASED / name) for name in NAMES}


def polycrystal(seed: int, shape: tuple[int, int, int] = (6, 5, 4), grains: int = 8) -> FloatArray:
    return voronoi_polycrystal(shape, grains, np.random.default_rng(seed))[1]


def rotation_with_axis_along_z(direction: list[float]) -> FloatArray:
    """Return a quaternion that takes a crystal direction to z of the sample."""
    unit = np.array(direction, float) / np.linalg.norm(direction)
    cross, cosine = np.cross(unit, [0, 0, 1]), unit[2]
    sine = np.linalg.norm(cross)
    return from_rotation_vector(cross / sine * np.arctan2(sine, cosine)) if sine else np.eye(4)[0]


def flow_rotation(direction: list[float], strain: float, exponent: float) -> FloatArray:
    """Return the rotation of a freely loaded fcc crystal that flows by a power law, no elasticity.

    The lattice turns against the plastic spin, since the sample as a whole does not spin.
    """
    turn = matrix_of(rotation_with_axis_along_z(direction))
    planes = [np.array(p) / np.sqrt(3) for p in product((1, -1), repeat=3) if p[0] == 1]
    slips = [
        np.array(b) / np.sqrt(2)
        for b in product((-1, 0, 1), repeat=3)
        if sorted(map(abs, b)) == [0, 1, 1]
    ]
    spin, stretch = np.zeros(3), 0.0
    for n, b in product(planes, slips):
        if abs(n @ b) < 1e-12:
            gradient = turn @ np.outer(b, n) @ turn.T
            schmid = gradient[2, 2]
            rate = np.sign(schmid) * abs(schmid) ** exponent
            skew = (gradient - gradient.T) / 2
            spin += rate * np.array([skew[2, 1], skew[0, 2], skew[1, 0]])
            stretch += rate * schmid
    return -strain * spin / stretch


def matrix_of(q: FloatArray) -> FloatArray:
    w, x, y, z = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


@pytest.mark.parametrize("direction", [[2.0, 1.0, 5.0], [1.0, 2.0, 3.0]])
def test_the_taylor_rotation_of_a_single_crystal_is_that_of_slip_theory(
    models: dict[str, KeptSurrogate], direction: list[float]
) -> None:
    material = models["gru"].matter()
    start = np.tile(rotation_with_axis_along_z(direction), (1, 1, 1, 1))
    found = taylor_crystals(start, material, np.array([0.01])).paths[0, 0]
    expected = flow_rotation(direction, 0.01, material.crystal.exponent)
    # Elastic strain takes up a part of the first percent.
    assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(expected), rel=0.12)
    cosine = found @ expected / np.linalg.norm(found) / np.linalg.norm(expected)
    assert np.degrees(np.arccos(cosine)) < 4
    assert np.degrees(np.linalg.norm(expected)) > 0.3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_a_crystal_with_its_cube_axis_along_the_load_does_not_turn(
    models: dict[str, KeptSurrogate], name: str, axis: str
) -> None:
    start = np.broadcast_to(np.eye(4)[0], (3, 3, 3, 4))
    assert predict_rotations(models[name], start, axis=axis).angles.max() < 1e-3
    tilted = np.broadcast_to(rotation_with_axis_along_z([1.0, 2.0, 6.0]), (3, 3, 3, 4))
    assert predict_rotations(models[name], tilted).angles[..., -1].min() > 0.5


@pytest.mark.parametrize("core", [3, 4])
def test_a_map_in_blocks_is_predicted_as_a_whole(
    models: dict[str, KeptSurrogate], core: int
) -> None:
    start = polycrystal(3, (9, 8, 7), 30)
    whole = predict_rotations(models["gru"], start)
    cut = predict_rotations(models["gru"], start, blocks=Blocks(1, core, 0))
    np.testing.assert_allclose(cut.rotations, whole.rotations, atol=1e-6)
    assert whole.angles.max() > 1
    # Voxels without their neighbours are something else.
    alone = predict_rotations(models["gru"], start[:4, :4, :4])
    assert np.abs(alone.rotations - whole.rotations[:4, :4, :4]).max() > 1e-3


def test_the_misfit_of_a_block_nears_that_of_the_map_with_its_margin(
    models: dict[str, KeptSurrogate],
) -> None:
    start = polycrystal(4, (14, 5, 4), 30)
    model = models["taylor_plastic"]
    whole = predict_rotations(model, start).rotations

    def error(margin: int) -> float:
        cut = predict_rotations(model, start, blocks=Blocks(1, 4, margin)).rotations
        return float(np.abs(cut - whole).mean() / np.abs(whole).mean())

    errors = [error(margin) for margin in (0, 3, 6)]
    assert errors[0] > errors[1] > errors[2] < 1e-5


@pytest.mark.parametrize("name", NAMES)
def test_predictions_turn_with_map_and_load(models: dict[str, KeptSurrogate], name: str) -> None:
    start = polycrystal(5)
    along_z = predict_rotations(models[name], start)
    # The rotation that takes x to y, y to z and z to x.
    cyclic = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
    moved = compose(matrix_to_quaternion(cyclic), start.transpose(2, 0, 1, 3))
    along_x = predict_rotations(models[name], moved, axis="x")
    expected = along_z.rotations.transpose(2, 0, 1, 3, 4) @ cyclic.T
    np.testing.assert_allclose(along_x.rotations, expected, atol=1e-5)
    # A quarter turn about the load.
    quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    moved = compose(matrix_to_quaternion(quarter), np.rot90(start, 1, (0, 1)))
    turned = predict_rotations(models[name], moved)
    expected = np.rot90(along_z.rotations, 1, (0, 1)) @ quarter.T
    np.testing.assert_allclose(turned.rotations, expected, atol=3e-4)
    other = predict_rotations(models[name], start, axis="x")
    assert np.abs(other.rotations - along_z.rotations).max() > 0.01


def test_predictions_are_nearer_to_the_engine_than_those_for_shuffled_grains(
    models: dict[str, KeptSurrogate],
) -> None:
    grains, start = voronoi_polycrystal((6, 6, 6), 8, np.random.default_rng(11))
    model = models["gru_plastic"]
    material = model.matter()
    run = simulate(
        "e-0000", Microstructure(grains, start), material.crystal, material.law,
        StrainPath.even(0.04, 2),
    )  # fmt: skip
    true = run.orientations[-1]

    def relative(said: FloatArray) -> float:
        return float(rotation_angle(said, true).mean() / rotation_angle(start, true).mean())

    found = predict_rotations(model, start, grains=grains, strain=0.04)
    assert found.strains.tolist() == [0.01, 0.02, 0.03, 0.04]
    assert relative(found.orientations(-1)) < 0.75
    # The same rotations in the wrong grains say nothing about the engine's.
    wrong = compose(from_rotation_vector(np.roll(found.rotations[..., -1, :], 3, (0, 1, 2))), start)
    assert relative(wrong) > 1.0
    inside = (found.lower[..., -1] <= rotation_angle(start, true)) & (
        rotation_angle(start, true) <= found.upper[..., -1]
    )
    assert inside.mean() > 0.8


def test_many_crystals_follow_the_strain_of_a_part_of_them(
    models: dict[str, KeptSurrogate],
) -> None:
    start = random_rotations(60, np.random.default_rng(0)).reshape(5, 4, 3, 4)
    material, strains = models["gru"].matter(), np.array([0.01, 0.02])
    at_once = taylor_crystals(start, material, strains)
    in_groups = taylor_crystals(start, material, strains, most=40)
    np.testing.assert_array_equal(in_groups.of_voxel, at_once.of_voxel)
    # Forty crystals have other shears on the average than sixty, but the same axial strain.
    assert in_groups.strain[2, 2] == pytest.approx(0.01)
    one, two = at_once.paths[:, -1].ravel(), in_groups.paths[:, -1].ravel()
    assert np.corrcoef(one, two)[0, 1] > 0.9
    assert in_groups.axial.mean() == pytest.approx(at_once.axial.mean(), rel=0.05)
    # A crystal is the same whatever group it is in.
    fewer = taylor_crystals(start, material, strains, most=59)
    more = taylor_crystals(start, material, strains, most=60)
    assert 0 < np.abs(fewer.paths - more.paths).max() < 0.01


def test_what_is_unlike_the_cells_seen_is_said(models: dict[str, KeptSurrogate]) -> None:
    grains, start = voronoi_polycrystal((8, 8, 8), 20, np.random.default_rng(1))
    model = models["gru"]
    assert predict_rotations(model, start, grains=grains, strain=0.01).reasons == []
    layer = predict_rotations(model, start[:, :, :1], steps=(1.0, 1.0, 3.0), strain=0.01)
    assert layer.outside
    assert [reason.split(" ")[:2] for reason in layer.reasons][:2] == [
        ["it", "is"],
        ["its", "voxels"],
    ]
    coarse = predict_rotations(model, np.repeat(start, 2, 0), grains=np.zeros((16, 8, 8), int))
    assert [reason[:36] for reason in coarse.reasons] == ["its grains have a mean diameter of 1"]


@pytest.mark.parametrize(
    ("start", "options", "said"),
    [
        (np.zeros((4, 4, 4)), {}, r"columnar grains, one voxel deep.*orientations\[:, :, None\]"),
        (np.zeros((4, 4)), {}, r"expected \(nx, ny, nz, 4\)"),
        (np.ones((2, 2, 2, 4)), {}, "not unit quaternions"),
        (np.full((2, 2, 2, 4), np.nan), {}, "not unit quaternions"),
        (None, {"axis": "111"}, "axis '111'; expected x, y or z"),
        (None, {"strain": 0.2}, r"predicts strains from 0\.01 to 0\.13, and nothing beyond"),
        (None, {"strain": 0.001}, r"predicts strains from 0\.01 to 0\.13"),
        (None, {"strain": -0.05}, "is compression"),
        (None, {"steps": (1.0, 0.0, 1.0)}, "three positive edges"),
    ],
)
def test_what_no_model_can_predict_is_refused(
    models: dict[str, KeptSurrogate],
    start: FloatArray | None,
    options: dict[str, object],
    said: str,
) -> None:
    given = polycrystal(1) if start is None else start
    with pytest.raises((ValueError, RotationError), match=said):
        predict_rotations(models["gru"], given, **options)  # type: ignore[arg-type]
