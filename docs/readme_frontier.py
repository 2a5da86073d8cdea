"""Make the README.md block that sets models of glasses beside coarse simulations of the same cost."""

import csv
from pathlib import Path
from typing import Any, Final

METRIC: Final = "auc_top10"
#: Rows in the order in which they are listed; the full path is last.
ROWS: Final = (
    "load_blind", "joint", "mechanics", "hybrid", "coarse_one", "coarse_three", "coarse_six", "joint_six", "full",
)  # fmt: skip
NUMBERS: Final = ("value", "low", "high", "cost_share", "gain", "gain_low", "gain_high")

Record = dict[str, Any]
Labels = dict[str, dict[str, str]]


def collect_frontier(results: Path) -> dict[str, Any]:
    """Read scores and costs of paths and models."""
    with (results / "trust/frontier.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] == METRIC]
    found: list[Record] = [
        {
            "model": row["model"], "kind": row["kind"], "strain": float(row["strain"]),
            **{name: float(row[name]) if row[name] else None for name in NUMBERS},
        }
        for row in rows
    ]  # fmt: skip
    return {"level": float(rows[0]["level"]), "n_samples": int(rows[0]["n_samples"]), "rows": found}


def frontier_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on the cost of scores."""
    strains = sorted({row["strain"] for row in found["rows"]})
    value = {(row["model"], row["strain"]): row for row in found["rows"]}
    lines = [
        (
            f"AUC for the most plastic tenth of the particles of {found['n_samples']} glasses"
            f" ({100 * found['level']:g} % interval over glasses), and in brackets the processor time for one glass"
            " under one load as a share of that of the full path to this strain:"
        ),
        "",
        "| simulation or model | " + " | ".join(f"{100 * s:g} % strain" for s in strains) + " |",
        "|---|" + "---|" * len(strains),
    ]
    for name in ROWS:
        cells = " | ".join(_cell(value[name, strain]) for strain in strains)
        lines.append(f"| {labels['frontier'][name]} | {cells} |")
    return [*lines, "", verdict(found["rows"])]


def _cell(row: Record) -> str:
    return f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}] ({100 * row['cost_share']:.0f} %)"


def verdict(rows: list[Record]) -> str:
    """Return what the differences between models and paths of the same cost imply."""
    models = [row for row in rows if row["kind"] == "model"]
    compared = [row for row in models if row["gain"] is not None]
    ahead = sum(row["gain_low"] > 0 for row in compared)
    behind = sum(row["gain_high"] < 0 for row in compared)
    said = (
        f"Of {len(compared)} comparisons of a model with a coarse simulation of the same cost, the model is ahead in"
        f" {ahead} and behind in {behind}; in the others, the interval of the difference contains zero."
    )
    cheaper = len(models) - len(compared)
    if cheaper:
        said += f" In {cheaper} more, the model costs less than any of the coarse simulations."
    return said
