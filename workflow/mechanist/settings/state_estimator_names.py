"""Check estimators that read states against their source, without importing it."""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if (
    TYPE_CHECKING
):  # the models of the configuration take a fifth of a second in each job that trains
    from mechanist.settings.models.block import Model

#: Name of the estimator in a file of its own.
OF_STATES: Final = "STATE_ESTIMATOR"
#: Methods of :class:`mechanist.learn.state_estimator.StateEstimator`.
METHODS: Final = ("read", "cross_fit")
#: The only models that such an estimator can train.
MODELS: Final = "dislocation/models and glass/models"
#: Base classes that bring none of the methods.
_BARE: Final = frozenset({"object", "ABC", "Generic", "Protocol", "StateEstimator"})


def missing_methods(module: ast.Module, cls: str) -> list[str]:
    """Return the methods that a class lacks; none if it or a base class is defined elsewhere.

    Parameters
    ----------
    module : ast.Module
        File of the estimator.
    cls : str
        Name of its class.
    """
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    offered: set[str] = set()
    waiting = [cls]
    while waiting:
        name = waiting.pop()
        if name in _BARE:
            continue
        node = classes.pop(name, None)
        if node is None:
            return []  # an imported class may offer anything
        offered |= set(_names(node))
        waiting += [ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases]
    return [method for method in METHODS if method not in offered]


def _names(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names that the body of a class defines or assigns."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            yield part.name
        if isinstance(part, ast.Assign):
            yield from (target.id for target in part.targets if isinstance(target, ast.Name))


def state_problems(place: str, model: "Model", module: ast.Module, cls: str) -> Iterator[str]:
    """Yield the problems of a model whose estimator reads states.

    Parameters
    ----------
    place : str
        Path of the model in the configuration.
    model : Model
    module : ast.Module
        File of the estimator.
    cls : str
        Name of its class.
    """
    missing = missing_methods(module, cls)
    if missing:
        yield (
            f"{place}/estimator: class {cls} of learn/estimators/{model.estimator}.py lacks"
            f" {', '.join(missing)}; an estimator that reads states needs the methods"
            f" {' and '.join(METHODS)} of learn/state_estimator.py"
        )
    if model.features:
        yield (
            f"{place}/features: {model.features} would be ignored, because the estimator"
            f" {model.estimator!r} reads the states of samples itself; remove `features`"
        )
