"""What check_data says of crystals: conventions, phases, and what the engine cannot rerun."""

import copy
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import yaml

from crystal_files import MATERIAL, ang_lines, ctf_lines, network_of_loops, write_damask
from mechanist.command.user_data import DataError
from mechanist.command.user_data import check_user_data as main
from mechanist.formats.paradis import write_paradis
from mechanist.formats.text import write_lines
from mechanist.settings.crystal_references import crystal_problems
from mechanist.settings.models.crystal_block import CrystalBlock
from mechanist.wings.crystal import CrystalWing

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())


def check(**blocks: dict[str, Any]) -> None:
    """Check entries of ``crystal/imports`` and ``crystal/lines``."""
    main(None, settings=CONFIG | {"crystal": {**CONFIG["crystal"], **blocks}}, schema=SCHEMA)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the files, and change to their folder."""
    monkeypatch.chdir(tmp_path)
    zeros = np.zeros((4, 2, 3))
    write_lines(Path("mg.ctf"), ctf_lines(zeros))
    phases = np.repeat([[1], [1], [2], [2]], 2, axis=1)
    two = ang_lines(zeros, phases=phases)
    at = two.index("# GRID: SqrGrid")
    two[at:at] = ["# Phase 2", "# MaterialName ferrite", "# Symmetry 43"]
    write_lines(Path("two.ang"), two)
    doubtful = [
        line.replace("0.500  1", "0.500  0").replace("0.500  2", "0.500  1") for line in two
    ]
    write_lines(Path("zero.ang"), doubtful)
    lost = zeros.copy()
    lost[3, 1] = 4 * np.pi
    write_lines(Path("lost.ang"), ang_lines(lost))
    write_paradis(Path("net.data"), network_of_loops(0, 3))
    write_damask(Path("good.hdf5"))
    write_damask(Path("twins.hdf5"))
    with h5py.File("twins.hdf5", "a") as file:
        del file["setup/material.yaml"]
        text = MATERIAL.replace("N_sl: [12]", "N_sl: [12], N_tw: [12]")
        file["setup/Al.yaml"] = np.array([text.encode()])
        file["setup/Al.yaml"].attrs["description"] = "material configuration"


def test_it_says_how_crystals_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    check(
        imports={
            "mg": {"format": "map", "path": "mg.ctf", "systems": "hcp30"},
            "turned": {"format": "map", "path": "mg.ctf", "systems": "hcp30", "crystal_x": "a"},
            "two": {"format": "map", "path": "two.ang",
                    "systems": {"Nickel": "fcc12", "ferrite": "bcc24"}},
            "zero": {"format": "map", "path": "zero.ang", "first_phase": 0, "phase": "ferrite",
                     "systems": "bcc24", "unindexed": 0.6},
            "lost": {"format": "map", "path": "lost.ang", "systems": "fcc12"},
            "good": {"format": "damask", "path": "good.hdf5"},
            "twins": {"format": "damask", "path": "twins.hdf5", "rerun": False},
        },
        lines={"net": {"path": "net.data", "systems": "fcc12", "burgers": 1e-10, "grid": [2, 2, 2],
                       "periodic": ["x", "y", "z"]}},
    )  # fmt: skip
    said = capsys.readouterr().out.split("crystal/")
    expected = {
        "imports/mg)": ["points by phase: 1 'Magnesium' (hexagonal) 8; not indexed 0",
                        "x of hexagonal and trigonal crystals along a* (key crystal_x)"],
        "imports/turned)": ["x of hexagonal and trigonal crystals along a (key crystal_x)"],
        "imports/two)": ["2 grains on 4 x 2 x 1 voxels, fcc12+bcc24",
                         "voxels by phase: Nickel (fcc12) 4, ferrite (bcc24) 4"],
        "imports/zero)": ["points count phases from 0: phase 0 is 'Nickel'",
                          "4 points take the orientation of a neighbouring grain"],
        "imports/lost)": ["1 grains on 4 x 2 x 1 voxels", "not indexed 1", "1 points take the"],
        "imports/good)": ["rerun in the engine with the materials of the result"],
        "imports/twins)": ["loaded along y: 3 frames"],
        "lines/net)": ["of the line length, 0.00 % other Burgers vector"],
    }  # fmt: skip
    for name, words in expected.items():
        (part,) = [one for one in said if one.startswith(name)]
        assert [word for word in words if word not in part] == []
    assert "rerun" not in next(one for one in said if one.startswith("imports/twins)"))


def test_every_entry_that_cannot_be_used_is_listed() -> None:
    entry = {"format": "map", "path": "two.ang", "systems": "fcc12"}
    with pytest.raises(DataError) as caught:
        check(
            imports={
                "several": entry,
                "zero": entry | {"path": "zero.ang"},
                "lattice": entry | {"path": "mg.ctf"},
                "twins": {"format": "damask", "path": "twins.hdf5"},
                "good": {"format": "damask", "path": "good.hdf5"},
                "cell": {"format": "damask", "path": "good.hdf5", "constituent": 3},
            },
            lines={"net": {"path": "net.data", "systems": "bcc24", "burgers": 1e-10,
                           "grid": [2, 2, 2], "periodic": ["x", "y", "z"]}},
        )  # fmt: skip
    said = str(caught.value)
    assert said.startswith("1 of your entries can be used; 6 problems:")
    for words in (
        "crystal/imports/several: points are of phases 1 'Nickel', 2 'ferrite'",
        "crystal/imports/zero: zero.ang:17, column 'Phase': 4 points are of phase 0 and have",
        "crystal/imports/lattice: phase 'Magnesium' is hexagonal, slip systems 'fcc12' are of a cubic",
        "crystal/imports/twins: twins: phase 'aluminium': ['N_tw'] have no counterpart here",
        "Set rerun: false to import the result without rerunning it",
        "crystal/imports/cell: good.hdf5: constituent 3, but cells have 1, numbered from 0",
        "crystal/lines/net: net.data: 100.0 % of the line length has a Burgers vector of no slip",
    ):
        assert words in said


def test_results_that_are_not_rerun_have_neither_agreement_nor_figure() -> None:
    imports = {
        "a": {"format": "damask", "path": "a"},
        "b": {"format": "damask", "path": "b", "rerun": False},
        "c": {"format": "map", "path": "c", "systems": "fcc12"},
        "d": {"format": "map", "path": "d", "systems": {"x": "fcc12", "y": "bcc12"}, "system": "s",
              "materials": {"x": "copper", "y": "iron"}},
    }  # fmt: skip
    settings = {
        "crystal": {"imports": imports, "materials": {"copper": {"k": 1}, "iron": {"k": 2}}}
    }
    wing = CrystalWing(settings)
    assert (wing.imported_results, wing.loaded_imports) == (["a"], ["a", "d"])
    assert [path for path in wing.imported() if "agreement" in path] == [
        "<results>/crystal/imported/a_agreement.json",
        "<results>/crystal/imported/d_agreement.json",
    ]

    class Wildcards:
        case = "d"

    assert wing.import_materials(Wildcards()) == {"x": {"k": 1}, "y": {"k": 2}}
    Wildcards.case = "a"
    assert wing.import_materials(Wildcards()) is None


MAP = {"format": "map", "path": "m.ang", "system": "fcc8"}
PAIR = {"x": "fcc12", "y": "hcp30"}


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (MAP | {"systems": "fcc12"}, []),
        (MAP | {"systems": PAIR, "materials": {"x": "copper", "y": "magnesium"}}, []),
        ({"format": "map", "path": "m.ang", "systems": PAIR}, []),
        (MAP | {"system": "none_such", "materials": {"x": "gold"}},
         ["m/system: no such name 'none_such'", "m/materials: no such name 'gold'"]),
        (MAP | {"systems": PAIR},
         ["m/materials: given for [], slip systems for ['x', 'y']; expected a material for each"]),
        (MAP | {"systems": PAIR, "materials": {"x": "copper"}}, ["m/materials: given for ['x'], slip"]),
        (MAP | {"systems": PAIR, "materials": {"x": "magnesium", "y": "magnesium"}},
         ["m/systems: 'fcc12' of 'x' but material 'magnesium' has 'hcp30'; expected the same"]),
        (MAP | {"systems": "hcp30"}, ["m/systems: 'hcp30' but material 'copper' has 'fcc12'"]),
    ],
)  # fmt: skip
def test_materials_of_imports_must_fit(entry: dict[str, Any], problems: list[str]) -> None:
    crystal = copy.deepcopy(CONFIG["crystal"]) | {"imports": {"m": entry}}
    block = CrystalBlock.model_validate(crystal)
    found = [p for p in crystal_problems(block, ROOT / "workflow/mechanist") if "imports/m" in p]
    assert len(found) == len(problems)
    for said, expected in zip(found, problems, strict=True):
        assert f"crystal/imports/{expected}" in said


def test_a_map_is_no_sample_of_the_surrogates() -> None:
    """A map holds no state under load, which only the job that reads it would have told."""
    crystal = copy.deepcopy(CONFIG["crystal"])
    crystal["imports"] = {
        "mine": {"format": "map", "path": "mg.ctf", "systems": "fcc12"},
        "result": {"format": "damask", "path": "good.hdf5"},
    }
    crystal["surrogate"]["imports"] = ["result", "mine"]
    block = CrystalBlock.model_validate(crystal)
    (found,) = crystal_problems(block, ROOT / "workflow/mechanist")
    assert found.startswith("crystal/surrogate/imports: 'mine' is an orientation map")


def test_the_configuration_adds_no_keys_to_an_import() -> None:
    """Keys of the other format are refused, so that defaults may not be filled in."""
    for entry in ({"format": "damask", "path": "a"}, {"format": "map", "path": "a"}):
        block = CrystalBlock.model_validate({"imports": {"m": entry}})
        assert block.model_dump(exclude_none=True)["imports"] == {"m": entry}
