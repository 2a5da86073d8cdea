"""Simulated glasses: physical, reproducible, elastic between events, with recorded failures."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from glasses import FLAT, SYSTEMS, glass
from loaded_glasses import KOB_ANDERSEN
from mechanist.formats.sample import read_sample
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.simulate import glass_samples as glass_module
from mechanist.simulate.glass_samples import gradients_of, simulate_glass
from mechanist.simulate.protocol import GlassSystem, Quench
from scripts.glass import simulate as glass_simulate

# --- the glass


@pytest.mark.parametrize(("dimension", "low", "high"), [(2, -3.65, -3.3), (3, -7.5, -7.1)])
def test_inherent_structures_are_minima_of_the_energy_that_glasses_have(
    dimension: int, low: float, high: float
) -> None:
    c, energy = glass(dimension)
    system = SYSTEMS[dimension]
    assert low < energy < high
    assert len(c) / c.measure == pytest.approx(system.density)
    assert c.species.sum() == round(system.minority_fraction * system.particles)
    pairs = find_neighbours(c, KOB_ANDERSEN.cutoff)
    species = c.species[pairs.first], c.species[pairs.second]
    phi, dphi, _ = KOB_ANDERSEN.pairs("a test")(*species, pairs.distances)
    assert energy == pytest.approx(phi.sum() / 2 / len(c), rel=1e-10)
    forces = np.zeros((len(c), 3))
    np.add.at(forces, pairs.first, (dphi / pairs.distances)[:, None] * pairs.vectors)
    assert np.abs(forces).max() < 1e-8
    assert not c.positions[:, dimension:].any()


# --- failure


def test_a_failed_quench_fails_the_sample(tmp_path: Path) -> None:
    exploding = dataclasses.replace(FLAT, quench=dataclasses.replace(FLAT.quench, timestep=5.0))
    glass_simulate.main(tmp_path / "s.h5", system=exploding, sample="flat-0001", seed=1)
    sample = read_sample(tmp_path / "s.h5")
    assert sample.status == "failed"
    assert re.match(r"quench: LAMMPS failed at 'run \d+': ERROR", sample.reason)
    assert not sample.loads
    assert np.isnan(sample.energy)


def test_an_unknown_load_is_refused_before_anything_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(glass_module, "quench", lambda *a, **k: pytest.fail("quenched"))
    system = dataclasses.replace(FLAT, loads={"twist": {"type": "torsion"}})
    with pytest.raises(ValueError, match="load type 'torsion'; expected simple_shear"):
        simulate_glass(system, "flat-0001", seed=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frames": (0.01, 0.012)}, "strain 0.012 is not a multiple of step = 0.005"),
        ({"frames": ()}, "at least one frame"),
        ({"probe": 0.0}, "positive strains"),
    ],
)
def test_strains_that_no_step_reaches_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FLAT.deformation, **change)


def test_a_quench_that_heats_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 < cold < hot"):
        dataclasses.replace(FLAT.quench, cold=2.0)
    assert FLAT.quench.rate == pytest.approx(0.95 / 7.5)


# --- whole samples


def test_samples_repeat_bit_for_bit_and_differ_by_seed_and_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = {
        "a": ("flat-0001", 1),
        "b": ("flat-0001", 1),
        "c": ("flat-0001", 2),
        "d": ("flat-0002", 1),
    }
    for run, (sample, seed) in runs.items():
        glass_simulate.main(tmp_path / f"{run}.h5", system=FLAT, sample=sample, seed=seed)
    content = {run: (tmp_path / f"{run}.h5").read_bytes() for run in runs}
    assert content["a"] == content["b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.h5", "b.h5", "c.h5", "d.h5"]
    first, *others = (read_sample(tmp_path / f"{run}.h5") for run in ("a", "c", "d"))
    assert first.name == "flat-0001"
    assert set(first.good_loads) == {"shear", "random"}
    assert first.provenance["parameters"]["quench"]["quench_steps"] == 1500
    for other in others:
        assert np.abs(other.reference.positions - first.reference.positions).max() > 0.1
        assert np.abs(other.loads["random"].gradient - first.loads["random"].gradient).max() > 0.01


def test_random_loads_belong_to_their_sample_and_name_alone() -> None:
    one = gradients_of(FLAT, "flat-0001", 1)
    more = dataclasses.replace(FLAT, loads={"other": {"type": "random"}} | dict(FLAT.loads))
    np.testing.assert_array_equal(gradients_of(more, "flat-0001", 1)["random"], one["random"])
    assert np.abs(gradients_of(more, "flat-0001", 1)["other"] - one["random"]).max() > 0.01


def test_the_configured_systems_are_understood() -> None:
    with Path("config/config.yaml").open() as file:
        systems = yaml.safe_load(file)["glass"]["systems"]
    for name, entry in systems.items():
        system = GlassSystem.from_entry(name, entry)
        assert system.deformation.frames[-1] == max(entry["deformation"]["frames"])
        assert len(gradients_of(system, f"{name}-0000", 1)) == len(entry["loads"])
    entry = systems["ka2d"] | {"material": "silica"}
    with pytest.raises(ValueError, match=r"'silica' not found .* mechanics/materials/silica\.py"):
        GlassSystem.from_entry("ka2d", entry)
    assert isinstance(GlassSystem.from_entry("ka2d", systems["ka2d"]).quench, Quench)
