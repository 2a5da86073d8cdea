"""Why a job failed, in words for a user: the last lines of its log, and of the run's output.

A job that fails writes its traceback and then its reason to its log; on the terminal it leaves one
line, and the process that controls the run prints the reason when all else has been said.
"""

import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from mechanist.core.stated import is_stated

_OWN: Final = "mechanist."
#: What the last message of a failed job's log begins with, after its time.
REASON: Final = "reason: "
#: Seconds by which the clock of a file server may be behind that of this machine.
_CLOCKS: Final = 30.0


def plain_reason(error: Exception) -> str:
    """Return what an error says, with its kind only where this library did not word it.

    Parameters
    ----------
    error : Exception
    """
    said = str(error)
    if said and (type(error).__module__.startswith(_OWN) or is_stated(error)):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def last_reason(log: Path, since: float = 0.0) -> str | None:
    """Return the reason that a failed job left in its log.

    Parameters
    ----------
    log : Path
    since : float
        Seconds since the epoch; an older log is of an earlier run.

    Returns
    -------
    str or None
        None if there is none, as of a job that was killed.
    """
    if not log.is_file() or log.stat().st_mtime < since - _CLOCKS:
        return None
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    for k in range(len(lines) - 1, -1, -1):
        # A line begins with date and time; further lines of the same message do not.
        parts = lines[k].split(" ", 2)
        if len(parts) == 3 and parts[0][:1].isdigit() and parts[2].startswith(REASON):
            return "\n".join([parts[2].removeprefix(REASON), *lines[k + 1 :]]).rstrip()
    return None


def point_to_log(error: Exception, log: Path) -> None:
    """Let this process, if this error ends it, name its log in place of printing a traceback.

    Parameters
    ----------
    error : Exception
        Another error is still printed as before, and so is one that the log does not hold.
    log : Path
    """
    before = sys.excepthook

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        # A full disk takes no log either.
        if value is error and last_reason(log) == plain_reason(error).rstrip():
            said = f"A job failed. The last lines of this run say why; the traceback is in {log}."
            print(said, file=sys.stderr, flush=True)
        else:
            before(kind, value, trace)

    sys.excepthook = hook
