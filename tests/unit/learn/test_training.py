"""Predictions are out of fold, and class thresholds come from the training folds."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from learning_inputs import LOADS, STRAINS, Files, write_inputs
from mechanist.core.errors import FormatError
from mechanist.formats.predictions import COLUMNS, read_predictions, read_units, write_predictions
from mechanist.formats.tables import read_table, write_table
from mechanist.learn.open_study import open_study
from mechanist.learn.plastic_classes import best_threshold, class_labels
from mechanist.learn.study import OBJECTS, SAMPLES, STATES, Study, StudyFiles
from mechanist.learn.training import centred
from mechanist.learn.within_samples import open_within_samples
from mechanist.settings.target_names import class_target
from scripts.models import curve as models_curve
from scripts.models import evaluate as models_evaluate
from scripts.models import train as models_train
from scripts.models import transfer as models_transfer

RIDGE = {"label": "not read here", "estimator": "ridge", "features": ["blind", "aware"]}
QUANTITY = {"subject": OBJECTS, "quantity": "log10_d2min"}
SCORING = {"subject": OBJECTS, "top_fractions": [0.1], "level": 0.9, "resamples": 100, "seed": 1}
TARGET, CLASSES = "log10_d2min@0.020", class_target(0.02, 0.1, 0.5)


def _train(files: Files, model: dict[str, object] = RIDGE, **options: object) -> pd.DataFrame:
    study = Study(
        **QUANTITY, strains=STRAINS, class_strains=[0.02, 0.9], class_definitions=[[0.1, 0.5]]
    )
    return open_within_samples(study, model, _files(files)).train(seed=1, **options)  # type: ignore[arg-type]


def _files(files: Files) -> StudyFiles:
    return StudyFiles(targets=files.targets, splits=files.splits, features=files.features)


def _within(table: pd.DataFrame, target: str = TARGET) -> float:
    """Return Pearson's correlation within frames, averaged."""
    rows = table[table["target"] == target]
    return float(
        np.mean(
            [
                pearsonr(frame["truth"], frame["prediction"])[0]
                for _, frame in rows.groupby(["sample", "load"], observed=True)
            ]
        )
    )


def test_every_object_is_predicted_once_in_its_fold(tmp_path: Path) -> None:
    files = write_inputs(tmp_path)
    table = _train(files)
    assert list(table.columns) == list(COLUMNS)
    assert table["target"].cat.categories.tolist() == [
        TARGET, "log10_d2min@0.040", "plastic@0.020|0.10|0.50",
    ]  # fmt: skip
    rows = table[table["target"] == TARGET]
    truth = read_table(files.targets)
    assert len(rows) == len(truth)
    merged = rows.astype({"sample": str, "load": str}).merge(
        truth.astype({"sample": str, "load": str}), on=["sample", "load", "object"]
    )
    np.testing.assert_allclose(merged["truth"], merged[TARGET], rtol=1e-6)
    assert (merged["fold"] == merged["sample"].map(files.folds.fold_of)).all()


def test_a_planted_signal_is_found_and_shuffled_targets_are_not(tmp_path: Path) -> None:
    files = write_inputs(tmp_path / "signal")
    table = _train(files)
    assert _within(table) > 0.7
    classes = table[table["target"] == CLASSES]
    assert roc_auc_score(classes["truth"], classes["prediction"]) > 0.9
    truth = read_table(files.targets)
    columns = [c for c in truth.columns if "@" in c]
    shuffled = np.random.default_rng(0).permutation(len(truth))
    truth[columns] = truth[columns].to_numpy()[shuffled]
    write_table(files.targets, truth)
    table = _train(files)
    assert abs(_within(table)) < 0.1
    classes = table[table["target"] == CLASSES]
    assert abs(roc_auc_score(classes["truth"], classes["prediction"]) - 0.5) < 0.08


@pytest.mark.parametrize("estimator", ["ridge", "hist_boosting"])
def test_what_belongs_to_a_sample_alone_is_not_predicted(tmp_path: Path, estimator: str) -> None:
    """A column contains the pattern, but its meaning changes between samples."""
    files = write_inputs(tmp_path, signal=0.0, identity=3.0, n_objects=60)
    table = read_table(files.features["blind"])
    model = {**RIDGE, "estimator": estimator, "features": ["blind"]}
    assert abs(_within(_train(files, model))) < 0.12
    # Control: with rows of a sample on both sides of the split, the same model scores highly.
    truth = read_table(files.targets).astype({"sample": str, "load": str})
    by_row = truth["object"].to_numpy() % 2 == 0
    merged = truth.merge(table.astype({"sample": str}), on=["sample", "object"])
    tells = pd.get_dummies(merged["sample"]).to_numpy(float) * merged[["b3"]].to_numpy()
    tells = np.hstack([tells, pd.get_dummies(merged["sample"]).to_numpy(float)])
    weights, *_ = np.linalg.lstsq(tells[by_row], merged.loc[by_row, TARGET].to_numpy(), rcond=None)
    guess = tells[~by_row] @ weights
    assert pearsonr(guess, merged.loc[~by_row, TARGET])[0] > 0.8


def test_regression_asks_where_and_not_when(tmp_path: Path) -> None:
    files = write_inputs(tmp_path)
    before = _train(files)
    truth = read_table(files.targets)
    shift = np.where(truth["load"] == "push", 7.0, 0.0)
    truth[TARGET] += shift
    write_table(files.targets, truth)
    after = _train(files)
    rows = before["target"] == TARGET
    moved = (after.loc[rows, "prediction"] - before.loc[rows, "prediction"]).to_numpy()
    np.testing.assert_allclose(moved, 7.0 / len(LOADS), atol=1e-4)
    keys = np.repeat(np.arange(6), 10)
    Y = np.random.default_rng(0).normal(size=(60, 2)) + keys[:, None]
    frames = [slice(10 * k, 10 * k + 10) for k in range(6)]
    np.testing.assert_allclose(centred(Y, frames).reshape(6, 10, 2).mean(axis=1), 0, atol=1e-14)


def test_training_can_be_kept_to_loads_and_samples(tmp_path: Path) -> None:
    files = write_inputs(tmp_path)
    plain, kept = _train(files), _train(files, train_loads=["push"])
    assert len(plain) == len(kept)
    assert not np.allclose(plain["prediction"], kept["prediction"])
    assert _within(kept) > 0.6
    few = [fold[0] for fold in files.folds.folds]
    assert 0.3 < _within(_train(files, train_samples=few)) < _within(plain)
    truth = read_table(files.targets)
    truth.loc[truth["load"] != "push", TARGET] = 0.1 * np.arange((truth["load"] != "push").sum())
    write_table(files.targets, truth)
    spoilt = _train(files, train_loads=["push"])
    rows = (kept["target"] == TARGET) & (kept["load"] == "push")
    np.testing.assert_allclose(
        spoilt.loc[rows, "prediction"], kept.loc[rows, "prediction"], atol=1e-5
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_threshold_is_where_balanced_accuracy_is_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.choice([1, 0, -1], p=[0.1, 0.6, 0.3], size=400).astype(np.int8)
    scores = np.round(labels + rng.normal(size=400), 1)
    edge = best_threshold(scores, labels)
    known = labels >= 0

    def reached(t: float) -> float:
        return float(balanced_accuracy_score(labels[known], scores[known] > t))

    assert reached(edge) == pytest.approx(max(reached(t) for t in np.unique(scores)))
    assert reached(edge) > reached(edge + 2) + 0.05


def test_without_two_scores_nothing_is_plastic() -> None:
    assert best_threshold(np.full(4, 0.3), np.array([1, 0, 0, -1], np.int8)) == 0.3


def test_classes_are_ranks_within_a_frame() -> None:
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0, 0.0, 9.0, 8.0, 7.0, 6.0])
    labels = class_labels(values, 0.2, 0.5)
    assert labels.tolist() == [-1, 0, 0, 0, 0, 0, 1, 1, -1, -1]
    assert class_labels(values, 0.05, 0.95).tolist().count(1) == 1
    np.testing.assert_array_equal(class_labels(np.exp(values), 0.2, 0.5), labels)
    with pytest.raises(ValueError, match="sum <= 1"):
        class_labels(values, 0.6, 0.5)
    with pytest.raises(ValueError, match="1 objects"):
        class_labels(values[:1], 0.2, 0.5)


def test_a_wrong_model_is_refused_before_a_file_is_read() -> None:
    nowhere = StudyFiles(targets=Path("nowhere.parquet"), splits=Path("nowhere.json"))
    study = Study(**QUANTITY, strains=[0.02])
    for model, message in (
        ({"estimator": "forest"}, "known are"),
        ({"estimator": "ridge", "task": "ranking"}, "task 'ranking'"),
        ({"estimator": "ridge", "features": ["absent"]}, "no feature tables of"),
        (
            {"estimator": "logistic", "task": "classification"},
            "is a classifier, but no class definitions",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            open_study(study, model, nowhere)
    whole = Study(subject=SAMPLES, quantity="stress", strains=[0.01])
    with pytest.raises(ValueError, match="the only task for whole samples"):
        open_study(whole, {"estimator": "logistic", "task": "classification"}, nowhere)
    unknown = Study(**QUANTITY, reads=STATES, strains=[0.02])
    with pytest.raises(ValueError, match="'ridge' does not read states"):
        open_study(unknown, RIDGE, nowhere)
    states = Study(subject=SAMPLES, reads=STATES, quantity="stress", strains=[0.01])
    with pytest.raises(ValueError, match="'ridge' does not read states"):
        open_study(states, RIDGE, nowhere)


def test_predictions_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    table = _train(write_inputs(tmp_path))
    table.loc[3, "prediction"] = np.nan
    with pytest.raises(FormatError, match="1 values are not finite"):
        write_predictions(tmp_path / "p.parquet", table)
    with pytest.raises(FormatError, match=r"columns \['fold'\] are missing"):
        write_predictions(tmp_path / "p.parquet", table.drop(columns="fold"))


def test_the_training_script_writes_the_same_bytes_again(tmp_path: Path) -> None:
    files = write_inputs(tmp_path)
    written = []
    for name in ("first", "second"):
        out, frames, scores = (
            tmp_path / f"{name}{end}" for end in (".parquet", "_f.parquet", ".json")
        )
        models_train.main(
            _files(files), out, frames, scores, seed=1, scoring=SCORING,
            model={"estimator": "logistic", "task": "classification", "features": ["aware"]},
            study=Study(
                **QUANTITY, strains=STRAINS, class_strains=[0.04],
                class_definitions=[[0.1, 0.5], [0.2, 0.8]],
            ),
        )  # fmt: skip
        written.append([path.read_bytes() for path in (out, frames, scores)])
    assert written[0] == written[1]
    table = read_predictions(out)
    assert table["target"].nunique() == 2
    again = [tmp_path / "again.parquet", tmp_path / "again.json"]
    models_evaluate.main(out, files.splits, *again, scoring=SCORING)
    assert [path.read_bytes() for path in again] == written[0][1:]
    records = json.loads(scores.read_text())
    assert {record["target"] for record in records} == set(table["target"])
    assert read_units(out)[TARGET] == "log10(length^2)"


def test_transfer_has_a_row_for_every_pair_of_loads(tmp_path: Path) -> None:
    files, out = write_inputs(tmp_path), tmp_path / "transfer.parquet"
    models_transfer.main(
        {"glass": _files(files)}, out, name="joint", model=RIDGE, scoring=SCORING, seed=1,
        study=Study(**QUANTITY, strains=[0.02]),
    )  # fmt: skip
    table = read_table(out)
    spearman = table[table["metric"] == "spearman"]
    assert sorted(set(spearman["train"])) == ["all", *LOADS]
    assert sorted(set(spearman["test"])) == list(LOADS)
    assert len(spearman) == 12
    assert (spearman["value"] > 0.5).all()


def test_curves_rise_with_the_number_of_samples(tmp_path: Path) -> None:
    files, out = (
        write_inputs(tmp_path, n_samples=12, n_objects=20, signal=0.5),
        tmp_path / "c.parquet",
    )
    models_curve.main(
        _files(files), out, name="joint", model=RIDGE, sizes=[1, 3, 9], draws=2, scoring=SCORING,
        seed=1, study=Study(**QUANTITY, strains=[0.02]),
    )  # fmt: skip
    table = read_table(out)
    means = table[table["metric"] == "r2_within"].groupby("n_train")["value"].mean()
    assert means.index.tolist() == [1, 3, 9]
    assert means[9] > means[1]


@pytest.mark.parametrize(
    ("plastic", "rigid", "n", "labels"),
    [
        (0.5, 0.5, 3, [0, 1, 1]),  # 1.5 is rounded to 2, and one is left for the other class
        (0.01, 0.01, 4, [0, -1, -1, 1]),
        (0.9, 0.1, 2, [0, 1]),
        (0.4, 0.6 + 0.5e-9, 5, [0, 0, 0, 1, 1]),
        (0.25, 0.5, 4, [0, 0, -1, 1]),
    ],
)
def test_classes_by_hand(plastic: float, rigid: float, n: int, labels: list[int]) -> None:
    assert class_labels(np.arange(n, dtype=float), plastic, rigid).tolist() == labels


@pytest.mark.parametrize("fractions", [(0.0, 0.5), (0.5, 0.0), (-0.1, 0.5), (0.4, 0.6 + 1.5e-9)])
def test_fractions_that_leave_nothing_or_overlap_are_refused(
    fractions: tuple[float, float],
) -> None:
    with pytest.raises(ValueError, match="expected positive, sum <= 1"):
        class_labels(np.arange(5.0), *fractions)


def test_thresholds_of_few_scores_by_hand() -> None:
    def edge(scores: list[float], labels: list[int]) -> float:
        return best_threshold(np.array(scores), np.array(labels, np.int8))

    assert edge([1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1]) == 1.5  # the first of two that are as good
    assert edge([1.0, 2.0, 4.0], [0, 0, 0]) == 3.0  # without plastic objects, above most rigid ones
    assert edge([1.0, 2.0, 4.0], [1, 1, 1]) == 1.5
    assert edge([7.0, 1.0], [0, -1]) == 7.0
    # the one plastic object weighs as much as all five rigid ones
    assert edge([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0, 1, 0, 0, 0, 0]) == 1.5
    # and one rigid object as much as all five plastic ones
    assert edge([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 1, 1, 0, 1]) == 5.5
