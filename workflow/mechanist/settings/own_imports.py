"""Convert rows of a sample sheet to entries of the configuration, and collect all entries.

A row is equivalent to the entry that a user would otherwise write under ``imports`` of a wing (or
``lines`` of crystals): it is checked against the same schema and processed by the same rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from mechanist.core.errors import FormatError
from mechanist.settings.names import unknown_names
from mechanist.settings.sample_sheet import SheetRow, read_sheet
from mechanist.settings.schema_errors import setting_problems

#: Blocks of the configuration that hold entries, and the number of names that lead to one.
BLOCKS: Final = {
    ("glass", "imports"): 2,
    ("dislocation", "imports"): 1,
    ("equations", "imports"): 1,
    ("crystal", "imports"): 1,
    ("crystal", "lines"): 1,
}
#: Formats of the wings whose schema does not list them.
_FORMATS: Final = {"dislocation": ("dislocation_text",), "crystal": ("damask", "map", "paradis")}
#: Column of each key that is named differently in an entry.
_COLUMN_OF: Final = {"reference_path": "reference", "frames": "deformed"}
_KEYS: Final = (
    "path",
    "format",
    "species",
    "dimension",
    "units",
    "load",
    "reference",
    "target",
    "group",
)


@dataclass(frozen=True)
class Import:
    """One entry.

    Parameters
    ----------
    block : tuple of str
        One of ``BLOCKS``.
    names : tuple of str
        System and sample, or the name alone.
    entry : dict
        Content, as in the configuration.
    place : str
        Where the entry is given: path in the configuration, or sheet and line.
    """

    block: tuple[str, str]
    names: tuple[str, ...]
    entry: dict[str, Any]
    place: str

    @property
    def title(self) -> str:
        """Path of the entry in the configuration."""
        return "/".join((*self.block, *self.names))


def configured_imports(settings: Mapping[str, Any]) -> list[Import]:
    """Return the entries that a configuration holds."""
    found = []
    for block, depth in BLOCKS.items():
        for name, entry in (settings.get(block[0], {}).get(block[1]) or {}).items():
            inner = entry.items() if depth == 2 else [(None, entry)]
            for sample, one in inner:
                names = (name,) if sample is None else (name, sample)
                found.append(Import(block, names, dict(one), "/".join((*block, *names))))
    return found


def merge_imports(settings: dict[str, Any], imports: Iterable[Import]) -> None:
    """Insert entries into a configuration."""
    for one in imports:
        place = settings[one.block[0]].setdefault(one.block[1], {})
        for name in one.names[:-1]:
            place = place.setdefault(name, {})
        place[one.names[-1]] = one.entry


def sheet_imports(
    path: Path, settings: Mapping[str, Any], schema: Mapping[str, Any]
) -> tuple[list[Import], list[FormatError]]:
    """Return the entries that a sheet defines, and all problems of the others.

    Parameters
    ----------
    path : Path
        The sheet.
    settings : mapping
        The configuration, whose own entries may not be repeated.
    schema : mapping
        Schema of the configuration.

    Returns
    -------
    imports : list of Import
        Entries without problems, in the order of the sheet.
    problems : list of FormatError
        In the order of lines.
    """
    rows, problems = read_sheet(path)
    known = {one.title for one in configured_imports(settings)}
    imports = []
    for _, group in groupby(sorted(rows, key=_entry_of), key=_entry_of):
        members = sorted(group, key=lambda row: row.line)
        made = _import_from(members)
        if isinstance(made, Import):
            found = list(_entry_problems(members[0], made, schema))
            if made.title in known:
                remedy = "Keep one of them."
                found.append(
                    members[0].error(f"{made.title} is also in the configuration", remedy=remedy)
                )
            found += _case_problems(members[0], made, settings)
        else:
            found = [made]
        problems += found
        if isinstance(made, Import) and not found:
            imports.append(made)
    first = {one.place: int(one.place.rpartition(":")[2]) for one in imports}
    return (
        sorted(imports, key=lambda one: first[one.place]),
        sorted(problems, key=lambda error: error.line or 0),
    )


def _entry_of(row: SheetRow) -> tuple[str, ...]:
    """Return the key of a row's entry, which is one sample or all files of a system."""
    alone = row.wing == "glass" or (row.wing == "crystal" and row.format != "paradis")
    return (row.wing, row.system, row.sample if alone else "", "" if alone else "shared")


def _import_from(rows: Sequence[SheetRow]) -> Import | FormatError:
    """Return the entry that some rows define."""
    row, wing = rows[0], rows[0].wing
    for other in rows[1:]:
        if (other.format, other.cells) != (row.format, row.cells):
            return other.error(
                f"format, units or options differ from those of line {row.line}",
                remedy=f"Files of one system of wing {wing!r} are read together: repeat the cells,"
                " or name another system.",
                column="options",
            )
    if row.format not in _FORMATS.get(wing, (row.format,)):
        problem = f"{row.format!r}, expected one of {list(_FORMATS[wing])}"
        return row.error(problem, remedy="Correct it.", column="format")
    options = row.cells.get("options", {})
    taken = sorted(set(options) & {*_KEYS, *_COLUMN_OF, "deformed_path"})
    if wing != "dislocation" and taken:
        problem = f"{taken[0]!r} is given here, but has its own column"
        return row.error(problem, remedy="Fill in that column.", column="options")
    block, names, entry = _placed(row, [one.path for one in rows], options)
    return Import((wing, block), names, entry, f"{row.sheet}:{row.line}")


def _placed(
    row: SheetRow, paths: list[str], options: dict[str, Any]
) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Return the block of a row's entry, the names that lead to it, and the entry."""
    if row.wing == "dislocation":
        return "imports", (row.system,), {"path": paths, "system": options}
    if row.wing == "equations":
        units = {"units": row.cells["units"]} if "units" in row.cells else {}
        return "imports", (row.system,), {"path": paths, "format": row.format, **units, **options}
    if row.wing == "crystal" and row.format == "paradis":
        return "lines", (row.system,), {"path": paths, **options}
    if row.wing == "crystal":
        entry = {"path": row.path, "format": row.format, **options}
        return "imports", (f"{row.system}_{row.sample}",), entry
    return "imports", (row.system, row.sample), _glass_entry(row, options)


def _glass_entry(row: SheetRow, options: Mapping[str, Any]) -> dict[str, Any]:
    cells = {key: value for key, value in row.cells.items() if key not in {"options", "deformed"}}
    paths = {"path": row.path}
    if "reference_path" in cells:
        paths = {"deformed_path": row.path}
    return {**paths, "format": row.format, **cells, "frames": row.cells["deformed"], **options}


def _entry_problems(
    row: SheetRow, made: Import, schema: Mapping[str, Any]
) -> Iterator[FormatError]:
    """Yield the problems of an entry according to the schema of the configuration."""
    wing = schema["properties"][made.block[0]]["$ref"].rpartition("/")[2]
    part = schema["$defs"][wing]["properties"][made.block[1]]
    for _ in range(BLOCKS[made.block]):
        (part,) = part["patternProperties"].values()
    for problem in setting_problems(made.entry, {"$defs": schema["$defs"], **part}):
        place, _, said = problem.partition(": ")
        key = place.split("/")[0]
        column = _COLUMN_OF.get(key, key if key in _KEYS else "options")
        within = "" if column == key or key.startswith("(") else f"{place}: "
        remedy = "Allowed values are in config/README.md and in the schema of the configuration."
        yield row.error(f"{within}{said}", remedy=remedy, column=column)


def _case_problems(
    row: SheetRow, made: Import, settings: Mapping[str, Any]
) -> Iterator[FormatError]:
    """Yield a problem if field data have no case that defines the terms of their equation."""
    if made.block[0] == "equations":
        for problem in unknown_names("equations/cases", made.names, settings["equations"]["cases"]):
            remedy = "Add a case of this name there, with its library of terms."
            yield row.error(problem, remedy=remedy, column="system")
