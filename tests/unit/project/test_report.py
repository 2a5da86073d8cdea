"""Every report figure has a valid caption, a category and labels; every caption is used."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import docutils.core
import jinja2
import pytest

from mechanist.draw.style import SUFFIXES

ROOT = Path(__file__).parents[3]
WORKFLOW = ROOT / "workflow"
CAPTIONS = sorted((WORKFLOW / "report").glob("*.rst"))
#: Minimum length of a caption; shorter captions do not explain a figure.
SHORTEST = 150
#: Names of rules that draw: wing, stage, and what they show.
NAME = r"[a-z]+_figure_[a-z_]+"


class Anything:
    """Stand-in for any workflow variable used in a caption."""

    def __getattr__(self, name: str) -> "Anything":
        return self

    def __getitem__(self, name: str) -> "Anything":
        return self

    def __str__(self) -> str:
        return "word"


@pytest.fixture(scope="module")
def outputs() -> list[dict[str, Any]]:
    """Return all outputs of all rules, as Snakemake reads them, with their entries in the report."""
    command = [sys.executable, str(ROOT / "tests/rule_outputs.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def entries(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [output["report"] for output in outputs if output["report"]]


def problems(text: str) -> list[str]:
    """Return docutils' objections after filling in Snakemake's variables."""
    filled = jinja2.Template(text, undefined=jinja2.StrictUndefined).render(snakemake=Anything())
    settings = {"report_level": 2, "halt_level": 5, "warning_stream": io.StringIO()}
    tree = docutils.core.publish_doctree(filled, settings_overrides=settings)
    return [node.astext() for node in tree.findall(lambda n: n.tagname == "system_message")]


def test_every_result_of_the_report_is_filed(outputs: list[dict[str, Any]]) -> None:
    assert len(entries(outputs)) > 40
    for entry in entries(outputs):
        assert entry["category"]
        assert all(entry["labels"].values())


def test_of_the_files_of_figures_pictures_alone_are_reported(outputs: list[dict[str, Any]]) -> None:
    figures = {o["path"]: bool(o["report"]) for o in outputs if "/figures/" in o["path"]}
    pictures = {path for path in figures if path.endswith(".png")}
    assert pictures == {path for path, filed in figures.items() if filed}


def test_figures_have_all_their_files(outputs: list[dict[str, Any]]) -> None:
    by_rule: dict[str, set[str]] = {}
    for output in outputs:
        by_rule.setdefault(output["rule"], set()).add(output["path"])
    figures = {rule: paths for rule, paths in by_rule.items() if "_figure_" in rule}
    stems = [
        (rule, path.removesuffix(".png"))
        for rule, paths in figures.items()
        for path in paths
        if path.endswith(".png")
    ]
    assert len(stems) > 40
    assert {rule for rule, _ in stems} == set(figures)
    for rule, stem in stems:
        assert {f"{stem}{suffix}" for suffix in SUFFIXES} <= figures[rule], stem


def test_every_rule_that_draws_is_named_after_wing_stage_and_what(
    outputs: list[dict[str, Any]],
) -> None:
    drawing = {output["rule"] for output in outputs if output["path"].endswith(".png")}
    assert [rule for rule in sorted(drawing) if not re.fullmatch(NAME, rule)] == []


def test_captions_are_those_that_rules_name(outputs: list[dict[str, Any]]) -> None:
    named = {Path(entry["caption"]).resolve() for entry in entries(outputs)}
    assert named | {WORKFLOW / "report/workflow.rst"} == set(CAPTIONS)


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_captions_parse_and_say_something(path: Path) -> None:
    text = path.read_text()
    assert not problems(text)
    assert len(text) >= SHORTEST


@pytest.mark.parametrize("text", ["*open", ":nobody:`x`", "``x"])
def test_a_damaged_caption_is_noticed(text: str) -> None:
    assert problems(text)
