"""A library that ends the process leaves the place in the job's log."""

import subprocess
import sys
from pathlib import Path

CODE = """
import os, signal
from mechanist.core.progress import log_to
with log_to("job.log"):
    def read_damaged_file():
        os.kill(os.getpid(), signal.SIGSEGV)
    read_damaged_file()
"""


def test_the_log_names_the_place_of_a_crash(tmp_path: Path) -> None:
    library = Path(__file__).parents[3] / "workflow"
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env={"PYTHONPATH": str(library)}, check=False
    )
    assert done.returncode < 0
    said = (tmp_path / "job.log").read_text()
    assert "Segmentation fault" in said
    assert "in read_damaged_file" in said
