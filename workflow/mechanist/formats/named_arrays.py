"""What all files of named arrays have in common: the protocol, and the errors that readers raise."""

import contextlib
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError

#: Arrays named in an error message; a file may hold thousands.
_LISTED: Final = 40
_WHOLE: Final = "Check that the file is complete and that its `format` matches its name."


class Arrays(Protocol):
    """Named arrays of one file."""

    path: Path
    #: What was converted in the arrays that were read, a sentence each.
    notes: list[str]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array; one that is missing or unreadable raises :class:`FormatError`."""


def missing(path: Path, name: str, shapes: Mapping[str, tuple[int, ...]]) -> FormatError:
    """Return the error for a missing array; it lists the arrays that the file has."""
    close = difflib.get_close_matches(name, shapes, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    named = sorted(shapes.items())
    present = ", ".join(f"{n} {s}" for n, s in named[:_LISTED]) or "none at all"
    more = f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
    return FormatError(
        path,
        f"no array {name!r}",
        remedy=f"{hint}Arrays in the file, with their shapes: {present}{more}.",
    )


@contextlib.contextmanager
def guarded(path: Path, what: str = "", *, remedy: str = _WHOLE) -> Iterator[None]:
    """Turn every error of a library that reads a file into an error of the file.

    Libraries raise nearly any exception on damaged data; which one says nothing to the user.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What is being read, such as ``array 'u'``; by default the file as a whole.
    remedy : str
        What the user can do about it.

    Raises
    ------
    FormatError
        In place of any other exception.
    """
    try:
        yield
    except FormatError:
        raise
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        subject = f"{what} " if what else ""
        raise FormatError(path, f"{subject}cannot be read ({said})", remedy=remedy) from error
