"""Copies of the repository, fresh or with a finished smoke run."""

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
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy with a finished smoke run, reusing results of `make smoke` if present."""
    place = copy_tree(tmp_path_factory.mktemp("finished"))
    if (ROOT / LEFT[0] / "manifest.json").is_file():
        for part in LEFT:
            shutil.copytree(ROOT / part, place.root / part, dirs_exist_ok=True)
    place.smoke()
    return place
