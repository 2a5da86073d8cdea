"""Messages of a running job: progress on the terminal, and all messages in its log file."""

import contextlib
import faulthandler
import logging
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from mechanist.core.refusals import REASON, plain_reason, point_to_log

LOGGER: Final = logging.getLogger("mechanist")
SECONDS_BETWEEN_LINES: Final = 10.0
T = TypeVar("T")


@contextlib.contextmanager
def log_to(path: str | Path) -> Iterator[None]:
    """Send the library's messages, and the traceback and reason of a failure, to a job's log file.

    Snakemake names a log file for each job but leaves writing to the script. A failure that ends the
    process prints one line that names the log, and no traceback.

    Parameters
    ----------
    path : str or Path
        The log file, which is overwritten.
    """
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    stream = None if faulthandler.is_enabled() else handler.stream
    if stream is not None:  # a library that ends the process leaves its place in the log
        faulthandler.enable(stream.fileno())
    try:
        yield
    except BaseException as error:
        LOGGER.info("failed:\n%s", traceback.format_exc())
        if isinstance(error, Exception):
            LOGGER.info("%s%s", REASON, plain_reason(error))
            point_to_log(error, Path(path))
        raise
    finally:
        if stream is not None:
            faulthandler.disable()
        LOGGER.removeHandler(handler)
        handler.close()


def progress(items: Sequence[T], what: str) -> Iterable[T]:
    """Yield items, reporting progress in the log and on the terminal.

    Parameters
    ----------
    items : sequence
        Items to process.
    what : str
        Past participle for the message, such as ``"described"``.
    """
    started = spoken = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - spoken > SECONDS_BETWEEN_LINES or done == len(items):
            LOGGER.info("%s %d of %d in %.0f s", what, done, len(items), now - started)
            if done < len(items):
                print(f"  {what} {done} of {len(items)}", file=sys.stderr, flush=True)
            spoken = now
