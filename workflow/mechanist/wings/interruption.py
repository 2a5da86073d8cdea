"""Say at the end of an interrupted run how it goes on."""

import atexit
import shlex
import signal
import sys
from collections.abc import Sequence
from types import FrameType


def tell_on_interrupt(arguments: Sequence[str]) -> None:
    """Let Ctrl-C print, after all that Snakemake has to say, the command with which the run goes on.

    Parameters
    ----------
    arguments : sequence of str
        The command line of this process, with its program first.
    """
    before = signal.getsignal(signal.SIGINT)
    said = (
        "Interrupted. Finished jobs are kept, and the same command goes on with the others: "
        f"{shlex.join(['snakemake', *arguments[1:]])}"
    )

    def interrupted(number: int, frame: FrameType | None) -> None:
        atexit.unregister(_say)  # pressed twice, said once
        atexit.register(_say, said)
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGINT, interrupted)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
