"""Private copies of the repository, so that test workflows do not touch the original."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mechanist.formats.manifest import Manifest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Checkout:
    """A private copy of the working tree in which Snakemake can run."""

    root: Path

    def snakemake(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in the copy with the interpreter of the tests."""
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        result = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=False, env=environment
        )
        if check and result.returncode:
            pytest.fail(f"{' '.join(command)}\n{result.stdout[-3000:]}\n{result.stderr[-6000:]}")
        return result

    def smoke(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the smoke size."""
        # must come last, because --configfile and --quiet consume all following arguments
        return self.snakemake(*arguments, "--configfile", "config/smoke.yaml", check=check)

    def planned(self) -> set[tuple[str, str]]:
        """Return (rule, wildcards) of all jobs that the smoke size would run now."""
        dry = self.smoke("--dry-run")
        text = dry.stdout + dry.stderr
        jobs = set()
        for block in re.split(r"^(?:local)?rule ", text, flags=re.MULTILINE)[1:]:
            wildcards = re.search(r"^\s+wildcards: (.*)$", block.split("\n\n")[0], re.MULTILINE)
            jobs.add((block.split(":")[0], wildcards[1] if wildcards else ""))
        return jobs


def reproducible(manifest: Manifest) -> dict[str, str]:
    """Return the digests that another run of the same commit must reproduce."""
    return {path: e.sha256 for path, e in manifest.entries.items() if not e.measured}


def copy_tree(target: Path, *, source: Path = ROOT) -> Checkout:
    """Copy all tracked and untracked, unignored files of the working tree, and what it compiled.

    Bytecode, kernels and networks are not results. Without them, every copy would compile for
    minutes; those of changed sources are not valid, and are made again.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=source, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    named = (source / name for name in listed)
    for file in [*(path for path in named if path.is_file()), *compiled(source)]:
        copied = target / file.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        # other tests may replace compiled code meanwhile
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(file, copied)
    return Checkout(target)


def compiled(root: Path) -> Iterator[Path]:
    """Yield the files with compiled code of a working tree."""
    for suffix in ("pyc", "nbi", "nbc"):
        yield from (root / "workflow").rglob(f"__pycache__/*.{suffix}")
    yield from (root / ".snakemake/xla").glob("*-cache")
