"""A material whose entries contradict each other is refused, also one with wrong parameters."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from mechanist.core.material_choice import MaterialChoice
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials import kob_andersen
from mechanist.mechanics.materials.material import load_material, material_of


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"composition": (0.7, 0.2)}, "expected a sum of 1"),
        ({"masses": (1.0,)}, "masses"),
        ({"diameters": (1.0, 0.0)}, "diameters"),
        ({"cutoffs": np.array([[2.5, 2.0], [1.9, 2.2]])}, "cutoffs"),
        ({"timestep": 0.0}, "timestep = 0.0"),
    ],
)
def test_contradictions_are_refused(change: dict[str, Any], message: str) -> None:
    material = kob_andersen.material()
    assert dataclasses.replace(material).cutoff == 2.5
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(material, **change)


def test_parameters_are_checked() -> None:
    with pytest.raises(ValueError, match=r"got unknown \['depth'\]"):
        load_material(MaterialChoice("kob_andersen", {"depth": 1.0}))
    with pytest.raises(ValueError, match=r"lacks \['file', 'composition', 'length'\]"):
        load_material(MaterialChoice("eam_alloy"))
    with pytest.raises(ValueError, match="material 'material' not found"):
        load_material(MaterialChoice("material"))


def test_a_false_statement_about_derivatives_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kob_andersen, "PAIR_DERIVATIVES", False)
    with pytest.raises(ValueError, match="states PAIR_DERIVATIVES = False"):
        load_material.__globals__["_load"].__wrapped__("kob_andersen", "{}")


def test_species_must_be_those_of_the_material() -> None:
    def particles(names: tuple[str, ...]) -> Configuration:
        return Configuration(np.zeros((1, 3)), 9 * np.eye(3), np.zeros(1, dtype=int), names)

    assert material_of(particles(("A", "B"))).label == "Kob-Andersen, lj/gromacs"
    with pytest.raises(ValueError, match=r"species are \('Cu', 'Zr'\).* 'kob_andersen'"):
        material_of(particles(("Cu", "Zr")))
