"""One number for each glass is learnt from averages over its particles, from import to scores."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from mechanist.describe.descriptor import Features
from mechanist.describe.shared.sample_averages import over_particles
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.sample import write_sample
from mechanist.formats.tables import column_metadata, read_table
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.own_glasses import adopted, common_of, unusable
from mechanist.imports.trajectory_samples import import_sample
from mechanist.learn.study import SAMPLES, Study, StudyFiles
from scripts.glass import describe, targets
from scripts.models import splits, train

#: Particles of each glass.
N = 64
DESCRIPTOR: Any = {"kind": "local_structure", "parameters": {"potential": "none"}}
MODELS: Any = {
    "dummy": {"label": "Dummy", "role": "baseline", "estimator": "dummy"},
    "ridge": {"label": "Ridge", "role": "data", "estimator": "ridge", "features": ["local"]},
}


def test_each_feature_has_its_mean_and_its_standard_deviation() -> None:
    told = over_particles(Features(np.array([[1.0, 5.0], [3.0, 5.0]]), ["a", "b"]))
    assert told.names == ["mean_a", "mean_b", "std_a", "std_b"]
    np.testing.assert_array_equal(told.values, [[2.0, 5.0, 1.0, 0.0]])


def glasses(folder: Path, strengths: np.ndarray) -> list[Path]:
    """Import samples of falling density with one number each; return their adopted files."""
    made = []
    for k, strength in enumerate(strengths):
        side = 8.0 * (1 + 0.01 * k)
        places = side * np.random.default_rng(k).random((N, 3)) * [1, 1, 0]
        frame = TrajectoryFrame(
            timestep=0, ids=np.arange(1, N + 1), species=np.zeros(N, np.int64), labels=("A",),
            positions=places, cell=np.diag([side, side, 1.0]),
        )  # fmt: skip
        path = folder / f"{k}.xyz"
        write_extxyz(path, [frame])
        entry = {"path": str(path), "format": "extxyz", "species": {"A": "A"}, "dimension": 2,
                 "units": "lj", "frames": [], "target": "strength", "target_value": float(strength),
                 "target_unit": "GPa"}  # fmt: skip
        made.append(import_sample(entry, name=f"g{k:02d}", system="mine"))
    common = common_of(made)
    assert unusable(made, common, strains=[0.0], tolerance=0.1) == {}
    paths = []
    for sample in made:
        ready = adopted(sample, strains=[0.0], tolerance=0.1, length=common.length)
        paths.append(folder / f"{sample.name}.h5")
        write_sample(paths[-1], ready)
    return paths


def scores(folder: Path, strengths: np.ndarray, model: str) -> dict[str, dict[str, Any]]:
    """Return the scores of a model by metric, from the scripts that the rules run."""
    samples = glasses(folder, strengths)
    targets.main(
        samples, folder / "targets.parquet", cutoff=2.0, strains=[0.0], quantities=["strength"]
    )
    describe.main(
        samples, folder / "local.parquet", descriptor=DESCRIPTOR, probe=0.0, seed=0, averages=True
    )
    assert len(read_table(folder / "local.parquet")) == len(strengths)
    assert column_metadata(folder / "targets.parquet")["strength"]["unit"] == "GPa"
    splits.main(samples, folder / "splits.json", folds=4, seed=0)
    study = Study(subject=SAMPLES, quantity="strength", strains=[0.0])
    files = StudyFiles(
        targets=folder / "targets.parquet",
        splits=folder / "splits.json",
        features={"local": folder / "local.parquet"},
    )
    train.main(
        files, folder / "p.parquet", folder / "f.parquet", folder / "s.json", study=study,
        model=MODELS[model], scoring={"subject": SAMPLES, "level": 0.95}, seed=0,
    )  # fmt: skip
    records = json.loads((folder / "s.json").read_text())
    assert {(r["target"], r["subset"], r["n_samples"]) for r in records} == {
        ("strength", "all", len(strengths))
    }
    return {record["metric"]: record for record in records}


def test_what_the_structure_determines_is_learnt_and_what_is_shuffled_is_not(
    tmp_path: Path,
) -> None:
    strengths = np.linspace(1.0, 3.0, 24)
    told = {}
    for name, model, values in (
        ("known", "ridge", strengths),
        ("dummy", "dummy", strengths),
        ("shuffled", "ridge", np.random.default_rng(1).permutation(strengths)),
    ):
        folder = tmp_path / name
        folder.mkdir()
        told[name] = scores(folder, values, model)
    assert told["known"]["r2"]["value"] > 0.8
    assert told["known"]["mae"]["unit"] == "GPa"
    assert told["dummy"]["r2"]["value"] <= 0.0
    assert told["shuffled"]["r2"]["value"] < 0.2
