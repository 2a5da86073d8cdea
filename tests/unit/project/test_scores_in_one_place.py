"""Scores are computed in assess/ and nowhere else.

Definition: a *score* measures predictions of held-out objects, or the correctness of a found law,
and is shown to readers. It belongs in ``mechanist/assess``. The objective of a *fit*, or its
criterion for a penalty, on its own training rows is not a score; it belongs in ``mechanist/learn``
and ``mechanist/discover``. The check of one engine against another is not a score either. Places
that look like a score but are not are listed in :data:`NO_SCORES` with a reason. Simulations and
descriptors (``simulate``, ``describe``, ``mechanics``) make no predictions: their mean squares are
physics, so only metrics of other libraries are searched for there.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[3] / "workflow"
#: Functions of scikit-learn, SciPy, NumPy and pandas that compute scores.
BORROWED = frozenset(
    {
        "r2_score", "mean_squared_error", "root_mean_squared_error", "mean_absolute_error",
        "explained_variance_score", "roc_auc_score", "average_precision_score", "accuracy_score",
        "balanced_accuracy_score", "matthews_corrcoef", "f1_score", "brier_score_loss", "log_loss",
        "calibration_curve", "confusion_matrix", "pearsonr", "spearmanr", "kendalltau", "corrcoef",
        "corr", "corrwith", "cross_val_score",
    }
)  # fmt: skip
#: Names that our own implementation of a score might have.
OWN = frozenset(
    {"r2", "r_squared", "pearson", "spearman", "mae", "mse", "rmse", "auc", "accuracy", "brier", "ece",
     "balanced_accuracy", "average_precision"}
)  # fmt: skip
#: Subpackages without predictions.
PHYSICS = ("mechanist/simulate/", "mechanist/describe/", "mechanist/mechanics/")
#: Rooms that compute scores, or what scores consist of.
ASSESSING = tuple(f"mechanist/{room}/" for room in ("assess", "attribution", "audit", "contract"))
#: Code that looks like a score but is not: file and function, with the reason.
NO_SCORES = {
    ("mechanist/learn/models.py", "_chosen"): "a penalty is chosen on a training fold left out",
    ("mechanist/learn/network_training.py", "_error"): "the loss that a network minimises",
    (
        "mechanist/learn/estimators/graph_network.py",
        "_mean_square",
    ): "the loss that a network minimises",
    ("mechanist/latent/map_training.py", "loss"): "the loss that the maps minimise",
    ("mechanist/latent/latent_rivals.py", "loss"): "the loss that the rival minimises",
    (
        "mechanist/latent/motion_rivals.py",
        "loss",
    ): "the loss that the rival of second order minimises",
    (
        "mechanist/learn/estimators/networks.py",
        "__call__",
    ): "the spread of channels within a network",
    ("mechanist/mechanics/field_agreement.py", "_of_frame"): "one engine is checked by another",
}


def findings(text: str, name: str) -> Iterator[tuple[str, int, str]]:
    """Yield function, line and reason of everything that computes a score."""
    tree = ast.parse(text)
    enclosing = {
        id(node): function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    # functions of assess may be called anywhere
    lent = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mechanist.assess")
        for alias in node.names
    }
    physics = name.startswith(PHYSICS)
    for node in ast.walk(tree):
        reason = borrowed(node, lent) or ("" if physics else own(node))
        if reason:
            yield enclosing.get(id(node), ""), getattr(node, "lineno", 0), reason


def borrowed(node: ast.AST, lent: set[str]) -> str:
    """Return the name of another library's score function, if this node calls one."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sklearn.metrics"):
        return "imports sklearn.metrics"
    if isinstance(node, ast.Import) and any(a.name == "sklearn.metrics" for a in node.names):
        return "imports sklearn.metrics"
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr in BORROWED:
        return f"calls {called.attr}"
    if isinstance(called, ast.Name) and called.id in BORROWED - lent:
        return f"calls {called.id}"
    return ""


def own(node: ast.AST) -> str:
    """Return the reason why a node looks like a score of our own, if it does."""
    if isinstance(node, ast.FunctionDef) and node.name.strip("_") in OWN and not _draws(node):
        return f"defines {node.name}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_one(node.left):
        ratio = node.right
        if isinstance(ratio, ast.BinOp) and isinstance(ratio.op, ast.Div) and all(
            _sums(side) for side in (ratio.left, ratio.right)
        ):  # fmt: skip
            return "1 - sum / sum: a coefficient of determination"
    inner = _averaged(node)
    if inner is None:
        return ""
    if isinstance(inner, ast.Compare) and isinstance(inner.ops[0], ast.Eq):
        return "mean of an equality: an accuracy"
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow) and _difference(inner.left):
        return "mean of a squared difference: a mean squared error"
    if (
        isinstance(inner, ast.Call)
        and _name(inner.func) == "abs"
        and inner.args
        and _difference(inner.args[0])
    ):
        return "mean of an absolute difference: a mean absolute error"
    return ""


def _averaged(node: ast.AST) -> ast.expr | None:
    """Return the argument that ``x.mean()`` or ``np.mean(x)`` averages."""
    if not isinstance(node, ast.Call) or _name(node.func) not in ("mean", "nanmean", "average"):
        return None
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "jnp")
    ):
        return node.func.value
    return node.args[0] if node.args else None


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _draws(function: ast.FunctionDef) -> bool:
    """Return whether a function returns nothing, as functions that draw a score do."""
    return isinstance(function.returns, ast.Constant) and function.returns.value is None


def _difference(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (1, 1.0)


def _sums(node: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Call) and _name(part.func) in ("sum", "mean", "var", "nansum")
        for part in ast.walk(node)
    )


FILES = sorted(path.relative_to(WORKFLOW).as_posix() for path in WORKFLOW.rglob("*.py"))


def test_scores_are_computed_in_assess_alone() -> None:
    strange = [
        f"{name}:{line}: {reason}, in {function or 'the module'}"
        for name in FILES
        if not name.startswith(ASSESSING)
        for function, line, reason in findings((WORKFLOW / name).read_text(), name)
        if (name, function) not in NO_SCORES
    ]
    assert not strange, (
        "move these to mechanist/assess, or add them to NO_SCORES with a reason:\n"
        + "\n".join(strange)
    )


def test_every_excuse_is_needed() -> None:
    for name, function in NO_SCORES:
        found = {f for f, _, _ in findings((WORKFLOW / name).read_text(), name)}
        assert function in found, f"{name}: {function} no longer needs an entry in NO_SCORES"


@pytest.mark.parametrize(
    "line",
    [
        "from sklearn.metrics import r2_score",
        "import sklearn.metrics",
        "x = np.corrcoef(truth, said)[0, 1]",
        "x = spearmanr(truth, said)",
        "x = frame.corr()",
        "def r2(truth, said):\n    return 0.0",
        "x = 1 - ((truth - said) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()",
        "x = 1.0 - np.mean(error) / np.var(truth)",
        "x = float((told == classes).mean())",
        "x = np.mean((truth - said) ** 2)",
        "x = np.abs(truth - said).mean()",
    ],
)
def test_scores_elsewhere_are_found(line: str) -> None:
    assert list(findings(line, "glass_figure.py"))
    assert list(findings(f"def f(a):\n    {line.splitlines()[0]}" if "\n" not in line else line,
                         "mechanist/draw/x.py"))  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "from mechanist.assess.metrics import correlation\nx = correlation(a, b)",
        "from mechanist.assess.class_recall import confusion_matrix\nx = confusion_matrix(a, b)",
        "share = 1 - np.arange(3) / 3",
        "counts = (signs == 0).sum()",
        "x = values.mean()",
        "scoring = 'neg_mean_squared_error'",
    ],
)
def test_what_is_no_score_is_left_alone(line: str) -> None:
    assert not list(findings(line, "glass_figure.py"))


def test_mean_squares_of_physics_are_no_scores_but_borrowed_ones_are() -> None:
    line = "x = np.mean((u - v) ** 2)"
    assert not list(findings(line, "mechanist/describe/x.py"))
    assert list(findings("x = np.corrcoef(u, v)", "mechanist/describe/x.py"))
