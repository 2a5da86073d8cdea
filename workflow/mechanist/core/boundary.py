"""One boundary around the reading of users' files: no error of a library leaves it as it is.

A damaged file may make a library fail in ways that no reader foresees: an index out of bounds, a
compression filter that is not installed, a lack of memory. Such an error becomes a
:class:`~mechanist.core.errors.FormatError` that names the file, the kind and place of the error, and
what can be done. The original error stays chained to it, and its traceback goes to the log, so that
an error of this program can still be found and reported.
"""

import contextlib
import csv
import struct
import traceback
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from mechanist.core.errors import FormatError
from mechanist.core.progress import LOGGER
from mechanist.core.stated import is_stated

_LIBRARY: Final = "mechanist."
#: Errors of libraries that cannot decode the data, as the HDF5 library raises RuntimeError.
_DAMAGE: Final = (
    EOFError,
    RuntimeError,  # NotImplementedError too: a number that names no known method
    csv.Error,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_UNFORESEEN: Final = (
    "Check that the file is whole and of the declared format, for example by opening it with the"
    " program that wrote it. If it is, this is an error of this program: please report it with the"
    " file and the traceback in the log."
)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise every error that occurs while a file is read as an error of that file.

    Parameters
    ----------
    path : Path
        Named in the message, unless the error names a file itself.

    Raises
    ------
    FormatError
        In place of any other error, except a ValueError that this library raises itself: it
        concerns the entry of the configuration, not the file.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, FormatError) or is_stated(error):
            raise
        raise as_format_error(path, error) from error


def as_format_error(path: Path, error: Exception) -> FormatError:
    """Return an unforeseen error as an error of a file; its traceback goes to the log."""
    LOGGER.info("reading %s failed:\n%s", path, "".join(traceback.format_exception(error)))
    said = " ".join(str(error).split()) or "no message"
    place = "" if error.__traceback__ is None else f" at {_place(error.__traceback__)}"
    problem = f"cannot be read: {type(error).__name__}{place} ({said})"
    return FormatError(path, problem, remedy=remedy_of(error))


def remedy_of(error: Exception) -> str:
    """Return what can be done about an error that a file causes."""
    if isinstance(error, PermissionError):
        return "You lack the right to read it: change that (chmod u+r), or ask its owner."
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return "Correct the path; it is relative to the folder in which you run."
    if isinstance(error, MemoryError):
        return (
            "It asks for more memory than there is. If it really is that large, read fewer frames or"
            " use a machine with more memory; if not, a number in it that states a size is damaged."
        )
    if isinstance(error, UnicodeError):
        return "Save text as UTF-8."
    if isinstance(error, _DAMAGE) and not isinstance(error, RecursionError):
        return "It looks damaged or of another format: fetch or export it again."
    if isinstance(error, OSError):
        return (
            "Check that the file is whole and of the declared format (fetch it again if it was"
            " copied), and that its disk can be read."
        )
    return _UNFORESEEN


def _place(link: TracebackType) -> str:
    """Return file and line of the last place in this library that an error passed through."""
    links = [link]
    while links[-1].tb_next is not None:
        links.append(links[-1].tb_next)
    own = [
        one for one in links
        if str(one.tb_frame.f_globals.get("__name__", "")).startswith(_LIBRARY)
        and one.tb_frame.f_globals.get("__name__") != __name__
    ]  # fmt: skip
    last = (own or links)[-1]
    return f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
