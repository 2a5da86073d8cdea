"""A one-node cluster for all tests here, and repository copies for local and SLURM runs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from one_node import Cluster, missing_programs, one_node_cluster

from checkouts import Checkout, copy_tree


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole",
        action="store_true",
        help="run all of the smoke size on the cluster (half an hour)",
    )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Yield a running cluster that every SLURM command finds, and always stop it afterwards."""
    require_slurm()
    with (
        short_name() as folder,
        pytest.MonkeyPatch.context() as patch,
        one_node_cluster(folder) as running,
    ):
        for name in ("SLURM_CONF", "PATH"):
            patch.setenv(name, running.environment[name])
        # a job starts Snakemake twice, which takes half a minute without compiled modules
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield running


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Yield an empty folder for a test's own cluster."""
    require_slurm()
    with short_name() as folder:
        yield folder


def require_slurm() -> None:
    """Fail if SLURM is missing; these tests run only on request, so skipping would mislead."""
    if missing := missing_programs():
        needed = "install Debian's slurm-wlm and munge"
        pytest.fail(f"{', '.join(missing)} not found: {needed}", pytrace=False)


@contextmanager
def short_name() -> Iterator[Path]:
    """Make a folder with a path short enough for sockets; pytest's folders are too long."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy of the repository for local runs without SLURM."""
    return copy_tree(tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy of the repository for runs through SLURM."""
    return copy_tree(tmp_path_factory.mktemp("remote"))
