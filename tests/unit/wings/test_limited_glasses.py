"""A glass without pair derivatives is learnt from without what needs them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from materials import documented_systems
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.glass import GlassWing

ROOT = Path(__file__).parents[3]


@pytest.fixture
def wing() -> GlassWing:
    """Return the wing of the default configuration with the documented alloy."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    content["glass"]["systems"]["alloy"] = documented_systems()["alloy"]
    content["glass"]["run"] = ["alloy", "ka2d"]
    return GlassWing(content, {})


def asked(system: str, descriptor: str) -> Any:
    """Return the wildcards of a feature table."""
    return SimpleNamespace(system=system, descriptor=descriptor)


def test_a_descriptor_is_refused_before_its_samples_are_simulated(wing: GlassWing) -> None:
    assert len(wing.described_samples(asked("ka2d", "soft_modes"))) == 64
    assert len(wing.described_samples(asked("alloy", "joint_invariants"))) == 5
    with pytest.raises(SettingsError, match="soft_modes is unavailable for system 'alloy'"):
        wing.described_samples(asked("alloy", "soft_modes"))


def test_energies_are_left_out_of_the_local_structure(wing: GlassWing) -> None:
    assert "parameters" not in wing.descriptor(asked("ka2d", "local_structure"))
    entry = wing.descriptor(asked("alloy", "local_structure"))
    assert entry["parameters"] == {"potential": "none"}


def test_figures_of_what_is_left_out_are_absent(wing: GlassWing) -> None:
    assert wing.absent_figures("ka2d") == {}
    assert set(wing.absent_figures("alloy")) == {"thesis", "indicator"}
    files = wing.system_figures("alloy")
    assert "<results>/figures/alloy/glass.pdf" in files
    assert "<results>/figures/alloy/thesis.pdf" not in files
    assert "<results>/glass/alloy/left_out.json" in files
    reasons = wing.left_out(asked("alloy", ""))
    assert "descriptors/soft_modes" in reasons
    assert "figures/thesis" in reasons


def test_one_line_says_what_a_material_without_pair_derivatives_lacks(wing: GlassWing) -> None:
    (line,) = wing.left_out_of_materials()
    assert line.startswith("glass/systems/alloy: the material 'eam_alloy' has no pair derivatives")
    for name in ("linear_response", "soft_modes", "local_stress"):
        assert f"descriptors/{name}" in line
    assert "models/hybrid" in line
    assert "joint_invariants" not in line
    wing.block["run"] = ["ka2d"]
    assert wing.left_out_of_materials() == []


def test_what_a_simulation_depends_on(wing: GlassWing) -> None:
    assert wing.first() == "ka2d"
    assert wing.material_files(asked("alloy", "")) == ["data/CuZr.eam.alloy"]
    assert wing.material_modules("alloy") == ["mechanics/materials/eam_alloy"]
    assert wing.material_files(asked("ka2d", "")) == []
    assert wing.material_modules("ka2d") == ["mechanics/materials/kob_andersen"]


def test_a_limited_glass_has_rules_for_the_figures_that_it_has(wing: GlassWing) -> None:
    whole, limited = wing.drawn_alike("scores")
    assert (limited.rule, limited.systems) == ("glass_figure_scores_of_alloy", "alloy")
    assert set(whole.subcategories) - set(limited.subcategories) == {"thesis"}
    files = limited.files(asked("alloy", ""))
    assert "comparisons" not in files
    assert "<results>/glass/alloy/scores/load_blind.json" in files["definition_scores"]
    assert not any("hybrid" in str(paths) for paths in files.values())
    particles = wing.drawn_alike("particles")
    assert "indicators" in particles[0].files(asked("ka2d", ""))
    assert "indicators" not in particles[1].files(asked("alloy", ""))
