"""Copies of the repository, fresh or with a finished smoke run."""

import fcntl
import shutil
from pathlib import Path
from typing import Final

import pytest

from checkouts import ROOT, Checkout, copy_tree

__all__ = ["ROOT", "Checkout", "copy_tree"]

#: Outputs of a smoke run: results, Snakemake metadata, logs and benchmarks.
LEFT: Final = tuple(
    Path(part)
    for part in ("results/smoke", ".snakemake/metadata", "logs/smoke", "benchmarks/smoke")
)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return copy_tree(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Checkout:
    """Return a copy with a finished smoke run, which all workers make once, and reuse.

    It goes on from the results of `make smoke-all`, if they are there.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "smoke"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").is_file():
            first = copy_tree(shared / "repository")
            if (ROOT / LEFT[0] / "manifest.json").is_file():
                for part in LEFT:
                    shutil.copytree(ROOT / part, first.root / part, dirs_exist_ok=True)
            first.smoke()
            (shared / "done").touch()
    place = tmp_path_factory.mktemp("finished") / "repository"
    shutil.copytree(shared / "repository", place, symlinks=True)
    return Checkout(place)
