"""A copy of the repository in which the smoke workflow has run once."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from checkouts import ROOT, Checkout, copy_tree

__all__ = ["ROOT", "Checkout", "copy_tree"]

#: What a smoke run leaves: its results, and what is known of how they were made.
LEFT: Final = tuple(
    Path(part)
    for part in ("results/smoke", ".snakemake/metadata", "logs/smoke", "benchmarks/smoke")
)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return copy_tree(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy in which the whole smoke workflow has run; what `make smoke` left here need not rerun."""
    place = copy_tree(tmp_path_factory.mktemp("finished"))
    if (ROOT / LEFT[0] / "manifest.json").is_file():
        for part in LEFT:
            shutil.copytree(ROOT / part, place.root / part, dirs_exist_ok=True)
    place.smoke()
    return place
