"""Models are trained for held-out predictions by ``learn/out_of_fold.py`` and nowhere else.

Searched for are calls that fit a model: the methods of estimators, and the functions behind them.
Equations are fitted in ``discover`` and elastic constants in ``mechanics``; both are laws, whose
scores come from data that no fold divides. Estimators fit what they consist of, and contracts fit
estimators to test them. Studies whose task is another one are listed in :data:`OTHER_TASKS` with a
reason, which ``docs/where_to_change.md`` gives to readers.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[3] / "workflow"
#: Methods of estimators, and functions that fit a model.
FITTING = frozenset(
    {"cross_fit", "cross_classify", "fit", "fit_transform", "fit_predict", "fit_model", "fit_pairs",
     "fit_cubes", "fit_ridge", "fit_trees", "logistic_scores", "cross_fit_curves"}
)  # fmt: skip
#: Where a fit is no training out of fold, or is the common one.
HOME = (
    "mechanist/learn/out_of_fold.py",
    "mechanist/learn/estimators/",
    "mechanist/learn/models.py",
    "mechanist/learn/ridge_folds.py",
    "mechanist/learn/network_training.py",
    "mechanist/contract/",
    "mechanist/continuum/",
    "mechanist/discover/",
    "mechanist/mechanics/",
    "mechanist/simulate/",
)
#: File and called function, with the reason why it is not the common training.
OTHER_TASKS = {
    ("mechanist/learn/from_states.py", "fit"): "hands its states to out_of_fold.fit_states",
    ("mechanist/learn/within_states.py", "cross_fit"): "hands an estimator of states to out_of_fold.regress",
    ("mechanist/learn/picture_network.py", "fit"): "hands its pictures to out_of_fold.fit_states",
    ("scripts/trust/attribution_network.py", "fit"): "the same, for some of the folds",
    ("mechanist/attribution/tree_shapley.py", "fit"): "trees that record their parts as they are fitted",
    ("mechanist/learn/cube_models.py", "fit_model"): "paths of voxels of whole cells",
    ("mechanist/learn/cube_models.py", "fit_ridge"): "paths of voxels of whole cells",
    ("mechanist/learn/cube_models.py", "fit_trees"): "paths of voxels of whole cells",
    ("mechanist/learn/cube_models.py", "fit_cubes"): "paths of voxels of whole cells",
    ("mechanist/learn/cube_tables.py", "fit"): "paths of voxels of whole cells",
    ("mechanist/learn/cube_training.py", "fit"): "paths of voxels of whole cells",
    ("mechanist/predict/surrogate_keeping.py", "fit_model"): "paths of voxels of whole cells",
    ("scripts/crystal/surrogate_train.py", "cross_fit"): "paths of voxels of whole cells",
    ("mechanist/learn/pooled_curves.py", "fit"): "curves of cells of several sizes",
    ("mechanist/learn/pooled_curves.py", "fit_predict"): "curves of cells of several sizes",
    ("scripts/crystal/surrogate_curve.py", "cross_fit_curves"): "curves of cells of several sizes",
    ("mechanist/assess/confusion.py", "logistic_scores"): "the labels are what is being varied",
    ("mechanist/predict/odds_fitting.py", "fit"): "a curve over predictions that are out of fold already",
    ("mechanist/learn/classification.py", "logistic_scores"): "folds are drawn anew in each repeat",
}  # fmt: skip


def findings(text: str) -> Iterator[tuple[str, int]]:
    """Yield name and line of every call that fits a model."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in FITTING:
            yield name, node.lineno


FILES = sorted(path.relative_to(WORKFLOW).as_posix() for path in WORKFLOW.rglob("*.py"))


def test_models_are_trained_out_of_fold_in_one_place() -> None:
    strange = [
        f"{file}:{line}: calls {name}"
        for file in FILES
        if not file.startswith(HOME)
        for name, line in findings((WORKFLOW / file).read_text())
        if (file, name) not in OTHER_TASKS
    ]
    assert not strange, (
        "call regress, classify or fit_states of mechanist.learn.out_of_fold instead, or add the"
        " place to OTHER_TASKS with a reason:\n" + "\n".join(strange)
    )


def test_every_other_task_is_still_there() -> None:
    for file, name in OTHER_TASKS:
        found = {called for called, _ in findings((WORKFLOW / file).read_text())}
        assert name in found, f"{file} no longer calls {name}; remove it from OTHER_TASKS"


def test_the_common_training_calls_the_estimators() -> None:
    text = (WORKFLOW / "mechanist/learn/out_of_fold.py").read_text()
    assert {name for name, _ in findings(text)} == {"cross_fit", "cross_classify"}


@pytest.mark.parametrize(
    "line",
    ["said = model.cross_fit(problem)", "model.fit(X, y)", "x = fit_pairs(network, inputs)",
     "scores = make()(3).cross_classify(p, labels)"],
)  # fmt: skip
def test_a_training_elsewhere_is_found(line: str) -> None:
    assert list(findings(f"def main():\n    {line}"))


@pytest.mark.parametrize(
    "line", ["regress(model, problem)", "fitted = found.fitted", "figure.fits()"]
)
def test_what_trains_nothing_is_left_alone(line: str) -> None:
    assert not list(findings(line))
