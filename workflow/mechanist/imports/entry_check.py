"""Check one entry of users' data: what it is understood as, or all its problems."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mechanist.core.apart import CrashError, apart
from mechanist.core.errors import FormatError
from mechanist.formats.trajectory_files import read_frames
from mechanist.imports.entry_errors import EntryError, entry_errors, files_of
from mechanist.imports.import_summary import understood
from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.settings.key_places import located
from mechanist.settings.own_imports import Import

#: Keys that hold one value for each file.
_ONE_A_FILE: Final = ("times",)


class Problem(NamedTuple):
    """Where an entry, or one of its files, is given, and what is wrong with it."""

    place: str
    message: str


class Checked(NamedTuple):
    """What an entry is understood as, line by line; empty if it has problems.

    ``strains`` are those of a glass under load.
    """

    lines: list[str]
    problems: list[Problem]
    strains: tuple[float, ...] = ()


def check_apart(one: Import) -> Checked:
    """Check an entry in a process of its own: one that crashes a library has a problem too."""
    try:
        return apart(lambda: _told(one))
    except CrashError as error:
        path = (*files_of(one.entry), Path(one.place))[0]
        remedy = (
            "Memory may have run out: read fewer frames, or use a machine with more memory."
            if error.memory
            else "It looks damaged: fetch or export it again. If it is whole, please report it."
        )
        said = FormatError(
            path, f"cannot be read: it crashed a library ({error.how})", remedy=remedy
        )
        return Checked([], [Problem(one.place, located(f"{one.place}: {said}"))])


def _told(one: Import) -> Checked:
    strains: list[float] = []
    lines, problems = check_entry(one, strains)
    told = [Problem(error.place, str(error)) for error in problems]
    return Checked(lines, told, tuple(strains))


def check_entry(
    one: Import, strains: list[float] | None = None
) -> tuple[list[str], list[EntryError]]:
    """Read all files of an entry; return what it is understood as, and whatever errors occur.

    An error of one file does not hide those of the others. ``strains`` receives those of a glass.
    """
    try:
        with entry_errors(one.place, one.entry, one.places):
            return understood(one, strains), []
    except EntryError as error:
        others = _others(one, error) if error.of_file else ()
        return [], [error, *others]


def _others(one: Import, first: EntryError) -> Iterator[EntryError]:
    """Yield the problems of the other files of an entry, each read alone."""
    for path in files_of(one.entry):
        if path == first.path:
            continue
        try:
            with entry_errors(one.place, one.entry, one.places):
                _read_alone(one, path)
        except EntryError as error:
            if error.of_file and error.path == path:
                yield error


def _read_alone(one: Import, path: Path) -> None:
    """Read one file of an entry."""
    readers = {("glass", "imports"): _trajectory}
    readers.get(one.block, _one_of_several)(one, path)


def _trajectory(one: Import, path: Path) -> None:
    entry = ImportEntry.from_mapping(one.entry)
    for file, form in entry.formats.items():
        if file == path:
            read_frames(
                file,
                form,
                bounds=entry.bounds,
                ids=entry.ids,
                lenient=entry.lenient,
                wanted=_none,
            )


def _none(_index: int, _timestep: int) -> bool:
    """Need no frame: that all can be read is all that is asked."""
    return False


def _one_of_several(one: Import, path: Path) -> None:
    alone = {key: value for key, value in one.entry.items() if key not in _ONE_A_FILE}
    understood(Import(one.block, one.names, alone | {"path": str(path)}, one.place))
