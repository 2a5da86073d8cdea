"""The workflow on a real SLURM cluster: results equal to a local run, and jobs killed for memory.

The tests run the part of the smoke size that takes minutes on two processors: two equation figures
with all their inputs, and one glass chain from simulation to score. This part includes a job array,
grouped jobs and single jobs. ``make test-slurm ARGS=--whole`` runs the whole smoke size.
"""

import contextlib
import re
import shutil
from pathlib import Path

import psutil
import pytest
from one_node import Cluster, one_node_cluster, wait_until

from checkouts import Checkout, reproducible
from mechanist.formats.manifest import Manifest, read_manifest

pytestmark = pytest.mark.slurm

HERE = Path(__file__).parent
TARGETS = [
    "results/smoke/figures/equations/paths.pdf",
    "results/smoke/figures/equations/symmetry.pdf",
    "results/smoke/glass/ka2d/scores/elastic_step.json",
]
#: The profile for users, with shorter waiting times than on a production cluster.
PROFILE = [
    "--workflow-profile", "profiles/slurm",
    "--slurm-init-seconds-before-status-checks", "5",
    "--latency-wait", "5",
    "--slurm-array-jobs", "glass_simulate",
]  # fmt: skip


def manifest(place: Checkout) -> Manifest:
    return read_manifest(place.root / "results/smoke/manifest.json")


def test_results_are_those_of_a_run_without_it(
    cluster: Cluster, local: Checkout, remote: Checkout, request: pytest.FixtureRequest
) -> None:
    whole = bool(request.config.getoption("--whole"))
    targets = ["all"] if whole else TARGETS
    local.smoke(*targets)
    # compiled kernels are not results; sharing them keeps the test short
    kernels = "workflow/mechanist"
    shutil.copytree(local.root / kernels, remote.root / kernels, dirs_exist_ok=True)
    ran = remote.smoke(*targets, *PROFILE)
    said = ran.stdout + ran.stderr
    assert reproducible(manifest(remote)) == reproducible(manifest(local))
    assert set(manifest(remote).entries) == set(manifest(local).entries)
    assert said.count("Submitted array job") == 1
    assert whole or "/group_figures_equations_figure_paths_equations_figure_symmetry/" in said
    again = remote.smoke(*targets, *PROFILE)
    assert "Nothing to be done" in again.stdout + again.stderr


def test_a_job_that_is_killed_for_memory_is_tried_again_with_more(
    cluster: Cluster, remote: Checkout, tmp_path: Path
) -> None:
    for name in ("Snakefile", "hungry.py"):
        shutil.copy2(HERE / name, tmp_path / name)
    profile = remote.root / "profiles/slurm"
    shutil.copytree(profile, tmp_path / "profiles/slurm")
    place = Checkout(tmp_path)
    # Snakemake itself needs about 100 MB per process
    ran = place.snakemake(*PROFILE, "--config", "megabytes=500", "takes=600")
    said = ran.stdout + ran.stderr
    # the log of the failed job repeats the requested memory
    asked = re.findall(r"rule hungry:.*?mem_mb=(\d+)", said, re.DOTALL)
    assert list(dict.fromkeys(asked)) == ["500", "1000"]
    assert said.count("Trying to restart job") == 1
    assert (tmp_path / "hungry.txt").read_text() == "600000000\n"
    logs = [file.read_text() for file in tmp_path.glob(".snakemake/slurm_logs/**/*.log")]
    assert any("exceeded memory limit" in log for log in logs), "killed, but not for memory"


def test_a_cluster_ends_with_the_block_that_started_it(short_folder: Path) -> None:
    with pytest.raises(RuntimeError, match="a test fails"):
        fail_while_a_job_runs(short_folder)
    assert processes(short_folder) == []


def fail_while_a_job_runs(folder: Path) -> None:
    with one_node_cluster(folder) as one:
        one.ask("sbatch", "--output=/dev/null", "--wrap=sleep 600")
        assert wait_until(lambda: "RUNNING" in one.ask("squeue", "--noheader", "--format=%T"))
        # three daemons, and the processes of the job
        assert len(processes(folder)) > 3
        raise RuntimeError("a test fails")


def processes(folder: Path) -> list[psutil.Process]:
    """Return the processes that run under a cluster's configuration."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("SLURM_CONF") == str(folder / "slurm.conf"):
                found.append(process)
    return found
