"""Orientations and grains of images of VTK, and what is refused of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.core.rotations import from_bunge_euler, rotation_angle
from mechanist.formats.vti import write_vti
from mechanist.imports.voxel_images import import_image

STEPS = np.array([1.0, 1.0, 2.0])
#: Two grains, x < 2 and x >= 2, of 4 x 3 x 2 voxels.
HALF = np.broadcast_to((np.arange(4) >= 2)[:, None, None], (4, 3, 2))
EULER = np.where(HALF[..., None], [0.5, 0.3, 0.2], [0.0, 0.0, 0.0])


def written(folder: Path, **fields: Any) -> Path:
    kinds = {
        name: np.asarray(v, np.int32 if v.dtype.kind in "ib" else float)
        for name, v in fields.items()
    }
    write_vti(folder / "mine.vti", kinds, STEPS)
    return folder / "mine.vti"  # fmt: skip


def read(path: Path, **more: Any) -> Any:
    return import_image(path, "mine", systems="fcc12", axis=2, **more)


def test_quaternions_and_angles_are_the_same_orientations(tmp_path: Path) -> None:
    path = written(tmp_path, orientation=from_bunge_euler(EULER), euler=EULER, grain=5 + 3 * HALF)
    run = read(path)
    assert (run.shape, run.axis, run.lengths.tolist()) == ((4, 3, 2), 2, [4.0, 3.0, 4.0])
    np.testing.assert_allclose(run.orientations[0], from_bunge_euler(EULER))
    np.testing.assert_array_equal(run.grains, HALF.astype(int))
    radians = read(path, orientations="euler", angles="radians")
    assert rotation_angle(run.orientations, radians.orientations).max() < 1e-6
    degrees = read(path, orientations="euler", angles="degrees")
    assert rotation_angle(run.orientations, degrees.orientations).max() > 10


def test_without_an_array_of_grains_neighbours_that_are_alike_are_one(tmp_path: Path) -> None:
    path = written(tmp_path, orientation=from_bunge_euler(EULER))
    np.testing.assert_array_equal(read(path).grains, HALF.astype(int))
    assert read(path, threshold=90.0).grains.max() == 0
    # Two regions of one orientation that do not touch along any axis are two grains.
    apart = EULER.copy()
    apart[:, 1] = [1.0, 0.6, 0.1]
    assert read(written(tmp_path, orientation=from_bunge_euler(apart))).grains.max() == 4


@pytest.mark.parametrize(
    ("fields", "more", "said"),
    [
        ({"grain": HALF}, {}, r"no array 'orientation'.*only \['grain'\].*None of its arrays"),
        ({"euler": EULER}, {}, r"no array 'orientation'.*If one of \['euler'\] holds them"),
        ({"orientation": EULER[..., :2]}, {}, "has 2 numbers a voxel; expected orientations"),
        ({"orientation": EULER}, {}, "their unit is missing"),
        ({"orientation": EULER + np.nan}, {"angles": "radians"}, "72 of 72 numbers are not finite"),
        ({"orientation": 100 * EULER}, {"angles": "radians"}, "at most two turns"),
        ({"orientation": 2 * from_bunge_euler(EULER)}, {}, "are not unit quaternions.*Fill voxels"),
        ({"orientation": from_bunge_euler(EULER)}, {"angles": "degrees"}, "for Euler angles only"),
        ({"orientation": from_bunge_euler(EULER)}, {"grains": "x"}, r"no array 'x' of cells, expected"),
        ({"orientation": from_bunge_euler(EULER), "grain": HALF + 0.5}, {}, "are not whole"),
        (
            {"orientation": from_bunge_euler(EULER), "grain": HALF},
            {"threshold": 5.0},
            "for images without an array of grains only",
        ),
    ],
)  # fmt: skip
def test_what_holds_no_orientations_is_refused(
    tmp_path: Path, fields: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    with pytest.raises((FormatError, ValueError), match=said):
        read(written(tmp_path, **fields), **more)
