"""What a text quotes, as a file lists it, and which results a configuration produces for it."""

import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Final, TypedDict, cast

import yaml

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import (
    mapping,
    sequence,
    text,
    texts,
)
from mechanist.settings.paper_entries import FileEntry, QuantityEntry, TableEntry

#: Name of the source that is the configuration, not a result file.
CONFIG: Final = "config"


_ALONE: Final = re.compile(r"\{(\w+)\}")


class AbsentError(LookupError):
    """Error for a value that a size of the workflow does not provide; the message states why."""


class Specification(TypedDict):
    """What a text quotes, section by section; the page above explains the entries."""

    parts: dict[str, str]
    variables: dict[str, str]
    sources: dict[str, FileEntry]
    quantities: dict[str, QuantityEntry]
    tables: dict[str, TableEntry]
    equations: dict[str, FileEntry]
    figures: dict[str, FileEntry]


def read_specification(path: Path) -> Specification:
    """Read a specification.

    Raises
    ------
    FormatError
        If a section is missing, or an entry quotes from an undefined source.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = {"parts", "variables", "sources", "quantities", "tables", "equations", "figures"}
    if not isinstance(content, dict) or set(content) != sections:
        seen = sorted(content) if isinstance(content, dict) else type(content).__name__
        raise FormatError(path, f"sections {seen}, expected {sorted(sections)}",
                          remedy="Add the missing section, or correct its name.")  # fmt: skip
    known = {*content["sources"], CONFIG}
    for name, entry in content["quantities"].items():
        if entry.get("from") not in known:
            raise FormatError(path, f"{name} quotes from {entry.get('from')!r}, which is not a source",
                              remedy=f"Take one of {', '.join(sorted(known))}.")  # fmt: skip
    return cast("Specification", content)  # its sections are those that are checked above


def lookup(config: object, path: str) -> object:
    """Return the value in a configuration at a path of keys and, in lists, indices.

    Raises
    ------
    AbsentError
        If a part of the path does not exist.
    """
    place = config
    for part in path.split("/"):
        try:
            listed = isinstance(place, list | tuple)
            place = sequence(place)[int(part)] if listed else mapping(place)[part]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AbsentError(f"the configuration has no {path}") from error
    return place


def variables(specification: Specification, config: Mapping[str, object]) -> dict[str, object]:
    """Return the variables that the configuration defines."""
    found: dict[str, object] = {}
    for name, path in specification["variables"].items():
        try:
            found[name] = lookup(config, text(filled(path, found)))
        except AbsentError:
            continue
    return found


def filled(given: object, values: Mapping[str, object]) -> object:
    """Put variables into a string, or into each string of a list.

    A string that is a single variable becomes its value, a number or a word.

    Raises
    ------
    AbsentError
        If a variable is unknown.
    """
    if isinstance(given, list):
        return [filled(entry, values) for entry in given]
    if not isinstance(given, str):
        return given
    alone = _ALONE.fullmatch(given)
    try:
        return values[alone[1]] if alone else given.format_map(values)
    except KeyError as error:
        raise AbsentError(f"the configuration has no {error.args[0]}") from error


def wanted(config: Mapping[str, object], need: str) -> bool:
    """Return whether a configuration has a path, or a list there that holds its last part."""
    head, _, last = need.rpartition("/")
    try:
        place = lookup(config, head) if head else config
    except AbsentError:
        return False
    return last in place if isinstance(place, Container) else False


def available(
    entries: Mapping[str, Mapping[str, object]],
    config: Mapping[str, object],
    values: Mapping[str, object],
    results: str,
) -> dict[str, str]:
    """Return the files, by name, of the entries that a configuration produces.

    Parameters
    ----------
    entries : mapping
        Entries with ``path`` and, optionally, ``needs`` and ``root``.
    config, values : mapping
        Configuration and :func:`variables`.
    results : str
        The results folder, or a placeholder for it.
    """
    found = {}
    for name, entry in entries.items():
        try:
            path = text(filled(entry["path"], values))
            needs = texts(filled(entry.get("needs", []), values))
        except AbsentError:
            continue
        if all(wanted(config, need) for need in needs):
            found[name] = path if entry.get("root") else f"{results}/{path}"
    return found
