"""Carry out every tutorial literally in a copy of the repository."""

import shutil
from pathlib import Path

import pytest

from checkouts import ROOT, copy_tree
from tutorials import follow

#: Pages that are no tutorial, or that `test_own_targets.py` carries out to look into their results.
ELSEWHERE = {ROOT / "docs/tutorials/README.md", ROOT / "docs/tutorials/own_targets.md"}
PAGES = sorted(set((ROOT / "docs/tutorials").glob("*.md")) - ELSEWHERE)
#: Text in pages that start from a finished smoke run.
NEEDS_A_RUN = "starts from a finished `make smoke-all`"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tutorial_does_what_it_says(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    root = tmp_path / "repository"
    if NEEDS_A_RUN in " ".join(page.read_text().split()):
        shutil.copytree(request.getfixturevalue("finished").root, root, symlinks=True)
    else:
        copy_tree(root)
    follow(page, root)
