"""Figures have all their files, and an entry in the report that says what they show."""

from collections.abc import Mapping
from typing import Any

import pytest

from mechanist.draw.stems import figure_stems
from mechanist.draw.style import SUFFIXES
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.drawn_alike import Inputs, drawn_alike
from mechanist.wings.figures import figure_outputs
from mechanist.wings.glass import FIGURES, GlassWing
from mechanist.wings.resources import FIGURE_RESOURCES
from mechanist.wings.wing import Wildcards

SETTINGS: dict[str, Any] = {"glass": {"systems": {}}, "crystal": {}}


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


def test_one_job_may_draw_several_figures(report: Recorded) -> None:
    files = CrystalWing(SETTINGS).several_figures(
        report, {"fields": "Simulation", "poles": "Grains"}, labels={"poles": "pole figures"}
    )
    names = ("fields", "poles")
    assert set(files) == {f"<results>/figures/crystal/{n}{s}" for n in names for s in SUFFIXES}
    filed = {path.split("/")[-1]: entry for path, entry in report.filed.items()}
    assert {name: entry["subcategory"] for name, entry in filed.items()} == {
        "fields.png": "Simulation", "poles.png": "Grains"
    }  # fmt: skip
    assert filed["fields.png"]["labels"] == {"figure": "fields"}
    assert filed["poles.png"]["labels"] == {"figure": "pole figures"}
    assert {name: path.name for name, path in figure_stems(files).items()} == {n: n for n in names}


def test_figures_of_one_job_have_different_names() -> None:
    with pytest.raises(ValueError, match="same name"):
        figure_stems(["a/strain.pdf", "b/strain.pdf"])


def test_glasses_that_lack_a_figure_have_a_rule_of_their_own() -> None:
    absent = {"ka2d": [], "cuzr": ["thesis", "response"], "ka3d": [], "wood": ["thesis"]}
    inputs: dict[str, Inputs] = {name: {} for name in FIGURES}
    scores = list(drawn_alike("scores", absent, inputs))
    assert [(one.rule, one.systems) for one in scores] == [
        ("glass_figure_scores", "ka2d|ka3d"), ("glass_figure_scores_of_cuzr", "cuzr|wood")
    ]  # fmt: skip
    assert set(scores[0].subcategories) - set(scores[1].subcategories) == {"thesis"}
    particles = list(drawn_alike("particles", absent, inputs))
    assert [(one.rule, one.systems) for one in particles] == [
        ("glass_figure_particles", "ka2d|ka3d|wood"), ("glass_figure_particles_of_cuzr", "cuzr")
    ]  # fmt: skip


def test_a_job_reads_what_its_figures_are_drawn_from() -> None:
    inputs: dict[str, Inputs] = {name: {} for name in FIGURES} | {
        "thesis": {"comparisons": lambda wildcards: f"{wildcards.system}/comparisons.csv"},
        "parity": {"scores": lambda wildcards: [f"{wildcards.system}/scores.json"]},
    }

    class Some(Wildcards):
        """Wildcards of one system."""

        system = "cuzr"

    (drawn,) = drawn_alike("scores", {"cuzr": ["thesis"]}, inputs)
    assert drawn.files(Some()) == {"scores": ["cuzr/scores.json"]}
    (drawn,) = drawn_alike("scores", {"cuzr": []}, inputs)
    assert set(drawn.files(Some())) == {"comparisons", "scores"}


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
