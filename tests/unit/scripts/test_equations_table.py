"""Found equations are listed with errors, inclusion frequencies and correctness."""

from pathlib import Path

import pandas as pd
import pytest

from mechanist.formats.equation_files import Equation, EquationFile, FoundTerm, write_equations
from scripts.equations import table as equations_table

TRUTH = {"(u^2)_x": -0.5, "u_xx": 0.1}


def equations_file(path: Path, names: list[str], truth: dict[str, float] | None) -> Path:
    terms = tuple(FoundTerm(n, n, 0.1, 0.01, 0.9) for n in names)
    equation = Equation("u_t", "u_t", "auto", terms, 0.1, 0.1, 0.2, (), truth)
    write_equations(path, EquationFile("burgers", "weak", 0.01, 0, (equation,), {}))
    return path


@pytest.mark.parametrize(
    ("names", "truth", "said"),
    [
        (["(u^2)_x", "u_xx"], TRUTH, "yes"),
        (["(u^2)_x"], TRUTH, "no"),
        (["(u^2)_x", "u_xx", "u"], TRUTH, "no"),
        (["u"], None, "-"),
        ([], TRUTH, "no"),
    ],
)
def test_an_equation_is_right_only_with_all_true_terms_and_no_other(
    tmp_path: Path, names: list[str], truth: dict[str, float] | None, said: str
) -> None:
    file = equations_file(tmp_path / "weak.json", names, truth)
    out, text = tmp_path / "out.csv", tmp_path / "out.md"
    equations_table.main([file], out, text, rule="auto")
    line = text.read_text().splitlines()[4]
    assert line.startswith("| burgers | 1 % |")
    assert line.endswith(f"| {said} |")
    rows = pd.read_csv(out)
    assert set(rows["term"]) == set(names) | set(truth or {})
    if not names:
        assert "no equation found" in line


def test_a_rule_that_was_not_run_is_refused(tmp_path: Path) -> None:
    file = equations_file(tmp_path / "weak.json", ["u"], None)
    with pytest.raises(ValueError, match="no equation by rule 'oracle'"):
        equations_table.main([file], tmp_path / "a", tmp_path / "b", rule="oracle")
