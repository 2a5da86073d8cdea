"""Run the tests of changed modules in copies of a repository, and say which changes they noticed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

from mutants.kernels import forget
from mutants.mutation import Mutant
from mutants.nursery import Request

#: What became of a mutant: tests failed, did not end, or passed.
Fate = Literal["killed", "hung", "survived"]
FATES: Final[dict[str, Fate]] = {"killed": "killed", "hung": "hung", "survived": "survived"}
#: CPU time for the tests of a mutant, as a multiple of the time that they take without it, plus
#: seconds. A busy machine does not use it up, so that slow tests do not count as hung.
PATIENCE: Final = (3.0, 20.0)
#: Time on the clock, as a multiple of that CPU time: ends tests that wait for ever.
WAIT: Final = 5.0
#: Exit codes of pytest: all passed, some failed, interrupted (as by an error of import).
PASSED, FAILED, BROKEN = 0, 1, 2
NURSERY: Final = Path(__file__).with_name("nursery.py")
#: One process at a time uses one core, and no bytecode of a mutant is kept.
ENVIRONMENT: Final = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class UnfitTestsError(RuntimeError):
    """The tests of a module cannot judge mutants, because they fail without one."""


class NurseryError(RuntimeError):
    """The process that runs the tests of all mutants has ended."""


@dataclass(frozen=True)
class Target:
    """A module and the test files that shall notice its mutants, relative to the repository."""

    module: str
    tests: tuple[str, ...]


class Bench:
    """A private copy of a repository in which modules are changed and tested.

    Parameters
    ----------
    root : Path
        The copy.
    seconds : dict of tuple of str to float, optional
        How long test files take without a mutant; benches that share it measure it once.
    """

    def __init__(self, root: Path, seconds: dict[tuple[str, ...], float] | None = None) -> None:
        self.root = root
        self.seconds = {} if seconds is None else seconds
        self.nursery: subprocess.Popen[str] | None = None

    def fate(self, target: Target, mutant: Mutant) -> Fate:
        """Return what the tests of a module make of a mutant.

        Raises
        ------
        UnfitTestsError
            If they fail without it too.
        """
        if target.tests not in self.seconds:
            begun = time.monotonic()
            code = self._tested(target, None)
            if code != PASSED:
                raise UnfitTestsError(
                    f"{target.module}: {' '.join(target.tests)} end with exit code {code} without"
                    " any mutant; expected 0. Mend the tests, or their list in"
                    " tests/mutants/core.toml"
                )
            self.seconds[target.tests] = time.monotonic() - begun
        path = self.root / target.module
        before = path.read_bytes()
        factor, more = PATIENCE
        try:
            path.write_text(mutant.source, encoding="utf-8")
            code = self._tested(target, factor * self.seconds[target.tests] + more)
        finally:
            path.write_bytes(before)
        if code in (None, -signal.SIGXCPU):
            return "hung"
        # a compiled kernel that reads beyond an array is ended by a signal
        if code not in (PASSED, FAILED, BROKEN) and code >= 0:
            raise UnfitTestsError(
                f"{target.module}:{mutant.line}: pytest ends with exit code {code}"
            )
        return "survived" if code == PASSED else "killed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process that runs the tests."""
        if self.nursery is not None:
            end(self.nursery)
            self.nursery.communicate()
            self.nursery = None

    def _tested(self, target: Target, limit: float | None) -> int | None:
        """Run the tests up to the first that fails, within a limit of seconds of CPU time."""
        shutil.rmtree(self.root / ".hypothesis", ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            request: Request = {
                "tests": list(target.tests), "environment": self._environment(target, Path(folder)),
                "cpu": limit, "clock": None if limit is None else WAIT * limit,
            }  # fmt: skip
            nursery = self._nursery()
            assert nursery.stdin is not None
            assert nursery.stdout is not None
            nursery.stdin.write(json.dumps(request) + "\n")
            nursery.stdin.flush()
            line = nursery.stdout.readline()
        if not line:
            raise NurseryError(
                f"the process that runs the tests ended with {nursery.wait()} during those of"
                f" {target.module}; start again with the same --journal"
            )
        answer: int | None = json.loads(line)
        return answer

    def _nursery(self) -> subprocess.Popen[str]:
        if self.nursery is None:
            self.nursery = subprocess.Popen(
                [sys.executable, "-P", str(NURSERY)],
                cwd=self.root,
                env={**os.environ, **ENVIRONMENT},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                process_group=0,  # in the same session, so that a low priority holds for it
            )
        return self.nursery

    def _environment(self, target: Target, folder: Path) -> dict[str, str]:
        # Bytecode is only as new as a whole second: that of a mutant could be taken for another's.
        for path in (self.root / target.module).parent.glob(
            f"__pycache__/{Path(target.module).stem}.*.pyc"
        ):
            path.unlink()
        if "njit" in (self.root / target.module).read_text(encoding="utf-8"):
            forget(self.root / target.module, self.root / "workflow")
        return {**ENVIRONMENT, "TMPDIR": str(folder)}


def end(run: subprocess.Popen[str]) -> None:
    """End a process that leads a group, and everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
