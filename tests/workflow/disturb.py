"""Start a run, disturb it, resume it, and compare its outputs with an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import psutil

from checkouts import Checkout
from mechanist.formats.manifest import Manifest, read_manifest

#: A small target that still involves simulation, discovery and a figure.
TARGETS = ["results/smoke/figures/equations/paths.pdf"]
SMOKE = ["--cores", "2", "--configfile", "config/smoke.yaml"]
#: Seconds after which a run counts as hanging.
PATIENCE = 600.0


def start(place: Checkout, targets: list[str] = TARGETS) -> subprocess.Popen[bytes]:
    """Start a run in the background, with its output in ``run.log``."""
    command = [sys.executable, "-m", "snakemake", *targets, *SMOKE]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    with (place.root / "run.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=place.root, stdout=log, stderr=subprocess.STDOUT, env=environment
        )


def resume(place: Checkout, targets: list[str] = TARGETS) -> subprocess.CompletedProcess[str]:
    """Resume the run by the documented command."""
    command = [sys.executable, "workflow/scripts/run/resume.py", *SMOKE, "--", *targets]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(
        command, cwd=place.root, capture_output=True, text=True, check=False, env=environment
    )


def wait_for(condition: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    """Wait until a condition holds while a run continues."""
    begun = time.monotonic()
    while not condition():
        assert run.poll() is None, "the run ended before it could be disturbed"
        assert time.monotonic() - begun < PATIENCE, "the run hangs"
        time.sleep(0.05)


def outputs(place: Checkout) -> list[Path]:
    """Return the finished outputs so far."""
    return [p for p in (place.root / "results/smoke").rglob("*.*") if not p.name.startswith(".")]


def jobs(run: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the running jobs of a controller."""
    try:
        children = psutil.Process(run.pid).children(recursive=True)
        return [c for c in children if any(".snakemake/scripts" in part for part in c.cmdline())]
    except psutil.NoSuchProcess:
        return []


def in_mid_run(place: Checkout, run: subprocess.Popen[bytes], *, at_least: int = 2) -> None:
    """Wait until some outputs exist and another job is running."""
    wait_for(lambda: len(outputs(place)) >= at_least and bool(jobs(run)), run)


def manifest(place: Checkout) -> Manifest:
    """Return the manifest of the smoke size."""
    return read_manifest(place.root / "results/smoke/manifest.json")


def times(place: Checkout) -> dict[Path, int]:
    """Return the modification time of each output."""
    return {path: path.stat().st_mtime_ns for path in outputs(place)}


def send(run: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Signal a controller and wait until it has ended."""
    run.send_signal(how)
    run.wait(PATIENCE)


@contextmanager
def mounted(place: Path, *options: str):
    """Mount a small file system over a folder while the block runs."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, str(place)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
