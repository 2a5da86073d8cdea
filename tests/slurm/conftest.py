"""A cluster of one node for all tests here, and the same smoke results made without it."""

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
    """A running cluster, which every command of SLURM finds; stopped whatever happens."""
    require_slurm()
    with (
        short_name() as folder,
        pytest.MonkeyPatch.context() as patch,
        one_node_cluster(folder) as running,
    ):
        for name in ("SLURM_CONF", "PATH"):
            patch.setenv(name, running.environment[name])
        # a job starts Snakemake twice, which without compiled modules takes half a minute
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield running


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder for a cluster of the test's own."""
    require_slurm()
    with short_name() as folder:
        yield folder


def require_slurm() -> None:
    """Fail where there is no SLURM: whoever asks for these tests wants to know."""
    if missing := missing_programs():
        needed = "install Debian's slurm-wlm and munge"
        pytest.fail(f"{', '.join(missing)} not found: {needed}", pytrace=False)


@contextmanager
def short_name() -> Iterator[Path]:
    """Make a folder whose name is short enough for sockets, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository for runs on this machine, without SLURM."""
    return copy_tree(tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository for runs through SLURM."""
    return copy_tree(tmp_path_factory.mktemp("remote"))
