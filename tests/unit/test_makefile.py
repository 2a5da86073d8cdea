"""Every target of the Makefile that calls Snakemake asks it for what it says."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

ROOT = Path(__file__).parents[2]
#: By which make hands arguments to makes inside.
OUTER = ("MAKEFLAGS", "MAKEOVERRIDES", "ARGS", "CORES")
SMOKE, MINE = "config/smoke.yaml", "mine.yaml"


@pytest.mark.parametrize(
    ("command", "targets", "overlays"),
    [
        ("run", [], []),
        ("run ARGS=glass", ["glass"], []),
        ("smoke", [], [SMOKE]),
        ("smoke ARGS=glass", ["glass"], [SMOKE]),
        ("paper", [], ["config/paper.yaml"]),
        ("verify", ["verify"], []),
        (f"verify ARGS='--configfile {SMOKE}'", ["verify"], [SMOKE]),
        ("article", ["paper"], []),
        ("crate", ["crate"], []),
        ("resume", [], []),
        (f"resume ARGS='glass --configfile {SMOKE} {MINE}'", ["glass"], [SMOKE, MINE]),
        (f"report ARGS='--configfile {SMOKE}'", [], [SMOKE]),
    ],
)
def test_snakemake_is_asked_for_the_target(
    command: str, targets: list[str], overlays: list[str]
) -> None:
    # what `make test` was itself given must not reach this one
    environment = {name: value for name, value in os.environ.items() if name not in OUTER}
    told = subprocess.run(
        ["make", "-n", "-o", ".venv/bin/.run", *shlex.split(command)],
        cwd=ROOT, capture_output=True, text=True, check=True, env=environment,
    ).stdout  # fmt: skip
    called = [s for s in map(shlex.split, told.splitlines()) if s and s[0].startswith(".venv/bin")]
    assert len(called) == 1
    program = next(k for k, word in enumerate(called[0]) if word.endswith(("snakemake", ".py")))
    asked = get_argument_parser().parse_args(called[0][program + 1 :])
    assert list(asked.targets) == targets
    assert [Path(path) for path in asked.configfile or []] == [Path(path) for path in overlays]
