"""Write the data dictionary: what every column of every table of a run means, as a page.

From a shell, in the folder of the repository, after ``make smoke-all``::

    PYTHONPATH=workflow .venv/bin/python -m mechanist.contract.data_dictionary results/smoke docs/data_dictionary.md
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from mechanist.contract.described_file import collapsed, columns_of
from mechanist.core.atomic import write_text

#: Number of tables from which on a column is listed once for all of them.
MANY: Final = 6
INTRODUCTION: Final = """# Data dictionary

This page is made by `make dictionary` from a smoke run (`make smoke-all`), whose systems it names; the tables of other runs have
the same columns, with other strains, species and distances in their names. Every table carries the same statements itself:
Parquet files in their metadata, CSV files in the `.csv-metadata.json` beside them (CSV on the Web). For any result file,

```bash
PYTHONPATH=workflow .venv/bin/python -m mechanist.contract.described_file FILE
```

prints them, with the values found; so it does for tables of predictions for your own samples, and for arrays and JSON. A unit `1`
stands for a pure number, no unit for text and truth values.
"""

#: Name, unit, allowed values and meaning of a column, or of neighbouring columns that mean the same.
Row = tuple[str, str, str, str]


def dictionary(run: Path) -> str:
    """Return the page.

    Parameters
    ----------
    run : Path
        Folder of a finished run.

    Raises
    ------
    FormatError
        If a table cannot be read.
    """
    tables = tables_of(run)
    counts = Counter(row for rows in tables.values() for row in rows)
    common = {row for row, count in counts.items() if count >= MANY}
    lines = [INTRODUCTION, "## Columns of many tables", "", *_listed(sorted(common))]
    groups: dict[str, list[str]] = {}
    for name, rows in tables.items():
        folder = name.partition("/")[0] if "/" in name else ""
        own = [row for row in rows if row not in common]
        shared = ", ".join(f"`{_cell(row[0])}`" for row in rows if row in common)
        entry = [f"### {name}", ""]
        entry += [*_listed(own), ""] if own else []
        entry += [f"Columns of many tables: {shared}.", ""] if shared else []
        groups.setdefault(folder, []).extend(entry)
    for folder, entries in sorted(groups.items()):
        lines += ["", f"## {folder.capitalize() or 'All wings'}", "", *entries]
    return "\n".join(lines).rstrip() + "\n"


def tables_of(run: Path) -> dict[str, tuple[Row, ...]]:
    """Return the columns of all tables of a run, by the paths of tables that have the same."""
    alike: dict[tuple[Row, ...], list[str]] = {}
    for path in sorted([*run.rglob("*.parquet"), *run.rglob("*.csv")]):
        columns, _ = columns_of(path)
        rows = tuple(
            (name, group[0].unit, group[0].range, group[0].description)
            for name, group in collapsed(columns)
        )
        alike.setdefault(rows, []).append(path.relative_to(run).as_posix())
    return {_named(paths): rows for rows, paths in alike.items()}


def _named(paths: Sequence[str]) -> str:
    """Return the name of tables that have the same columns."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    names = [
        "/".join(filter(None, [folder, files[0] if len(files) == 1 else f"*.{_ending(files[0])}"]))
        for folder, files in folders.items()
    ]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more of this kind"


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def _listed(rows: Iterable[Row]) -> list[str]:
    lines = ["| column | unit | allowed values | meaning |", "|---|---|---|---|"]
    return lines + [
        f"| `{_cell(name)}` | {_cell(unit)} | {_cell(allowed)} | {_cell(meaning)} |"
        for name, unit, allowed, meaning in rows
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main(arguments: Sequence[str]) -> int:
    """Write the page of a run; return the exit status."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    write_text(Path(arguments[1]), dictionary(Path(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
