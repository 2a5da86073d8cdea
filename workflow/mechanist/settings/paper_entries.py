"""Entries of ``workflow/paper/numbers.yaml``: what a text quotes, and how it is printed."""

from typing import Required, TypedDict


class FileEntry(TypedDict, total=False):
    """A result file: its path, what the configuration needs to have for it, and where it is."""

    path: Required[str]
    needs: list[str]
    root: bool


#: A number or word: ``from`` which file (``at`` a place in it) and rows (``where``) it is taken
#: (``take``, ``reduce``; ``low`` and ``high`` name the columns of its interval), and how it is
#: printed (``style``, ``scale``, and the ``reference`` with which its interval is compared).
QuantityEntry = TypedDict(
    "QuantityEntry",
    {
        "from": Required[str],
        "at": str,
        "where": dict[str, object],
        "take": str,
        "reduce": str,
        "low": str,
        "high": str,
        "style": str,
        "scale": float,
        "reference": float,
    },
    total=False,
)


class ColumnEntry(TypedDict, total=False):
    """A column: rows that its cells are read from, and how they are printed."""

    head: Required[str]
    where: dict[str, object]
    take: str
    last: str
    smaller: bool
    style: str
    scale: float
    names: dict[object, str]


class MethodEntry(TypedDict, total=False):
    """A method with its own rows in a grid."""

    name: Required[str]
    label: Required[str]
    needs: list[str]


#: A table of one ``kind``, see :mod:`mechanist.draw.paper_tables`; keys depend on the kind.
TableEntry = TypedDict(
    "TableEntry",
    {
        "kind": Required[str],
        "from": str,
        "where": dict[str, object],
        "folder": str,
        "labels": str,
        "models": list[str],
        "run": str,
        "cases": dict[str, str],
        "methods": list[MethodEntry],
        "columns": list[ColumnEntry],
    },
    total=False,
)
