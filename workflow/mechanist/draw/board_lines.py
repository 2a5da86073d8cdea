"""Arrange the scoreboard for readers: lines, numbered notes, and what limits our numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import TARGET_UNIT, TARGET_UNIT_SQUARED, metric_named
from mechanist.assess.published_results import Published
from mechanist.assess.published_rows import PublishedRow
from mechanist.assess.scoreboard import DUMMY, LINEAR, NOT_YET, OURS, PUBLISHED, RIVAL
from mechanist.draw.board import ABSENT, Board, Line, Value
from mechanist.draw.paper_boards import target_label
from mechanist.settings.label_entry import LabelEntries

Models = Mapping[str, LabelEntries]


@dataclass
class _Notes:
    """Texts, numbered from 1, each once."""

    texts: list[str] = field(default_factory=list)

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def arrange(
    table: pd.DataFrame,
    published: Published,
    models: Models,
    *,
    level: float,
    limits: Sequence[str] = (),
) -> Board:
    """Arrange the scoreboard for readers.

    Parameters
    ----------
    table : DataFrame
        What :func:`mechanist.assess.scoreboard.build` returns.
    published : Published
        The published results that it was built from.
    models : mapping
        Models of each wing's configuration, for roles.
    level : float
        Level of our intervals.
    limits : sequence of str
        Sentences on the limits of our numbers (see :func:`learning_limits`).
    """
    rows, notes = {row["id"]: row for row in published.rows}, _Notes()
    lines: list[Line] = []
    for (name, _), case in table.groupby(["id", "case"], sort=False):
        row = rows[str(name)]
        roles = {m: str(e.get("role", "")) for m, e in models.get(row["wing"], {}).items()}
        numbers = [notes.number(text) for text in _remarks(row, published)]
        lines.append(_line(len(lines) + 1, row, case, roles, tuple(numbers)))
    return Board(lines, level, notes.texts, list(limits), published.references,
                 published.systems, published.tasks)  # fmt: skip


def learning_limits(curves: pd.DataFrame, models: LabelEntries, *, metric: str) -> list[str]:
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
        lines.append(f"{label}, {metric} of {target} by number of training samples: {grown}.")
    return lines


def _remarks(row: PublishedRow, published: Published) -> list[str]:
    """Return the definition of a published value with its source, and the note of its row."""
    source = f"[{row['source']}]" if row["source"] in published.references else row["source"]
    defined = f"Published: {row['metric']}; {row['definition']}. Source: {source}."
    return [defined, *([row["note"]] if "note" in row else [])]


def _line(
    place: int,
    row: PublishedRow,
    case: pd.DataFrame,
    roles: Mapping[str, str],
    notes: tuple[int, ...],
) -> Line:
    published = case[case["kind"] == PUBLISHED].iloc[0]
    first = case[case["kind"] == OURS].iloc[0]
    metric = str(published["metric"])
    ours = _value(first, roles)
    dummy, linear, baseline, rival = (
        _best(case[case["kind"].isin(kinds)], metric, roles)
        for kinds in ([DUMMY], [LINEAR], [DUMMY, LINEAR], [RIVAL])
    )
    about = (target_label(str(published["target"])), str(published["subset"]))
    scored = ours.value is not None
    return Line(
        number=place,
        wing=row["wing"],
        reference=row["reference"],
        system=row["system"],
        task=row["task"],
        case=", ".join(part for part in about if part and part != ALL),
        metric=_metric(metric, first.get("unit")),
        metric_name=metric if "ours" in row else "",
        target=", ".join(
            part for part in (published["target"], published["subset"]) if part not in ("", ALL)
        ),
        published=str(published["text"]).replace("+-", "±"),
        status=row["status"],
        ours=ours,
        baseline=baseline,
        rival=rival,
        best=_best(case[case["best"]], metric, roles),
        dummy=dummy,
        linear=linear,
        samples=f"{int(first['n_samples'])}" if scored else ABSENT,
        base_rate=f"{first['base_rate']:.3f}"
        if scored and pd.notna(first["base_rate"])
        else ABSENT,
        weak=_no_better(ours, baseline, metric),
        notes=notes,
    )


def _metric(name: str, unit: object) -> str:
    """Return the heading of a metric, with the unit if it depends on the target."""
    metric = metric_named(name)
    varies = metric.unit in (TARGET_UNIT, TARGET_UNIT_SQUARED) and pd.notna(unit) and unit != "1"
    return f"{metric.heading} ({unit})" if varies else metric.heading


def _value(row: pd.Series, roles: Mapping[str, str]) -> Value:
    known = pd.notna(row.get("value"))
    text = str(row["text"]) if pd.notna(row.get("text")) else NOT_YET
    model = str(row["model"])
    return Value(
        float(row["value"]) if known else None,
        text,
        str(row["label"]) if model else "",
        roles.get(model, ""),
    )


def _best(rows: pd.DataFrame, metric: str, roles: Mapping[str, str]) -> Value:
    """Return the best value of some rows, or the first where no value is better than another."""
    if rows.empty:
        return Value()
    known = rows[rows["value"].notna()]
    if known.empty:
        return _value(rows.iloc[0], roles)
    larger = metric_named(metric).larger_is_better
    if larger is not None:
        known = known.sort_values("value", ascending=not larger, kind="stable")
    return _value(known.iloc[0], roles)


def _no_better(ours: Value, baseline: Value, metric: str) -> bool:
    larger = metric_named(metric).larger_is_better
    if ours.value is None or baseline.value is None or larger is None:
        return False
    return ours.value <= baseline.value if larger else ours.value >= baseline.value
