"""Carry out the recipes of docs/howto/ literally, in a copy of the repository."""

from pathlib import Path

import pytest

from checkouts import ROOT, copy_tree
from tutorials import blocks, follow

PAGES = sorted((ROOT / "docs/howto").glob("*.md"))
#: Pages without commands that can run here: a list, conda, which tests/envs tries, and what installs.
TOLD = {"index", "conda", "package"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem not in TOLD], ids=lambda page: page.stem
)
def test_recipe_does_what_it_says(page: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    copy_tree(root)
    follow(page, root)


def test_every_recipe_but_those_told_has_commands_and_is_listed() -> None:
    listed = (ROOT / "docs/howto/index.md").read_text()
    silent = {page.stem for page in PAGES if not list(blocks(page.read_text()))}
    assert silent == TOLD
    assert [page.name for page in PAGES if f"]({page.name})" not in listed] == ["index.md"]
