"""An interrupted run says, as its last line, how it goes on."""

import subprocess
import sys

import pytest

from mechanist.core.code_hash import LIBRARY

PROGRAM = """
import os, signal, sys, time
sys.path.insert(0, {workflow!r})
from mechanist.wings.interruption import tell_on_interrupt
tell_on_interrupt(["/bin/snakemake", "glass", "--configfile", "my size.yaml"])
for _ in range({times}):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
    except KeyboardInterrupt:
        print("Snakemake ends its jobs", file=sys.stderr)
print("Complete log", file=sys.stderr)
"""
LAST = (
    "Interrupted. Finished jobs are kept, and the same command goes on with the others:"
    " snakemake glass --configfile 'my size.yaml'"
)


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (0, ["Complete log"]),
        (2, ["Snakemake ends its jobs", "Snakemake ends its jobs", "Complete log", LAST]),
    ],
)
def test_the_last_line_says_how_the_run_goes_on(times: int, told: list[str]) -> None:
    code = PROGRAM.format(workflow=str(LIBRARY.parent), times=times)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == told
