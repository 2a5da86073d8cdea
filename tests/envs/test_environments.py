"""Stage environments are complete, agree with the lock and contain nothing else."""

import ast
import importlib.util
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY, dependencies

ROOT = Path(__file__).parents[2]
SCRIPTS = LIBRARY.parent / "scripts"
FILES = sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))
#: GPU variants contain the packages of their stage, in larger wheels.
STAGES = [name for name in FILES if not name.endswith("_gpu")]
#: Index names of packages whose import name differs.
DISTRIBUTION = {"sklearn": "scikit-learn", "skimage": "scikit-image", "xgboost": "xgboost-cpu", "yaml": "pyyaml",
                "pydantic_core": "pydantic-core"}  # fmt: skip
IMPORT = re.compile(r"^(?:from \S+ import \([^)]*\)|(?:from|import) .*)", re.MULTILINE)


def generator() -> object:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "envs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pins(stage: str) -> set[str]:
    content = yaml.safe_load((ROOT / f"envs/{stage}.yaml").read_text())
    pip = next(entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict))
    return {pin.split("==")[0] for pin in pip}


def driver_pins() -> set[str]:
    """Return the packages of Snakemake and its plugins."""
    lines = generator().environment("driver").splitlines()  # type: ignore[attr-defined]
    return {line.split("- ")[1].split("==")[0] for line in lines if "==" in line}


def rules() -> list[tuple[str, str]]:
    """Return (script, stage) of every rule that runs a script."""
    found = []
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.split(r"^rule ", path.read_text(), flags=re.MULTILINE)[1:]:
            script = re.search(r"scripts/([\w/]+)\.py", rule)
            stage = re.search(r"envs/(\w+)\.yaml", rule.replace("NETWORK_ENV", "envs/train.yaml"))
            if script:
                assert stage, f"rule {rule.split(':')[0]} in {path.name} has no conda directive"
                found.append((script[1], stage[1]))
    return sorted(set(found))


def third_party(script: str) -> set[str]:
    """Return the packages that a script needs, directly or through the library."""
    path = SCRIPTS / f"{script}.py"
    found = set().union(*(top_packages(file) for file in [path, *dependencies(path)]))
    found -= set(sys.stdlib_module_names) | {"mechanist", "scripts", "snakemake"}
    return {DISTRIBUTION.get(name, name) for name in found}


@cache  # most scripts need the same few hundred files
def top_packages(file: Path) -> frozenset[str]:
    """Return the first part of every module that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        found |= {name.split(".")[0] for name in names}
    return frozenset(found)


def test_environments_are_what_the_generator_writes() -> None:
    texts = {name: (ROOT / f"envs/{name}.yaml").read_text() for name in FILES}
    assert texts == generator().environments(), "run `make envs`"  # type: ignore[attr-defined]


def test_the_variant_on_graphics_devices_differs_by_the_extras_of_jax() -> None:
    made = generator().environments()  # type: ignore[attr-defined]
    plain, gpu = (set(made[name].splitlines()[1:]) for name in ("train", "train_gpu"))
    assert {re.sub(r"==.*", "", line.strip()) for line in plain ^ gpu} == {"- jax", "- jax[cuda12]"}


@pytest.mark.parametrize("stage", sorted({stage for _, stage in rules()}))
def test_environment_holds_what_its_scripts_import(stage: str) -> None:
    held = pins(stage)
    missing = {script: third_party(script) - held for script, of in rules() if of == stage}
    absent = {script: packages for script, packages in missing.items() if packages}
    assert not absent, f"add these to the group {stage!r} in pyproject.toml, then `make envs`"


def test_no_stage_brings_the_driver() -> None:
    """Scripts run without Snakemake's packages, so they must declare all that they need."""
    for stage in STAGES:
        assert "snakemake" not in pins(stage)


def test_rules_import_nothing_but_the_drivers_packages() -> None:
    """With `--sdm conda`, Snakemake may be the only package installed."""
    texts = [path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk"))]
    imports = [line for text in texts for line in IMPORT.findall(text)]
    assert any("mechanist.settings.schema_errors" in line for line in imports)
    tried = import_with_the_driver_alone(imports)
    assert tried.returncode == 0, tried.stderr
    refused = import_with_the_driver_alone(["import mechanist.formats.tables"])
    assert "not the driver's" in refused.stderr


def import_with_the_driver_alone(imports: list[str]) -> subprocess.CompletedProcess[str]:
    """Run import statements as if only Snakemake and its plugins were installed."""
    installed, kept = packages_distributions(), driver_pins()
    others = [m for m, of in installed.items() if not kept & {canonical(d) for d in of}]
    code = [
        "import sys",
        "class Refuse:",
        "    def find_spec(self, name, path=None, target=None):",
        f"        if name in {set(others)!r}: raise ImportError(name + ' is not the driver\\'s')",
        "sys.meta_path.insert(0, Refuse())",
        *imports,
    ]
    return subprocess.run(
        [sys.executable, "-c", "\n".join(code)],
        cwd=SCRIPTS.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


def canonical(name: str) -> str:
    """Return a distribution's name in the spelling of the locks."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_locks_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "index-url" not in text
