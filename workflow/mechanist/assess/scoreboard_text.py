"""The scoreboard as a Markdown table, a line for each published result and target."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import ERRORS
from mechanist.assess.scoreboard import DUMMY, LINEAR, NOT_YET, OURS, PUBLISHED, RIVAL, UNRANKED

HEADERS: Final = (
    "published result", "system", "task", "published", "metric", "target", "ours", "samples", "base rate", "dummy",
    "linear", "mechanism rival", "best of ours",
)  # fmt: skip
ABSENT: Final = "-"


def markdown(table: pd.DataFrame, *, level: float, limits: Sequence[str] = ()) -> str:
    """Return the scoreboard as Markdown text.

    Parameters
    ----------
    table : DataFrame
        What :func:`mechanist.assess.scoreboard.build` returns.
    level : float
        Level of our intervals.
    limits : sequence of str
        Sentences on the limits of our numbers (see :func:`learning_limits`).
    """
    lines = ["| " + " | ".join(HEADERS) + " |", "|" + " --- |" * len(HEADERS)]
    for _, case in table.groupby(["id", "case"], sort=False):
        lines.append("| " + " | ".join(_escaped(cell) for cell in _cells(case)) + " |")
    notes = (
        f"Ours: mean over samples, samples held out, with {100 * level:g} % intervals from"
        " resampling whole samples. A published value says after it whether it was read in its"
        f" source; definitions differ, see config/published.yaml. {NOT_YET}: nothing to compare."
    )
    parts = ["# Scoreboard", "\n".join(lines), notes]
    remarks = table.query("model != '' and note != ''").drop_duplicates("id")
    if not remarks.empty:
        parts += [
            "## Notes",
            "\n".join(f"- {r.publication}: {r.note}" for r in remarks.itertuples()),
        ]
    if limits:
        parts += ["## What limits ours", "\n".join(f"- {line}" for line in limits)]
    return "\n\n".join(parts) + "\n"


def learning_limits(
    curves: pd.DataFrame, models: Mapping[str, Mapping[str, Any]], *, metric: str
) -> list[str]:
    """State how each model's score grows with its number of training samples.

    Parameters
    ----------
    curves : DataFrame
        Columns ``model``, ``target``, ``metric``, ``n_train``, ``draw``, ``value``.
    models : mapping
        Configuration of the models, for labels.
    metric : str
        Metric to state.

    Returns
    -------
    list of str
        A sentence for each model and target, with means over draws.
    """
    lines = []
    chosen = curves[curves["metric"] == metric]
    for (model, target), part in chosen.groupby(["model", "target"], sort=False, observed=True):
        means = part.groupby("n_train")["value"].mean()
        grown = ", ".join(f"{value:.3f} from {n}" for n, value in means.items())
        label = models[str(model)]["label"]
        lines.append(f"{label}, {metric} of {target} by number of samples learnt from: {grown}.")
    return lines


def _cells(case: pd.DataFrame) -> list[str]:
    published = case[case["kind"] == PUBLISHED].iloc[0]
    ours = case[case["kind"] == OURS].iloc[0]
    scored = pd.notna(ours["value"])
    said = str(published["text"])
    missing = str(ours["text"]) if pd.notna(ours.get("text")) else NOT_YET
    return [
        published["publication"],
        published["system"],
        published["task"],
        said if published["status"] == said else f"{said} ({published['status']})",
        _metric(published["metric"], ours),
        _target(published),
        f"{ours['label']}: {ours['text']}" if scored else missing,
        f"{int(ours['n_samples'])}" if scored else ABSENT,
        f"{ours['base_rate']:.3f}" if scored and pd.notna(ours["base_rate"]) else ABSENT,
        _value(case[case["kind"] == DUMMY]),
        _named(case[case["kind"] == LINEAR], published["metric"]),
        _named(case[case["kind"] == RIVAL], published["metric"]),
        _named(case[case["best"]], published["metric"]),
    ]


def _metric(name: str, ours: "pd.Series[Any]") -> str:
    """Return the name of a metric with the unit of our value, if it has one."""
    unit = ours.get("unit")
    return name if pd.isna(unit) or unit == "1" else f"{name} ({unit})"


def _target(row: "pd.Series[Any]") -> str:
    """Return the scored target, with the subset unless it is everything."""
    parts = (row["target"], row["subset"] if row["subset"] != ALL else "")
    return ", ".join(filter(None, parts)) or ABSENT


def _value(rows: pd.DataFrame) -> str:
    """Return a value without its interval, which a dummy does not need."""
    if rows.empty:
        return ABSENT
    value = rows.iloc[0]["value"]
    return f"{value:.3f}" if pd.notna(value) else NOT_YET


def _named(rows: pd.DataFrame, metric: str) -> str:
    """Return the best value of some rows with its label."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return NOT_YET if len(rows) else ABSENT
    if metric not in UNRANKED:
        known = known.sort_values("value", ascending=metric in ERRORS, kind="stable")
    best = known.iloc[0]
    return f"{best['label']}: {best['text']}"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
