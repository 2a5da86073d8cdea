"""Runs that are killed, run out of disk or run twice resume by one command without loss."""

import contextlib
import os
import shutil
import signal
import subprocess

import pytest
from disturb import (
    TARGETS,
    in_mid_run,
    jobs,
    manifest,
    mounted,
    outputs,
    resume,
    send,
    start,
    times,
    wait_for,
)

from checkouts import Checkout, copy_tree, reproducible
from mechanist.formats.manifest import damages

pytestmark = pytest.mark.slow
needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    place = copy_tree(tmp_path_factory.mktemp("undisturbed"))
    place.smoke(*TARGETS)
    return place


@pytest.fixture
def place(tmp_path, undisturbed) -> Checkout:
    # Compiled kernels are not results; sharing them keeps the tests short.
    cache = "workflow/mechanist"
    fresh = copy_tree(tmp_path)
    shutil.copytree(undisturbed.root / cache, tmp_path / cache, dirs_exist_ok=True)
    return fresh


def assert_whole(place: Checkout, undisturbed: Checkout) -> None:
    """Assert that a resumed run wrote the same bytes as an undisturbed run."""
    assert reproducible(manifest(place)) == reproducible(manifest(undisturbed))
    assert set(manifest(place).entries) == set(manifest(undisturbed).entries)
    again = place.smoke(*TARGETS)
    assert "Nothing to be done" in again.stdout + again.stderr
    with contextlib.chdir(place.root):
        assert damages(manifest(place)) == []


def assert_resumed(place: Checkout, undisturbed: Checkout) -> None:
    """Resume an ended run, and assert that this keeps what was finished and makes the rest."""
    done = times(place)
    assert 0 < len(done) < len(outputs(undisturbed))
    went_on = resume(place)
    assert went_on.returncode == 0, went_on.stderr[-3000:]
    after = times(place)
    # A finished file may be redone only if its job was interrupted.
    kept = sum(after[path] == done[path] for path in done)
    assert kept >= len(done) - 2
    assert_whole(place, undisturbed)


def test_a_second_controller_is_refused_and_the_first_goes_on_until_it_is_killed(
    place, undisturbed
) -> None:
    run = start(place)
    in_mid_run(place, run)
    run.send_signal(signal.SIGSTOP)  # else it could end before the others have started
    second = place.smoke(*TARGETS, check=False)
    assert second.returncode != 0
    assert "cannot be locked" in second.stdout + second.stderr
    refused = resume(place)
    assert refused.returncode != 0
    assert f"process {run.pid} is running this workflow" in refused.stderr
    run.send_signal(signal.SIGCONT)
    wait_for(
        lambda: any("figure_paths" in word for job in jobs(run) for word in job.cmdline()), run
    )
    send(run, signal.SIGKILL)
    assert run.returncode != 0
    assert_resumed(place, undisturbed)


def test_a_run_whose_job_is_killed_is_started_again_and_ended(place, undisturbed) -> None:
    run = start(place)
    in_mid_run(place, run, at_least=1)
    victim = jobs(run)[-1]
    victim.kill()
    run.wait()
    assert run.returncode != 0
    again = start(place)
    in_mid_run(place, again, at_least=1)
    send(again, signal.SIGTERM)
    assert again.returncode != 0
    assert_resumed(place, undisturbed)


@needs_mount
def test_a_disk_that_is_full_and_then_cannot_be_written(place, undisturbed) -> None:
    folder = place.root / "results/smoke"
    with mounted(folder, "-t", "tmpfs", "-o", "size=700k", "tmpfs"):
        failed = place.smoke(*TARGETS, check=False)
        assert failed.returncode != 0
        assert "No space left on device" in failed.stdout + failed.stderr
        subprocess.run(["mount", "-o", "remount,ro,size=200m", str(folder)], check=True)
        refused = place.smoke(*TARGETS, check=False)
        assert refused.returncode != 0
        assert "Read-only file system" in refused.stdout + refused.stderr
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        place.smoke(*TARGETS)
        assert_whole(place, undisturbed)


def test_a_configuration_that_is_refused_on_resuming_is_told_why(tmp_path) -> None:
    place = copy_tree(tmp_path)
    with (place.root / "config/smoke.yaml").open("a") as file:
        file.write("glas: {}\n")
    refused = resume(place)
    assert refused.returncode != 0
    assert "unknown key 'glas'" in refused.stderr
    assert "run/resume.py" not in refused.stderr


def test_a_corrupted_result_is_found_and_rebuilt(tmp_path, undisturbed) -> None:
    place = Checkout(tmp_path / "copy")
    shutil.copytree(undisturbed.root, place.root, symlinks=True)
    verified = place.smoke("verify")
    assert "as their run left them" in verified.stdout + verified.stderr
    victim = place.root / "results/smoke/equations/lorenz/data.h5"
    whole = victim.read_bytes()
    before = victim.stat().st_mtime_ns
    victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    os.utime(victim, ns=(before, before))  # as a failing disk does
    unaware = place.smoke(*TARGETS)
    assert "Nothing to be done" in unaware.stdout + unaware.stderr
    found = place.smoke("verify", check=False)
    text = found.stdout + found.stderr
    assert "equations/lorenz/data.h5 (rule equations_simulate): altered" in text
    command = "results/smoke/equations/lorenz/data.h5 --force --configfile config/smoke.yaml"
    assert f"snakemake {command} && snakemake" in text
    place.snakemake(*command.split())
    place.smoke(*TARGETS)
    assert victim.read_bytes() == whole
    assert_whole(place, undisturbed)
