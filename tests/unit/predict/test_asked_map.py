"""Polycrystals of users: what is read, what is assumed and said, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crystal_files import ang_lines, write_damask
from crystals import turning_run
from mechanist.api import load_surrogate
from mechanist.core.code_hash import LIBRARY
from mechanist.core.errors import FormatError
from mechanist.core.rotations import compose, from_rotation_vector, rotation_angle
from mechanist.formats.polycrystal_batches import write_runs
from mechanist.formats.predicted_orientations import read_predicted_orientations
from mechanist.formats.vti import write_vti
from mechanist.imports.entry_errors import EntryError
from mechanist.mechanics.misorientations import misorientation
from mechanist.predict.asked_map import read_asked_map
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.predict_crystal import predict_crystal
from scripts.crystal import figure_predicted, figure_predicted_poles

RELEASED = LIBRARY.parent / "models" / "crystal" / "fcc8" / "gru"
TENSION = {"type": "uniaxial", "axis": "z", "sense": 1}


@pytest.fixture(scope="module")
def model() -> KeptSurrogate:
    return load_surrogate(RELEASED)


def ang(folder: Path, *, lost: int = 0) -> Path:
    """Write a map of four square grains, the first points of which have no orientation."""
    euler = np.zeros((8, 6, 3))
    euler[4:, :3], euler[:4, 3:], euler[4:, 3:] = (0.5, 0.3, 0.2), (1.0, 0.6, 0.1), (2.0, 0.9, 0.4)
    confidence = np.full((8, 6), 0.5)
    confidence[0, :lost] = -1.0
    (folder / "mine.ang").write_text("\n".join(ang_lines(euler, confidence=confidence)) + "\n")
    return folder / "mine.ang"


def of_map(path: Path, **more: Any) -> Any:
    return {"path": str(path), "format": "map", "systems": "fcc12", "load": TENSION, **more}


def test_a_map_is_read_and_what_is_assumed_is_said(model: KeptSurrogate, tmp_path: Path) -> None:
    entry = of_map(ang(tmp_path, lost=2), confidence=0.1, load={**TENSION, "axis": "x"})
    asked = read_asked_map(model, entry, "mine")
    assert (asked.run.shape, asked.axis, asked.run.axis) == ((8, 6, 1), "x", 0)
    assert asked.reasons == []
    assert [line.split(":")[0][:30] for line in asked.assumed] == [
        "the file states no material",
        "the map repeats along x and y,",
        "grains are columns along z",
        "2 of 48 points without an orie",
    ]
    stated = read_asked_map(model, of_map(ang(tmp_path), material="nickel"), "mine")
    assert stated.reasons == ["its material is 'nickel', the model has seen 'copper'"]
    same = read_asked_map(model, of_map(ang(tmp_path), material="copper"), "mine")
    assert same.reasons == []
    assert len(same.assumed) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"systems": "bcc24"},
            r"slip systems 'bcc24'; model 'gru'.*predicts crystals with 'fcc12'",
        ),
        ({"phase": "Iron"}, "Iron"),
        ({"systems": {"Nickel": "fcc12", "Iron": "bcc24"}}, "Iron"),
        ({"load": {**TENSION, "sense": -1}}, "expected tension along an axis of the grid"),
        ({"load": {"type": "simple_shear", "plane": "xy"}}, "expected tension along an axis"),
        ({"strain": 0.5}, "nothing beyond"),
        ({"run": "fcc8-0000"}, "for run files of this workflow only"),
        ({"confidence": 0.9}, "none of 48 points is indexed"),
    ],
)
def test_what_does_not_fit_is_refused(
    model: KeptSurrogate, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = ang(tmp_path)
    with pytest.raises(ValueError, match=said):
        read_asked_map(model, of_map(path, **change), "mine")


def test_a_result_of_damask_is_read_with_its_material(model: KeptSurrogate, tmp_path: Path) -> None:
    write_damask(tmp_path / "mine.hdf5")
    entry: Any = {"path": str(tmp_path / "mine.hdf5"), "format": "damask", "load": TENSION}
    asked = read_asked_map(model, entry, "mine")
    assert (asked.run.n_frames, asked.run.shape) == (1, (2, 3, 4))
    assert asked.reasons == [
        "its elastic constant c11 is 106750 MPa, that of the model 168400 MPa",
        "its elastic constant c12 is 60410 MPa, that of the model 121400 MPa",
        "its elastic constant c44 is 28340 MPa, that of the model 75400 MPa",
    ]
    assert asked.assumed == []


def test_a_run_file_is_read_by_the_name_of_the_run(model: KeptSurrogate, tmp_path: Path) -> None:
    one = turning_run(2)
    write_runs(tmp_path / "runs.h5", [one, replace(one, name="run-0001")])
    entry: Any = {"path": str(tmp_path / "runs.h5"), "format": "run", "load": TENSION}
    asked = read_asked_map(model, {**entry, "run": "run-0001"}, "mine")
    assert asked.run.name == "run-0001"
    with pytest.raises(FormatError, match=r"run None, expected one of \['run-0000', 'run-0001'\]"):
        read_asked_map(model, entry, "mine")
    with pytest.raises(ValueError, match="stride: for results of DAMASK and orientation maps only"):
        read_asked_map(model, {**entry, "run": "run-0001", "stride": 2}, "mine")


def test_an_image_that_the_workflow_wrote_is_read_as_it_was_predicted(
    model: KeptSurrogate, tmp_path: Path
) -> None:
    start = np.tile(from_rotation_vector(np.array([0.3, 0.2, 0.9])), (4, 3, 2, 1))
    start[2:] = from_rotation_vector(np.array([0.1, 0.7, 0.2]))
    grains = np.zeros((4, 3, 2), np.int32)
    grains[2:] = 1
    fields = {"grain": grains, "orientation": start}
    write_vti(tmp_path / "mine.vti", fields, np.ones(3))
    entry: Any = {"path": str(tmp_path / "mine.vti"), "format": "vti", "systems": "fcc12"}
    asked = read_asked_map(model, {**entry, "load": {**TENSION, "axis": "y"}}, "mine")
    np.testing.assert_allclose(asked.run.orientations[0], start, atol=1e-12)
    np.testing.assert_array_equal(asked.run.grains, grains)
    assert [line.split(":")[0][:28] for line in asked.assumed] == [
        "the file states no material",
        "the image repeats along x, y",
    ]
    for change, said in (
        ({"systems": {"A": "fcc12"}}, "expected one table of slip systems"),
        ({"stride": 2}, "stride: without effect on an image"),
        ({"run": "a"}, "run: without effect on an image"),
        ({"format": "map"}, "orientations: for images .format vti. only"),
    ):
        with pytest.raises(ValueError, match=said):
            read_asked_map(
                model, {**entry, "load": TENSION, "orientations": "orientation", **change}, "mine"
            )


def test_the_scripts_write_table_orientations_image_and_figure(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("v.parquet", "g.parquet", "o.h5", "o.vti", "s.json")]
    entry = of_map(ang(tmp_path, lost=1), confidence=0.1, strain=0.05)
    predict_crystal(RELEASED, *files, entry=entry, place="config/predict.tsv:2", name="mine")
    table, said = pd.read_parquet(files[0]), json.loads(files[4].read_text())
    found = read_predicted_orientations(files[2])
    assert found.strains.tolist() == [0, 0.01, 0.02, 0.03, 0.04, 0.05]
    angle = rotation_angle(
        found.orientations[0].astype(float), found.orientations[-1].astype(float)
    )
    np.testing.assert_allclose(table["rotation@0.050"], angle.ravel(), atol=2e-3)
    assert (table["rotation@0.050|lower"] <= table["rotation@0.050"]).all()
    assert (table["rotation@0.050|upper"] > table["rotation@0.050"]).all()
    at = table[(table["x"] == 5) & (table["y"] == 4)].iloc[0]
    assert at["grain"] == found.grains[5, 4, 0]
    assert said["mean_rotation"][-1] == pytest.approx(angle.mean(), rel=1e-3)
    assert (said["model"], said["load"], said["voxels"]) == ("fcc8/gru", "uniaxial z", [8, 6, 1])
    assert said["level"] == 0.9
    assert len(said["largest_error"]) == 5
    assert said["outside"][0].startswith("it is one voxel deep")
    by_grain = pd.read_parquet(files[1])
    assert by_grain["voxels"].sum() == 48
    means = table.groupby("grain")
    for name in ("rotation@0.050", "rotation@0.010|lower", "rotation@0.050|upper"):
        np.testing.assert_allclose(by_grain[name], means[name].mean(), rtol=1e-5)
    before = by_grain[[f"before_{part}" for part in "wxyz"]].to_numpy(float)
    after = by_grain[[f"after_{part}" for part in "wxyz"]].to_numpy(float)
    # Voxels of a grain have one orientation before loading, and turn alike.
    first = [np.argwhere(found.grains.ravel() == k)[0, 0] for k in by_grain["grain"]]
    start = found.orientations[0].reshape(-1, 4)[first].astype(float)
    assert misorientation(start, before, "cubic").max() < 1e-3
    turned = misorientation(before, after, "cubic")
    np.testing.assert_allclose(turned, by_grain["rotation@0.050"], rtol=0.3, atol=0.2)
    figure_predicted_poles.main(orientations=files[2], summary=files[4], stem=tmp_path / "poles")
    poles = pd.read_csv(tmp_path / "poles.csv", comment="#")
    assert set(poles["state"]) == {"before", "after"}
    assert set(poles["family"]) == {"{111}", "{100}"}
    figure_predicted.main(orientations=files[2], summary=files[4], stem=tmp_path / "figure")
    drawn = pd.read_csv(tmp_path / "figure.csv", comment="#")
    assert {"rotation", "strain"} <= set(drawn.columns)
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_a_map_in_blocks_says_so_where_it_matters(model: KeptSurrogate, tmp_path: Path) -> None:
    from mechanist.predict.rotation_outputs import rotation_summary
    from mechanist.predict.rotation_predictions import PredictedRotations

    asked = read_asked_map(model, of_map(ang(tmp_path), material="copper"), "mine")
    large = replace(
        asked,
        run=replace(
            asked.run,
            grains=np.zeros((600, 500, 1), int),
            orientations=np.broadcast_to(np.eye(4)[0], (1, 600, 500, 1, 4)),
            stress=np.zeros((1, 600, 500, 1, 6)),
        ),
    )
    none = np.zeros((1, 1, 1, 1, 3), np.float32)
    found = PredictedRotations(none, model.strains[:1], none, none, none, [])
    assert len(rotation_summary(model, found, large)["assumed"]) == 2
    plastic = load_surrogate(RELEASED.parent / "taylor_plastic")
    assert len(rotation_summary(plastic, found, asked)["assumed"]) == 2
    said = rotation_summary(plastic, found, large)["assumed"]
    assert said[2].startswith("the map has more than 262144 voxels: the misfit is that of blocks")


def test_an_error_names_the_row_of_the_sheet(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("v.parquet", "g.parquet", "o.h5", "o.vti", "s.json")]
    with pytest.raises(EntryError, match=r"config/predict\.tsv:2.*slip systems 'bcc24'"):
        predict_crystal(
            RELEASED, *files, entry=of_map(ang(tmp_path), systems="bcc24"),
            place="config/predict.tsv:2", name="mine",
        )  # fmt: skip
    assert not files[0].exists()


def test_a_file_of_orientations_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o.h5").write_bytes(b"nothing")
    with pytest.raises(FormatError, match=r"o\.h5: not a readable file of predicted orientations"):
        read_predicted_orientations(tmp_path / "o.h5")
    write_runs(tmp_path / "runs.h5", [turning_run(2)])
    with pytest.raises(FormatError, match=r"schema is 'mechanist\.polycrystals/1', expected"):
        read_predicted_orientations(tmp_path / "runs.h5")


def test_the_turn_of_a_prediction_acts_in_the_sample(model: KeptSurrogate) -> None:
    from mechanist.api import predict_rotations

    start = np.tile(from_rotation_vector(np.array([0.3, 0.2, 0.9])), (3, 3, 3, 1))
    found = predict_rotations(model, start, strain=0.02)
    turn = from_rotation_vector(found.rotations[0, 0, 0, 1].astype(float))
    np.testing.assert_allclose(found.orientations(1)[0, 0, 0], compose(turn, start[0, 0, 0]))


@pytest.mark.parametrize(
    ("factor", "known"), [(0.991, True), (1.009, True), (0.989, False), (1.011, False)]
)
def test_elastic_constants_may_differ_by_a_hundredth(
    model: KeptSurrogate, tmp_path: Path, factor: float, known: bool
) -> None:
    elastic = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0 * factor}
    write_runs(tmp_path / "runs.h5", [replace(turning_run(2), material={"elastic": elastic})])
    entry: Any = {"path": str(tmp_path / "runs.h5"), "format": "run", "load": TENSION}
    reasons = read_asked_map(model, entry, "mine").reasons
    assert [reason for reason in reasons if "elastic" in reason] == (
        []
        if known
        else [f"its elastic constant c44 is {75400 * factor:.6g} MPa, that of the model 75400 MPa"]
    )
