"""Carry out README's section on adding a descriptor in a copy of the repository."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from checkouts import ROOT, Checkout
from mechanist.contract.check_descriptor import ARGUMENTS
from own_descriptors import OWN

HEADING = "## Add your own descriptor"
MOST_LINES = 38
#: A fenced block with the line before it.
FENCE = re.compile(r"(?P<before>[^\n]*)\n```(?P<language>\w+)\n(?P<body>.*?)```", re.DOTALL)


def section() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return HEADING + text.split(HEADING)[1].split("\n## ")[0]


def blocks() -> list[tuple[str, str, str]]:
    """Return the line before, the language and the content of each fenced block."""
    return [(m["before"], m["language"], m["body"]) for m in FENCE.finditer(section())]


def write_files(root: Path) -> list[Path]:
    """Write the files that the section names in backquotes directly before each block."""
    written = []
    for before, language, body in blocks():
        if language in ("python", "yaml"):
            name = re.search(r"`([\w/]+\.\w+)`", before)
            assert name is not None, before
            (root / name[1]).write_text(body, encoding="utf-8")
            written.append(root / name[1])
    return written


def commands() -> list[str]:
    """Return the lines of the shell block, adapted to the smoke size and this interpreter."""
    (body,) = [body for _, language, body in blocks() if language == "sh"]
    small = body.replace("--configfile ", "--configfile config/smoke.yaml ")
    return (
        small.replace(".venv/bin/python", sys.executable)
        .replace(".venv/bin/snakemake", f"{sys.executable} -m snakemake")
        .replace("--cores all", "--cores 2")
        .replace(" results/", " results/smoke/")
        .splitlines()
    )


def test_the_section_is_short_and_complete() -> None:
    assert len(section().strip().splitlines()) <= MOST_LINES
    assert [language for _, language, _ in blocks()] == ["python", "yaml", "sh"]


def test_the_table_lists_every_subject_and_how_it_is_called() -> None:
    lines = section().splitlines()
    rows = [line.split("|")[1:4] for line in lines if re.match(r"\| `[A-Z_]+`", line)]
    listed = {
        re.findall(r"`(\w+)`", subject)[0]: tuple(re.findall(r"`(\w+)`", arguments))
        for subject, arguments, _ in rows
    }
    assert listed == {name.name: arguments for name, arguments in ARGUMENTS.items()}
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    for _, _, places in rows:
        for path in re.findall(r"`([a-z]+/[a-z/]+)`", places):
            block = settings
            for key in path.split("/"):
                block = block[key]


def run(command: str, root: Path) -> str:
    result = subprocess.run(command, shell=True, cwd=root, capture_output=True, text=True)
    assert result.returncode == 0, f"{command}\n{result.stdout[-3000:]}\n{result.stderr[-5000:]}"
    return result.stdout


@pytest.mark.slow
def test_a_descriptor_in_one_file_is_checked_audited_trained_scored_drawn_and_listed(
    finished: Checkout, tmp_path: Path
) -> None:
    root = tmp_path / "repository"
    shutil.copytree(finished.root, root, symlinks=True)
    written = write_files(root)
    assert [path.name for path in written] == ["crowding.py", "mine.yaml"]
    check, snakemake = commands()
    lines = run(check, root).splitlines()
    assert len(lines) > 30
    assert not [line for line in lines if "failed" in line.split("  ")[0]]
    run(snakemake, root)
    overlays = "--configfile config/smoke.yaml mine.yaml"
    run(f"{sys.executable} -m snakemake models --cores 2 {overlays}", root)
    results = root / "results/smoke"
    system = results / "glass/ka2d"
    for made in (
        "features/crowding.parquet",
        "predictions/crowding.parquet",
        "scores/crowding.json",
    ):
        assert (system / made).is_file(), made
    assert list((results / "audit").rglob("crowding.json")), "no card of the audit"
    drawn = pd.read_csv(results / "figures/models/glass_ka2d.csv")
    assert (drawn["label"] == "Crowding").any()
    assert "| Crowding | data | ridge | crowding |" in (system / "models.md").read_text()


@pytest.mark.slow
def test_a_descriptor_of_each_other_subject_is_audited_and_scored(
    finished: Checkout, tmp_path: Path
) -> None:
    root = tmp_path / "repository"
    shutil.copytree(finished.root, root, symlinks=True)
    targets = []
    for own in OWN:
        file = root / "workflow/mechanist/describe" / f"{own.kind}.py"
        file.write_text(own.source, encoding="utf-8")
        (root / f"{own.kind}.yaml").write_text(yaml.safe_dump(own.overlay), encoding="utf-8")
        targets += [f"results/smoke/audit/{audit}.json" for audit in own.audits]
        targets += [f"results/smoke/{own.scored}/scores/{own.kind}.json"]
    # The smoke size names the surrogates that it trains.
    chosen = {"crystal": {"surrogate": {"run": ["persistence", "ridge", "taylor", "own_voxel"]}}}
    (root / "chosen.yaml").write_text(yaml.safe_dump(chosen), encoding="utf-8")
    overlays = [*(f"{own.kind}.yaml" for own in OWN), "chosen.yaml"]
    Checkout(root).snakemake(*targets, "--configfile", "config/smoke.yaml", *overlays)
    for target in targets:
        assert isinstance(json.loads((root / target).read_text(encoding="utf-8")), list | dict)
    curves = pd.read_parquet(root / "results/smoke/dislocation/pinned/confusion.parquet")
    assert "own_creep" in set(curves["features"])
