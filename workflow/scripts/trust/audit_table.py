"""Collect the audit cards of all descriptors into a table of findings and a summary of verdicts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.audit.card import AuditCard, Criterion, Finding, read_card
from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import AUDIT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Names of the thresholds, from best to worst.
BOUNDS: Final = ("pass", "warn", "fail")
INTRODUCTION: Final = """\
# Audit of descriptors

Verdicts on every descriptor of the project under five criteria. A cell holds the verdict and the
finding that determines it; all findings, with thresholds and probes, are listed in `audit.csv`.
Criterion iii reports measured times and memory, which differ slightly from run to run; all other
numbers are reproducible. The unit of deviations is the spread: the standard deviation of a feature
over the probes.
"""


def main(cards: Sequence[Path], csv: Path, markdown: Path) -> None:
    """Write the table of findings and a summary.

    Parameters
    ----------
    cards : sequence of Path
        Audit cards, in the order in which to list the descriptors.
    csv : Path
        One row per finding.
    markdown : Path
        One row per descriptor, one column per criterion; then the thresholds.

    Raises
    ------
    ValueError
        If no card is given.
    FormatError
        If a file is not an audit card.
    """
    if not cards:
        raise ValueError("no audit cards given; expected at least one")
    read = [read_card(path) for path in cards]
    table = pd.DataFrame([row for card in read for row in findings(card)])
    write_csv(csv, table, title="Findings of the audit", columns=AUDIT, float_format="%.6g")
    write_text(markdown, summary(read, table))


def findings(card: AuditCard) -> list[dict[str, object]]:
    """Return the rows of one card."""
    return [
        {
            "wing": card.wing,
            "kind": card.kind,
            "name": card.name,
            "n_features": card.n_features,
            "criterion": criterion.number,
            "title": criterion.title,
            "verdict": str(criterion.verdict),
            "leading": finding is criterion.leading,
            "finding": finding.name,
            "finding_verdict": str(finding.verdict),
            "value": finding.value,
            "unit": finding.unit,
            **{bound: finding.threshold.get(bound) for bound in BOUNDS},
            "probe": finding.probe,
            "note": finding.note,
            "decides": finding.decides,
            "measured": criterion.measured,
            "seed": card.seed,
        }
        for criterion in card.criteria
        for finding in criterion.findings
    ]


def summary(cards: Sequence[AuditCard], table: pd.DataFrame) -> str:
    """Return the summary as Markdown."""
    titles = [f"{c.number} {c.title}" for c in cards[0].criteria]
    lines = [
        INTRODUCTION,
        "| " + " | ".join(["Wing", "Descriptor", "Features", *titles]) + " |",
        "|" + "---|" * (3 + len(titles)),
    ]
    for card in cards:
        cells = [cell(criterion) for criterion in card.criteria]
        row = [card.wing, f"{card.name} (`{card.kind}`)", str(card.n_features), *cells]
        lines.append("| " + " | ".join(row) + " |")
    lines += ["", "## Thresholds", "", "| Criterion | Finding | Unit | Pass | Warn | Fail |"]
    lines.append("|" + "---|" * 6)
    keys = ["criterion", "finding", "unit", *BOUNDS]
    judged = table[table[list(BOUNDS)].notna().any(axis=1)]
    for _, *values in judged[keys].drop_duplicates().itertuples():
        shown = ["" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v) for v in values]
        lines.append("| " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def cell(criterion: Criterion) -> str:
    """Return the verdict on one criterion and the finding that determines it."""
    leading = criterion.leading
    return f"**{criterion.verdict}**: {leading.name}{_value(leading)}"


def _value(finding: Finding) -> str:
    if finding.value is None:
        return f" ({finding.note})" if finding.note else ""
    unit = "" if finding.unit in {"", "1"} else f" {finding.unit}"
    return f" {finding.value:.3g}{unit}"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
        )
