"""Try rules of selection on one realisation, and score what each finds."""

from collections.abc import Sequence
from typing import Any

from mechanist.assess.equation_scores import cpu_seconds, score_equation
from mechanist.discover.search import Search, discover
from mechanist.formats.equations import Equation
from mechanist.formats.fields import FieldData, Truth


def scored(
    search: Search, data: Sequence[FieldData], rules: Sequence[str], truth: Truth
) -> list[dict[str, Any]]:
    """Return a row for every rule and target of one realisation.

    The time of a rule is that of making the systems of all targets and selecting by it.
    """
    known = {target: truth[target] for target in search.targets_of(data[0]) if target in truth}
    systems, making = cpu_seconds(lambda: search.systems(data))
    rows: list[dict[str, Any]] = []
    for rule in rules:
        found, selecting = cpu_seconds(
            lambda r=rule: discover(search, data, rules=[r], truth=known, systems=systems)  # type: ignore[misc]
        )
        rows += [_row(equation, known, making + selecting) for equation in found]
    return rows


def _row(equation: Equation, truth: Truth, seconds: float) -> dict[str, Any]:
    score = score_equation(equation.coefficients, truth[equation.target])
    return {"rule": equation.rule, "target": equation.target, "cpu_s": seconds, **vars(score)}
