"""The section of a model's card that says how far the model carries: its test on unseen glasses."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from mechanist.assess.metrics import metric_named
from mechanist.formats.predictions import TARGET
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.unseen_rows import COVERAGE, DISTANCE, OUTSIDE, REFUSED, SHIFT

#: Rows that are no score of a wing.
_NO_SCORE: Final = frozenset({COVERAGE, OUTSIDE, REFUSED, DISTANCE, SHIFT})


def unseen_section(
    model: KeptModel, table: pd.DataFrame, *, kinds: Mapping[str, str], rivals: Mapping[str, str]
) -> list[str]:
    """Return the lines of the section.

    Parameters
    ----------
    model : KeptModel
    table : DataFrame
        The test, with the columns :data:`mechanist.predict.unseen_rows.ROWS`.
    kinds : mapping of str to str
        What is different in each kind of glasses.
    rivals : mapping of str to str
        Labels of the mechanism-based models that are shown beside the model.
    """
    mine = table[table["model"] == model.name]
    metrics = [name for name in mine["metric"].unique() if name not in _NO_SCORE]
    levels = [100 * one.level for one in model.intervals if one is not None]
    within = f"truth within its {levels[0]:g} % interval" if levels else "truth within its interval"
    heads = ["glasses", "strain", *map(_head, metrics), within, "reported as outside"]
    first = metrics[0] if metrics else ""
    heads += [f"{_head(first)} of {label}" for label in rivals.values()]
    lines = [
        "## On glasses that it has not seen",
        "",
        (
            "Each kind differs from the glasses that the model has seen by what its row states; the first row is"
            " held-out glasses of its own system. The intervals and the report are those of the model,"
            " unchanged. Mechanism-based models, trained on the same system, read the potential or one tiny"
            " step of strain of the unseen glass, which the model does not."
        ),
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
    ]
    for kind, label in {model.system: "its own, held out", **kinds}.items():
        rows = mine[mine["test"] == kind]
        refused = rows[rows["metric"] == REFUSED]
        if len(refused):
            said = str(refused["reason"].iloc[0])
            lines.append(f"| {label} | - | refused: {said} |" + " - |" * (len(heads) - 3))
            continue
        for target in sorted(rows.loc[rows[TARGET] != "all", TARGET].unique()):
            cells = [label, f"{float(target.rpartition('@')[2]):g}"]
            cells += [_cell(rows, name, target) for name in [*metrics, COVERAGE]]
            cells.append(_cell(rows, OUTSIDE, "all"))
            for rival in rivals:
                theirs = table[(table["model"] == rival) & (table["test"] == kind)]
                cells.append(_cell(theirs, first, target))
            lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def _head(metric: str) -> str:
    stem, top, fraction = metric.partition("_top")
    name = metric_named(stem).heading
    return f"{name}, top {fraction} %" if top else name


def _cell(rows: pd.DataFrame, metric: str, target: str) -> str:
    """Return a value with its interval; a dash where there is none."""
    found = rows[(rows["metric"] == metric) & (rows[TARGET] == target)]
    if found.empty:
        return "-"
    row = found.iloc[0]
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    if metric in (COVERAGE, OUTSIDE):
        return f"{100 * value:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"
