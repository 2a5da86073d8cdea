"""Fitting on all samples: weights re-derived by hand, calibration from held-out predictions."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glasses import glass
from learning_inputs import LOADS, STRAINS, Files, sample_names, write_inputs
from mechanist.formats.sample import LoadPath, Sample
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_samples import WithinSamples, open_within_samples
from mechanist.mechanics.loads import simple_shear, strain_of, uniaxial
from mechanist.predict.keeping import Keeping, keep, origin_of
from mechanist.predict.kept_model import KeptDescriptor, KeptModel
from mechanist.settings.entry_types.block_entries import ModelEntry

N = 24
PENALTY = 50.0
TENSORS = {
    "pull": uniaxial("x", 2),
    "push": -uniaxial("x", 2),
    "shear": strain_of(simple_shear("xy")),
}
MODEL: ModelEntry = {
    "label": "Joint",
    "role": "data",
    "estimator": "ridge",
    "features": ["blind", "aware"],
    "parameters": {"penalties": [PENALTY], "rounds": 1},
}
KEEPING = Keeping(
    system="flat",
    name="joint",
    label="Joint",
    descriptors={
        "blind": KeptDescriptor("rotation_invariants", {}, ()),
        "aware": KeptDescriptor("joint_invariants", {"shells": 4}, ()),
    },
    level=0.8,
    plastic_fraction=0.1,
    length=2.5,
    units="metal",
)


def study_of(files: Files, model: ModelEntry = MODEL) -> WithinSamples:
    study = Study(subject="objects", quantity="log10_d2min", strains=STRAINS)
    inputs = StudyFiles(targets=files.targets, splits=files.splits, features=files.features)
    return open_within_samples(study, model, inputs)


def samples() -> list[Sample]:
    reference = glass(2)[0]
    loads = {
        name: LoadPath(gradient=tensor, tensor=tensor, curve={"strain": np.zeros(1)}, frames=())
        for name, tensor in TENSORS.items()
    }
    return [Sample(name, "flat", 0, reference, loads) for name in sample_names(N)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_inputs(tmp_path_factory.mktemp("inputs"), n_samples=N, n_objects=40)


@pytest.fixture(scope="module")
def kept(files: Files) -> KeptModel:
    learner = study_of(files)
    return keep(learner, learner.train(seed=1), samples(), KEEPING, seed=1, facts={"code": "abc"})


def table(files: Files) -> pd.DataFrame:
    blind, aware = (pd.read_parquet(files.features[name]) for name in ("blind", "aware"))
    joined = pd.read_parquet(files.targets).merge(blind, on=["sample", "object"])
    return joined.merge(aware, on=["sample", "load", "object"])


def test_weights_are_those_of_a_ridge_on_all_samples(files: Files, kept: KeptModel) -> None:
    rows = table(files)
    names = [*(f"b{i}" for i in range(4)), "a0", "a1"]
    X = rows[names].to_numpy(float)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    for k, target in enumerate(("log10_d2min@0.020", "log10_d2min@0.040")):
        level = rows.groupby(["sample", "load"], observed=True)[target].transform("mean")
        y = (rows[target] - level).to_numpy()
        weights = np.linalg.solve(Z.T @ Z + PENALTY * np.eye(6), Z.T @ y) / X.std(axis=0)
        np.testing.assert_allclose(kept.slopes[:, k], weights, rtol=1e-3, atol=1e-4)
        # The mean of the truth is predicted at the mean of the features.
        assert X.mean(axis=0) @ weights + kept.constant[k] == pytest.approx(
            rows[target].mean(), abs=1e-4
        )


def test_descriptors_keep_kind_parameters_and_names_of_features(kept: KeptModel) -> None:
    blind, aware = kept.descriptors
    assert (blind.kind, blind.features) == ("rotation_invariants", ("b0", "b1", "b2", "b3"))
    assert (aware.kind, aware.parameters, aware.features) == (
        "joint_invariants",
        {"shells": 4},
        ("a0", "a1"),
    )


def test_intervals_hold_the_nominal_share_of_samples_drawn_alike(
    files: Files, kept: KeptModel, tmp_path: Path
) -> None:
    held = kept.facts["held_out"]
    assert isinstance(held, dict)
    coverage = held["strain@0.020"]["coverage"]  # type: ignore[call-overload, index]
    assert 0.72 < coverage < 0.92
    new = table(write_inputs(tmp_path, n_samples=40, n_objects=40, seed=9))
    X = new[[*(f"b{i}" for i in range(4)), "a0", "a1"]].to_numpy(float)
    interval = kept.intervals[0]
    assert interval is not None
    residual = new["log10_d2min@0.020"] - (X @ kept.slopes + kept.constant)[:, 0]
    assert 0.75 < np.mean((residual >= interval.lower) & (residual <= interval.upper)) < 0.9


def test_probabilities_are_those_of_the_most_plastic_tenth(files: Files, kept: KeptModel) -> None:
    rows = table(files)
    X = rows[[*(f"b{i}" for i in range(4)), "a0", "a1"]].to_numpy(float)
    rows["p"] = np.nan
    for index in rows.groupby(["sample", "load"], observed=True).indices.values():
        rows.loc[index, "p"] = kept.odds[0].probability(
            (X[index] @ kept.slopes + kept.constant)[:, 0]
        )
    assert rows["p"].mean() == pytest.approx(0.1, abs=0.01)
    top = rows.groupby(["sample", "load"], observed=True)["log10_d2min@0.020"].rank(ascending=False)
    high = rows["p"] > 0.3
    assert high.sum() > 100
    assert (top[high] <= 4).mean() == pytest.approx(rows["p"][high].mean(), abs=0.07)


def test_what_it_has_seen_is_told(kept: KeptModel) -> None:
    known = kept.known
    assert (known.units, known.length, known.dimension) == ("metal", 2.5, 2)
    assert sorted(known.loads) == sorted(LOADS)
    assert known.loads["pull"] == pytest.approx((-0.5, 0.0, 0.5))
    assert known.density == pytest.approx((1.2, 1.2))
    assert sum(low for low, _ in known.composition.values()) == pytest.approx(1.0)
    assert kept.unit == "log10(length^2)"
    assert kept.facts["samples"] == N


def test_too_few_samples_give_no_interval(tmp_path: Path) -> None:
    learner = study_of(write_inputs(tmp_path, n_samples=3, n_objects=30, n_folds=3))
    few = keep(learner, learner.train(seed=1), samples()[:3], KEEPING, seed=1, facts={})
    assert few.intervals == (None, None)
    assert few.known.limit == np.inf
    assert few.facts["fewest_samples_for_intervals"] == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"estimator": "dummy", "parameters": {}}, "only 'ridge', 'logistic' and 'xgboost'"),
        ({"features": ["aware"]}, "reads a state under load"),
    ],
)
def test_what_cannot_be_kept_is_refused(files: Files, change: dict[str, object], said: str) -> None:
    learner = study_of(files, {**MODEL, **change})  # type: ignore[typeddict-item]
    probing = Keeping(
        **{**vars(KEEPING), "descriptors": {"aware": KeptDescriptor("elastic_step", {}, ())}}
    )
    with pytest.raises(ValueError, match=said):
        keep(learner, learner.train(seed=1), samples(), probing, seed=1, facts={})


def test_units_of_a_users_glass_are_those_of_its_file() -> None:
    one = samples()[0]
    assert origin_of(one) == ("lj", 1.0)
    own = Sample(
        "a", "mine", 0, one.reference, {}, units="reduced",
        provenance={"own": {"units": "metal", "length": 2.7}},
    )  # fmt: skip
    assert origin_of(own) == ("metal", 2.7)
