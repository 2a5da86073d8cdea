"""The scoreboard as readers see it: short lines, with everything longer in lists below them.

The texts are arranged once, here; :mod:`mechanist.draw.board_markdown` and
:mod:`mechanist.draw.board_html` write them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import TARGET_UNIT, TARGET_UNIT_SQUARED, metric_named
from mechanist.assess.published_results import Published, Reference
from mechanist.assess.scoreboard import (
    DUMMY,
    LINEAR,
    NOT_YET,
    OURS,
    PUBLISHED,
    RIVAL,
    UNDEFINED,
    number,
)
from mechanist.draw.paper_boards import target_label

Models = Mapping[str, Mapping[str, Mapping[str, Any]]]

#: Shown where a row has no such entry.
ABSENT: Final = "-"
#: Mark of how a published value is known, and what it means.
MARKS: Final = {
    "read": ("✓", "read in its source"),
    "recalled": ("~", "recalled from memory"),
    "unknown": ("?", "not known to us"),
}
#: Mark of our values that are no better than the best baseline.
WEAK: Final = "▼"
WEAK_MEANS: Final = "ours is no better than the best baseline"
#: Headings of the lines, and of their details below.
HEADINGS: Final = (
    "No.", "reference", "system", "task", "case", "metric", "published", "ours", "best baseline",
    "best rival", "notes",
)  # fmt: skip
DETAILS: Final = (
    "No.", "metric in score files", "target", "ours", "samples", "base rate", "dummy", "linear",
    "best rival", "best of ours",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """A value of one of our models.

    Parameters
    ----------
    value : float or None
        None if there is no score.
    text : str
        The value with its interval, or why there is none.
    label, role : str
        Label and role of the model; empty if there is none.
    """

    value: float | None = None
    text: str = ABSENT
    label: str = ""
    role: str = ""

    @property
    def short(self) -> str:
        """The value without its interval, and the label of its model."""
        return self.text if self.value is None else f"{number(self.value)} {self.label}"

    @property
    def full(self) -> str:
        """The value with its interval, and the label of its model."""
        return self.text if self.value is None else f"{self.label}: {self.text}"


@dataclass(frozen=True)
class Line:
    """One published result and target.

    Parameters
    ----------
    number : int
        Number of the line, from 1.
    wing, reference, system, task : str
        Wing, and keys of the published result.
    case : str
        Target and subset in words; empty if we have no score of this kind.
    metric, metric_name, target : str
        Metric in words with its unit, and metric and target as score files name them.
    published, status : str
        Published value in words, and a key of ``MARKS``.
    ours, baseline, rival, best, dummy, linear : Value
        Our value, the best baseline and rival, the best of all models, and each baseline.
    samples, base_rate : str
        Number of samples, and the value that a score of classes has to exceed.
    weak : bool
        Whether our value is no better than the best baseline.
    notes : tuple of int
        Numbers of the notes.
    """

    number: int
    wing: str
    reference: str
    system: str
    task: str
    case: str
    metric: str
    metric_name: str
    target: str
    published: str
    status: str
    ours: Value
    baseline: Value
    rival: Value
    best: Value
    dummy: Value
    linear: Value
    samples: str
    base_rate: str
    weak: bool
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """The scoreboard.

    Parameters
    ----------
    lines : list of Line
    level : float
        Level of our intervals.
    notes, limits : list of str
        Texts of the numbered notes, and what limits our numbers, numbered after them.
    references, systems, tasks : dict
        What the keys of the lines stand for.
    """

    lines: list[Line]
    level: float
    notes: list[str]
    limits: list[str]
    references: dict[str, Reference]
    systems: dict[str, str]
    tasks: dict[str, str]

    @property
    def wings(self) -> dict[str, list[Line]]:
        """Lines by wing, in order."""
        names = dict.fromkeys(line.wing for line in self.lines)
        return {name: [line for line in self.lines if line.wing == name] for name in names}

    @property
    def explanation(self) -> str:
        """How the numbers were obtained."""
        return (
            f"Ours: mean over samples, samples held out, with {100 * self.level:g} % intervals from"
            " resampling whole samples. Definitions differ between publications and from ours; the"
            f" notes state them. '{NOT_YET}': this run has no score to compare. '{UNDEFINED}': the"
            " model was scored, but not in this metric."
        )


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


def _remarks(row: Mapping[str, Any], published: Published) -> list[str]:
    """Return the definition of a published value with its source, and the note of its row."""
    source = f"[{row['source']}]" if row["source"] in published.references else row["source"]
    defined = f"Published: {row['metric']}; {row['definition']}. Source: {source}."
    return [defined, *([row["note"]] if "note" in row else [])]


def _line(
    place: int,
    row: Mapping[str, Any],
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


def _metric(name: str, unit: Any) -> str:
    """Return the heading of a metric, with the unit if it depends on the target."""
    metric = metric_named(name)
    varies = metric.unit in (TARGET_UNIT, TARGET_UNIT_SQUARED) and pd.notna(unit) and unit != "1"
    return f"{metric.heading} ({unit})" if varies else metric.heading


def _value(row: "pd.Series[Any]", roles: Mapping[str, str]) -> Value:
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
