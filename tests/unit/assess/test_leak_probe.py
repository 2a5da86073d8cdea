"""Models of a run are probed on a few samples: clean ones pass, and those that peek are caught."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.leak_probe import few_samples, reads_truth
from mechanist.formats.tables import write_table
from mechanist.learn import training
from mechanist.learn.splits import Splits, make_splits, write_splits
from mechanist.learn.study import OBJECTS, Study
from scripts.trust import leak_probes

NAMES = [f"g-{k:04d}" for k in range(12)]
STUDY = Study(subject=OBJECTS, quantity="t", strains=(0.01,), class_strains=(0.01,),
              class_definitions=((0.1, 0.5),)).plain()  # fmt: skip


def system(folder: Path) -> Path:
    """Write targets, features and splits of twelve samples under two loads."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(
        [(name, load, k) for name in NAMES for load in ("a", "b") for k in range(60)],
        columns=["sample", "load", "object"],
    ).astype({"sample": "category", "load": "category", "object": "int32"})
    X = rng.normal(size=(len(rows), 3)).astype(np.float32)
    here = folder / "glass" / "toy"
    for name, table in (
        ("features/d.parquet", rows.assign(x=X[:, 0], y=X[:, 1], z=X[:, 2])),
        ("targets.parquet", rows.assign(**{"t@0.010": X[:, 0] + rng.normal(size=len(rows))})),
    ):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        write_table(here / name, table, check=False)
    write_splits(here / "splits.json", make_splits(NAMES, folds=3, seed=1))
    return here


def verdicts(folder: Path, **estimators: Any) -> pd.Series:
    here = system(folder)
    models: Any = [
        {"wing": "glass", "system": "toy", "model": name, "study": STUDY,
         "entry": {"features": ["d"], **entry}}
        for name, entry in estimators.items()
    ]  # fmt: skip
    out = folder / "probes.csv"
    leak_probes.main(models, [here / "targets.parquet"], [here / "features/d.parquet"], [], out,
                     folder / "probes.md", seed=0)  # fmt: skip
    listed = pd.read_csv(out)
    assert (folder / "probes.md").read_text().count("\n| glass | toy | ") == len(models)
    return listed.set_index("model")["verdict"]


def test_clean_models_pass_and_a_ceiling_declares_what_it_reads(tmp_path: Path) -> None:
    found = verdicts(
        tmp_path, ridge={"estimator": "ridge"}, ceiling={"estimator": "ceiling_other_loads"},
        svm={"estimator": "linear_svm", "task": "classification", "parameters": {"C": 1.0}},
    )  # fmt: skip
    told = {"ridge": "no leak", "ceiling": "reads the truth, as it declares", "svm": "no leak"}
    assert found.to_dict() == told
    assert reads_truth({"estimator": "ceiling_other_loads"})  # type: ignore[typeddict-item]
    assert not reads_truth({"estimator": "pair_network"})  # type: ignore[typeddict-item]


def test_a_boundary_between_classes_that_tested_rows_set_is_a_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probe trains the whole way to margins, not the estimator alone."""
    labels = training.frame_labels

    first = min(make_splits(NAMES, folds=3, seed=1).folds[0])
    kept = sorted(few_samples(make_splits(NAMES, folds=3, seed=1), 2).samples).index(first)

    def edge(dataset: Any, task: Any, definition: Any) -> np.ndarray:
        shift = float(dataset.Y[dataset.keys.sample == kept].max())
        monkeypatch.setattr(training, "best_threshold", lambda *_: shift)
        return labels(dataset, task, definition)

    monkeypatch.setattr(training, "frame_labels", edge)
    assert verdicts(tmp_path, ridge={"estimator": "ridge"}).to_dict() == {"ridge": "leak"}


def test_few_samples_keep_their_folds_and_groups() -> None:
    splits = Splits(3, (("a", "b", "c"), ("d", "e")), {"x": "melted"}, {"a": "ab", "b": "ab"})
    assert few_samples(splits, 1) == Splits(3, (("a",), ("d",)), groups={"a": "ab"})
    assert few_samples(splits, 9).folds == splits.folds
