"""Errors of an entry of users' data: they name the entry, the file, and what can be done."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mechanist.core.boundary import as_format_error
from mechanist.core.errors import FormatError
from mechanist.core.path_patterns import matching_files
from mechanist.core.stated import is_stated
from mechanist.settings.key_places import located

#: Keys of an entry that name files.
_FILE_KEYS: Final = ("path", "reference_path", "deformed_path", "target_path")
_CORRECT: Final = "Correct the entry, or the file that it names."


class EntryError(FormatError):
    """An entry, or a file that it names, is unusable.

    Parameters
    ----------
    place : str
        Where the entry is given: sheet and line, or path in the configuration.
    error : FormatError or ValueError
        What is wrong.
    files : sequence of Path
        Files of the entry, the first of which is named if the error names none.
    """

    def __init__(self, place: str, error: ValueError, files: tuple[Path, ...]) -> None:
        said = str(error)
        known = isinstance(error, FormatError)
        path = error.path if isinstance(error, FormatError) else (*files, Path(place))[0]
        super().__init__(
            path,
            error.problem if isinstance(error, FormatError) else said,
            remedy=error.remedy if isinstance(error, FormatError) else _CORRECT,
            line=error.line if isinstance(error, FormatError) else None,
            column=error.column if isinstance(error, FormatError) else None,
        )
        self.place = place
        self.of_file = known
        self.args = (said if said.startswith(place) else located(f"{place}: {said}"),)


def files_of(entry: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the files that an entry names, in order and each once.

    A pattern that no file fits is returned as it is: the reader of the entry refuses it.
    """
    found: list[Path] = []
    for key in _FILE_KEYS:
        value = entry.get(key) or ()
        for one in value if isinstance(value, list | tuple) else (value,):
            try:
                found += map(Path, matching_files(one))
            except ValueError:
                found.append(Path(one))
    return tuple(dict.fromkeys(found))


@contextlib.contextmanager
def entry_errors(
    place: str, entry: Mapping[str, object], places: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Raise every error that occurs while an entry is read as an error of that entry.

    Parameters
    ----------
    place : str
        Where the entry is given: sheet and line, or path in the configuration.
    entry : mapping
        The entry, whose first file is named if an error names none.
    places : mapping of str to str, optional
        Places of those files that another row of the sheet gives.

    Raises
    ------
    EntryError
        In place of any other error. The original error stays chained to it.
    """
    files = files_of(entry)
    try:
        yield
    except EntryError:
        raise
    except Exception as error:
        if isinstance(error, ValueError) and (isinstance(error, FormatError) or is_stated(error)):
            said: ValueError = error
        else:
            said = as_format_error((*files, Path(place))[0], error)
        path = str(said.path) if isinstance(said, FormatError) else ""
        raise EntryError((places or {}).get(path, place), said, files) from error
