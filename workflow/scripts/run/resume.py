"""Resume a killed run: remove its leftovers, then start Snakemake with the given arguments.

A controller killed by SIGKILL leaves its lock and its running jobs behind. Nothing is removed while
a controller is still running in this folder.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psutil

# This script runs outside Snakemake, which tells other scripts where the library is.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mechanist.core.controller import controller
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.settings_files import files_named, read_settings

#: Where Snakemake keeps the scripts of running jobs.
JOBS: Final = Path(".snakemake/scripts")
#: Seconds that an orphaned job has to end after SIGTERM.
PATIENCE: Final = 10.0


class BusyError(RuntimeError):
    """A run is in progress in this folder."""


def orphans() -> Iterator[psutil.Process]:
    """Yield jobs of this folder that outlived their controller."""
    folder = str(JOBS.resolve())
    for process in psutil.process_iter():
        try:
            if any(folder in part for part in process.cmdline()):
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def main(arguments: Sequence[str]) -> int:
    """Remove the leftovers of a killed run, then run Snakemake and return its exit code.

    Raises
    ------
    BusyError
        If a controller is still running here.
    SettingsError
        If a file of settings cannot be read; Snakemake itself would not tell the line.
    """
    for path in files_named(arguments):
        read_settings(path)
    busy = controller()
    if busy is not None:
        raise BusyError(
            f"process {busy.pid} is running this workflow in {Path.cwd()}. Wait for it, or end it "
            f"by `kill {busy.pid}`, which lets running jobs finish"
        )
    left = list(orphans())
    for process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=PATIENCE)
    for process in stubborn:
        process.kill()
    snakemake = [sys.executable, "-m", "snakemake"]
    # First, since what follows `--` are targets. S603: these are the arguments that the user would pass
    # to Snakemake here. If they are invalid, the run below fails too and reports why.
    subprocess.run([*snakemake, "--quiet", "all", "--unlock", *arguments], check=False)  # noqa: S603
    return subprocess.run([*snakemake, *arguments], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (BusyError, SettingsError) as error:
        sys.exit(str(error))
