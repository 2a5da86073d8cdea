"""Run tests in forks of one process that has imported what all tests share.

Started in a copy of the repository. Each line of the standard input
is a request in JSON, and each line of the standard output its answer: the exit code of pytest, minus
the number of a signal that ended it, or ``null`` if it took too long on the clock. A small test file
spends most of its time on importing numpy, scipy and pytest; a fork has them already. Nothing of the repository is imported before a fork, so that every fork reads the module as it stands.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Final, TypedDict

#: What many tests import from outside the repository.
SHARED: Final = (
    "numpy", "scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.linalg", "scipy.ndimage",
    "scipy.optimize", "scipy.sparse.linalg", "scipy.spatial", "scipy.special", "scipy.stats",
    "hypothesis", "hypothesis.extra.numpy", "h5py", "pandas", "pydantic", "yaml", "numba",
)  # fmt: skip
#: Seconds between two looks at a fork that runs.
LOOK: Final = 0.02


class Request(TypedDict):
    """Test files, and the limits of their time in seconds: of the processor and on the clock."""

    tests: list[str]
    environment: dict[str, str]
    cpu: float | None
    clock: float | None


def tested(request: Request) -> int | None:
    """Run test files in a fork, up to the first failure, and return how it ended."""
    child = os.fork()
    if child == 0:
        _run(request)
    begun = time.monotonic()
    status: int | None = None
    try:
        while status is None:
            ended, state = os.waitpid(child, os.WNOHANG)
            if ended:
                status = os.waitstatus_to_exitcode(state)
            elif request["clock"] is not None and time.monotonic() - begun > request["clock"]:
                break
            else:
                time.sleep(LOOK)
    finally:
        # the fork leads a group of processes: whatever it started ends with it
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if status is None:
            os.waitpid(child, 0)
    return status


def _run(request: Request) -> None:
    """Become pytest, and never return."""
    code = 3  # pytest's own for an internal error
    try:
        os.setpgid(0, 0)  # and no session of its own, which would have another priority
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.environ.update(request["environment"])
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(Path.cwd()))  # as ``python -m pytest`` does
        if request["cpu"] is not None:
            seconds = round(request["cpu"])
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        import pytest

        # hypothesis is a plugin, and pytest warns that it came too early to have its assertions rewritten
        known = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main(["-x", "-q", *known, *request["tests"]]))
    finally:
        os._exit(code)


def main() -> None:
    """Answer requests until the input ends."""
    locked = Path("requirements.lock").is_file()  # toys need none of it
    for name in ("pytest", "_pytest.assertion.rewrite", *(SHARED if locked else ())):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(tested(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
