"""Say what JSON files hold: the verdicts of an audit, scores with their intervals, or keys and kinds."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mechanist.audit.card import SCHEMA, Finding, read_card
from mechanist.contract.text_table import text_table
from mechanist.core.errors import FormatError

_REMEDY: Final = "Delete the file and run the workflow again."
#: Most characters of a value that are shown.
_LONGEST: Final = 120
#: Keys by which a list of scores is known.
_OF_SCORES: Final = frozenset({"metric", "target", "subset", "value", "low", "high", "level"})


def describe_json(path: Path) -> str:
    """Return a readable text about a JSON file.

    Audit cards are told by criterion, and files of scores by target and metric. Of other files, the keys
    are listed with the kind of their values.

    Raises
    ------
    FormatError
        If the file cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(path, f"not a readable file ({error})", remedy=_REMEDY) from error
    if isinstance(content, Mapping) and content.get("schema") == SCHEMA:
        return _of_audit(path)
    if isinstance(content, list):
        if content and all(
            isinstance(one, Mapping) and one.keys() >= _OF_SCORES for one in content
        ):
            return _of_scores(path, content)
        head = f"{path}: a list of {len(content)} records; the first is"
        content = content[0] if content else {}
    else:
        head = f"{path}: a record of"
    fields = content if isinstance(content, dict) else {"value": content}
    rows = [(str(key), _kind(value), _shown(value)) for key, value in fields.items()]
    return "\n".join([head, "", *text_table(("key", "kind", "value"), rows)]) + "\n"


def _of_audit(path: Path) -> str:
    card = read_card(path)
    head = f"{path}: audit of {card.name} ({card.kind}), {card.n_features} features"
    rows = [
        (f"{one.number} {one.title}", str(one.verdict), one.leading.name, _measured(one.leading))
        for one in card.criteria
    ]
    headings = ("criterion", "verdict", "decided by", "value; what counts as good and bad; note")
    return "\n".join([head, "", *text_table(headings, rows)]) + "\n"


def _measured(finding: Finding) -> str:
    bounds = ", ".join(f"{name} {value:g}" for name, value in finding.threshold.items())
    unit = "" if finding.unit == "1" else finding.unit
    value = "" if finding.value is None else f"{finding.value:.3g} {unit}".strip()
    return "; ".join(part for part in (value, bounds, finding.note) if part)


def _of_scores(path: Path, records: Sequence[Mapping[str, object]]) -> str:
    rows = [
        (
            str(one["target"]),
            str(one["metric"]),
            str(one["subset"]),
            _number(one["value"]),
            f"{_number(one['low'])} to {_number(one['high'])}",
            str(one.get("unit") or "1"),
        )
        for one in records
    ]
    levels = sorted({_number(one["level"]) for one in records})
    head = f"{path}: {len(rows)} scores with intervals of the level {', '.join(levels)}"
    headings = ("target", "metric", "subset", "value", "interval", "unit")
    return "\n".join([head, "", *text_table(headings, rows)]) + "\n"


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "none"


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return f"record of {len(value)}"
    if isinstance(value, list):
        return f"list of {len(value)}"
    names = {bool: "true or false", int: "number", float: "number", str: "text"}
    return names.get(type(value), "missing")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(map(str, value))
    return json.dumps(value)[:_LONGEST]
