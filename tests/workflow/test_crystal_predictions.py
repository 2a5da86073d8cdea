"""Polycrystals of a user's, predicted by the surrogates that the smoke run keeps and by released ones."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from checkouts import Checkout
from crystal_files import ang_lines
from mechanist.api import load_surrogate, predict_rotations
from mechanist.formats.polycrystal_batches import read_runs

HEADER = (
    "wing\tsystem\tsample\tgroup\tpath\tformat\tspecies\tdimension\tunits\tload\treference\tdeformed"
    "\ttarget\toptions\n"
)
RUNS = "results/smoke/crystal/fcc16/runs/0000.h5"


@pytest.fixture(scope="module")
def root(finished: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("turned") / "repository"
    shutil.copytree(finished.root, copy, symlinks=True)
    euler = np.zeros((8, 6, 3))
    euler[4:, :3], euler[:4, 3:] = (0.5, 0.3, 0.2), (1.0, 0.6, 0.1)
    (copy / "mine.ang").write_text("\n".join(ang_lines(euler)) + "\n")
    return copy


def row(name: str, path: str, form: str, load: str, options: str, system: str = "fcc8") -> str:
    cells = ["crystal", system, name, "-", path, form, *"---", load, *"---", options]
    return "\t".join(cells) + "\n"


@pytest.mark.slow
def test_names_that_refer_to_nothing_are_told_before_anything_runs(root: Path) -> None:
    (root / "config/predict.tsv").write_text(
        HEADER
        + row("a", "mine.ang", "map", "uniaxial z", "{systems: fcc12, model: xgboost}")
        + row("b", "mine.ang", "map", "uniaxial z", "{systems: fcc12}", system="fcc99")
        + row("c", "mine.ang", "map", "uniaxial -z", "{systems: fcc12}")
        + row("d", "mine.ang", "map", "-", "{systems: fcc12}")
        + row("e", "mine.ang", "picture", "uniaxial z", "{systems: fcc12}")
    )
    done = Checkout(root).smoke("predict", check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert (
        "config/predict.tsv:2: model 'xgboost', expected one of ['taylor_plastic', 'gru']" in told
    )
    assert "config/predict.tsv:3: no surrogate of system 'fcc99' is kept" in told
    assert "expected tension along an axis of the grid, such as uniaxial z" in told
    assert "config/predict.tsv:5, column 'load': empty" in told
    assert "'picture', expected one of ['damask', 'map', 'run', 'vti']" in told
    assert not (root / "results/smoke/predicted/fcc8").exists()


@pytest.mark.slow
def test_good_rows_are_predicted_and_bad_files_are_told(root: Path) -> None:
    run = read_runs(root / RUNS)[0]
    (root / "config/predict.tsv").write_text(
        HEADER
        + row("grid", RUNS, "run", "uniaxial x", f"{{run: {run.name}, model: gru}}")
        + row("surface", "mine.ang", "map", "uniaxial y", "{systems: fcc12, released: true}")
        + row("iron", "mine.ang", "map", "uniaxial y", "{systems: bcc24}")
    )
    done = Checkout(root).smoke("predict", check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert "config/predict.tsv:4" in told
    assert "slip systems 'bcc24'; model 'taylor_plastic' of system 'fcc8' predicts" in told
    folder = root / "results/smoke/predicted/fcc8"
    assert sorted(path.name for path in folder.iterdir()) == ["grid", "surface"]
    table = pd.read_parquet(folder / "grid/voxels.parquet")
    model = load_surrogate(root / "results/smoke/crystal/surrogate/kept/gru")
    found = predict_rotations(model, run.orientations[0], axis="x", grains=run.grains)
    np.testing.assert_allclose(table["rotation@0.040"], found.angles[..., -1].ravel(), rtol=1e-5)
    # Four polycrystals are too few for an interval.
    assert table["rotation@0.040|upper"].isna().all()
    said = json.loads((folder / "surface/summary.json").read_text())
    assert said["model"] == "fcc8/gru_plastic"
    assert said["strains"][-1] == 0.13
    assert any("one voxel deep" in line for line in said["outside"])
    for name in ("grid", "surface"):
        assert (folder / name / "orientations.vti").exists()
        assert (root / f"results/smoke/figures/predicted/fcc8_{name}.png").exists()
        assert (root / f"results/smoke/figures/predicted/poles/fcc8_{name}.png").exists()
        by_grain = pd.read_parquet(folder / name / "grains.parquet")
        assert by_grain["voxels"].sum() == len(pd.read_parquet(folder / name / "voxels.parquet"))
