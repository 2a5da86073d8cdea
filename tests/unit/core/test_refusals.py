"""A job that fails leaves its reason in its log, and one line on the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.code_hash import LIBRARY
from mechanist.core.errors import FormatError
from mechanist.core.path_patterns import matching_files
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.refusals import last_reason, plain_reason

REFUSED = FormatError(Path("a.dump"), "no species", remedy="Write one.", line=9)


def raised_by_numpy() -> Exception:
    try:
        np.zeros(2) + np.zeros(3)
    except ValueError as error:
        return error
    raise AssertionError


def raised_by_library() -> Exception:
    try:
        matching_files("nothing*.dump")
    except ValueError as error:
        return error
    raise AssertionError


def test_errors_of_other_libraries_keep_their_kind_and_ours_are_said_plainly() -> None:
    assert plain_reason(REFUSED) == "a.dump:9: no species. Write one."
    assert plain_reason(raised_by_library()) == str(raised_by_library())
    assert plain_reason(raised_by_numpy()).startswith("ValueError: operands could not be broadcast")
    assert plain_reason(KeyError("x")) == "KeyError: 'x'"
    assert plain_reason(MemoryError()) == "MemoryError"


def fail(log: Path) -> None:
    try:
        with log_to(log):
            LOGGER.info("reason: of something else")
            raise OSError("one\n  1. two")
    except OSError:
        pass


def test_the_reason_stands_in_the_log_with_all_its_lines(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    fail(log)
    assert last_reason(log) == "OSError: one\n  1. two"


@pytest.mark.parametrize("ended", ["well", "by Ctrl-C"])
def test_a_job_that_did_not_fail_left_no_reason(ended: str, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    try:
        with log_to(log):
            LOGGER.info("all is well")
            if ended == "by Ctrl-C":
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert last_reason(log) is None


def test_the_log_of_an_earlier_run_is_not_read(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    assert last_reason(log) is None
    log.write_text("2026-12-02 10:00:00,000 reason: too old\n")
    os.utime(log, (1000.0, 1000.0))
    assert last_reason(log, since=900.0) == "too old"
    assert last_reason(log, since=2000.0) is None


CODE = """
from mechanist.core.progress import log_to
try:
    with log_to("job.log"):
        raise KeyError("first")
except KeyError:
    pass
{last}
"""


@pytest.mark.parametrize(
    ("last", "told", "traced"),
    [
        ('with log_to("job.log"): raise KeyError("x")', "A job failed.", False),
        ('raise KeyError("x")', "KeyError: 'x'", True),
        (
            (
                "import logging\nlogging.FileHandler.emit = lambda *_: None\n"
                'with log_to("job.log"): raise KeyError("x")'
            ),
            "KeyError: 'x'",
            True,
        ),  # as on a full disk
    ],
)
def test_the_terminal_shows_one_line_for_a_failure_that_stands_in_the_log(
    last: str, told: str, traced: bool, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(last=last)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(LIBRARY.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[-1].startswith(told)
    assert (len(lines) > 1) is traced
    assert ("Traceback" in (tmp_path / "job.log").read_text()) or traced
