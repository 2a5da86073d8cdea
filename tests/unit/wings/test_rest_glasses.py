"""A user's glass whose target belongs to no load is studied and drawn without one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY
from mechanist.settings.own_systems import own_system
from mechanist.wings.glass import GlassWing

ROOT = Path(__file__).parents[3]
ROW = {
    "path": "a.dump", "format": "lammps_dump", "species": {"1": "Cu"}, "dimension": 3,
    "units": "metal", "frames": [],
}  # fmt: skip


def wing_of(*rows: dict[str, Any]) -> GlassWing:
    """Return the wing of the default configuration with a system of some samples."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    content["glass"]["imports"] = {"mine": {f"run{k}": ROW | row for k, row in enumerate(rows)}}
    content["glass"]["own"] = {}
    own = own_system("mine", content, LIBRARY)
    content["glass"]["systems"]["mine"] = own.entry
    return GlassWing(content, {"mine": own})


@pytest.fixture
def particles() -> GlassWing:
    return wing_of(*[{"target": "barrier"}] * 20)


@pytest.fixture
def samples() -> GlassWing:
    return wing_of(*({"target": "strength", "target_value": k} for k in range(20)))


def test_a_target_of_particles_is_ranked_under_its_own_name(particles: GlassWing) -> None:
    study = particles.study("mine", "load_blind")
    assert (study.subject, study.columns) == ("objects", ["barrier"])
    assert list(study.class_strains) == [0.0]
    assert "top_fractions" in particles.scoring("mine")
    assert [view["target"] for view in particles.views("mine")] == ["barrier", "barrier|0.03|0.30"]
    # Control: a simulated glass has strains.
    assert particles.study("ka2d", "load_blind").columns[0] == "log10_d2min@0.020"


def test_figures_that_show_a_load_are_left_out(particles: GlassWing) -> None:
    absent = particles.absent_figures("mine")
    for name in ("strain", "transfer", "angular"):
        assert absent[name] == "depends on a load, but the target belongs to none"
    drawn = {Path(file).stem for file in particles.system_figures("mine")}
    assert drawn == {"glass", "definition", "parity", "learning_curve", "left_out"}


def test_a_figure_that_needs_a_load_says_so_even_if_it_also_lacks_its_models(
    particles: GlassWing,
) -> None:
    particles.block["figures"]["curves"]["models"] = ["hybrid"]
    particles.block["figures"]["parity"]["models"] = ["hybrid"]
    absent = particles.absent_figures("mine")
    assert absent["strain"] == "depends on a load, but the target belongs to none"
    # Control: a figure that needs no load lacks its models alone.
    assert absent["parity"] == "shows none of the available models"


def test_one_number_a_sample_is_scored_over_whole_samples(samples: GlassWing) -> None:
    study = samples.study("mine", "load_blind")
    assert (study.subject, study.columns) == ("samples", ["strength"])
    assert not study.class_definitions
    assert samples.scoring("mine") == {"subject": "samples", "level": 0.95}
    assert samples.comparing("mine")["subject"] == "samples"
    assert samples.views("mine") == [{"metric": "r2", "target": "strength", "subset": "all"}]
    assert samples.explained_models("mine") == []
    # Control: simulated glasses of the same wing are scored within samples.
    assert samples.scoring("ka2d")["subject"] == "objects"


def test_one_number_a_sample_has_no_figures_of_particles(samples: GlassWing) -> None:
    assert samples.system_figures("mine") == ["<results>/glass/mine/left_out.json"]
    reason = samples.absent_figures("mine")["parity"]
    assert reason == "shows particles, but the target is one number for each sample"
    assert all("mine" not in drawn.systems for drawn in samples.drawn_alike("scores"))
