"""Pictures of toy glasses: scores of each glass, the table over glasses, and the figures."""

import json
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from helpers import disordered
from mechanist.discover.force_balance import PairBasis, balance_of, learnt_pairs
from mechanist.formats.pair_tables import PairTable, read_pair_tables, write_pair_tables
from mechanist.formats.sample import Sample, read_sample, write_sample
from mechanist.formats.tables import column_metadata, read_table
from mechanist.learn.splits import make_splits
from mechanist.mechanics.materials.material import load_material
from mechanist.simulate.newton import NewtonRelaxer
from photographed import STRAIN, photographed_glass
from scripts.experiment import (
    figure_detection,
    figure_forces,
    figure_ladder,
    figure_pictures,
    figure_sections,
    figure_twin,
    forces,
    ladder,
    rendered,
    scores,
    sections,
    shown,
    twin,
)

ROOT = Path(__file__).parents[3]
CAMERA: Any = {"pixels": 12.0, "snr": 20.0, "blur": 1.0, "shade": 0.3, "spread": 0.0}
RENDERERS: Any = {
    "discs": {"kind": "discs", "radii": [0.375, 0.3]},
    "rims": {"kind": "rims", "radii": [0.47, 0.4]},
}
DETECTORS: Any = {
    "watershed": {"method": "watershed", "diameter": 0.8},
    "trackpy": {"method": "trackpy", "diameter": 0.8},
}
SERIES: Any = {
    "ours": {"label": "Discs", "role": "data", "renderer": "discs", "detector": "watershed"},
    "rival": {
        "label": "Discs, trackpy",
        "role": "baseline",
        "renderer": "discs",
        "detector": "trackpy",
    },
}
COMMON: Any = {"load": "shear", "strain": STRAIN, "window": 11.0, "cutoff": 2.0, "camera": CAMERA,
               "renderers": RENDERERS, "detectors": DETECTORS, "seed": 1}  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rendered")
    found = []
    for k in range(2):
        sample, out = folder / f"toy-000{k}.h5", folder / f"toy-000{k}.parquet"
        photographed_glass(sample, seed=k)
        rendered.main(sample, out, sweeps={"snr": [3.0, 20.0]}, **COMMON,
                      pairs=[["discs", "watershed"], ["discs", "trackpy"]])  # fmt: skip
        found.append(out)
    return found


def test_scores_of_a_glass_are_good_and_their_nulls_are_not(tables: list[Path]) -> None:
    table = read_table(tables[0])
    assert column_metadata(tables[0])["error"]["unit"] == "length"
    assert len(table) == 2 * 2 * 2  # the usual camera is not tried twice
    ours = table[~table["null"] & (table["detector"] == "watershed")].set_index("setting")
    assert ours["sweep"].tolist() == ["", "snr"]
    usual, noisy = ours.loc[0.0], ours.loc[3.0]
    assert usual["precision"] == usual["recall"] == usual["link_right"] == 1
    assert usual["error"] < 0.006 < noisy["error"] < 0.03
    assert noisy["error_stated"] == pytest.approx(noisy["error"], rel=0.25)
    assert usual["species"] > 0.97
    assert usual["d2min_auc"] > 0.97
    assert 6.5 < noisy["floor"] < 8.5
    assert noisy["d2min_r2_above_floor"] > noisy["d2min_r2"]
    null = table[table["null"] & (table["detector"] == "watershed")].iloc[0]
    assert null["precision"] < 0.5
    assert null["error"] > 0.1
    assert 0.5 < null["species"] < 0.75
    assert null["d2min_r2"] < 0
    assert np.isnan(null["floor"])


def test_a_sample_gives_the_same_bytes_again(tables: list[Path], tmp_path: Path) -> None:
    again = tmp_path / "toy-0000.parquet"
    rendered.main(tables[0].with_suffix(".h5"), again, sweeps={"snr": [3.0, 20.0]}, **COMMON,
                  pairs=[["discs", "watershed"], ["discs", "trackpy"]])  # fmt: skip
    assert again.read_bytes() == tables[0].read_bytes()


def test_the_table_and_its_figure(tables: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "detection.csv"
    scores.main(tables, out, interval={"level": 0.9, "resamples": 200, "seed": 0})
    table = pd.read_csv(out)
    key = (
        (table["metric"] == "error") & (table["setting"] == 3) & (table["detector"] == "watershed")
    )
    (row,) = table[key].to_dict("records")
    both = [read_table(path) for path in tables]
    values = [one[(one["setting"] == 3) & ~one["null"] & (one["detector"] == "watershed")]["error"].item()
              for one in both]  # fmt: skip
    assert row["value"] == pytest.approx(np.mean(values), rel=1e-5)
    assert row["low"] < min(values) < max(values) < row["high"]
    assert (row["n_samples"], row["unit"], row["level"]) == (2, "sigma", 0.9)
    assert row["null"] > 0.1
    about = json.loads((tmp_path / "detection.csv-metadata.json").read_text())
    assert {c["name"] for c in about["tableSchema"]["columns"]} == set(table.columns)
    figure_detection.main(out, tmp_path / "figure", camera=CAMERA, series=SERIES)
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert set(drawn["series"]) == {"ours", "rival"}
    assert sorted(drawn.loc[drawn["metric"] == "error", "setting"]) == [3, 3, 20, 20]


def test_pictures_that_lose_their_particles_have_no_score(tmp_path: Path) -> None:
    sample = tmp_path / "toy-0000.h5"
    photographed_glass(sample)
    rendered.main(sample, tmp_path / "t.parquet", sweeps={}, pairs=[["discs", "watershed"]],
                  **{**COMMON, "camera": {**CAMERA, "snr": 0.02}})  # fmt: skip
    table = read_table(tmp_path / "t.parquet")
    assert len(table) == 1
    assert table["error"].isna().all()
    scores.main([tmp_path / "t.parquet"], tmp_path / "t.csv",
                interval={"level": 0.9, "resamples": 200, "seed": 0})  # fmt: skip
    assert (pd.read_csv(tmp_path / "t.csv")["n_samples"] == 0).all()


def test_a_renderer_without_the_radius_of_a_species_is_refused(tmp_path: Path) -> None:
    photographed_glass(tmp_path / "toy-0000.h5")
    lacking: Any = {**COMMON, "renderers": {"discs": {"kind": "discs", "radii": [0.375]}}}
    with pytest.raises(ValueError, match="states 1 radii, but the glass has 2 species"):
        rendered.main(tmp_path / "toy-0000.h5", tmp_path / "t.parquet", sweeps={},
                      pairs=[["discs", "watershed"]], **lacking)  # fmt: skip


def test_shown_pictures_and_their_figure(tables: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "shown.npz"
    shown.main(tables[0].with_suffix(".h5"), out, **COMMON,
               shown={"renderer": "discs", "detector": "watershed", "snr": 8.0})  # fmt: skip
    figure_pictures.main(out, tmp_path / "figure", titles={"discs": "a", "rims": "b", "noisy": "c"})
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert len(drawn) > 30
    assert np.corrcoef(np.log(drawn["truth"]), np.log(drawn["measured"]))[0, 1] > 0.7
    assert drawn[["x", "y"]].min().min() >= 2  # those nearer to the edge are censored
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_the_ladder_and_its_figure(tmp_path: Path) -> None:
    for k in range(4):
        photographed_glass(tmp_path / f"toy-000{k}.h5", seed=k)
    models: Any = {
        "dummy": {"label": "Dummy", "role": "baseline", "estimator": "dummy"},
        "local": {"label": "L", "role": "data", "estimator": "ridge", "features": ["local"]},
        "springs": {"label": "S", "role": "mechanism", "estimator": "ridge", "features": ["springs"]},
        "twin": {"label": "T", "role": "hybrid", "estimator": "ridge", "features": ["twin"]},
        "learnt": {"label": "E", "role": "hybrid", "estimator": "ridge", "features": ["learnt_twin"]},
        "restored": {"label": "R", "role": "hybrid", "estimator": "ridge", "features": ["restored_local"]},
    }  # fmt: skip
    local: Any = {"kind": "local_structure", "parameters": {"potential": "none"}}
    out = tmp_path / "ladder.csv"
    tables = known_forces(tmp_path, folds=2)
    ladder.main(sorted(tmp_path.glob("*.h5")), out, tables, loads=["shear"], strain=STRAIN, window=9.0, cutoff=2.0,
                settings={"noise": [0.1], "missed": [0.1], "species": [0.1]},
                descriptors={"local": local}, models=models, folds=2, seed=1,
                interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    table = pd.read_csv(out)
    assert (table["n_samples"] == 4).all()
    auc = table[table["metric"] == "auc_top10"]
    assert (auc.loc[auc["model"] == "dummy", "value"] == 0.5).all()
    # without errors there is one training, and no change
    none = auc[auc["degradation"] == "none"]
    assert (none["training"] == "same").all()
    assert (none["change"] == 0).all()
    assert set(auc.loc[auc["degradation"] == "noise", "training"]) == {"same", "clean"}
    # a twin needs the whole cell
    assert set(auc.loc[auc["model"] == "twin", "degradation"]) == {"none", "noise", "missed", "species"}  # fmt: skip
    # the tables hold the known forces, so that both twins tell the same
    whole = auc[auc["degradation"] == "none"].set_index("model")["value"]
    assert whole["restored"] != whole["local"]  # structure is read after the relaxation
    for kind in ("none", "noise", "species"):
        same = auc[(auc["degradation"] == kind) & (auc["training"] == "same")].set_index("model")
        assert same["value"]["learnt"] == pytest.approx(same["value"]["twin"], abs=0.02)
    assert set(auc.loc[auc["model"] == "restored", "degradation"]) == {"none", "noise", "missed", "species"}  # fmt: skip
    assert {"local", "springs"} <= set(auc.loc[auc["degradation"] == "window", "model"])
    figure_ladder.main(out, tmp_path / "figure", models=models)
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert "dummy" not in set(drawn["model"])
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def known_forces(folder: Path, folds: int) -> list[Path]:
    """Write the known forces as tables that stand for learnt ones."""
    material = load_material()
    potential, tables = material.pairs("a test"), []
    for a, b in ((0, 0), (0, 1), (1, 1)):
        last = float(material.cutoffs[a, b])
        kinds = (np.full(2000, kind) for kind in (a, b))
        energy, slope, _ = potential(*kinds, np.linspace(0.25 * last, last, 2000))
        tables.append(PairTable("AB"[a] + "_" + "AB"[b], 0.25 * last, last, energy, -slope))
    paths = [folder / f"without_fold_{k}.table" for k in range(folds)]
    for path in paths:
        write_pair_tables(path, tables, comments=["known"])
    return paths


def test_forces_are_learnt_from_places_at_rest_and_drawn(tmp_path: Path) -> None:
    for k in range(4):
        start = disordered(np.random.default_rng(k), n=400, dimension=2)
        relaxed = NewtonRelaxer(start).relax(start.positions, start.cell, tolerance=1e-7)
        rest = start.moved(relaxed.positions, start.cell)
        write_sample(tmp_path / f"toy-000{k}.h5", Sample(f"toy-000{k}", "toy", 1, rest, {}))
    tables = [tmp_path / f"without_fold_{k}.table" for k in range(3)]
    forces.main(sorted(tmp_path.glob("*.h5")), tmp_path / "forces.csv", tmp_path / "force_scores.csv", tables,
                errors=[0.0, 0.003], error=0.0, first=0.5, reach=2.5, pieces=16, folds=3, seed=1,
                interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    # each potential is that of the glasses of the other folds, and of them alone
    names = [f"toy-000{k}" for k in range(4)]
    fold_of = make_splits(names, folds=3, seed=1).fold_of
    for fold, table in enumerate(tables):
        others = [name for name in names if fold_of[name] != fold]
        assert table.read_text().startswith(f"# Learnt from {len(others)} glasses at rest")
        basis = PairBasis(2, 0.5, 2.5, 16)
        learnt = learnt_pairs(
            reduce(
                add,
                [
                    balance_of(read_sample(tmp_path / f"{name}.h5").reference, basis)
                    for name in others
                ],
            ),
            basis,
        )
        written = read_pair_tables(table, ("A", "B"))["A_A"]
        distances = np.linspace(written.first, written.last, len(written.force))
        np.testing.assert_allclose(
            written.force, -learnt.slopes(0, distances), rtol=1e-6, atol=1e-6
        )
    found = pd.read_csv(tmp_path / "force_scores.csv").set_index(["error", "metric"])
    assert found.loc[(0.0, "force_misfit"), "value"] < 0.3
    assert found.loc[(0.0, "imbalance"), "value"] < 0.001
    assert found.loc[(0.003, "imbalance"), "value"] == pytest.approx(0.003, rel=0.25)
    learnt = pd.read_csv(tmp_path / "forces.csv")
    near = learnt[(learnt["error"] == 0) & (learnt["pair"] == "A-A")]
    assert near["learnt"].iloc[0] > 0 > near["learnt"].min()
    figure_forces.main(
        tmp_path / "forces.csv", tmp_path / "force_scores.csv", tmp_path / "figure", error=0.0
    )
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert set(drawn["panel"]) == {"forces", "scores"}
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_twins_of_pictures_and_their_figure(tmp_path: Path) -> None:
    for k in range(2):
        photographed_glass(tmp_path / f"toy-000{k}.h5", seed=k)
    out = tmp_path / "twin.csv"
    tables = known_forces(tmp_path, folds=2)
    twin.main(sorted(tmp_path.glob("*.h5")), out, tables, divided=["toy-0000", "toy-0001"], folds=2,
              loads=["shear"], past=STRAIN / 2, strain=STRAIN, window=14.0,
              cutoff=2.0, camera=CAMERA, renderer=RENDERERS["discs"], detector=DETECTORS["watershed"],
              snr=[5.0, 20.0], rim=2.5, doubtful=5, seed=1,
              interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    table = pd.read_csv(out)
    assert (table["n_samples"] == 2).all()
    key = table.set_index(["method", "snr", "target", "metric"])["value"]
    # half of the motion has happened, and the other half is the same
    assert key["past_truth", 20, "later", "auc_top10"] > 0.99
    assert key["past", 20, "later", "auc_top10"] > key["past", 5, "later", "auc_top10"]
    places = table[(table["metric"] == "error") & (table["method"] == "unrelaxed")]
    assert places.set_index("snr")["value"][5] > 1.5 * places.set_index("snr")["value"][20]
    assert "unrelaxed" not in set(table.loc[table["metric"] == "home", "method"])
    same = table[table["metric"] == "auc_top10"].set_index(["method", "snr", "target"])["value"]
    np.testing.assert_allclose(same["learnt"], same["repaired"], atol=0.03)
    # the truth is compared with itself
    assert (table.loc[table["method"] == "truth", "change"] == 0).all()
    methods: Any = {
        "truth": {"label": "True", "role": "ceiling"},
        "repaired": {"label": "Twin", "role": "mechanism"},
        "past": {"label": "Past", "role": "data"},
    }
    figure_twin.main(out, tmp_path / "figure", methods=methods)
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert set(drawn["method"]) == set(methods)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_crystals_from_sections_and_their_figure(tmp_path: Path) -> None:
    crystal = yaml.safe_load((ROOT / "config/config.yaml").read_text())["crystal"]
    out = tmp_path / "sections.csv"
    sections.main(out, material=crystal["materials"]["copper"], grid=6, grains=4, development=2,
                  samples=2, known=[6, 4, 1], axes=["x"], strain=0.005, steps=1, seed=1,
                  interval={"level": 0.9, "resamples": 50, "seed": 0})  # fmt: skip
    table = pd.read_csv(out)
    assert (table["n_samples"] == 2).all()
    every = table[table["subset"] == "all voxels"].drop_duplicates(["method", "known", "metric"])
    key = every.set_index(["metric", "method", "known"])["value"]
    # with all sections, the cell is the true one
    assert key["stress_r2", "sections", 6] == 1
    assert key["curve_error", "sections", 6] == key["misorientation", "sections", 6] == 0
    # controls know less
    assert 1 > key["stress_r2", "sections", 4] > key["stress_r2", "columnar", 1]
    assert key["misorientation", "sections", 4] < key["misorientation", "voronoi", 0]
    assert key["stress_r2", "dummy", 0] < 0.01
    assert ("misorientation", "dummy", 0) not in key.index
    between = table[table["subset"] != "all voxels"]
    assert 6 not in set(between["known"])
    # one rule is loaded; all are compared at the start
    loaded = table[table["metric"] == "curve_error"]
    assert not loaded.duplicated(["method", "known"]).any()
    assert table.loc[table["metric"] == "right_start", "rule"].nunique() == 3
    methods: Any = {
        "sections": {"label": "Sections", "role": "mechanism"},
        "columnar": {"label": "Columnar", "role": "control"},
        "voronoi": {"label": "Voronoi", "role": "baseline"},
        "dummy": {"label": "Mean", "role": "baseline"},
    }
    figure_sections.main(out, tmp_path / "figure", methods=methods)
    drawn = pd.read_csv(tmp_path / "figure.csv")
    assert set(drawn["method"]) == set(methods)
    assert (tmp_path / "figure.png").stat().st_size > 20_000
