"""A copy of the repository in which the smoke workflow has run once."""

import pytest

from checkouts import ROOT, Checkout, copy_tree

__all__ = ["ROOT", "Checkout", "copy_tree"]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return copy_tree(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy in which the whole smoke workflow has run."""
    place = copy_tree(tmp_path_factory.mktemp("finished"))
    place.smoke()
    return place
