"""The scoreboard: every published result next to our score, the baselines and the rivals."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import metric_named
from mechanist.assess.published_results import Published
from mechanist.assess.published_rows import DescribedRow
from mechanist.assess.records import ScoreRecord
from mechanist.core.errors import FormatError
from mechanist.settings.label_entry import LabelEntries

PUBLISHED, OURS, DUMMY, LINEAR, RIVAL, OTHER = (
    "published", "ours", "dummy", "linear", "rival", "other",
)  # fmt: skip
NOT_YET: Final = "not yet"
#: Shown if a model was scored, but this metric is undefined, such as coefficient errors of wrong
#: terms.
UNDEFINED: Final = "undefined"
#: Numbers below this are written with two digits rather than three decimals.
VANISHING: Final = 5e-3
#: Roles of models that do not compete: they see more than a model may, or deliberately less.
OUT_OF_COMPETITION: Final = frozenset({"ceiling", "control"})
_ABOUT: Final = ("id", "wing", "system", "publication", "doi", "task", "status", "source")

Key = tuple[str, str, str]
Models = Mapping[str, LabelEntries]


@dataclass(frozen=True)
class Scores:
    """Score records by wing, system and model.

    Parameters
    ----------
    records : dict
        Records of each score file.
    """

    records: dict[Key, list[ScoreRecord]]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> "Scores":
        """Read files ``<wing>/<system>/scores/<model>.json``.

        Raises
        ------
        FormatError
            If a file is not a list of records.
        """
        records: dict[Key, list[ScoreRecord]] = {}
        for path in paths:
            try:
                listed: list[ScoreRecord] = json.loads(path.read_text(encoding="utf-8"))
                keep = [r.copy() for r in listed if r["subset"] is not None]
            except (ValueError, KeyError, TypeError) as error:
                raise FormatError(path, f"not a list of score records ({error})",
                                  remedy="Delete it and run the workflow again.") from error  # fmt: skip
            system = path.parent.parent
            records[system.parent.name, system.name, path.stem] = keep
        return cls(records)

    def find(self, key: Key, metric: str, target: str, subset: str = ALL) -> ScoreRecord | None:
        """Return the record of one model, or None if there is none (yet)."""
        wanted = (metric, target, subset)
        for record in self.records.get(key, []):
            if (record["metric"], record["target"], record["subset"]) == wanted:
                return record
        return None

    def heard(self, key: Key, target: str, subset: str) -> bool:
        """Return whether a model has any score for this target."""
        return any(
            record["target"] == target and record["subset"] == subset
            for record in self.records.get(key, [])
        )

    def models(self, wing: str, system: str) -> list[str]:
        """Return the models of a system that were scored."""
        return sorted(model for w, s, model in self.records if (w, s) == (wing, system))


def build(published: Published, scores: Scores, models: Models) -> pd.DataFrame:
    """Combine our scores with published ones.

    Parameters
    ----------
    published : Published
        What :func:`mechanist.assess.published_results.check_published` returns.
    scores : Scores
    models : mapping
        Models of each wing's configuration, for labels and roles.

    Returns
    -------
    DataFrame
        One row per value. Each published row and target is a case: the published value first
        (``model`` empty), then ours, the baselines, the mechanism-based rivals, and the best of all
        models in competition (``best`` is true) if it is not among them. Models that were not
        scored yet have no value.
    """
    lines = [line for row in published.described() for line in _lines(row, scores, models)]
    return pd.DataFrame(lines)


def _lines(row: DescribedRow, scores: Scores, models: Models) -> Iterator[dict[str, object]]:
    """Yield the values of all cases of a published row."""
    about = {**{name: row[name] for name in _ABOUT}, "note": row.get("note", "")}
    ours = row.get("ours")
    for target in ours["targets"] if ours else [""]:
        metric = ours["metric"] if ours else row["metric"]
        subset = ours.get("subset", ALL) if ours else ALL
        shown = (row["id"], target, subset if subset != ALL else "")
        case = {**about, "case": " ".join(filter(None, shown)),
                "metric": metric, "target": target, "subset": subset}  # fmt: skip
        yield {**case, "kind": PUBLISHED, "model": "", "label": "published",
               **_published(row), "best": False}  # fmt: skip
        if not ours:
            yield {**case, "kind": OURS, "model": "", "label": f"ours: {NOT_YET}", "best": False}
            continue
        wing, system = row["wing"], ours["system"]
        entries = models.get(wing, {})
        question = (metric, target, subset)
        best = _best(scores, wing, system, question, entries)
        for kind, model in _contestants(row, best):
            key = (wing, system, model)
            record = scores.find(key, *question)
            silent = UNDEFINED if scores.heard(key, target, subset) else NOT_YET
            yield {
                **case,
                "kind": kind,
                "model": model,
                "label": entries[model]["label"] if model in entries else model,
                **_measured(record, silent),
                "best": model == best,
            }


def _contestants(row: DescribedRow, best: str | None) -> list[tuple[str, str]]:
    """Return kind and name of the models that a case shows, each once."""
    named = [
        (OURS, row["ours"]["model"]),
        *((kind, row["baselines"][kind]) for kind in (DUMMY, LINEAR) if kind in row["baselines"]),
        *((RIVAL, model) for model in row["rivals"]),
        *([(OTHER, best)] if best else []),
    ]
    first: dict[str, str] = {}
    for kind, model in named:
        first.setdefault(model, kind)
    return [(kind, model) for model, kind in first.items()]


def _best(
    scores: Scores,
    wing: str,
    system: str,
    question: tuple[str, str, str],
    entries: LabelEntries,
) -> str | None:
    """Return the model in competition with the best value of a metric, target and subset."""
    larger = metric_named(question[0]).larger_is_better
    if larger is None:
        return None
    sign = 1 if larger else -1
    found = {
        model: sign * float(record["value"])
        for model in scores.models(wing, system)
        if (model not in entries or entries[model]["role"] not in OUT_OF_COMPETITION)
        and (record := scores.find((wing, system, model), *question))
    }
    return max(found, key=lambda model: found[model]) if found else None


def _published(row: DescribedRow) -> dict[str, object]:
    value = row["value"]
    spread = None if value is None else row.get("uncertainty")
    text = row.get("text") or (
        "unknown" if value is None else f"{value:g}" + (f" +- {spread:g}" if spread else "")
    )
    return {
        "value": value,
        "low": None if value is None or spread is None else value - spread,
        "high": None if value is None or spread is None else value + spread,
        "bound": row.get("bound", ""),
        "text": text,
    }


def _measured(record: ScoreRecord | None, silent: str) -> dict[str, object]:
    if record is None:
        return {"text": silent}
    return {
        "value": record["value"], "low": record["low"], "high": record["high"],
        "unit": record["unit"], "level": record["level"], "method": record["method"],
        "n_samples": record["n_samples"], "n_objects": record["n_objects"],
        "base_rate": record["base_rate"], "bound": "", "text": _interval(record),
    }  # fmt: skip


def _interval(record: ScoreRecord) -> str:
    value = number(record["value"])
    low, high = record["low"], record["high"]
    if low is None or high is None:
        return value
    return f"{value} [{number(low)}, {number(high)}]"


def number(value: float) -> str:
    """Format with three decimals, or with two digits if these would vanish."""
    return f"{value:.3f}" if value == 0 or abs(value) >= VANISHING else f"{value:.2g}"
