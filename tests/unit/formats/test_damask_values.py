"""Values that a DAMASK result must give by hand: stresses, grains, axes, and the tolerances."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from crystal_files import PHASE, write_damask
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.damask import read_damask
from mechanist.formats.polycrystal_batches import PolycrystalRun

CELLS = (2, 3, 1)
IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])
STRETCH = np.diag([0.99, 1.02, 0.99])
TENSION = np.diag([0.0, 100.0, 0.0])


def result(
    path: Path,
    *,
    gradient: FloatArray = STRETCH,
    cauchy: FloatArray = TENSION,
    orientations: FloatArray | None = None,
    elastic: FloatArray | None = None,
) -> Path:
    """Write a uniform state, reached in two increments; Cauchy stress in MPa."""
    q = np.tile(IDENTITY, (6, 1)) if orientations is None else orientations
    fields: dict[int, dict[str, np.ndarray[Any, Any]]] = {}
    for k in (0, 20, 40):
        F = np.eye(3) + (gradient - np.eye(3)) * k / 40
        P = np.linalg.det(F) * cauchy @ np.linalg.inv(F).T * 1e6 * k / 40
        fields[k] = {"O": q, "F": np.tile(F, (6, 1, 1)), "P": np.tile(P, (6, 1, 1))}
        if elastic is not None:
            fields[k]["F_e"] = np.tile(elastic, (6, 1, 1))
    write_damask(path, cells=CELLS, fields=fields)
    return path


def read(path: Path, **options: Any) -> PolycrystalRun:
    return read_damask(result(path / "a.hdf5", **options), name="a")


def test_the_cauchy_stress_of_a_sheared_cell(tmp_path: Path) -> None:
    """F is not its own transpose, so P F and F P are other tensors than P F^T."""
    gradient = np.array([[0.99, 0.3, 0.0], [0.0, 1.02, 0.1], [0.0, 0.0, 0.99]])
    cauchy = np.array([[0.0, 5.0, 0.0], [5.0, 100.0, -7.0], [0.0, -7.0, 0.0]])
    run = read(
        tmp_path,
        gradient=gradient,
        cauchy=cauchy,
    )
    components = cauchy[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]  # xx, yy, zz, yz, xz, xy
    np.testing.assert_allclose(run.stress[-1, 1, 2, 0], components, atol=1e-9)
    np.testing.assert_allclose(run.curve[:, 1], [0.0, 50.0, 100.0], atol=1e-9)
    np.testing.assert_allclose(run.curve[:, 0], np.log([1.0, 1.01, 1.02]), atol=1e-12)
    assert run.axis == 1


def test_grains_are_numbered_by_their_first_cell(tmp_path: Path) -> None:
    """Three grains, whose first cells are in none of the orders of their orientations."""
    turned = [np.array([np.cos(a), np.sin(a), 0.0, 0.0]) for a in (0.1, 0.5, 0.3)]
    grains = [[0, 1, 2], [1, 0, 2]]
    cells = np.array([turned[grains[i][j]] for j in range(3) for i in range(2)])  # x fastest
    assert read(tmp_path, orientations=cells).grains[:, :, 0].tolist() == grains


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_axis_of_a_compression_is_that_of_the_largest_change(tmp_path: Path, axis: int) -> None:
    stretch, stress = np.full(3, 1.008), np.zeros(3)
    stretch[axis], stress[axis] = 0.98, -60.0
    run = read(tmp_path, gradient=np.diag(stretch), cauchy=np.diag(stress))
    assert run.axis == axis
    assert run.strains[-1] == pytest.approx(np.log(0.98))
    assert run.curve[-1, 1] == pytest.approx(-60.0)


@pytest.mark.parametrize(
    ("aside", "refused"), [(1.9, False), (-1.9, False), (2.1, True), (-2.1, True)]
)
def test_two_percent_of_stress_across_the_axis_are_uniaxial(
    tmp_path: Path, aside: float, refused: bool
) -> None:
    stress = np.diag([aside, 100.0, 0.5])
    if refused:
        with pytest.raises(FormatError, match="mean normal stresses at the end"):
            read(tmp_path, cauchy=stress)
    else:
        assert read(tmp_path, cauchy=stress).axis == 1


@pytest.mark.parametrize(
    ("shear", "held"), [(0.0, True), (1.9e-8, True), (2.1e-8, False), (1e-3, False)]
)
def test_shears_below_a_millionth_of_the_strain_are_held(
    tmp_path: Path, shear: float, held: bool
) -> None:
    gradient = STRETCH.copy()
    gradient[0, 2] = shear
    assert read(tmp_path, gradient=gradient).material["shears_held"] is held


@pytest.mark.parametrize(("apart", "grains"), [(4e-10, 1), (2e-8, 2)])
def test_orientations_that_differ_in_the_ninth_decimal_are_other_grains(
    tmp_path: Path, apart: float, grains: int
) -> None:
    q = np.tile(IDENTITY, (6, 1))
    q[3:, 2] = apart
    assert len(np.unique(read(tmp_path, orientations=q).grains)) == grains


@pytest.mark.parametrize(("angle", "refused"), [(0.9e-4, False), (1.1e-4, True)])
def test_orientations_agree_with_the_elastic_deformation(
    tmp_path: Path, angle: float, refused: bool
) -> None:
    c, s = np.cos(angle), np.sin(angle)
    elastic = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]) @ np.diag([1.001, 1.0, 0.999])
    if refused:
        with pytest.raises(FormatError, match=r"differs from the rotation part of F_e by 0\.00011"):
            read(tmp_path, elastic=elastic)
    else:
        assert read(tmp_path, elastic=elastic).n_frames == 3


def test_two_increments_at_one_time_are_refused(tmp_path: Path) -> None:
    path = result(tmp_path / "a.hdf5")
    with h5py.File(path, "a") as file:
        file["increment_20"].attrs["t/s"] = file["increment_40"].attrs["t/s"]
    with pytest.raises(FormatError, match="increment 20 is at 20 s, increment 40 at 20 s"):
        read_damask(path, name="a")
    with h5py.File(path, "a") as file:
        file["increment_20"].attrs["t/s"] = 19.999
        assert PHASE in file["increment_20"]
    assert read_damask(path, name="a").n_frames == 3


def test_the_rate_is_that_of_the_whole_test(tmp_path: Path) -> None:
    assert read(tmp_path).material["rate"] == pytest.approx(np.log(1.02) / 20)


def test_a_result_of_the_initial_state_alone_has_no_rate(tmp_path: Path) -> None:
    state = {"O": np.tile(IDENTITY, (6, 1)), "F": np.tile(np.eye(3), (6, 1, 1)),
             "P": np.zeros((6, 3, 3))}  # fmt: skip
    write_damask(tmp_path / "a.hdf5", cells=CELLS, fields={0: state})
    run = read_damask(tmp_path / "a.hdf5", name="a")
    assert run.material["rate"] == 0.0
    assert (run.n_frames, run.status) == (1, "ended at increment 0 of 40")
