"""Apply selection rules to one realisation, and score the equations that each finds."""

from collections.abc import Sequence

from mechanist.assess.call_costs import cpu_seconds
from mechanist.assess.equation_scores import score_equation
from mechanist.discover.found_equations import discover
from mechanist.discover.regression import Problem
from mechanist.discover.search import Search
from mechanist.discover.selection import model_path
from mechanist.discover.selection_rules import PATHLESS
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import FieldData, Truth


def scored(
    search: Search, data: Sequence[FieldData], rules: Sequence[str], truth: Truth
) -> list[dict[str, object]]:
    """Return a row for every rule and target of one realisation.

    The time of a rule includes building the systems of all targets and selecting by the rule. It
    also includes the search for the best models of every size if the rule chooses from them.
    """
    known = {target: truth[target] for target in search.targets_of(data[0]) if target in truth}
    systems, making = cpu_seconds(lambda: search.systems(data))
    paths, searching = cpu_seconds(
        lambda: {
            target: model_path(Problem.of(system, target), max_terms=search.max_terms)
            for target, (system, _) in systems.items()
        }
    )
    rows: list[dict[str, object]] = []
    for rule in rules:
        found, selecting = cpu_seconds(
            lambda r=rule: discover(  # type: ignore[misc]
                search, data, rules=[r], truth=known, systems=systems, paths=paths
            )
        )
        spent = making + selecting + (0.0 if rule in PATHLESS else searching)
        rows += [_row(equation, known, spent) for equation in found]
    return rows


def _row(equation: Equation, truth: Truth, seconds: float) -> dict[str, object]:
    score = score_equation(equation.coefficients, truth[equation.target])
    return {"rule": equation.rule, "target": equation.target, "cpu_s": seconds, **vars(score)}
