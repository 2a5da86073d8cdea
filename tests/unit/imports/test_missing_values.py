"""Field data, curves and targets with codes for missing values are refused, cut or accepted as stated."""

from pathlib import Path

import numpy as np
import pytest

from field_writers import ENTRY, T, U, X, npz
from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.fields import import_fields
from mechanist.imports.rubber_curves import read_rubber
from mechanist.imports.trajectory_samples import import_sample
from mechanist.mechanics.loads import deformation_gradient, simple_shear
from mechanist.settings.models.elastic_settings import ElasticMaterial


def read(path: Path, notes: list[str] | None = None, **entry: object) -> FieldData:
    said = [] if notes is None else notes
    (data,) = import_fields(ENTRY | {"path": path} | entry, say=said.append)
    return data


def written(folder: Path, u: np.ndarray) -> Path:
    npz(folder / "a.npz", {"x": X, "t": T, "u": u})
    return folder / "a.npz"


def test_a_code_inside_a_field_is_refused_with_count_place_value_and_both_remedies(
    tmp_path: Path,
) -> None:
    u = U.copy()
    u[3, 2] = u[4, 2] = u[3, 5] = -999.0
    path = written(tmp_path, u)
    with pytest.raises(FormatError) as caught:
        read(path)
    said = str(caught.value)
    assert "'u': 3 of 84 values are -999, the first at x = -0.5, t = 0.666667" in said
    assert "declare `missing: [-999.0]`" in said
    assert "declare `not_missing: [-999.0]`" in said
    assert read(path, not_missing=[-999]).fields["u"][3, 2] == -999.0
    with pytest.raises(
        FormatError, match=r"'u': 3 of 84 values are missing inside, the first at x = -0\.5"
    ):
        read(path, missing=[-999])


def test_ends_that_are_missing_throughout_are_cut_off_and_told(tmp_path: Path) -> None:
    u = U.copy()
    u[:2] = u[:, -1:] = 1e20
    notes: list[str] = []
    data = read(written(tmp_path, u), notes, missing=[1e20])
    np.testing.assert_array_equal(data.axes["x"], X[2:])
    np.testing.assert_array_equal(data.axes["t"], T[:-1])
    np.testing.assert_array_equal(data.fields["u"], U[2:, :-1])
    assert "a.npz: axis x: 2 points at its ends, where values are missing, are cut off" in notes
    assert "a.npz: axis t: 1 points at its ends, where values are missing, are cut off" in notes


def test_an_end_of_a_periodic_axis_is_not_cut_off(tmp_path: Path) -> None:
    u = U.copy()
    u[:2] = -9999.0
    with pytest.raises(
        FormatError, match=r"14 of 84 values are missing inside, the first at x = -1, t = 0"
    ):
        read(written(tmp_path, u), missing=[-9999], periodic=["x"])


def test_a_field_that_is_missing_everywhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"axis 'x': values are missing everywhere \(-999\)"):
        read(written(tmp_path, np.full_like(U, -999.0)), missing=[-999])


@pytest.mark.parametrize("plateau", [0.0, -1.0])
def test_plateaus_are_no_codes(tmp_path: Path, plateau: float) -> None:
    u = np.where(U < 0.5, plateau, U)
    np.testing.assert_array_equal(read(written(tmp_path, u)).fields["u"], u)


@pytest.mark.parametrize("key", ["missing", "not_missing"])
def test_only_numbers_can_be_named(tmp_path: Path, key: str) -> None:
    path = written(tmp_path, U)
    with pytest.raises(ValueError, match=rf"^{key}: \['-999'\]; expected a list of numbers"):
        read(path, **{key: ["-999"]})
    with pytest.raises(ValueError, match=rf"^{key}: -999; expected a list of numbers"):
        read(path, **{key: -999})


def glass(
    folder: Path, target: np.ndarray, lost: float | None = None, **entry: object
) -> np.ndarray:
    """Return the target of a sheared glass as it is imported; ``lost`` is where a particle was lost."""
    start = disordered(np.random.default_rng(0))
    if lost is not None:
        start.positions[4] = lost
    frames = []
    for k, strain in enumerate((0.0, 0.02)):
        f = deformation_gradient(simple_shear("xy"), strain, 3)
        frames.append(
            TrajectoryFrame(
                timestep=k, ids=np.arange(1, len(start) + 1), species=start.species, labels=("1", "2"),
                positions=start.positions @ f.T, cell=start.cell @ f.T,
                extra={"d": np.resize(target, len(start))},
            )
        )  # fmt: skip
    write_lammps_dump(folder / "a.dump", frames)
    described = {
        "path": str(folder / "a.dump"), "format": "lammps_dump", "species": {"1": "A", "2": "B"},
        "dimension": 3, "units": "lj", "target": "d",
    }  # fmt: skip
    sample = import_sample({**described, **entry}, name="a", system="s")
    (path,) = sample.loads.values()
    return path.frames[0].targets["d"]


def test_a_code_among_targets_is_refused_unless_it_is_declared_a_value(tmp_path: Path) -> None:
    target = np.array([0.25, 0.5, -9999.0, 0.75])
    with pytest.raises(FormatError) as caught:
        glass(tmp_path, target)
    assert "values are -9999, the first at id 3; there are others from 0.25 to 0.75" in str(
        caught.value
    )
    assert "declare `not_missing: [-9999.0]`" in caught.value.remedy
    assert caught.value.column == "d"
    found = glass(tmp_path, target, not_missing=[-9999])
    np.testing.assert_array_equal(found[:4], target)
    np.testing.assert_array_equal(
        glass(tmp_path, np.array([0.0, 0.0, -1.0, 7.0]))[:4], [0, 0, -1, 7]
    )


def test_a_code_among_positions_is_refused(tmp_path: Path) -> None:
    target = np.array([0.0, 1.0])
    with pytest.raises(FormatError, match="3 of 192 values are -9999, the first at id 5") as caught:
        glass(tmp_path, target, lost=-9999.0)
    assert caught.value.column == "positions"


def curves(folder: Path, **entry: object) -> np.ndarray:
    """Return the stretches of a curve whose stress is missing on line 3."""
    for name in ("u", "p"):
        text = "stretch,stress\n1.5,0.3\n2.0,9999\n2.5,0.7\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    tests = {"uniaxial": str(folder / "u.csv"), "pure_shear": str(folder / "p.csv")}
    described = {"label": "a", "unit": "MPa", "tests": tests, **entry}
    return read_rubber(ElasticMaterial.model_validate(described))[0].stretch


def test_lines_of_curves_are_left_out_refused_or_kept_as_stated(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        curves(tmp_path)
    assert "u.csv:3, column 'stress': 1 of 3 values are 9999, the first at line 3" in str(
        caught.value
    )
    assert "declare `missing: [9999.0]`" in caught.value.remedy
    np.testing.assert_array_equal(curves(tmp_path, missing=[9999]), [1.5, 2.5])
    np.testing.assert_array_equal(curves(tmp_path, not_missing=[9999]), [1.5, 2.0, 2.5])
    with pytest.raises(FormatError, match="all 3 lines hold a value that `missing` names"):
        curves(tmp_path, missing=[1.5, 2, 2.5])
