"""Read cells of the sample sheet that name files: one, several, or a pattern.

A cell that is the name of a file is that file, whatever characters it holds. Otherwise names are
separated by semicolons, and each may be a pattern as in :mod:`mechanist.core.path_patterns`.
"""

import difflib
import re
from pathlib import Path
from typing import Final

from mechanist.core.path_patterns import matching_files
from mechanist.settings.sheet_errors import CellError

#: What makes a name a pattern.
_PATTERN: Final = re.compile(r"[*?]|\[[^\]]+\]|\{[^{}]*(,|\.\.)[^{}]*\}")
_NEAR: Final = 0.75  # likeness of names from which one is suggested
_WHERE: Final = "Give a path from the folder in which you run."


def files_of(cell: str) -> str | list[str]:
    """Return the file that a cell names, or a list if it holds several names or a pattern.

    Raises
    ------
    CellError
        If a file does not exist, no file fits a pattern, or a file is named twice.
    """
    if _is_file(cell):
        return cell
    names = [name.strip() for name in cell.split(";")] if ";" in cell else [cell]
    if len(names) == 1 and not _PATTERN.search(cell):
        raise _absent(cell)
    found = [file for name in names if name for file in _fitting(name)]
    twice = sorted({file for file in found if found.count(file) > 1})
    if twice:
        raise CellError(f"{twice[0]!r} is named {found.count(twice[0])} times", "Name it once.")
    return found


def one_file_of(cell: str) -> str:
    """Return the single file that a cell names.

    Raises
    ------
    CellError
        If it does not exist.
    """
    if _is_file(cell):
        return cell
    raise _absent(cell)


def names_files(cell: str) -> bool:
    """Return whether a cell names files rather than something else."""
    return _is_file(cell) or ";" in cell or bool(_PATTERN.search(cell))


def _fitting(name: str) -> list[str]:
    """Return the files that a name or a pattern stands for."""
    if _is_file(name):
        return [name]
    if not _PATTERN.search(name):
        raise _absent(name)
    try:
        found = matching_files(name)
    except ValueError as error:
        raise CellError(str(error), _WHERE) from error
    absent = [path for path in found if not _is_file(path)]
    if absent:
        raise _absent(absent[0])
    return found


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a name that is too long, or a folder that may not be opened
        return False


def _absent(name: str) -> CellError:
    """Return the error for a cell that names no file, which says what is there instead."""
    path = Path(name)
    try:
        if path.is_dir():
            return CellError(
                f"{name!r} is a folder, expected a file", f"Name files in it. {_WHERE}"
            )
        if path.exists():
            return CellError(f"{name!r} is no regular file", _WHERE)
        if path.is_symlink():
            said = f"{name!r} is a link to {str(path.readlink())!r}, which leads to no file"
            return CellError(said, "Make the link anew, or name the file itself.")
    except OSError:  # a name that is too long
        return CellError(f"there is no file {name!r}", _WHERE)
    if "\\" in name:
        said = "Separate folders by /, as in data/run.dump; drives of Windows are not known here. "
        return CellError(f"there is no file '{name}'", f"{said}{_WHERE}")
    if name.startswith("~"):
        said = "The ~ of a shell is not known here: write the whole path, or one"
        return CellError(f"there is no file {name!r}", f"{said} from the folder in which you run.")
    folder = path.parent
    try:
        near = difflib.get_close_matches(
            path.name, [p.name for p in folder.iterdir()], n=1, cutoff=_NEAR
        )
    except OSError:
        near = []
    hint = f"Did you mean {str(folder / near[0])!r}? " if near else ""
    return CellError(f"there is no file {name!r}", f"{hint}{_WHERE}")
