"""Figures have all their files, and an entry in the report that says what they show."""

from collections.abc import Mapping
from typing import Any

import pytest

from mechanist.draw.style import SUFFIXES
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.figures import figure_outputs
from mechanist.wings.glass import GlassWing
from mechanist.wings.resources import FIGURE_RESOURCES
from mechanist.wings.wing import Wildcards

SETTINGS: dict[str, Any] = {"glass": {}, "crystal": {}}


class Recorded:
    """Snakemake's function ``report``, which remembers what it was given."""

    def __init__(self) -> None:
        self.filed: dict[str, Any] = {}

    def __call__(
        self,
        value: str,
        caption: str,
        category: str,
        subcategory: str | None,
        labels: Mapping[str, str],
    ) -> str:
        """Remember an entry."""
        entry = {"caption": caption, "category": category, "subcategory": subcategory}
        self.filed[value] = {**entry, "labels": labels}
        return value


@pytest.fixture
def report() -> Recorded:
    return Recorded()


def test_a_figure_has_the_files_that_scripts_save(report: Recorded) -> None:
    files = figure_outputs(report, "a/b", caption="c", category="Trust", labels={"figure": "b"})
    assert set(files.values()) == {f"a/b{suffix}" for suffix in SUFFIXES}


def test_only_the_picture_is_filed(report: Recorded) -> None:
    figure_outputs(report, "a/b", caption="c", category="Trust", labels={"figure": "b"})
    entry = {"caption": "../report/c.rst", "category": "Trust", "subcategory": None}
    assert report.filed == {"a/b.png": {**entry, "labels": {"figure": "b"}}}


def test_figures_of_glasses_are_kept_and_labelled_by_system(report: Recorded) -> None:
    files = GlassWing(SETTINGS, {}).figure(report, "learning_curve", "Scores")
    assert files["pdf"] == "<results>/figures/{system}/learning_curve.pdf"
    entry = report.filed["<results>/figures/{system}/learning_curve.png"]
    assert entry["caption"] == "../report/glass_learning_curve.rst"
    assert entry["labels"] == {"system": "{system}", "figure": "learning curve"}


def test_figures_of_other_wings_are_kept_and_labelled_by_name_alone(report: Recorded) -> None:
    files = CrystalWing(SETTINGS).figure(report, "poles", "Simulation", label="pole figures")
    assert files["png"] == "<results>/figures/crystal/poles.png"
    entry = report.filed[files["png"]]
    assert (entry["category"], entry["subcategory"]) == ("Crystals", "Simulation")
    assert entry["labels"] == {"figure": "pole figures"}


def test_a_figure_for_each_case_shares_one_caption(report: Recorded) -> None:
    files = CrystalWing(SETTINGS).figure(
        report, "reference_{case}", "Imports", label="{case}", caption="crystal_reference"
    )
    assert report.filed[files["png"]]["caption"] == "../report/crystal_reference.rst"


def test_a_killed_figure_gets_more_memory() -> None:
    memory = FIGURE_RESOURCES["mem_mb"]
    assert callable(memory)

    class Some(Wildcards):
        """Wildcards that nobody asks for."""

    assert memory(Some(), 2) == 2 * memory(Some(), 1)
