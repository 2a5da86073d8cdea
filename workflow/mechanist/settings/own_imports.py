"""Convert rows of a sample sheet to entries of the configuration, and collect all entries.

A row is equivalent to the entry that a user would otherwise write under ``imports`` of a wing (or
``lines`` of crystals): it is checked against the same schema and processed by the same rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping
from mechanist.settings.names import unknown_names
from mechanist.settings.sample_sheet import read_sheet
from mechanist.settings.schema_errors import setting_problems
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import SheetRule, SheetRules

#: Column of each key that is named differently in an entry.
_COLUMN_OF: Final = {
    "reference_path": "reference",
    "frames": "deformed",
    "target_path": "target",
    "target_value": "target",
}
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
        Wing, and the block of its configuration that holds the entry.
    names : tuple of str
        System and sample, or the name alone.
    entry : dict
        Content, as in the configuration.
    place : str
        Where the entry is given: path in the configuration, or sheet and line.
    places : dict of str to str
        Place of each file of an entry that several rows define.
    """

    block: tuple[str, str]
    names: tuple[str, ...]
    entry: dict[str, Any]
    place: str
    places: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Path of the entry in the configuration."""
        return "/".join((*self.block, *self.names))


def _blocks(rules: SheetRules) -> dict[tuple[str, str], int]:
    """Return the blocks of the configuration that hold entries, with the names that lead to one."""
    return {
        (wing, block): depth
        for wing, rule in rules.items()
        for block, depth in {**rule.blocks, **rule.not_in_sheets}.items()
    }


def configured_imports(settings: Mapping[str, Any], rules: SheetRules) -> list[Import]:
    """Return the entries that a configuration holds."""
    found = []
    for block, depth in _blocks(rules).items():
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
    path: Path, settings: Mapping[str, object], schema: Mapping[str, object], rules: SheetRules
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
    rows, problems = read_sheet(path, rules)
    known = {one.title for one in configured_imports(settings, rules)}
    imports = []
    entry_of = partial(_entry_of, rules)
    for _, group in groupby(sorted(rows, key=entry_of), key=entry_of):
        members = sorted(group, key=lambda row: row.line)
        rule = rules[members[0].wing]
        made = _import_from(members, rule)
        if isinstance(made, Import):
            found = list(_entry_problems(members[0], made, schema, rule))
            if made.title in known:
                remedy = "Keep one of them."
                found.append(
                    members[0].error(f"{made.title} is also in the configuration", remedy=remedy)
                )
            if rule.needs_case:
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


def _entry_of(rules: SheetRules, row: SheetRow) -> tuple[str, ...]:
    """Return the key of a row's entry, which is one sample or all files of a system."""
    alone = rules[row.wing].one_entry_a_row(row)
    return (row.wing, row.system, row.sample if alone else "", "" if alone else "shared")


def _import_from(rows: Sequence[SheetRow], rule: SheetRule) -> Import | FormatError:
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
    if rule.formats and row.format not in rule.formats:
        problem = f"{row.format!r}, expected one of {list(rule.formats)}"
        return row.error(problem, remedy="Correct it.", column="format")
    options = mapping(row.cells.get("options", {}))
    taken = sorted(set(options) & {*_KEYS, *_COLUMN_OF, "deformed_path"})
    if taken and not rule.free_options:
        problem = f"{taken[0]!r} is given here, but has its own column"
        return row.error(problem, remedy="Fill in that column.", column="options")
    paths = [path for one in rows for path in one.paths]
    if rule.one_entry_a_row(row) and not rule.several_files and len(paths) > 1:
        problem = f"{len(paths)} files are named, expected one for each row of this format"
        return row.error(problem, remedy="Give each file a row.", column="path")
    block, names, entry = rule.place(row, paths, options)
    places = {str(Path(path)): f"{one.sheet}:{one.line}" for one in rows for path in one.paths}
    return Import((wing, block), names, entry, f"{row.sheet}:{row.line}", places)


def _entry_problems(
    row: SheetRow, made: Import, schema: Mapping[str, Any], rule: SheetRule
) -> Iterator[FormatError]:
    """Yield the problems of an entry according to the schema of the configuration."""
    wing = schema["properties"][made.block[0]]["$ref"].rpartition("/")[2]
    part = schema["$defs"][wing]["properties"][made.block[1]]
    for _ in range(rule.blocks[made.block[1]]):
        (part,) = part["patternProperties"].values()
    for problem in setting_problems(made.entry, {"$defs": schema["$defs"], **part}):
        place, _, said = problem.partition(": ")
        key = place.split("/")[0]
        column = _COLUMN_OF.get(key, key if key in _KEYS else "options")
        within = "" if column == key or key.startswith("(") else f"{place}: "
        remedy = "Allowed values are in config/README.md and docs/configuration.md."
        yield row.error(f"{within}{said}", remedy=remedy, column=column)


def _case_problems(
    row: SheetRow, made: Import, settings: Mapping[str, Any]
) -> Iterator[FormatError]:
    """Yield a problem if field data have no case that defines the terms of their equation."""
    for problem in unknown_names("equations/cases", made.names, settings["equations"]["cases"]):
        remedy = "Add a case of this name there, with its library of terms."
        yield row.error(problem, remedy=remedy, column="system")
