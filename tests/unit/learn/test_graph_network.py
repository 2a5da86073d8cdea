"""Networks of particles are trained by the common rules: folds, classes, rows, and no leak."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import disordered
from mechanist.assess.leak_probe import probe
from mechanist.formats.sample import LoadPath, Sample, write_sample
from mechanist.formats.tables import write_table
from mechanist.learn.estimators.graph_network import GraphModel
from mechanist.learn.open_study import open_study
from mechanist.learn.splits import make_splits, read_splits, write_splits
from mechanist.learn.study import OBJECTS, STATES, Study, StudyFiles
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.mechanics.neighbours import find_neighbours

N = 25
NAMES = [f"g-{k:04d}" for k in range(8)]
LOADS = {"back": strain_of(simple_shear("xy", -1)), "forth": strain_of(simple_shear("xy"))}
STUDY = Study(subject=OBJECTS, reads=STATES, quantity="t", strains=(0.01,), class_strains=(0.01,),
              class_definitions=((0.2, 0.5),))  # fmt: skip
SMALL: Any = {"width": 4, "rounds": 1, "cutoff": 1.5}


def model(**parameters: Any) -> Any:
    return {"label": "Graph", "role": "data", "estimator": "graph_network",
            "parameters": SMALL | parameters}  # fmt: skip


def study_files(folder: Path) -> StudyFiles:
    """Write glasses whose target is how their bonds lie in the load."""
    rows, files = [], []
    for number, name in enumerate(NAMES):
        c = disordered(np.random.default_rng(number), n=N, dimension=2)
        pairs = find_neighbours(c, 1.5)
        curve = {"strain": np.zeros(1)}
        paths = {n: LoadPath(t, t, curve, ()) for n, t in LOADS.items()}
        files.append(folder / f"{name}.h5")
        write_sample(files[-1], Sample(name, "toy", 0, c, paths))
        for load, tensor in LOADS.items():
            unit = pairs.directions
            told = np.einsum("pi,ij,pj->p", unit, tensor, unit)
            value = np.bincount(pairs.first, told, minlength=N)
            rows += [(name, load, k, value[k]) for k in range(N)]
    table = pd.DataFrame(rows, columns=["sample", "load", "object", "t@0.010"])
    table = table.astype({"sample": "category", "load": "category", "object": "int32"})
    write_table(folder / "targets.parquet", table, check=False)
    write_splits(folder / "splits.json", make_splits(NAMES, folds=2, seed=1))
    return StudyFiles(
        targets=folder / "targets.parquet", splits=folder / "splits.json", samples=files
    )


def correlation(table: pd.DataFrame) -> float:
    numbers = table[table["target"] == "t@0.010"]
    return float(np.corrcoef(numbers["truth"], numbers["prediction"])[0, 1])


def test_the_load_is_learnt_out_of_fold_and_only_where_it_is_told(tmp_path: Path) -> None:
    files = study_files(tmp_path)
    told = open_study(STUDY, model(passes=30, patience=30, learning_rate=2e-2), files)
    table = told.train(seed=0)
    assert set(table["target"]) == {"t@0.010", "plastic@0.010|0.20|0.50"}
    assert (table["target"] == "t@0.010").sum() == len(NAMES) * 2 * N
    assert correlation(table) > 0.5
    pd.testing.assert_frame_equal(told.train(seed=0), table)
    blind = open_study(STUDY, model(passes=5, edges="blind"), files)
    assert abs(correlation(blind.train(seed=0))) < 0.3  # the target changes sign with the load


def test_what_is_tested_is_not_learnt_from(tmp_path: Path) -> None:
    found = probe(STUDY, model(passes=1), study_files(tmp_path), seed=0)
    assert found.tight


def test_sizes_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="edges = 'lod'; expected one of load, blind, vectors"):
        GraphModel(edges="lod")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected at least 1"):
        GraphModel(passes=0)
    files = study_files(tmp_path)
    folds = read_splits(files.splits).folds
    with pytest.raises(ValueError, match="1 independent samples to learn from"):
        open_study(STUDY, model(), files).train(seed=0, train_samples=[fold[0] for fold in folds])
