"""Keeping models of curves: a linear world whose law comes back, intervals that cover, refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_dislocations import dislocations
from mechanist.formats.described_columns import Column
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.whole_samples import WholeSamples, open_whole_samples
from mechanist.predict.curve_card import curve_card
from mechanist.predict.curve_keeping import CurveKeeping, keep_curves
from mechanist.predict.curve_model import CurveModel
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.settings.entry_types.block_entries import ModelEntry

STRAINS = (0.001, 0.01)
N = 120
#: Law of each branch: stress = constant + slope . features, at each strain.
LAWS = {
    "undeformed": (np.array([0.1, 0.4]), np.array([[1.0, 2.0], [-0.5, 0.0], [0.0, 3.0]])),
    "prestrained": (np.array([0.3, 0.2]), np.array([[0.5, 1.0], [0.0, 1.0], [2.0, 0.0]])),
}
NAMES = ("a", "b", "c")
KEEPING = CurveKeeping(
    system="flat",
    name="both",
    label="Both",
    descriptors={"field": KeptDescriptor("dislocation_field", {"modes": 2}, ())},
    quantity="stress",
    strains=STRAINS,
    level=0.9,
)


def world(
    folder: Path, *, noise: float = 0.0, n: int = N, seed: int = 0, estimator: str = "linear"
) -> WholeSamples:
    """Write tables of the world, and return a model of it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    names = [f"flat-{k:05d}" for k in range(n)]
    features, targets = [], []
    for name in names:
        for branch, (constant, slopes) in LAWS.items():
            x = rng.normal(size=(1, 3))
            y = constant + x @ slopes + noise * rng.normal(size=(1, 2))
            features.append(keyed(x.astype(np.float32), NAMES, sample=name, load=branch))
            columns = [f"stress@{strain:.3f}" for strain in STRAINS]
            targets.append(keyed(y, columns, sample=name, load=branch))
    write_table(folder / "field.parquet", stacked(features))
    units = {f"stress@{strain:.3f}": Column("D/b", "A stress.") for strain in STRAINS}
    write_table(folder / "targets.parquet", stacked(targets), columns=units)
    write_splits(folder / "splits.json", make_splits(names, folds=5, seed=1))
    model: ModelEntry = {
        "label": "Both", "role": "data", "estimator": estimator, "features": ["field"],
    }  # fmt: skip
    files = StudyFiles(
        targets=folder / "targets.parquet",
        splits=folder / "splits.json",
        features={"field": folder / "field.parquet"},
    )
    study = Study(subject="samples", quantity="stress", strains=STRAINS)
    return open_whole_samples(study, model, files)


def kept(learner: WholeSamples) -> CurveModel:
    states = [dislocations(0, n=16), dislocations(1, n=8)]
    return keep_curves(learner, learner.train(seed=1), states, KEEPING, seed=1, facts={"code": "x"})


def test_the_law_of_a_linear_world_comes_back(tmp_path: Path) -> None:
    model = kept(world(tmp_path))
    for branch, (constant, slopes) in LAWS.items():
        fit = model.branches[branch]
        assert fit.scores is None
        np.testing.assert_allclose(fit.slopes, slopes, atol=1e-5)
        np.testing.assert_allclose(fit.constant, constant, atol=1e-5)
        # Out of fold, nothing is left: the curve is known exactly.
        assert fit.band is not None
        assert max(np.abs(fit.band.lower).max(), np.abs(fit.band.upper).max()) < 1e-5
        stress = fit.stress(np.array([1.0, -2.0, 0.5]))
        np.testing.assert_allclose(stress, constant + [1.0, -2.0, 0.5] @ slopes, atol=1e-4)


@pytest.mark.parametrize("estimator", ["linear", "ridge_gauss"])
def test_intervals_hold_the_truth_of_a_further_world(tmp_path: Path, estimator: str) -> None:
    model = kept(world(tmp_path / "seen", noise=0.3, n=400, estimator=estimator))
    new = world(tmp_path / "new", noise=0.3, n=600, seed=9).dataset
    for code, branch in enumerate(new.keys.loads):
        fit, rows = model.branches[branch], np.flatnonzero(new.keys.load == code)
        X = new.X[rows].astype(float)
        residuals = new.Y[rows] - np.array([fit.stress(x) for x in X])
        assert fit.band is not None
        np.testing.assert_allclose(fit.band.holds(residuals).mean(axis=0), 0.9, atol=0.05)
        whole = fit.band.holds(residuals, fit.band.factor).all(axis=1).mean()
        assert whole == pytest.approx(0.9, abs=0.05)
        # A world with another law is not held.
        assert fit.band.holds(residuals + 1.5).mean() < 0.3
        # One sample in twenty is further than the limit; shifted ones nearly all are.
        far = np.mean([fit.distance(x) > fit.limit for x in X])
        assert 0.02 < far < 0.1
        assert np.mean([fit.distance(x + 4) > fit.limit for x in X]) > 0.95


def test_few_knots_predict_as_the_estimator_does(tmp_path: Path) -> None:
    learner = world(tmp_path, noise=0.3, n=400, estimator="ridge_gauss")
    fit = kept(learner).branches["undeformed"]
    assert fit.scores is not None
    assert fit.scores.values.shape[1] <= 33
    data = learner.dataset
    rows = np.flatnonzero(data.keys.load == list(data.keys.loads).index("undeformed"))
    X, y = data.X[rows].astype(float), data.Y[rows, 0]
    from sklearn.linear_model import RidgeCV

    from mechanist.learn.estimators.normal_scores import RankGauss

    scores = RankGauss().fit(X).transform(X)
    whole = RidgeCV(np.logspace(-1, 4.5, 14)).fit(scores, y).predict(scores)
    few = np.array([fit.stress(x)[0] for x in X])
    assert np.std(few - whole) < 0.05 * np.std(whole)


def test_what_it_has_seen_is_told(tmp_path: Path) -> None:
    model = kept(world(tmp_path, noise=0.3))
    assert model.known.dislocations == (8, 16)
    assert model.known.density == pytest.approx((0.04, 0.04))
    assert model.known.side == pytest.approx((200**0.5, 20.0))
    (one,) = model.descriptors
    assert (one.kind, one.parameters, one.features) == ("dislocation_field", {"modes": 2}, NAMES)
    assert (model.unit, model.facts["samples"]) == ("D/b", N)
    held = model.facts["held_out"]
    assert isinstance(held, dict)
    assert 0.8 < held["undeformed"]["whole"] < 0.98  # type: ignore[call-overload, index]
    card = curve_card(model)
    assert "8 to 16 edge dislocations" in card
    assert card.count("| undeformed | 0.001 |") == 1
    assert "intervals wider by a factor of" in card


def test_too_few_samples_give_no_interval(tmp_path: Path) -> None:
    model = kept(world(tmp_path, n=8))
    assert all(fit.band is None for fit in model.branches.values())
    assert model.branches["undeformed"].limit == np.inf
    assert "too few samples: 9 are needed" in curve_card(model)


def test_what_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    learner = world(tmp_path, n=20)
    other = replace(learner, model=replace(learner.model, estimator="svr"))
    with pytest.raises(ValueError, match=r"estimator 'svr'; expected one of \['linear', 'ridge',"):
        other.fit_all(seed=1)
    ridge = replace(learner, model=replace(learner.model, estimator="ridge"))
    fit = ridge.fit_all(seed=1)["undeformed"]
    assert fit.scores is None
    # The penalty shrinks what 20 samples tell.
    np.testing.assert_allclose(fit.slopes, LAWS["undeformed"][1], rtol=0.1, atol=0.05)
