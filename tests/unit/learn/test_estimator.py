"""One file in ``learn`` adds an estimator, which is found, checked and trained by name."""

from pathlib import Path

import numpy as np
import pytest
from test_catalogue import _problem

import mechanist.learn.estimators
from mechanist.core.code_hash import LIBRARY
from mechanist.learn.estimator import Kind, Setting, find_estimator, kind_of
from mechanist.learn.estimators.catalogue import (
    ESTIMATORS,
    estimator_kind,
    make_classifier,
    make_regressor,
)
from mechanist.learn.plastic_classes import class_labels
from mechanist.learn.state_estimator import StateEstimator, make_state_estimator, missing_methods
from mechanist.learn.training_task import ModelSpec
from mechanist.settings.estimator_names import has_estimator, reads_states, unknown_estimators
from mechanist.settings.models.block import Model
from mechanist.settings.state_estimator_names import METHODS

FITTED = '''"""Nearest rows."""

from sklearn.neighbors import KNeighborsRegressor


class Nearest(KNeighborsRegressor):
    """Mean of the nearest rows."""

    max_rows = 500

    def __init__(self, *, n_neighbors: int = 5, random_state: int = 0) -> None:
        super().__init__(n_neighbors=n_neighbors)
        self.random_state = random_state


ESTIMATOR = Nearest
'''
CROSS = '''"""One column alone."""

from dataclasses import dataclass

from mechanist.learn.models import Calibration, CrossFit, Problem


@dataclass(frozen=True)
class Column:
    """Predicts by one column, scaled."""

    place: int = 0

    def cross_fit(self, problem: Problem) -> CrossFit:
        said = problem.X[:, [self.place]].astype(float).repeat(problem.Y.shape[1], 1)
        return CrossFit(said, [Calibration(r, said[r]) for _, r, _ in problem.outer()])

    def cross_classify(self, problem, labels):
        return problem.X[:, self.place].astype(float)


ESTIMATOR = Column
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose files are treated as part of ``learn/estimators``."""
    place = tmp_path / "estimators"
    place.mkdir()
    path = [*mechanist.learn.estimators.__path__, str(place)]
    monkeypatch.setattr(mechanist.learn.estimators, "__path__", path)
    return place


def test_a_class_with_fit_and_predict_is_fitted_anew_for_every_fold(folder: Path) -> None:
    (folder / "toy_nearest.py").write_text(FITTED)
    problem = _problem(size=20)
    result = make_regressor("toy_nearest", {"n_neighbors": 7}).cross_fit(problem)
    assert np.corrcoef(result.prediction[:, 0], problem.Y[:, 0])[0, 1] > 0.4
    kind = estimator_kind("toy_nearest")
    assert kind.parameters == ["n_neighbors", "random_state"]
    assert kind.make({}, Setting("regression")).max_rows == 500
    with pytest.raises(ValueError, match=r"no parameters \['depth'\]; it takes \['n_neighbors'"):
        make_regressor("toy_nearest", {"depth": 3})
    with pytest.raises(ValueError, match="'toy_nearest' does not support classification"):
        make_classifier("toy_nearest")
    ModelSpec("toy_nearest").check()
    with pytest.raises(ValueError, match="'toy_nearest' does no"):
        ModelSpec("toy_nearest", task="classification").check()


def test_a_class_that_cross_fits_decides_for_itself(folder: Path) -> None:
    (folder / "toy_column.py").write_text(CROSS)
    problem = _problem(size=20)
    result = make_regressor("toy_column", {"place": 4}).cross_fit(problem)
    np.testing.assert_array_equal(result.prediction[:, 1], problem.X[:, 4].astype(float))
    labels = class_labels(problem.Y[:, 0], 0.2, 0.5)
    margin = make_classifier("toy_column").cross_classify(problem, labels)
    np.testing.assert_array_equal(margin, problem.X[:, 0].astype(float))


def test_the_seed_and_the_bound_reach_the_estimator() -> None:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = kind_of(RandomForestRegressor, "forest")
    model = kind.make({"n_estimators": 3}, Setting("regression"))
    assert model.max_rows == 10_000
    made = [model.candidates[0](seed) for seed in (1, 2)]
    assert [m.random_state for m in made] == [1, 2]
    assert made[0].n_estimators == 3
    fixed = kind.make({"random_state": 5}, Setting("regression")).candidates[0](1)
    assert fixed.random_state == 5
    assert kind.tasks == ("regression",)
    assert kind_of(RandomForestClassifier, "forest").tasks == ("classification",)


def test_what_is_no_estimator_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"methods \[\]; expected a class with fit"):
        kind_of(dict, "toy")
    with pytest.raises(ValueError, match="expected a class with fit"):
        kind_of(make_regressor("ridge"), "toy")  # type: ignore[arg-type]
    (folder / "toy_nothing.py").write_text("X = 1\n")
    assert find_estimator("toy_nothing") is None
    assert find_estimator("no such file") is None
    with pytest.raises(ValueError, match="'toy_nothing' is unknown; known are"):
        make_regressor("toy_nothing")
    (folder / "toy_taken.py").write_text(FITTED)
    ESTIMATORS["toy_taken"] = Kind(dict, ("regression",))
    try:
        with pytest.raises(ValueError, match="whose name is taken"):
            make_regressor("toy_taken")
    finally:
        del ESTIMATORS["toy_taken"]


GRAPH = """class Graph:
    def read(self, files, targets, names, *, samples=None): ...
    def cross_fit(self, inputs, targets, *, samples, folds, train, seed): ...

STATE_ESTIMATOR = Graph
"""


def library_with(tmp_path: Path, files: dict[str, str]) -> Path:
    """Return a library with the real list of estimators and some further files."""
    (tmp_path / "learn/estimators").mkdir(parents=True)
    for name in ("catalogue", "small_sample_estimators", "network_estimators", "pair_network"):
        text = (LIBRARY / "learn/estimators" / f"{name}.py").read_text()
        (tmp_path / "learn/estimators" / f"{name}.py").write_text(text)
    for name, text in files.items():
        (tmp_path / "learn/estimators" / f"{name}.py").write_text(text)
    return tmp_path


def model_entry(**entry: object) -> Model:
    return Model.model_validate({"label": "Mine", "role": "data", **entry})


def test_configurations_are_checked_without_importing(tmp_path: Path) -> None:
    imported = "from sklearn.svm import SVR\nESTIMATOR = SVR\n"
    library = library_with(tmp_path, {"nearest": FITTED, "column": CROSS, "borrowed": imported})
    assert has_estimator("nearest", library)
    assert not has_estimator("small_sample_estimators", library)

    def lines(**entry: object) -> list[str]:
        models = {"mine": model_entry(**entry)}
        return list(unknown_estimators("m", models, library, states=True))

    for name in ("nearest", "column", "borrowed", "ridge", "pair_network"):
        assert lines(estimator=name) == []
    (line,) = lines(estimator="neerest")
    assert "m/mine/estimator: no such name 'neerest' (did you mean 'nearest'?)" in line
    assert "add a file learn/estimators/neerest.py" in line
    for name, good, bad in (
        ("nearest", "n_neighbors", "neighbors"),
        ("column", "place", "plaice"),
        ("xgboost", "depth", "setting"),
        ("svr", "widths", "width"),
        ("perceptron", "epochs", "epoch"),
        ("pair_network", "width", "breadth"),
    ):
        assert lines(estimator=name, parameters={good: 1}) == []
        (line,) = lines(estimator=name, parameters={bad: 1})
        assert f"m/mine/parameters: no such name '{bad}'" in line
    assert lines(estimator="borrowed", parameters={"C": 1, "anything": 2}) == []


def test_only_a_wing_with_states_has_estimators_that_read_them(tmp_path: Path) -> None:
    library = library_with(tmp_path, {"graph": GRAPH})
    assert reads_states("graph", library)
    assert reads_states("pair_network", library)
    assert not reads_states("ridge", library)
    assert not reads_states("absent", library)
    models = {"mine": model_entry(estimator="graph")}
    assert list(unknown_estimators("m", models, library, states=True)) == []
    (line,) = unknown_estimators("m", models, library)
    assert "m/mine/estimator: 'graph' reads the states of samples" in line
    assert "only models of dislocation/models and glass/models can use it" in line
    assert "add a file" not in line


def test_features_for_an_estimator_of_states_are_refused(tmp_path: Path) -> None:
    library = library_with(tmp_path, {"graph": GRAPH, "nearest": FITTED})
    for name, expected in (("nearest", 0), ("pair_network", 1), ("graph", 1)):
        models = {"mine": model_entry(estimator=name, features=["spacings"])}
        lines = list(unknown_estimators("m", models, library, states=True))
        assert len(lines) == expected
        assert all("m/mine/features: ['spacings'] would be ignored" in line for line in lines)


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        (GRAPH, ""),
        (GRAPH.replace("def read", "def load"), "lacks read;"),
        ("class Graph: ...\nSTATE_ESTIMATOR = Graph\n", "lacks read, cross_fit;"),
        (f"{GRAPH}\nclass Net(Graph): ...\n".replace("R = Graph", "R = Net"), ""),
        ("class Graph(StateEstimator): ...\nSTATE_ESTIMATOR = Graph\n", "lacks read, cross_fit;"),
        ("from my_package import Net\nclass Graph(Net): ...\nSTATE_ESTIMATOR = Graph\n", ""),
    ],
    ids=["whole", "renamed", "empty", "inherited", "protocol", "imported"],
)
def test_a_class_that_cannot_read_states_is_refused_before_anything_runs(
    source: str, missing: str, tmp_path: Path
) -> None:
    library = library_with(tmp_path, {"graph": source})
    models = {"mine": model_entry(estimator="graph")}
    lines = list(unknown_estimators("m", models, library, states=True))
    assert len(lines) == bool(missing)
    assert all(missing in line and "learn/state_estimator.py" in line for line in lines)


def test_the_methods_that_are_required_are_those_of_the_interface() -> None:
    public = {name for name in vars(StateEstimator) if not name.startswith("_")}
    assert public == set(METHODS)
    assert [call.split("(")[0] for call in missing_methods(StateEstimator)] == list(METHODS)


STATEFUL = '''"""The mean of each system's states."""

import numpy as np


class Mean:
    """Predicts the mean of the training rows times a factor."""

    def __init__(self, *, factor: float = 1.0) -> None:
        self.factor = factor

    def read(self, files, targets, names, *, samples=None):
        """Return the states."""

    def cross_fit(self, inputs, targets, *, samples, folds, train, seed):
        """Return predictions and the estimators of all folds."""


STATE_ESTIMATOR = Mean
'''


def test_an_estimator_of_states_is_found_by_its_file(folder: Path) -> None:
    (folder / "toy_mean.py").write_text(STATEFUL)
    assert make_state_estimator("toy_mean", {"factor": 2.0}).factor == 2.0  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"no parameters \['power'\]; it takes \['factor'\]"):
        make_state_estimator("toy_mean", {"power": 2})
    (folder / "toy_table.py").write_text(FITTED)
    for name in ("toy_table", "toy_absent", "no such file"):
        with pytest.raises(ValueError, match=f"'{name}' does not read states; expected a file"):
            make_state_estimator(name)
    (folder / "toy_unread.py").write_text(STATEFUL.replace("def read", "def load"))
    with pytest.raises(
        ValueError, match=r"lacks the methods read\(self, files, targets, names, \*"
    ):
        make_state_estimator("toy_unread")


def test_what_the_check_reads_is_what_python_imports() -> None:
    """The list parsed from the source must equal the imported list."""
    for name, kind in ESTIMATORS.items():
        models = {"x": model_entry(estimator=name, parameters={"?": 1})}
        (line,) = unknown_estimators("m", models, LIBRARY)
        assert line.endswith(f"Known: {', '.join(sorted(kind.parameters))}")
