"""Whether an error was worded for users by this library, or comes from within another one."""

import dis
from types import TracebackType
from typing import Final

_LIBRARY: Final = "mechanist."
_RAISE: Final = dis.opmap["RAISE_VARARGS"]


def is_stated(error: Exception) -> bool:
    """Return whether an error is a ValueError from a raise statement of this library.

    Such an error has a message for users. A ValueError from within numpy has none.
    """
    if not isinstance(error, ValueError) or error.__traceback__ is None:
        return False
    last = _last(error.__traceback__)
    name = str(last.tb_frame.f_globals.get("__name__", ""))
    return name.startswith(_LIBRARY) and last.tb_frame.f_code.co_code[last.tb_lasti] == _RAISE


def _last(link: TracebackType) -> TracebackType:
    """Return the last link of a traceback: where an error was raised."""
    while link.tb_next is not None:
        link = link.tb_next
    return link
