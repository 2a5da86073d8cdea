"""Every report figure has a valid caption, a category and labels; every caption is used."""

import io
import re
from pathlib import Path

import docutils.core
import jinja2
import pytest

WORKFLOW = Path(__file__).parents[3] / "workflow"
RULES = "\n".join(path.read_text() for path in sorted(WORKFLOW.glob("rules/*.smk")))
CAPTIONS = sorted((WORKFLOW / "report").glob("*.rst"))
#: Minimum length of a caption; shorter captions do not explain a figure.
SHORTEST = 150


class Anything:
    """Stand-in for any workflow variable used in a caption."""

    def __getattr__(self, name: str) -> "Anything":
        return self

    def __getitem__(self, name: str) -> "Anything":
        return self

    def __str__(self) -> str:
        return "word"


def reported() -> list[str]:
    """Return the arguments of every ``report(...)`` in the rules."""
    return re.findall(r"\breport\(\n(.*?)\n {8,12}\),", RULES, re.DOTALL)


def problems(text: str) -> list[str]:
    """Return docutils' objections after filling in Snakemake's variables."""
    filled = jinja2.Template(text, undefined=jinja2.StrictUndefined).render(snakemake=Anything())
    settings = {"report_level": 2, "halt_level": 5, "warning_stream": io.StringIO()}
    tree = docutils.core.publish_doctree(filled, settings_overrides=settings)
    return [node.astext() for node in tree.findall(lambda n: n.tagname == "system_message")]


def test_every_result_of_the_report_is_filed() -> None:
    assert len(reported()) == RULES.count("report(") > 40
    for entry in reported():
        for part in ("caption=", "category=", "labels="):
            assert part in entry, entry


def test_every_picture_is_reported() -> None:
    figures = set(re.findall(r'"(<results>/figures/[^"]+\.png)"', RULES))
    filed = {re.search(r'"([^"]+)"', entry)[1] for entry in reported()}  # type: ignore[index]
    assert figures <= filed


def test_captions_are_those_that_rules_name() -> None:
    named = set(re.findall(r'caption="\.\./report/(\w+\.rst)"', RULES)) | {"workflow.rst"}
    assert named == {path.name for path in CAPTIONS}


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_captions_parse_and_say_something(path: Path) -> None:
    text = path.read_text()
    assert not problems(text)
    assert len(text) >= SHORTEST


@pytest.mark.parametrize("text", ["*open", ":nobody:`x`", "``x"])
def test_a_damaged_caption_is_noticed(text: str) -> None:
    assert problems(text)
