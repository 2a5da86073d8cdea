"""The console command: every command helps, does what it says, and names what is wrong."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mechanist.describe
from crystal_files import ang_lines
from mechanist.api import load_surrogate, predict_rotations
from mechanist.command.entry import main
from mechanist.core.code_hash import LIBRARY
from mechanist.settings.sample_sheet import COLUMNS
from own_descriptors import OWN

ROOT = Path(__file__).parents[3]
COMMANDS = ("check-data", "describe", "look", "predict", "check-descriptor", "check-model")
MAP = {
    "wing": "crystal", "system": "fcc8", "path": "map.ang", "format": "map", "load": "uniaxial x",
    "options": "{systems: fcc12, released: true, model: taylor_plastic}",
}  # fmt: skip
#: Grains of 2 x 2 points, which are turned about z.
ANGLES = np.repeat(np.repeat(np.array([[0.1, 0.7], [1.2, 0.4]]), 2, axis=0), 2, axis=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a map, and sheets of samples to predict."""
    monkeypatch.chdir(tmp_path)
    euler = np.stack([ANGLES, np.zeros((4, 4)), np.zeros((4, 4))], axis=-1)
    Path("map.ang").write_text("\n".join(ang_lines(euler)) + "\n")
    sheet("predict.tsv", {**MAP, "sample": "mine"})
    return tmp_path


def sheet(name: str, *rows: dict[str, str]) -> None:
    lines = ["\t".join(row.get(column, "-") for column in COLUMNS) for row in rows]
    Path(name).write_text("\n".join(["\t".join(COLUMNS), *lines]) + "\n")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder that holds what a wheel installs, as pyproject.toml declares it."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    site = tmp_path / "site"
    (package,) = wheel["packages"]
    places = {f"mechanist/{path.name}": path for path in (ROOT / package).iterdir()}
    places |= {inside: ROOT / place for place, inside in wheel["force-include"].items()}
    for inside, place in places.items():
        (site / inside).parent.mkdir(parents=True, exist_ok=True)
        (site / inside).symlink_to(place)
    return site


def test_what_a_wheel_holds_is_enough_outside_of_the_repository(
    installed: Path, folder: Path
) -> None:
    code = (
        "from mechanist.command.entry import main\n"
        "import mechanist\n"
        "print(mechanist.__file__)\n"
        "codes = [main(['check-data', '--predict', 'predict.tsv']),"
        " main(['predict', 'predict.tsv', '--out', 'out']),"
        " main(['describe', 'out/fcc8/mine/voxels.parquet'])]\n"
        "print('codes', codes)"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.startswith(f"{installed}/mechanist/__init__.py\n")
    assert done.stdout.endswith("codes [0, 0, 0]\n")
    assert "rotation@0.130" in done.stdout  # as described
    table = pd.read_parquet("out/fcc8/mine/voxels.parquet")
    # The same model, asked from Python in the repository: Bunge angles about z alone turn by their sum.
    model = load_surrogate(LIBRARY.parent / "models/crystal/fcc8/taylor_plastic")
    half = ANGLES[:, :, None] / 2
    turns = np.stack([np.cos(half), 0 * half, 0 * half, np.sin(half)], axis=-1)
    found = predict_rotations(model, turns, axis="x").angles[..., -1].ravel()
    np.testing.assert_allclose(table["rotation@0.130"], found, rtol=1e-5)
    assert json.loads(Path("out/fcc8/mine/summary.json").read_text())["model"] == (
        "fcc8/taylor_plastic"
    )


def test_the_command_and_the_library_have_one_version(capsys: pytest.CaptureFixture[str]) -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert told["scripts"] == {"mechanist": "mechanist.command.entry:main"}
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"mechanist {told['version']}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for asked in (["--help"], [command, "--help"]):
        with pytest.raises(SystemExit, match="0"):
            main(asked)
    overview, said = capsys.readouterr().out.split(f"usage: mechanist {command} ")
    assert f"    {command}" in overview
    assert re.search(r"^[A-Z].+\.$", said, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("module", "word"), [("check_descriptor", "KIND"), ("check_model", "NAME")]
)
def test_the_modules_of_contracts_help_too(
    module: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mechanist.contract.requirements import asked_name

    monkeypatch.setattr(sys, "argv", [module, "--help"])
    with pytest.raises(SystemExit, match="0"):
        asked_name("What it checks.", word)
    said = capsys.readouterr().out
    assert word in said
    assert "What it checks." in said
    monkeypatch.setattr(sys, "argv", [module, "soft_modes"])
    assert asked_name("What it checks.", word) == "soft_modes"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["check-data", "gone.tsv"], r"^gone.tsv: no such file, from the folder /"),
        (["predict", "gone.tsv"], r"^gone.tsv: no such file"),
        (["describe", "gone.parquet"], r"gone.parquet"),
        (["check-descriptor", "gone.py"], r"^gone.py: no such file, from the folder /"),
        (
            ["check-data", "--configfile", "odd.yaml"],
            r"odd.yaml:2: glass: unknown key 'systemz'; did you mean 'systems'\?",
        ),
        (["predict", "kept.tsv"], r"kept.tsv:2: no model results/crystal/.*model.json. Make it by"),
        (["predict", "nowhere.tsv"], r"nowhere.tsv:2: no surrogate of system 'fcc9' is kept"),
    ],
)
def test_what_is_wrong_is_told_in_one_message(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("odd.yaml").write_text("glass:\n  systemz: {}\n")
    sheet("kept.tsv", {**MAP, "sample": "a", "options": "{systems: fcc12}"})
    sheet("nowhere.tsv", {**MAP, "sample": "a", "system": "fcc9"})
    assert main(arguments) == 1
    assert re.search(problem, capsys.readouterr().err, re.MULTILINE)


def test_a_bad_sample_does_not_keep_the_others_from_being_predicted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    iron = {**MAP, "sample": "iron", "options": MAP["options"].replace("fcc12", "bcc24")}
    sheet("two.tsv", iron, {**MAP, "sample": "mine"})
    assert main(["predict", "two.tsv", "--out", "out"]) == 1
    said = capsys.readouterr()
    assert said.out == "out/fcc8/mine\n"
    assert "two.tsv:2" in said.err
    assert "slip systems 'bcc24'" in said.err


def test_a_descriptor_in_a_file_of_ones_own_is_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mechanist.describe, "__path__", [*mechanist.describe.__path__])
    (own,) = (one for one in OWN if one.kind == "own_pileup")
    Path("mine").mkdir()
    Path("mine/own_pileup.py").write_text(own.source)
    assert main(["check-descriptor", "mine/own_pileup.py"]) == 0
    said = capsys.readouterr().out
    assert "passed  features" in said
    assert "failed" not in said
    Path("mine/thawed.py").write_text(own.source.replace("frozen=True", "frozen=False"))
    assert main(["check-descriptor", "mine/thawed.py"]) == 1
    assert "failed  dataclass" in capsys.readouterr().out
