"""Rule files hold rules only, and only a wing knows its name."""

import ast
import re
from pathlib import Path

import pytest

from mechanist.wings.sheets import SHEET_RULES

WORKFLOW = Path(__file__).parents[3] / "workflow"
RULES = sorted([*(WORKFLOW / "rules").glob("*.smk"), WORKFLOW / "Snakefile"])
PYTHON = sorted(
    path for path in WORKFLOW.rglob("*.py") if (WORKFLOW / "mechanist/wings") not in path.parents
)
FUNCTION = re.compile(r"^\s*(?:async\s+)?def\s|\blambda\b|^\s*class\s", re.MULTILINE)


def compared_names(source: str) -> list[int]:
    """Return the lines of Python code that compare something with the name of a wing."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops)
        and any(
            isinstance(side, ast.Constant) and side.value in SHEET_RULES
            for side in (node.left, *node.comparators)
        )
    ]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rule_files_define_no_function(path: Path) -> None:
    assert FUNCTION.findall(path.read_text()) == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rule_files_do_not_branch_on_a_wing(path: Path) -> None:
    names = "|".join(SHEET_RULES)
    assert re.findall(rf"(?:==|!=)\s*[\"'](?:{names})[\"']", path.read_text()) == []


def test_nothing_but_a_wing_compares_its_name() -> None:
    found = {path.name: compared_names(path.read_text()) for path in PYTHON}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_comparison_is_found() -> None:
    assert compared_names("x = 1\nif row.wing == 'glass':\n    x = 2") == [2]
    assert compared_names("if kind == 'particle':\n    x = 2") == []
    assert FUNCTION.findall("rule a:\n    input: lambda wildcards: 1")
    assert FUNCTION.findall("def f():\n    pass")
