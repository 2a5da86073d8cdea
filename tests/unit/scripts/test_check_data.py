"""Users' data are read and described before any computation; all problems are reported at once."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.io import savemat

from crystal_files import ang_lines, junction, network_of_loops, write_damask
from field_writers import solitons
from helpers import disordered
from mechanist.command.user_data import DataError
from mechanist.command.user_data import check_user_data as main
from mechanist.core.errors import FormatError
from mechanist.formats.dislocation_batches import planar
from mechanist.formats.dislocation_text import write_dislocation_text
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.lammps_data import write_lammps_data
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.paradis import write_paradis
from mechanist.formats.sample import read_sample
from mechanist.formats.text import write_lines
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.mechanics.loads import deformation_gradient, simple_shear
from mechanist.settings.own_imports import sheet_imports
from mechanist.settings.sample_sheet import COLUMNS
from mechanist.wings.glass import GlassWing
from mechanist.wings.sheets import SHEET_RULES
from scripts.glass.import_samples import main as import_main

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="real data of others are not part of the repository"
)
GLASS = {
    "wing": "glass", "system": "mine", "format": "lammps_dump", "path": "run.dump", "species": "1=A 2=B",
    "dimension": "3", "units": "lj", "load": "simple_shear xy", "reference": "0", "deformed": "all",
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[TrajectoryFrame]:
    """Write a file for each wing, and change to their folder."""
    monkeypatch.chdir(tmp_path)
    reference = disordered(np.random.default_rng(0))
    frames = []
    for k, strain in enumerate((0.0, 0.01, 0.03)):
        f = deformation_gradient(simple_shear("xy"), strain, 3)
        frames.append(
            TrajectoryFrame(
                timestep=100 * k,
                ids=np.arange(1, len(reference) + 1),
                species=reference.species,
                labels=("1", "2"),
                positions=reference.positions @ f.T,
                cell=reference.cell @ f.T,
                extra={"c_d2": np.arange(len(reference)) + 100.0 * k},
            )
        )
    write_lammps_dump(Path("run.dump"), frames)
    write_lammps_dump(Path("after.dump"), frames[1:])
    write_lammps_data(Path("start.data"), frames[0])
    pair = np.array([1.0, 4.0])
    write_dislocation_text(Path("pair.dconf"), planar(pair, pair, np.array([1.0, -1.0]), 10.0))
    np.savez(
        "field.npz", x=np.arange(8.0), t=np.arange(6.0), u=np.random.default_rng(0).random((8, 6))
    )
    write_damask(Path("a.hdf5"))
    write_paradis(Path("net.data"), network_of_loops(0, 3))
    euler = np.zeros((6, 4, 3))
    euler[3:, :, 0] = 0.5
    write_lines(Path("a.ang"), ang_lines(euler))
    return frames


def written(*rows: dict[str, str]) -> Path:
    lines = [COLUMNS, *([row.get(name, "-") for name in COLUMNS] for row in rows)]
    Path("samples.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    return Path("samples.tsv")


def checked(*rows: dict[str, str], **changes: Any) -> None:
    main(written(*rows), settings=CONFIG | changes, schema=SCHEMA)


def test_every_wing_says_what_it_understood(capsys: pytest.CaptureFixture[str]) -> None:
    checked(
        GLASS | {"sample": "a", "target": "c_d2", "group": "one"},
        GLASS | {"sample": "b", "path": "after.dump", "reference": "start.data", "load": "inferred",
                 "options": "{reference_format: lammps_data}"},
        GLASS | {"sample": "c", "deformed": "none"},
        {"wing": "dislocation", "system": "pairs", "sample": "p", "path": "pair.dconf",
         "format": "dislocation_text", "options": "{density: 0.04}"},
        {"wing": "equations", "system": "kdv", "sample": "r", "path": "field.npz", "format": "npz",
         "units": "u=m/s", "options": "{axes: {x: x, t: t}, fields: {u: u}, periodic: [x]}"},
        {"wing": "crystal", "system": "al", "sample": "t", "path": "a.hdf5", "format": "damask"},
        {"wing": "crystal", "system": "al", "sample": "m", "path": "a.ang", "format": "map",
         "options": "{systems: {Nickel: fcc12}, stride: 1, crystal_x: a*, step: [0.5, 0.5]}"},
        {"wing": "crystal", "system": "ta", "sample": "s", "path": "net.data", "format": "paradis",
         "options": "{systems: fcc12, burgers: 25e-11, grid: [4, 4, 4],"
         " periodic: [x, y, z]}"},
    )  # fmt: skip
    said = capsys.readouterr().out
    for words in (
        "glass/imports/mine/a (samples.tsv:2)",
        "64 particles: 43 A, 21 B; dimension 3",
        "tilted by xy 0.752829, xz 0.376414; units lj",
        "load, declared: strain tensor 0 0.5 0; 0.5 0 0; 0 0 0",
        "load, inferred from the cells: strain tensor 0 0.5 0",
        "frames under load: 2, timesteps 100 to 200, strains 0.01 to 0.03",
        "target c_d2: 100 to 263, mean 181.5",
        "group one",
        "no load: reference state only",
        "pair.dconf: 2 dislocations, half of them positive; box 7.07107 b",
        "x 8 from 0 to 7 (periodic), t 6 from 0 to 5",
        "field u (m/s): ",
        "crystal/imports/al_t (samples.tsv:7)",
        "loaded along",
        "2 grains on 6 x 4 x 1 voxels, fcc12",
        "not loaded yet; loading axis x",
        "segments; box",
        "net.data: periodic along x, y, z, as stated: 2 segments run to an image of their end;",
        "of the line length, 0.00 % other Burgers vector, 0.00 % other plane",
        "field.npz: the dimensions of the arrays are [x, t] (the only one that fits their lengths)",
        "field.npz: axis x is periodic: differences of u of order 1, 2, 3 across its boundary are",
        "all 8 of your entries can be used",
    ):
        assert words in said


def run_at(*strains: float) -> str:
    """Write a dump of a shear with frames at these strains, and return its name."""
    reference = disordered(np.random.default_rng(0))
    frames = []
    for k, strain in enumerate((0.0, *strains)):
        f = deformation_gradient(simple_shear("xy"), strain, 3)
        ids = np.arange(1, len(reference) + 1)
        frames.append(
            TrajectoryFrame(
                timestep=k,
                ids=ids,
                species=reference.species,
                labels=("1", "2"),
                positions=reference.positions @ f.T,
                cell=reference.cell @ f.T,
            )
        )
    name = "_".join(["at", *map(str, strains)]) + ".dump"
    write_lammps_dump(Path(name), frames)
    return name


@pytest.mark.parametrize(
    ("runs", "own", "said"),
    [
        ([(0.01, 0.02), (0.02,)], {}, ("0 of 2 samples have a frame within 10% of 0.04"
         " (glass/figures/strain), where models would be trained; own_models needs 2 independent ones."
         " Frames are at strains 0.01, 0.02. State strains that all samples have:"
         " glass/own/mine/strains: [0.02]")),
        ([(0.02, 0.041), (0.02,)], {}, "1 of 2 samples have a frame within 10% of 0.04"),
        ([(0.01,), (0.02,)], {}, "The samples have no strain in common"),
        ([(0.04,), (0.041,), (0.02,)], {}, ("1 of 3 samples have no frame within 10% of 0.04"
         " (glass/figures/strain) and will be left out of models: s2")),
        ([(0.04,), (0.04,)], {"strains": [0.02, 0.04]}, ("0 of 2 samples have a frame within 10% of"
         " 0.02 (glass/own/mine/strains)")),
        ([(0.04,), (0.04,), (0.02,)], {"one": 2}, "2 of 3 samples have a frame within 10% of 0.04"),
        ([(0.02, 0.04), (0.041, 0.06)], {}, None),
        ([(0.02,), (0.0201,)], {"strains": [0.02]}, None),
        ([(0.03,), (0.045,)], {"tolerance": 0.25}, None),
    ],
)  # fmt: skip
def test_glasses_without_a_frame_at_the_learnt_strains_are_told(
    capsys: pytest.CaptureFixture[str],
    runs: list[tuple[float, ...]],
    own: dict[str, Any],
    said: str | None,
) -> None:
    """If the first ``one`` samples form a group, they count once."""
    rows = [
        GLASS | {"sample": f"s{k}", "path": run_at(*run), "group": f"g{max(k, own.get('one', 0) - 1)}"}
        for k, run in enumerate(runs)
    ]  # fmt: skip
    kept = {key: value for key, value in own.items() if key != "one"}
    block = {**CONFIG["glass"], "own": {"mine": kept}}
    checked(*rows, glass=block)
    told = capsys.readouterr().out
    assert f"all {len(runs)} of your entries can be used" in told
    if said is None:
        assert "note: glass/imports" not in told
    else:
        assert "note: glass/imports/mine: " in told
        assert said in told


def test_what_is_told_of_strains_needs_no_more_than_the_rule_hands_over() -> None:
    """The settings of the rule hold what the notices read."""
    handed = GlassWing(copy.deepcopy(CONFIG), {}).import_settings()
    assert handed["figures"] == {"strain": CONFIG["glass"]["figures"]["strain"]}
    assert set(handed) == {"imports", "own", "figures"}


def test_without_entries_it_says_where_to_name_them(capsys: pytest.CaptureFixture[str]) -> None:
    checked()
    assert "no simulations of your own are named in samples.tsv" in capsys.readouterr().out
    main(None, settings=CONFIG, schema=SCHEMA)
    assert "are named in the configuration: see config/README.md" in capsys.readouterr().out


def test_all_problems_are_told_and_the_rest_is_still_described(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = Path("run.dump").read_text()
    Path("cut.dump").write_text(text[:-30])
    Path("nan.dump").write_text(text.replace(text.splitlines()[9].split()[2], "nan"))
    glass = copy.deepcopy(CONFIG["glass"])
    glass["imports"] = {"old": {"run": {"path": "no.dump", "format": "lammps_dump", "dimension": 3,
                                        "species": {"1": "A"}, "units": "lj"}}}  # fmt: skip
    with pytest.raises(DataError) as caught:
        checked(
            GLASS | {"sample": "good"},
            GLASS | {"sample": "cut", "path": "cut.dump"},
            GLASS | {"sample": "nan", "path": "nan.dump"},
            GLASS | {"sample": "names", "species": "1=A"},
            GLASS | {"sample": "load", "load": "uniaxial z"},
            GLASS | {"sample": "target", "target": "c_none"},
            GLASS | {"sample": "takes", "format": "extxyz", "options": "{bounds: unextended}"},
            GLASS | {"sample": "gone", "path": "gone.dump"},
            glass=glass,
        )
    said = str(caught.value)
    assert said.startswith("1 of your entries can be used; 8 problems:\n")
    for words in (
        "samples.tsv:9, column 'path': there is no file 'gone.dump'",
        "glass/imports/old/run: no.dump: cannot be read",
        "samples.tsv:3: cut.dump:",
        "cut short",
        "samples.tsv:4: nan.dump:10, column 'x': 'nan', expected a finite number",
        "samples.tsv:5: run.dump:",
        'Add "2": <name> to `species`',
        "lies off the load declared",
        "column 'c_none': no numeric column 'c_none'; numeric columns: ['c_d2']. Correct `target`",
        "samples.tsv:8: bounds is for lammps_dump only; leave it out",
    ):
        assert words in said
    assert "glass/imports/mine/good (samples.tsv:2)" in capsys.readouterr().out


def test_a_row_becomes_a_sample_file_with_target_group_and_what_was_dropped(
    files: list[TrajectoryFrame],
) -> None:
    text = Path("run.dump").read_text()
    Path("cut.dump").write_text(text[:-30])
    row = GLASS | {"sample": "cut", "path": "cut.dump", "target": "c_d2", "group": "one",
                   "options": "{lenient: true}"}  # fmt: skip
    (made,), problems = sheet_imports(written(row), CONFIG, SCHEMA, SHEET_RULES)
    assert not problems
    import_main(Path("cut.h5"), entry=made.entry, sample="cut", system="mine")
    sample = read_sample(Path("cut.h5"))
    (frame,) = sample.loads["imported"].frames
    np.testing.assert_array_equal(frame.targets["c_d2"], files[1].extra["c_d2"])
    source = sample.provenance["import"]
    assert (source["group"], source["target"], source["lenient"]) == ("one", "c_d2", True)
    (dropped,) = source["dropped"]
    assert dropped.startswith("cut.dump:147: the frame that begins here is cut short")


def test_a_reference_of_another_format_is_the_same_sample() -> None:
    one = GLASS | {"sample": "a"}
    two = GLASS | {"sample": "b", "path": "after.dump", "reference": "start.data",
                   "options": "{reference_format: lammps_data}"}  # fmt: skip
    made, _ = sheet_imports(written(one, two), CONFIG, SCHEMA, SHEET_RULES)
    for k, entry in enumerate(made):
        import_main(Path(f"{k}.h5"), entry=entry.entry, sample=f"s{k}", system="mine")
    a, b = (read_sample(Path(f"{k}.h5")) for k in range(2))
    np.testing.assert_allclose(a.reference.positions, b.reference.positions, atol=1e-12)
    strains = [[f.strain for f in s.loads["imported"].frames] for s in (a, b)]
    np.testing.assert_allclose(*strains, atol=1e-12)


# twin: scripts/test_check_data.py::test_packed_files_complex_fields_and_junctions_go_through_the_sheet
@needs_data
def test_real_files_go_through_the_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    lammps = DATA / "lammps"
    jumol = GLASS | {"sample": "shear", "path": str(lammps / "jumol_simple_shear.lammpstrj"),
                     "dimension": "2"}  # fmt: skip
    with pytest.raises(DataError, match=r"(?s)1 problem:.*samples\.tsv:2: .*jumol.*cell drifts.*"
                       r"With `bounds: unextended` nothing drifts"):  # fmt: skip
        checked(jumol)
    metal = {"species": "1=Cu 2=Zr Cu=Cu Zr=Zr", "units": "metal", "deformed": "none"}
    name = "CuZr_glass_460_atoms"
    checked(
        jumol | {"options": "{bounds: unextended}"},
        GLASS | metal | {"sample": "d", "path": str(lammps / f"{name}_forces.lammps.dump.gz")},
        GLASS | metal | {"sample": "x", "path": str(lammps / f"{name}.gz"), "format": "extxyz"},
        {"wing": "equations", "system": "kdv", "sample": "run", "path": str(DATA / "pde/kdv.mat"),
         "format": "mat", "options": "{axes: {x: x, t: t}, fields: {u: {array: usol, part: real}}}"},
        {"wing": "crystal", "system": "six", "sample": "y", "format": "damask",
         "path": str(DATA / "damask/6grains6x7x8_single_phase_tensionY.hdf5")},
        {"wing": "crystal", "system": "bcc", "sample": "s", "format": "paradis",
         "path": str(DATA / "paradis/bcc_0b.data"),
         "options": "{systems: bcc24, burgers: 2.86e-10, grid: [8, 8, 8],"
         " periodic: [x, y, z]}"},
    )  # fmt: skip
    said = capsys.readouterr().out
    assert said.count("460 particles: 236 Cu, 224 Zr") == 2
    for words in ("frames under load: 39", "x 512 from", "6 grains on 6 x 7 x 8 voxels, fcc12",
                  "3151 nodes", "all 6 of your entries"):  # fmt: skip
        assert words in said


def test_packed_files_complex_fields_and_junctions_go_through_the_sheet(
    files: list[TrajectoryFrame], capsys: pytest.CaptureFixture[str]
) -> None:
    """The twin of the test above, on files of the same formats."""
    write_lammps_dump(Path("shear.lammpstrj"), files, bounds="unextended")
    shear = GLASS | {"sample": "shear", "path": "shear.lammpstrj"}
    with pytest.raises(DataError, match=r"(?s)1 problem:.*samples\.tsv:2: .*shear\.lammpstrj.*"
                       r"`bounds: unextended`"):  # fmt: skip
        checked(shear)
    metal = {"species": "1=Cu 2=Zr Cu=Cu Zr=Zr", "units": "metal", "deformed": "none"}
    write_lammps_dump(Path("glass_forces.lammps.dump.gz"), files[:1])
    write_extxyz(Path("glass.gz"), [replace(files[0], labels=("Cu", "Zr"))])
    run = solitons()
    savemat("run.mat", {**run.axes, "usol": run.fields["u"] + 0j})
    write_paradis(Path("bcc.data"), junction())
    checked(
        shear | {"options": "{bounds: unextended}"},
        GLASS | metal | {"sample": "d", "path": "glass_forces.lammps.dump.gz"},
        GLASS | metal | {"sample": "x", "path": "glass.gz", "format": "extxyz"},
        {"wing": "equations", "system": "kdv", "sample": "run", "path": "run.mat", "format": "mat",
         "options": "{axes: {x: x, t: t}, fields: {u: {array: usol, part: real}}}"},
        {"wing": "crystal", "system": "two", "sample": "y", "path": "a.hdf5", "format": "damask"},
        {"wing": "crystal", "system": "bcc", "sample": "s", "path": "bcc.data", "format": "paradis",
         "options": "{systems: bcc24, burgers: 2.86e-10, grid: [8, 8, 8], periodic: [x, y, z]}"},
    )  # fmt: skip
    said = capsys.readouterr().out
    assert said.count("64 particles: 43 Cu, 21 Zr") == 2
    for words in ("frames under load: 2", "x 512 from", "2 grains on 2 x 3 x 4 voxels, fcc12",
                  "6 nodes", "all 6 of your entries"):  # fmt: skip
        assert words in said


def test_targets_must_be_numbers_of_every_frame(files: list[TrajectoryFrame]) -> None:
    frames = [replace(frame, extra={"tag": frame.extra["c_d2"]} if k else frame.extra)
              for k, frame in enumerate(files)]  # fmt: skip
    write_lammps_dump(Path("run.dump"), frames)
    checked(GLASS | {"sample": "a", "target": "tag"})  # the reference need not have this column
    write_lammps_dump(Path("run.dump"), [*frames[:2], replace(frames[2], extra={})])
    with pytest.raises(DataError, match=r"run\.dump:147, column 'tag': no numeric column 'tag'"):
        checked(GLASS | {"sample": "a", "target": "tag"})
    assert issubclass(FormatError, ValueError)


def test_the_library_of_a_case_is_held_against_the_names_of_the_data() -> None:
    row = {"wing": "equations", "system": "kdv", "sample": "r", "path": "field.npz", "format": "npz",
           "options": "{axes: {x: x, t: t}, fields: {u: u}}"}  # fmt: skip
    library = {"degree": 1, "order": 1, "terms": ["w u_x"]}
    cases = {"kdv": {"library": library}}
    with pytest.raises(DataError, match=r"0 of your entries .* 2 problems") as caught:
        checked(
            row | {"options": "{axes: {x: x, t: t}, fields: {u: usol}}"},
            equations={"cases": cases, "imports": {}},
        )
    assert "1. equations/cases/kdv: term 'w u_x': ['w'] not in the data, which have" in str(
        caught.value
    )
    assert "samples.tsv:2: field.npz: no array 'usol'" in str(caught.value)
    library["terms"] = ["u u_x"]
    checked(row, equations={"cases": cases, "imports": {}})
