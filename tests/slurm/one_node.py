"""A SLURM cluster whose only node is this machine, run from its own folder without system changes.

It needs the programs of Debian's packages slurm-wlm and munge, but neither root nor systemd. All
daemons run as the current user, listen on free ports and end with the block that started them.
"""

import contextlib
import getpass
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "sinfo")
#: Search path that includes the daemons' folders, which are not on the path of ordinary users.
SEARCH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
#: Seconds within which a daemon must start, and must stop.
PATIENCE = 60.0
#: Megabytes reserved for the system.
RESERVE = 500
MUNGE_FILES = ("key-file", "socket", "pid-file", "log-file", "seed-file")

CONFIGURATION = """\
ClusterName=onenode
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={daemon_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
# squeue lists an ended job for this many seconds, so that Snakemake sees it
MinJobAge=300
KillWait=5
JobRequeue=0
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
# a job that exceeds its requested memory is killed, as cgroups do elsewhere
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
NodeName={node} NodeAddr=127.0.0.1 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Parameters
    ----------
    folder : Path
        Folder of the configuration, sockets, logs and state.
    """

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Environment in which every SLURM command finds this cluster and no other."""
        path = f"{self.folder / 'bin'}{os.pathsep}{SEARCH}"
        ours = {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}
        return {**os.environ, **ours}

    def ask(self, *command: str) -> str:
        """Return the output of a SLURM command, empty while the controller does not answer."""
        said = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return said.stdout

    def is_ready(self) -> bool:
        """Return whether the node accepts jobs."""
        return "idle" in self.ask("sinfo", "--noheader", "--format=%T")

    def cancel_all(self) -> None:
        """End all jobs, because they would outlive the daemon that started them."""
        self.ask("scancel", f"--user={getpass.getuser()}")
        wait_until(lambda: not self.ask("squeue", "--noheader"))

    def logs(self) -> str:
        """Return the ends of all logs."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{file.name}:\n{file.read_text()[-2000:]}" for file in files)


def wait_until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition, and return whether it was met in time."""
    begun = time.monotonic()
    while not (holds := condition()) and time.monotonic() - begun < PATIENCE:
        time.sleep(0.5)
    return holds


def missing_programs() -> list[str]:
    """Return the names of programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=SEARCH) is None]


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node_line(host: str) -> str:
    """Return the name, processors and memory of this machine as detected by SLURM."""
    seen = subprocess.run(
        [str(shutil.which("slurmd", path=SEARCH)), "-C"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
    memory = re.search(r"RealMemory=(\d+)", seen)
    assert memory, f"slurmd -C reports no memory: {seen}"
    line = seen.replace(memory[0], f"RealMemory={int(memory[1]) - RESERVE}")
    return re.sub(r"^NodeName=\S+", host, line)


def write_configuration(folder: Path) -> None:
    """Write the configuration of the cluster and its authentication key."""
    host = socket.gethostname().split(".")[0]
    values: Mapping[str, object] = {
        "host": host,
        "node": node_line(host),
        "user": getpass.getuser(),
        "folder": folder,
        "controller_port": free_port(),
        "daemon_port": free_port(),
    }
    (folder / "slurm.conf").write_text(CONFIGURATION.format(**values))
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n")
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))
    for name in ("spool", "state"):
        (folder / name).mkdir()


def write_srun(folder: Path) -> None:
    """Put a wrapper of srun that sets SLURM_CONF itself first on the path.

    Snakemake removes SLURM_CONF from the environment in which it calls srun.
    """
    program = folder / "bin/srun"
    program.parent.mkdir()
    real = shutil.which("srun", path=SEARCH)
    program.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {real} "$@"\n')
    program.chmod(0o755)


@contextlib.contextmanager
def running(*command: str, cluster: Cluster) -> Iterator[subprocess.Popen[bytes]]:
    """Run a daemon in the foreground while the block runs."""
    program = shutil.which(command[0], path=SEARCH)
    output = cluster.folder / f"{command[0]}.out.log"
    with output.open("wb") as log:
        daemon = subprocess.Popen(
            [str(program), *command[1:]],
            env=cluster.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield daemon
    finally:
        daemon.terminate()
        try:
            daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


@contextlib.contextmanager
def one_node_cluster(folder: Path) -> Iterator[Cluster]:
    """Start all daemons, and stop them however the block ends.

    Parameters
    ----------
    folder : Path
        Empty folder with a short path, because socket names have a maximum length.

    Raises
    ------
    RuntimeError
        If the node does not come up; the message includes the logs of all daemons.
    """
    folder.chmod(0o755)
    write_configuration(folder)
    write_srun(folder)
    cluster = Cluster(folder)
    files = [f"--{name}={folder}/munge.{name.split('-')[0]}" for name in MUNGE_FILES]
    with contextlib.ExitStack() as stack:
        stack.enter_context(running("munged", "--foreground", *files, cluster=cluster))
        wait_until((folder / "munge.socket").exists)
        stack.enter_context(running("slurmctld", "-D", "-i", cluster=cluster))
        stack.enter_context(running("slurmd", "-D", cluster=cluster))
        if not wait_until(cluster.is_ready):
            raise RuntimeError(f"the node did not come up in {PATIENCE:g} s\n{cluster.logs()}")
        try:
            yield cluster
        finally:
            cluster.cancel_all()
