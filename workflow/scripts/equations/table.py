"""List all found equations, with the error and the inclusion frequency of every term."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.equation_files import Equation, EquationFile, read_equations
from mechanist.formats.meanings.of_equations import EQUATIONS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEADERS = ("case", "noise", "equation", "inclusion frequencies", "verdict", "right")


def main(files: Sequence[Path], csv_out: Path, markdown_out: Path, *, rule: str) -> None:
    """Write a table of all terms as CSV and a table of all equations in Markdown.

    Parameters
    ----------
    files : sequence of Path
        Equations files.
    csv_out, markdown_out : Path
        Tables with one row per term, and with one row per equation.
    rule : str
        Selection rule to list.

    Raises
    ------
    ValueError
        If a file holds no equation by that rule.
    """
    lines = ["| " + " | ".join(HEADERS) + " |", "|" + " --- |" * len(HEADERS)]
    rows: list[dict[str, object]] = []
    for path in files:
        content = read_equations(path)
        chosen = [equation for equation in content.equations if equation.rule == rule]
        if not chosen:
            raise ValueError(f"{path}: no equation by rule {rule!r}; run discovery with this rule")
        for equation in chosen:
            lines.append("| " + " | ".join(_cells(content, equation)) + " |")
            rows += _terms(content, equation)
    write_csv(csv_out, pd.DataFrame(rows), title="Terms of found equations", columns=EQUATIONS)
    notes = (
        f"Rule: {rule}. Coefficients with standard errors: the largest of those from leaving out"
        " stretches of the data, from the noise that the data show, and from the grid; verdict:"
        " share of the squared rate of change that is left, beside what noise and grid explain;"
        " inclusion: share of resampled data on which a term is selected; right: all true terms and"
        " no other, where the truth is known."
    )
    write_text(markdown_out, "\n".join(["# Found equations", "", *lines, "", notes]) + "\n")


def _cells(content: EquationFile, equation: Equation) -> list[str]:
    """Return the columns of one equation."""
    shares = ", ".join(f"{term.inclusion:.2f}" for term in equation.terms)
    right = "-" if equation.truth is None else ("yes" if _right(equation) else "no")
    noise = f"{100 * content.noise:g} %"
    verdict = f"{equation.verdict}: {equation.reason}" if equation.verdict else "-"
    text = equation.to_text()
    if equation.near is not None:
        text += f"; {equation.near.to_text()}"
    return [content.case, noise, text, shares or "-", verdict, right]


def _terms(content: EquationFile, equation: Equation) -> Iterator[dict[str, object]]:
    """Yield a row for each term that is found or true."""
    truth = equation.truth or {}
    about = {
        "case": content.case, "noise": content.noise, "target": equation.target,
        "unexplained": equation.loss, "noise_share": equation.noise_share,
        "verdict": equation.verdict,
    }  # fmt: skip
    for term in equation.terms:
        yield {
            **about, "term": term.name, "coefficient": term.coefficient, "error": term.error,
            "inclusion": term.inclusion, "truth": truth.get(term.name),
        }  # fmt: skip
    for name in sorted(set(truth) - set(equation.coefficients)):
        yield {**about, "term": name, "coefficient": 0.0, "truth": truth[name]}


def _right(equation: Equation) -> bool:
    """Return whether the terms are the true ones."""
    return set(equation.coefficients) == {n for n, v in (equation.truth or {}).items() if v}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.csv),
            Path(snakemake.output.markdown),
            rule=snakemake.params.rule,
        )
