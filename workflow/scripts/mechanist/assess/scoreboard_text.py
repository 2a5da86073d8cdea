"""The scoreboard as a Markdown table, a line for each published result and target."""

from typing import Final

import pandas as pd

from mechanist.assess.metrics import ERRORS
from mechanist.assess.scoreboard import DUMMY, LINEAR, NOT_YET, OURS, PUBLISHED, RIVAL

HEADERS: Final = (
    "published result", "task", "published", "metric", "target", "ours", "samples", "base rate", "dummy",
    "linear", "mechanism rival", "best of ours",
)  # fmt: skip
ABSENT: Final = "-"


def markdown(table: pd.DataFrame, *, level: float) -> str:
    """Return the scoreboard for people.

    Parameters
    ----------
    table : DataFrame
        What :func:`mechanist.assess.scoreboard.build` returns.
    level : float
        Level of our intervals.
    """
    lines = ["| " + " | ".join(HEADERS) + " |", "|" + " --- |" * len(HEADERS)]
    for _, case in table.groupby(["id", "target"], sort=False):
        lines.append("| " + " | ".join(_escaped(cell) for cell in _cells(case)) + " |")
    notes = (
        f"Ours: mean over samples, samples held out, with {100 * level:g} % intervals from"
        " resampling whole samples. A published value says after it whether it was read in its"
        f" source; definitions differ, see config/published.yaml. {NOT_YET}: nothing to compare."
    )
    return "# Scoreboard\n\n" + "\n".join(lines) + "\n\n" + notes + "\n"


def _cells(case: pd.DataFrame) -> list[str]:
    published = case[case["kind"] == PUBLISHED].iloc[0]
    ours = case[case["kind"] == OURS].iloc[0]
    scored = pd.notna(ours["value"])
    said = str(published["text"])
    return [
        published["publication"],
        published["task"],
        said if published["status"] == said else f"{said} ({published['status']})",
        published["metric"],
        published["target"] or ABSENT,
        f"{ours['label']}: {ours['text']}" if scored else NOT_YET,
        f"{int(ours['n_samples'])}" if scored else ABSENT,
        f"{ours['base_rate']:.3f}" if scored and pd.notna(ours["base_rate"]) else ABSENT,
        _value(case[case["kind"] == DUMMY]),
        _named(case[case["kind"] == LINEAR], published["metric"]),
        _named(case[case["kind"] == RIVAL], published["metric"]),
        _named(case[case["best"]], published["metric"]),
    ]


def _value(rows: pd.DataFrame) -> str:
    """Return a value without its interval, which a dummy does not need."""
    if rows.empty:
        return ABSENT
    value = rows.iloc[0]["value"]
    return f"{value:.3f}" if pd.notna(value) else NOT_YET


def _named(rows: pd.DataFrame, metric: str) -> str:
    """Return the best of some rows with its name."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return NOT_YET if len(rows) else ABSENT
    best = known.sort_values("value", ascending=metric in ERRORS, kind="stable").iloc[0]
    return f"{best['label']}: {best['text']}"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
