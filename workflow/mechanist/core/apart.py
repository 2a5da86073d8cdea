"""Do work in a process of its own, so that a crash of a library does not end this one.

Some libraries of other languages do not raise an error on a damaged file, but end the whole process.
The child is a copy of this process (``fork``), so that nothing has to be imported again.
"""

import os
import pickle
import signal
import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class CrashError(RuntimeError):
    """The process that did the work ended before it was done.

    Parameters
    ----------
    how : str
        Name of the signal that ended it, or its exit status.
    memory : bool
        Whether it was stopped from outside, as happens when memory runs out.
    """

    def __init__(self, how: str, *, memory: bool) -> None:
        self.how = how
        self.memory = memory
        super().__init__(f"the process ended with {how}")


def apart(work: Callable[[], T]) -> T:
    """Return what ``work`` returns in a process of its own; that must be picklable.

    Raises
    ------
    CrashError
        If the process ends before the work is done.
    """
    source, sink = os.pipe()
    with warnings.catch_warnings():
        # JAX warns of forks, since its threads are not copied; no reader uses it.
        warnings.filterwarnings("ignore", message=r"os\.fork\(\)", category=RuntimeWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(source)
            with os.fdopen(sink, "wb") as pipe:
                pickle.dump(work(), pipe)
            status = 0
        finally:
            os._exit(status)  # nothing of the parent's may run twice
    os.close(sink)
    with os.fdopen(source, "rb") as pipe:
        data = pipe.read()
    _, state = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(state)
    if code == 0:
        result: T = pickle.loads(data)  # noqa: S301  (written by the child above)
        return result
    how = f"exit status {code}" if code > 0 else signal.Signals(-code).name
    raise CrashError(how, memory=code == -signal.SIGKILL)
