"""Check metrics named in a configuration against their list, without importing it.

The process that plans a run has no numerical packages, so ``assess/metrics.py`` is parsed.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from mechanist.core.top_name import top_name
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.names import unknown_names

#: The list of metrics in the library, and the constant that names a metric which frames have but
#: score files do not.
FILE: Final = Path("assess/metrics.py")
UNSCORED: Final = "BASE_RATE"


class Listed(NamedTuple):
    """Names of metrics, and those of objects within samples by what they are computed from.

    Parameters
    ----------
    every : tuple of str
        All metrics, those of whole samples included.
    numbers, classes : tuple of str
        Metrics of predicted numbers and of predicted classes.
    ranked : tuple of str
        Metrics of predicted numbers that are computed once for each top fraction.
    """

    every: tuple[str, ...]
    numbers: tuple[str, ...]
    classes: tuple[str, ...]
    ranked: tuple[str, ...]


@cache
def listed_metrics(library: Path) -> Listed:
    """Return all metrics, and those of objects that score files contain.

    Parameters
    ----------
    library : Path
        Folder of the library.
    """
    body = ast.parse((library / FILE).read_text(encoding="utf-8"))
    constants = dict(_constants(body))
    listed: dict[str, set[str | None]] = {}
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Metric" and node.args:
            first = node.args[0]
            name = constants.get(first.id) if isinstance(first, ast.Name) else _text(first)
            if name is not None:
                listed[name] = {key.arg for key in node.keywords}
    found = {name: given for name, given in listed.items() if name != constants.get(UNSCORED)}
    return Listed(
        every=tuple(listed),
        numbers=tuple(name for name, given in found.items() if "numbers" in given),
        classes=tuple(name for name, given in found.items() if "classes" in given),
        ranked=tuple(name for name, given in found.items() if {"classes", "for_top"} <= given),
    )


def metric_problems(
    glass: GlassBlock, top_fractions: Sequence[float], library: Path
) -> Iterator[str]:
    """Yield a line for each metric of the figures of glasses that no score file will contain.

    Parameters
    ----------
    glass : GlassBlock
    top_fractions : sequence of float
        ``learning/top_fractions``: rankings are scored for these and no others.
    library : Path
        Folder of the library.
    """
    figures, listed = glass.figures, listed_metrics(library)
    ranked = [top_name(name, part) for part in top_fractions for name in listed.ranked]
    numbers, definition = [*listed.numbers, *ranked], figures.definition
    lines = [line.metric for line in definition.published]
    yield from unknown_names("glass/figures/metric", [figures.metric], numbers)
    yield from unknown_names("glass/figures/metrics", figures.metrics, numbers)
    place = "glass/figures/definition"
    yield from unknown_names(f"{place}/metrics", definition.metrics, listed.classes)
    yield from unknown_names(f"{place}/published", lines, listed.classes)


def _constants(body: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield names and values of the texts that the top level of a module assigns."""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            value = _text(node.value)
            if value is not None:
                yield node.target.id, value


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
