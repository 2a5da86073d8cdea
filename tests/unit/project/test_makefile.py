"""Every Makefile target that calls Snakemake passes the expected arguments."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

ROOT = Path(__file__).parents[3]
#: Variables through which make passes arguments to nested makes.
OUTER = ("MAKEFLAGS", "MAKEOVERRIDES", "ARGS", "CORES")
SMOKE, MINE = "config/smoke.yaml", "mine.yaml"


@pytest.mark.parametrize(
    ("command", "targets", "overlays"),
    [
        ("run", [], []),
        ("run ARGS=glass", ["glass"], []),
        ("smoke", ["tour"], [SMOKE]),
        ("smoke ARGS=glass", ["glass"], [SMOKE]),
        ("smoke-all", [], [SMOKE]),
        ("published YES=1", [], ["config/paper.yaml"]),
        ("verify", ["verify"], []),
        (f"verify ARGS='--configfile {SMOKE}'", ["verify"], [SMOKE]),
        ("article", ["article"], []),
        ("crate", ["crate"], []),
        ("resume", [], []),
        (f"resume ARGS='glass --configfile {SMOKE} {MINE}'", ["glass"], [SMOKE, MINE]),
        (f"report ARGS='--configfile {SMOKE}'", [], [SMOKE]),
    ],
)
def test_snakemake_is_asked_for_the_target(
    command: str, targets: list[str], overlays: list[str]
) -> None:
    # arguments of `make test` itself must not reach this make
    environment = {name: value for name, value in os.environ.items() if name not in OUTER}
    told = subprocess.run(
        ["make", "-n", "-o", ".venv/bin/.run", *shlex.split(command)],
        cwd=ROOT, capture_output=True, text=True, check=True, env=environment,
    ).stdout  # fmt: skip
    called = [s for s in map(shlex.split, told.splitlines()) if s and s[0].startswith(".venv/bin")]
    assert len(called) == 1
    # An installed script names the folder of its installation, and fails after a move.
    assert called[0][0] == ".venv/bin/python"
    program = next(k for k, word in enumerate(called[0]) if word.endswith(("snakemake", ".py")))
    command_line = called[0][program + 1 :]
    if "||" in command_line:  # what follows explains a failure
        command_line = command_line[: command_line.index("||")]
    asked = get_argument_parser().parse_args(command_line)
    assert list(asked.targets) == targets
    assert [Path(path) for path in asked.configfile or []] == [Path(path) for path in overlays]


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_the_published_sizes_ask_first(tmp_path: Path, answer: str, code: int) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text("#!/bin/sh\ntouch started\n")
    (programs / "python").chmod(0o755)
    asked = subprocess.run(
        ["make", "-o", ".venv/bin/.run", "published"],
        cwd=tmp_path, input=f"{answer}\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.returncode == code
    assert (tmp_path / "started").exists() is (answer == "y")


def test_a_broken_file_of_settings_is_named_with_its_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("seed: 1\nglass: {run: [ka2d}\n")
    environment = {name: value for name, value in os.environ.items() if name not in OUTER}
    asked = subprocess.run(
        ["make", "-o", ".venv/bin/.run", f"BIN={Path(sys.executable).parent}", "-o",
         f"{Path(sys.executable).parent}/.run", "run", f"ARGS=-n --configfile {mine}"],
        cwd=ROOT, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert asked.returncode != 0
    assert f"{mine}:2: broken YAML" in asked.stderr


@pytest.mark.parametrize(("answer", "removed"), [("y", True), ("n", False), ("", False)])
def test_clean_asks_first(tmp_path: Path, answer: str, removed: bool) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("results/*.csv\n")
    for folder in ("results", "logs", "benchmarks", ".snakemake"):
        (tmp_path / folder).mkdir()
    made = tmp_path / "results/made.csv"
    made.touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, input=f"{answer}\n" if answer else "",
                   text=True, check=True, capture_output=True)  # fmt: skip
    assert made.exists() is not removed
