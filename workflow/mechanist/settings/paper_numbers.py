"""Read the numbers that a text quotes from rows and columns of result files.

A text that is typeset after every run must not hold numbers typed by hand. A specification lists
its numbers, one per entry, which are read from results (and the configuration) each time:

- ``variables``: name to path in the configuration, such as ``glass: glass/run/0``; later ones may use
  earlier ones, as ``{glass}`` or, formatted, ``{early:.3f}``.
- ``sources``: name to ``path`` of a result file below the results folder (``root: true``: below the
  working directory), and ``needs``: required paths in the configuration (see :func:`wanted`).
- ``quantities``: name to ``from`` (a source, or ``config`` with ``at`` a path), ``where`` (values that
  columns must have), ``take`` (a column), ``reduce`` and the print format.

A size of the workflow may lack some results: quantities from these are absent, with the reason.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.core.narrowing import (
    mapping,
    number,
    numbers,
    optional_number,
    text,
)
from mechanist.settings.paper_specification import CONFIG, AbsentError, filled, lookup
from mechanist.settings.result_rows import Value, chosen, read_rows

#: Columns that hold the interval of the taken value.
INTERVAL: Final = ("low", "high")
#: Columns to which the interval of a row applies, unless the entry names interval columns.
MEASURED: Final = ("value", "difference")


def value_of(found: object) -> Value:
    """Return a cell that holds a value, as what it is.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    return found if isinstance(found, str) else number(found)


def _only(values: Sequence[object]) -> Value:
    if len(values) != 1:
        raise AbsentError(f"{len(values)} rows, expected one")
    return value_of(values[0])


#: Functions that reduce rows to one value.
REDUCTIONS: Final[dict[str, Callable[[Sequence[object]], Value]]] = {
    "only": _only,
    "count": len,
    "distinct": lambda values: len(set(values)),
    "min": lambda values: min(numbers(values)),
    "max": lambda values: max(numbers(values)),
    "sum": lambda values: sum(numbers(values)),
    "median": lambda values: statistics.median(numbers(values)),
    "mean": lambda values: statistics.fmean(numbers(values)),
}


@dataclass(frozen=True)
class Quantity:
    """A number or word read from ``source``, with its interval if the row holds one."""

    value: Value
    low: float | None = None
    high: float | None = None
    source: str = ""


def quantity(
    entry: Mapping[str, object],
    config: Mapping[str, object],
    values: Mapping[str, object],
    files: Mapping[str, Path],
) -> Quantity:
    """Return the quantity that an entry quotes.

    Parameters
    ----------
    entry : mapping
        Entry of ``quantities``.
    config, values : mapping
        Configuration and :func:`variables`.
    files : mapping of str to Path
        Sources that exist.

    Raises
    ------
    AbsentError
        If this size of the workflow lacks the quantity; the message states why.
    """
    reduce, source = REDUCTIONS[text(entry.get("reduce", "only"))], text(entry["from"])
    if source == CONFIG:
        place = lookup(config, text(filled(entry["at"], values)))
        if isinstance(place, list | dict) and "reduce" in entry:
            return Quantity(reduce(list(place)), source=CONFIG)
        return Quantity(value_of(place), source=CONFIG)
    if source not in files:
        raise AbsentError(f"this workflow size does not produce {source}")
    rows = read_rows(files[source], text(filled(entry.get("at", ""), values)))
    named = mapping(entry.get("where", {}))
    where = {name: filled(value, values) for name, value in named.items()}
    found = chosen(rows, where)
    column = text(entry.get("take", "value"))
    taken = [row[column] for row in found if row.get(column) is not None]
    if not taken:
        raise AbsentError(f"no row of {source} has a {column} where {where}")
    own = column in MEASURED or set(INTERVAL) <= set(entry)
    if not own or len(found) != 1:
        return Quantity(reduce(taken), source=source)
    low, high = (optional_number(found[0].get(text(entry.get(end, end)))) for end in INTERVAL)
    return Quantity(reduce(taken), low, high, source=source)
