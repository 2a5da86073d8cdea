"""Kept models from Python: files, atoms, loads as the sheet writes them, and refusals."""

from dataclasses import replace
from pathlib import Path

import ase
import numpy as np
import pytest

from glasses import glass
from kept_models import SHEAR, kept_model
from mechanist.api import configuration_of, load_model, predict, scan
from mechanist.mechanics.loads import uniaxial
from mechanist.predict.kept_files import write_kept

SPECIES = {"Cu": "A", "Zr": "B"}


def atoms_of(dimension: int) -> ase.Atoms:
    c = glass(dimension)[0]
    cell = c.cell.copy()
    if dimension == 2:
        cell[2] = [0, 0, 20.0]  # ASE knows no planes: a box of any height
    symbols = np.array(["Cu", "Zr"])[c.species]
    return ase.Atoms(
        symbols,
        positions=c.positions + np.array([0, 0, 3.0]) * (dimension == 2),
        cell=cell,
        pbc=True,
    )


@pytest.mark.parametrize("dimension", [2, 3])
def test_atoms_and_configurations_give_the_same_predictions(tmp_path: Path, dimension: int) -> None:
    write_kept(tmp_path, kept_model("rotation_invariants", "joint_invariants", dimension=dimension))
    model = load_model(str(tmp_path))
    c = glass(dimension)[0]
    assert c.species_names == ("A", "B")
    by_tensor = predict(
        model, c, loads={"shear_xy": SHEAR, "compression_x": -uniaxial("x", dimension)}
    )
    by_name = predict(
        model, atoms_of(dimension), loads=["simple_shear xy", "uniaxial -x"], species=SPECIES
    )
    assert by_name.table["load"].tolist() == by_tensor.table["load"].tolist()
    np.testing.assert_allclose(
        by_name.table["log10_d2min@0.040"], by_tensor.table["log10_d2min@0.040"], rtol=1e-5
    )


def test_a_scan_of_atoms_is_that_of_the_configuration() -> None:
    model = kept_model("joint_invariants")
    found = scan(model, atoms_of(2), species=SPECIES)
    np.testing.assert_allclose(found.predictions, scan(model, glass(2)[0]).predictions, atol=1e-4)


def test_species_are_named_by_the_model_or_refused() -> None:
    model = kept_model("rotation_invariants")
    with pytest.raises(ValueError, match=r"species \['Cu', 'Zr'\]|species \['Zr', 'Cu'\]"):
        predict(model, atoms_of(2))
    assert configuration_of(atoms_of(2), 2, SPECIES).dimension == 2


def test_free_surfaces_are_refused() -> None:
    atoms = atoms_of(3)
    atoms.pbc = [True, True, False]
    with pytest.raises(
        ValueError, match=r"pbc = \[True, True, False\]; expected a cell that repeats"
    ):
        predict(kept_model("rotation_invariants", dimension=3), atoms, species=SPECIES)


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ("simple_shear", "expected a load"),
        ("inferred", "expected a load of known direction"),
        ("simple_shear xz", "z component"),
    ],
)
def test_a_load_that_is_none_is_refused(load: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        predict(kept_model("joint_invariants"), glass(2)[0], loads=[load])


def test_one_load_may_be_given_without_a_list() -> None:
    model = kept_model("joint_invariants")
    one = predict(model, glass(2)[0], loads="simple_shear xy").table
    assert set(one["load"]) == {"shear_xy"}
    unknown = replace(model, known=replace(model.known, units="metal"))
    assert predict(unknown, glass(2)[0], loads="simple_shear xy").table.equals(one)
    with pytest.raises(ValueError, match="units 'lj'"):
        predict(unknown, glass(2)[0], loads="simple_shear xy", units="lj")
