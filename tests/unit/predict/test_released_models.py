"""Models that come with the workflow: they are whole, small, and predict a glass like those seen."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glasses import FLAT
from mechanist.api import load_model, predict
from mechanist.core.code_hash import LIBRARY
from mechanist.core.seeds import generator
from mechanist.simulate.glass_samples import quench, starting_lattice
from mechanist.simulate.newton import NewtonRelaxer

RELEASED = LIBRARY.parent / "models"
FOLDERS = sorted(path.parent for path in RELEASED.rglob("model.json"))
#: Models of particles; those of curves have tests of their own.
MODELS = [
    folder
    for folder in FOLDERS
    if json.loads((folder / "model.json").read_text())["schema"] == "mechanist.kept_model/1"
]


def test_every_released_file_lies_inside_and_is_no_link() -> None:
    manifest = json.loads((RELEASED / "manifest.json").read_text())
    for name in manifest["sha256"]:
        assert (RELEASED / name).resolve().is_relative_to(RELEASED.resolve())
        assert (RELEASED / name).name in ("model.json", "numbers.npz", "card.md")
    assert not any(path.is_symlink() for path in RELEASED.rglob("*"))


def test_the_manifest_lists_every_file_with_its_digest() -> None:
    manifest = json.loads((RELEASED / "manifest.json").read_text())
    files = {
        str(path.relative_to(RELEASED)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in RELEASED.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert manifest["sha256"] == files
    assert sorted(manifest["commits"]) == sorted(
        {str(folder.parent.relative_to(RELEASED)) for folder in FOLDERS}
    )
    assert len(files) == 3 * len(FOLDERS) > 0
    assert sum(path.stat().st_size for path in RELEASED.rglob("*") if path.is_file()) < 600_000


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_a_released_model_is_calibrated_and_knows_the_default_system(folder: Path) -> None:
    model = load_model(folder)
    assert (model.system, model.name) == (folder.parent.name, folder.name)
    held = model.facts["held_out"]
    assert isinstance(held, dict)
    for strain in held.values():
        assert isinstance(strain, dict)
        assert 0.85 <= float(str(strain["coverage"])) <= 0.95
        assert float(str(strain["probability_error"])) < 0.02
    assert np.isfinite(model.known.limit)


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_another_composition_is_outside(folder: Path) -> None:
    model = load_model(folder)
    glasses = {}
    for fraction in (0.35, 0.2):
        system = replace(FLAT, particles=400, minority_fraction=fraction)
        rng = generator(3, "released", str(fraction))
        start = starting_lattice(system, rng)
        glass, _ = quench(system, start, rng, relaxer=NewtonRelaxer(start))
        glasses[fraction] = predict(model, glass, loads=["simple_shear xy"])
    assert glasses[0.2].distance > 3 * glasses[0.35].distance
    assert glasses[0.2].outside
    assert any("its fraction of" in reason for reason in glasses[0.2].reasons)
    table = glasses[0.35].table
    assert table["plastic@0.040"].mean() == pytest.approx(0.1, abs=0.02)
