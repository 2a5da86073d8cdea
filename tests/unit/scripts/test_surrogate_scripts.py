"""Surrogates from voxel paths to scores and figures, and the meaning of scores."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.rotation_scores import (
    compare_rotations,
    rotation_scores,
    sample_errors,
    voxel_misorientation,
)
from mechanist.formats.tables import read_table
from mechanist.formats.voxel_paths import write_voxel_paths
from mechanist.learn.pooled_curves import CURVE_MODELS, cross_fit_curves, fit_predict, pool
from mechanist.learn.splits import make_splits
from mechanist.mechanics.point_groups import proper_rotations
from scripts.crystal import figure_misorientation as crystal_figure_misorientation
from scripts.crystal import figure_nonlocal as crystal_figure_nonlocal
from scripts.crystal import figure_prediction as crystal_figure_prediction
from scripts.crystal import figure_transfer as crystal_figure_transfer
from scripts.crystal import surrogate_curve as crystal_surrogate_curve
from scripts.crystal import surrogate_scores as crystal_surrogate_scores
from scripts.crystal import surrogate_speed as crystal_surrogate_speed
from scripts.crystal import surrogate_train as crystal_surrogate_train
from voxels import STRAINS, relabelled, voxels

MODELS: dict[str, dict[str, Any]] = {
    "persistence": {"label": "no rotation", "role": "baseline", "kind": "persistence"},
    "mechanism": {
        "label": "mechanism", "role": "mechanism", "kind": "mechanism", "guess": ["mechanism"],
    },
    "cube": {"label": "cube", "role": "data", "kind": "ridge", "fields": ["mechanism"]},
}  # fmt: skip
PAIRS = [["mechanism", "persistence"], ["cube", "mechanism"]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with predictions, scores and curves of small cells."""
    folder = tmp_path_factory.mktemp("surrogate")
    small = [voxels(k, name=f"small-{k:04d}", system="small") for k in range(4)]
    large = [
        voxels(9 + k, shape=(5, 5, 5), name=f"large-{k:04d}", system="large") for k in range(3)
    ]
    write_voxel_paths(folder / "cubes.h5", [*small, *large])
    for name, model in MODELS.items():
        crystal_surrogate_train.main(
            folder / "cubes.h5", folder / f"predictions/{name}.parquet", folder / f"{name}.json",
            model=model, system="small", folds=2, seed=1,
        )  # fmt: skip
    crystal_surrogate_scores.main(
        folder / "cubes.h5", {name: folder / f"predictions/{name}.parquet" for name in MODELS},
        scores={name: folder / f"scores/{name}.json" for name in MODELS},
        errors=folder / "errors.parquet", comparisons=folder / "comparisons.json", pairs=PAIRS,
        system="small", level=0.95, resamples=100, seed=1,
    )  # fmt: skip
    crystal_surrogate_curve.main(
        folder / "cubes.h5", {name: folder / f"curve/{name}.json" for name in CURVE_MODELS},
        folder / "curve.parquet", folds=2, level=0.95, seed=1,
    )  # fmt: skip
    return folder


def value(folder: Path, model: str, subset: str, metric: str = "relative_misorientation") -> float:
    records = json.loads((folder / f"scores/{model}.json").read_text())
    (found,) = [
        r for r in records
        if (r["metric"], r["subset"], r["target"]) == (metric, subset, "orientation@0.030")
    ]  # fmt: skip
    return float(found["value"])


@pytest.mark.parametrize("subset", ["all", "large"])
def test_scores_rank_what_models_know(made: Path, subset: str) -> None:
    assert value(made, "persistence", subset) == pytest.approx(1.0, abs=1e-6)
    assert 0.2 < value(made, "mechanism", subset) < 0.95
    assert value(made, "cube", subset) < 0.1


def test_predictions_hold_out_whole_cells(made: Path) -> None:
    table = read_table(made / "predictions/cube.parquet")
    folds = table.groupby("sample", observed=True)["fold"].nunique()
    assert (folds == 1).all()
    assert set(table.loc[table["sample"].str.startswith("large"), "fold"]) == {-1}
    assert set(table.loc[table["sample"].str.startswith("small"), "fold"]) == {0, 1}


def test_comparisons_are_paired(made: Path) -> None:
    records = json.loads((made / "comparisons.json").read_text())
    first = next(r for r in records if r["first"] == "cube" and r["subset"] == "all")
    assert first["difference"] < 0
    assert first["wins"] == 1
    expected = value(made, "cube", "all") - value(made, "mechanism", "all")
    assert first["difference"] == pytest.approx(expected, abs=0.01)


def test_errors_are_angles_between_crystals_not_labels() -> None:
    sample = voxels(3)
    path = sample.paths()
    off = path + np.array([0.02, 0.0, 0.0])
    errors = sample_errors(sample, off)
    assert np.allclose(errors["misorientation"], np.degrees(0.02), rtol=0.05)
    assert np.allclose(sample_errors(sample, path)["misorientation"], 0.0, atol=1e-5)
    other = relabelled(sample, proper_rotations("cubic"), np.random.default_rng(0))
    assert np.allclose(sample_errors(other, off)["misorientation"], errors["misorientation"])
    # A quarter turn about a cube axis gives an equivalent crystal, so no misorientation.
    quarter = np.zeros_like(path)
    axes = np.broadcast_to(sample.fields["quaternion:scalar"].reshape(-1, 4), (64, 4))
    w, v = axes[:, :1], axes[:, 1:]
    x = np.array([1.0, 0.0, 0.0])
    turned = x + 2 * np.cross(v, np.cross(v, x) + w * x)
    quarter[:] = (turned * np.pi / 2)[:, np.newaxis]
    assert np.abs(voxel_misorientation(sample, quarter, np.zeros_like(path))).max() < 1e-3


def test_unfit_predictions_are_refused() -> None:
    sample = voxels(3)
    with pytest.raises(ValueError, match="expected finite numbers of shape"):
        sample_errors(sample, sample.paths()[:, :1])
    errors = sample_errors(sample, sample.paths() * 0.5)
    assert {r["subset"] for r in rotation_scores(errors, system="cell", level=0.9)} == {"all"}
    with pytest.raises(ValueError, match="the same samples"):
        compare_rotations(errors, errors.iloc[:1], system="cell", level=0.9, resamples=10, seed=0)


def test_curves_are_scored_by_size(made: Path) -> None:
    found = json.loads((made / "curve/taylor_scaled.json").read_text())
    errors = {(r["subset"], r["target"]): r["value"] for r in found if r["metric"] == "mae"}
    assert {subset for subset, _ in errors} == {"small", "large"}
    assert max(errors.values()) < 1e-3  # the truth is a multiple of the Taylor stress
    taylor = json.loads((made / "curve/taylor.json").read_text())
    assert min(r["value"] for r in taylor if r["metric"] == "mae") > 1
    table = read_table(made / "curve.parquet")
    assert set(table["model"]) == set(CURVE_MODELS)


def test_pooled_numbers_do_not_grow_with_the_cell() -> None:
    one = voxels(5)
    twice = {key: np.concatenate([values, values]) for key, values in one.fields.items()}
    both = type(one)(
        **{**vars(one), "name": "twice", "fields": twice,
           "grains": np.concatenate([one.grains, one.grains]),
           "rotations": np.concatenate([one.rotations, one.rotations])}
    )  # fmt: skip
    pooled = pool([one, both])
    assert np.allclose(pooled.texture[0], pooled.texture[1])
    assert np.allclose(pooled.misfit[0], pooled.misfit[1])
    splits = make_splits(["a", "b"], folds=2, seed=0)
    with pytest.raises(ValueError, match="expected one of"):
        fit_predict("oracle", pooled, [0], [1])
    assert cross_fit_curves("taylor", pooled, splits).shape == (2, len(STRAINS))


def test_speed_is_set_beside_the_engine(made: Path, tmp_path: Path) -> None:
    copper = {
        "systems": "fcc12", "elastic": {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0},
        "flow": {"rate": 0.001, "exponent": 10},
        "hardening": {"kind": "voce", "tau0": 16.0, "tau_sat": 100.0, "h0": 180.0, "a": 1.0},
    }  # fmt: skip
    entry = {"grid": 4, "grains": 4, "axis": "z", "strain": 0.02, "frames": 2}
    out = tmp_path / "speed.csv"
    crystal_surrogate_speed.main(
        {name: made / f"{name}.json" for name in MODELS}, out, models=MODELS,
        systems={"small": entry}, materials={"small": copper}, step=0.01, steps=3, passes=2, seed=1,
    )  # fmt: skip
    table = pd.read_csv(out)
    assert list(table["images"].unique()) == [1, 16]
    assert (table["engine"] > 0).all()
    assert (table.loc[table["model"] == "persistence", "preparation"] == 0).all()
    assert (table.loc[table["model"] == "cube", "preparation"] > 0).all()


def test_figures_show_all_models(made: Path, tmp_path: Path) -> None:
    scores = [made / f"scores/{name}.json" for name in MODELS]
    crystal_figure_misorientation.main(
        scores=scores, stem=tmp_path / "a", models=MODELS, system="small", others=["large"]
    )
    crystal_figure_prediction.main(
        samples=made / "cubes.h5", stem=tmp_path / "b", models=MODELS, axis="x",
        predictions={name: made / f"predictions/{name}.parquet" for name in ("mechanism", "cube")},
    )  # fmt: skip
    crystal_figure_nonlocal.main(
        errors=made / "errors.parquet", comparisons=made / "comparisons.json",
        stem=tmp_path / "c", models=MODELS, system="small", reference="mechanism",
    )  # fmt: skip
    crystal_figure_transfer.main(
        scores=scores, curve=made / "curve.parquet", stem=tmp_path / "d", models=MODELS,
        system="small",
    )  # fmt: skip
    assert set(pd.read_csv(tmp_path / "a.csv")["model"]) == set(MODELS)
    panels = set(pd.read_csv(tmp_path / "b.csv")["panel"])
    assert {"rotation truth", "misorientation cube"} <= panels
    assert len(pd.read_csv(tmp_path / "b.csv").query("panel == 'rotation truth'")) == 25
    assert {p.suffix for p in tmp_path.iterdir()} == {".pdf", ".svg", ".png", ".csv", ".json"}
