"""Every shipped estimator keeps the contract; a toy that breaks a requirement is reported."""

import sys
from pathlib import Path
from typing import Any

import pytest

import mechanist.learn.estimators
from mechanist.contract.check_model import check_model, main
from mechanist.contract.requirements import ContractError, Status
from mechanist.learn.estimators.catalogue import ESTIMATORS

SMALL: dict[str, dict[str, Any]] = {
    "stacked": {"structure": ["first"], "final": "ridge"},
    "perceptron": {"width": 8, "depth": 1, "epochs": 8, "learning_rate": 0.01},
    "line_network": {"filters": [8], "reach": 1, "pool": 2, "width": 8, "epochs": 8},
    "hist_boosting": {"iterations": 20},
    "xgboost": {"iterations": 20},
    "svr": {"C": [1.0], "widths": [0.1]},
}
TOY = '''"""A toy."""

import numpy as np


class Toy:
    """Ridge on standardised columns."""

    def __init__(self, *, penalty: float = 1.0) -> None:
        self.penalty = penalty

    def fit(self, X, y):
        X, y = X.astype(float), y.astype(float)
        self.mean, self.spread = X.mean(axis=0), X.std(axis=0)
        self.spread = np.where(self.spread > 0, self.spread, 1.0)
        Z, self.level = (X - self.mean) / self.spread, y.mean()
        gram = Z.T @ Z + self.penalty * np.eye(Z.shape[1])
        self.slopes = np.linalg.solve(gram, Z.T @ (y - self.level))
        return self

    def predict(self, X):
        Z = (X.astype(float) - self.mean) / self.spread
        return Z @ self.slopes + self.level


ESTIMATOR = Toy
'''
CROSS = '''"""A toy that fits by itself."""

import numpy as np

from mechanist.learn.models import Calibration, CrossFit


class Toy:
    """Least squares, fold by fold."""

    def cross_fit(self, problem):
        said, known = np.zeros_like(problem.Y), []
        for fold, training, test in problem.outer():
            X = problem.X.astype(float)
            slopes = np.linalg.lstsq(X[training], problem.Y[training], rcond=None)[0]
            said[test] = X[test] @ slopes
            known.append(Calibration(training, X[training] @ slopes))
        return CrossFit(said, known)


ESTIMATOR = Toy
'''
STATES = '''"""A toy that reads states."""


class Toy:
    """The mean of the training rows times a factor."""

    def __init__(self, *, factor: float = 1.0) -> None:
        self.factor = factor

    def read(self, files, targets, names, *, samples=None):
        """Return the states."""

    def cross_fit(self, inputs, targets, *, samples, folds, train, seed):
        """Return predictions and the estimators of all folds."""


STATE_ESTIMATOR = Toy
'''
#: Broken requirement, toy, its code, the replacement, and words of the expected error.
BREAKS = [
    ("definition", TOY, "ESTIMATOR = Toy", "ESTIMATOR = np", "methods"),
    ("defaults", TOY, "float = 1.0", "float", r"\['penalty'\] without a default"),
    ("predictions", TOY, "return Z @ self.slopes + self.level",
     "return np.where(Z[:, 0] > 0, 0, np.nan)", "not finite"),
    ("predictions", CROSS, "return CrossFit(said, known)", "return said", "a ndarray"),
    ("predictions", CROSS, "known.append(Calibration(training, X[training]",
     "known.append(Calibration(test, X[test]", "3 of which hold rows of their own fold"),
    ("repeatable", TOY, "self.penalty * np", "np.random.random() * 100 * np", "second fit differs"),
    ("hands off", CROSS, "        return Cross", "        problem.Y[:] = 0\n        return Cross",
     "problem.Y was changed by the fit"),
    ("blind to the tested truth", CROSS, "lstsq(X[training], problem.Y[training],",
     "lstsq(X, problem.Y,", "truth of the tested fold is replaced"),
    ("blind to the other tested rows", CROSS, "said[test] = X[test] @ slopes",
     "said[test] = (X[test] / X[test].std(axis=0)) @ slopes", "other rows of the tested fold"),
    ("blind to rows not to be trained on", CROSS, "(X[training], problem.Y[training],",
     "(X[problem.folds != fold], problem.Y[problem.folds != fold],", "problem.train = False"),
    ("constant columns", TOY, "np.where(self.spread > 0, self.spread, 1.0)", "self.spread",
     "finite|infs or NaNs|not finite"),
    ("signal", TOY, "return Z @ self.slopes", "return -Z @ self.slopes", "agreement with the truth"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose files are treated as part of ``learn/estimators``."""
    place = tmp_path / "estimators"
    place.mkdir()
    path = [*mechanist.learn.estimators.__path__, str(place)]
    monkeypatch.setattr(mechanist.learn.estimators, "__path__", path)
    return place


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_shipped_estimator_keeps_the_contract(name: str) -> None:
    outcomes = check_model(name, SMALL.get(name))
    assert sum(outcome.status == Status.PASSED for outcome in outcomes) >= 9
    waived = {o.requirement for o in outcomes if o.status == Status.NOT_APPLICABLE}
    assert waived == {
        "dummy": {"signal (regression)"},
        "ceiling_other_loads": {
            "blind to the tested truth (regression)",
            "blind to rows not to be trained on (regression)",
        },
    }.get(name, set())


@pytest.mark.parametrize("text", [TOY, CROSS], ids=["fitted", "cross"])
def test_the_toys_keep_the_contract(text: str, folder: Path) -> None:
    name = f"toy_{len(text)}"
    (folder / f"{name}.py").write_text(text)
    asked = [outcome.requirement for outcome in check_model(name)]
    assert len(set(asked)) == len(asked) == 11
    assert main(name) == 0


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("case", range(len(BREAKS)), ids=[b[0] for b in BREAKS])
def test_what_is_broken_is_named(case: int, folder: Path) -> None:
    requirement, text, old, new, words = BREAKS[case]
    name = f"toy_broken_{case}"
    assert text.count(old) == 1
    (folder / f"{name}.py").write_text(text.replace(old, new))
    with pytest.raises(ContractError, match=words) as caught:
        check_model(name)
    first, where, *_ = str(caught.value).splitlines()
    assert first.startswith(f"estimator '{name}' breaks the requirement '{requirement}")
    assert f"{name}.py" in where


def test_an_estimator_that_is_not_there() -> None:
    with pytest.raises(ContractError, match=r"known are .*pair_network.*ridge") as caught:
        check_model("no_such_estimator")
    assert "did you mean" not in str(caught.value)
    with pytest.raises(ContractError, match=r"correct the name \(did you mean 'pair_network'\?\)"):
        check_model("pair_netwrok")
    assert main("no_such_estimator") == 1


def test_a_file_that_names_no_estimator(folder: Path) -> None:
    (folder / "toy_unnamed.py").write_text(TOY.replace("ESTIMATOR = Toy", ""))
    with pytest.raises(ContractError, match="end the file with ESTIMATOR = YourClass") as caught:
        check_model("toy_unnamed")
    assert "sets neither ESTIMATOR nor STATE_ESTIMATOR" in str(caught.value)


def test_a_shipped_estimator_of_states_keeps_the_contract() -> None:
    outcomes = check_model("pair_network", {"width": 8})
    assert [outcome.status for outcome in outcomes] == [Status.PASSED] * 4 + [Status.NOT_APPLICABLE]
    assert "dislocation/models" in outcomes[-1].message
    assert main("pair_network") == 0
    with pytest.raises(ContractError, match=r"no parameters \['breadth'\]"):
        check_model("pair_network", {"breadth": 8})


@pytest.mark.parametrize(
    ("old", "new", "requirement", "words"),
    [
        (
            "def read(",
            "def load(",
            "methods",
            r"add read\(self, files, targets, names, \*, samples",
        ),
        ("factor: float = 1.0", "factor: float", "defaults", r"\['factor'\] without a default"),
        (
            "folds, train, seed",
            "folds, seed",
            "signatures",
            r"seen:     cross_fit\(.*, folds, seed\)",
        ),
        ("samples=None", "samples", "signatures", r"seen:     read\(.*\*, samples\)"),
    ],
)
def test_what_is_broken_in_an_estimator_of_states_is_named(
    old: str, new: str, requirement: str, words: str, folder: Path
) -> None:
    name = f"toy_states_{requirement}_{len(old)}"
    assert STATES.count(old) == 1
    (folder / f"{name}.py").write_text(STATES)
    assert main(name) == 0
    sys.modules.pop(f"mechanist.learn.estimators.{name}")
    (folder / f"{name}_broken.py").write_text(STATES.replace(old, new))
    with pytest.raises(ContractError, match=words):
        check_model(f"{name}_broken")
    outcomes = check_model(f"{name}_broken", on_fail="return")
    place = [outcome.requirement for outcome in outcomes].index(requirement)
    assert outcomes[place].status == Status.FAILED
    assert {outcome.status for outcome in outcomes[:place]} == {Status.PASSED}
    assert {outcome.status for outcome in outcomes[place + 1 :]} == {Status.NOT_CHECKED}
