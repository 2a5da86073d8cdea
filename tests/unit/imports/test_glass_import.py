"""Trajectories become samples only if they match their declaration and cells follow a load."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.formats.extxyz import read_extxyz, write_extxyz
from mechanist.formats.lammps_dump import read_lammps_dump, write_lammps_dump
from mechanist.formats.sample import Sample, read_sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.trajectory_samples import import_sample
from mechanist.mechanics.loads import deformation_gradient, gradient_of, triangular_cell
from scripts.glass.import_samples import main

DATA = Path(__file__).parents[4] / "shared" / "data" / "lammps"
SHEAR, TENSION = DATA / "jumol_simple_shear.lammpstrj", DATA / "jumol_simple_tension.lammpstrj"
CUZR_DUMP = DATA / "CuZr_glass_460_atoms_forces.lammps.dump.gz"
CUZR_XYZ = DATA / "CuZr_glass_460_atoms.gz"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="real trajectories are not part of the repository"
)
STRAINS = (0.01, 0.02, 0.04)
XY = {"type": "simple_shear", "plane": "xy"}
ENTRY: dict[str, Any] = {
    "format": "lammps_dump",
    "species": {1: "A", 2: "B"},
    "dimension": 3,
    "units": "lj",
}


def imported(entry: Mapping[str, Any]) -> Sample:
    return import_sample(entry, name="glass-0000", system="glass")


def deformed(
    reference: Configuration, load: Mapping[str, Any], strains: tuple[float, ...] = STRAINS
) -> tuple[list[TrajectoryFrame], list[Configuration]]:
    """Return affinely deformed states with LAMMPS's triangular cell, and in the lab frame."""
    gradient = gradient_of(load, reference.dimension, np.random.default_rng(0))
    frames, lab = [], []
    for k, strain in enumerate((0.0, *strains)):
        f = deformation_gradient(gradient, strain, reference.dimension)
        lab.append(reference.moved(reference.positions @ f.T, reference.cell @ f.T))
        cell, rotation = triangular_cell(lab[-1].cell)
        frames.append(
            TrajectoryFrame(
                timestep=100 * k,
                ids=np.arange(1, len(reference) + 1),
                species=reference.species,
                labels=("1", "2"),
                positions=lab[-1].positions @ rotation,
                cell=cell,
                origin=np.array([-3.0, 2.0, 0.5]),
            )
        )
    return frames, lab


@pytest.fixture
def sheared(tmp_path: Path) -> Path:
    """Return a dump of simple shear in three dimensions, reference first."""
    frames, _ = deformed(disordered(np.random.default_rng(0)), XY)
    write_lammps_dump(tmp_path / "run.dump", frames)
    return tmp_path / "run.dump"


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
@pytest.mark.parametrize(
    "load",
    [
        XY,
        {"type": "simple_shear", "plane": "yx", "sense": -1},
        {"type": "uniaxial", "axis": "y"},
        {"type": "tensor", "gradient": [[1, 0.3, 0], [-0.8, -1, 0], [0, 0, 0]]},
    ],
    ids=["xy", "yx", "tension", "tensor"],
)
def test_frames_come_back_in_the_frame_of_the_load(
    tmp_path: Path, load: dict[str, Any], form: str, dimension: int
) -> None:
    reference = disordered(np.random.default_rng(1), dimension=dimension)
    frames, lab = deformed(reference, load)
    path = tmp_path / "run"
    write = {"lammps_dump": write_lammps_dump, "extxyz": write_extxyz}[form]
    write(path, frames)
    entry = ENTRY | {"path": path, "format": form, "dimension": dimension, "load": load}
    sample = imported(entry)
    np.testing.assert_allclose(sample.reference.positions, reference.positions, atol=1e-12)
    (path_of_load,) = sample.loads.values()
    np.testing.assert_allclose(path_of_load.curve["strain"], (0, *STRAINS), atol=1e-12)
    assert list(path_of_load.curve) == ["strain"]
    for frame, expected in zip(path_of_load.frames, lab[1:], strict=True):
        np.testing.assert_allclose(frame.configuration.cell, expected.cell, atol=1e-12)
        np.testing.assert_allclose(frame.configuration.positions, expected.positions, atol=1e-12)
        _, rotation = triangular_cell(expected.cell)
        np.testing.assert_allclose(frame.rotation, rotation, atol=1e-12)
        assert d2min(sample.reference, frame.configuration, 1.5).total.max() < 1e-20


def test_without_a_load_it_is_told_from_the_cells(sheared: Path) -> None:
    declared, found = (imported(ENTRY | {"path": sheared} | k) for k in ({"load": XY}, {}))
    a, b = declared.loads["imported"], found.loads["imported"]
    np.testing.assert_allclose(a.tensor, b.tensor, atol=1e-12)
    np.testing.assert_allclose(a.gradient, b.gradient, atol=1e-12)
    assert declared.provenance["import"]["load"] == XY
    assert found.provenance["import"]["load"] == "inferred"


def test_two_files_are_as_good_as_one(tmp_path: Path, sheared: Path) -> None:
    before, *after = read_lammps_dump(sheared)
    write_lammps_dump(tmp_path / "before.dump", [before])
    write_lammps_dump(tmp_path / "after.dump.gz", after)
    paths = {
        "reference_path": tmp_path / "before.dump",
        "deformed_path": tmp_path / "after.dump.gz",
    }
    one, two = imported(ENTRY | {"path": sheared}), imported(ENTRY | paths)
    assert [f.strain for f in one.loads["imported"].frames] == [
        f.strain for f in two.loads["imported"].frames
    ]
    assert len(two.provenance["import"]["files"]) == 2
    write_lammps_dump(tmp_path / "after.dump.gz", [replace(f, ids=f.ids + 1) for f in after])
    with pytest.raises(FormatError, match=r"after\.dump\.gz:.*id 65 is not in the frame at .*befo"):
        imported(ENTRY | paths)


def test_frames_are_chosen_by_index_or_timestep(sheared: Path) -> None:
    chosen = {"reference": {"timestep": 100}, "frames": [{"timestep": 300}, 2]}
    load = imported(ENTRY | {"path": sheared} | chosen).loads["imported"]
    np.testing.assert_allclose([f.strain for f in load.frames], [0.01, 0.03], atol=1e-12)
    after = imported(ENTRY | {"path": sheared, "reference": 1}).loads["imported"]
    np.testing.assert_array_equal(after.curve["strain"], load.curve["strain"])
    alone = imported(ENTRY | {"path": sheared, "frames": []})
    assert (alone.loads, len(alone.reference)) == ({}, 64)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frames": [4]}, r":1: 0 frames fit `frames: 4`, expected one of the 4 frames"),
        ({"reference": {"timestep": 5}}, r":1: 0 frames fit `reference: {timestep: 5}`.* 0 to 300"),
        ({"frames": [2, 2]}, r"frames 2 and 2 are both at a strain of 0\.02. Choose one"),
        ({"frames": [0]}, "no other cell differs .* `frames: \\[\\]`"),
        ({"reference": 3}, "no frame comes after the reference"),
        ({"reference": 2, "frames": [1], "load": XY}, r"frame 1 is at a strain of -0\.01, opp"),
        ({"reference": 1, "frames": [0, 3]}, r"frame 0 is at a strain of -0\.01, opp.* inferred"),
        ({"load": XY | {"sense": -1}}, r"at a strain of -0\.04, .*sense: -1\).* reverse a declared"),
        ({"load": {"type": "uniaxial", "axis": "x"}},
         r"drifts: .* xy goes .* 0\.04 lies off the load declared \(type: uniaxial.*Declare ano"),
        ({"species": {1: "A"}}, r":\d+: species '2' has no name"),
        ({"dimension": 2, "volume_tolerance": 9}, "expected equal in `dimension: 2`"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_declaration_is_refused(
    sheared: Path, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        imported(ENTRY | {"path": sheared} | change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bound": "standard"}, r"unknown keys \['bound'\]"),
        ({"reference_path": "a"}, r"has \['path', 'reference_path'\]; expected path, or"),
        ({"format": "xyz"}, r"format: 'xyz'; expected one of \['lammps_dump', 'lammps_data'"),
        ({"bounds": "wide"}, r"bounds: 'wide'; expected one of \['standard', 'unextended'\]"),
        ({"format": "extxyz", "bounds": "standard"}, "bounds is for lammps_dump only"),
        ({"ids": "none"}, r"ids: 'none'; expected one of \['file', 'order'\]"),
        ({"dimension": 1}, r"dimension: 1; expected one of \[2, 3\]"),
        ({"species": {}}, r"species: {}; expected a name for each label"),
        ({"reference": -1}, "reference: -1; expected an index from 0, or {timestep"),
        ({"frames": [True]}, "frames: True; expected an index"),
        ({"frames": 3}, "frames: 3; expected a list"),
        (
            {"frames": [], "target": "c_d2"},
            r"no column 'c_d2' in the frame of the reference; numeric columns: \[\]",
        ),
        ({"format": "extxyz", "atom_style": "full"}, "atom_style is for lammps_data only"),
        ({"format": "lammps_data", "atom_style": "round"}, "atom_style: 'round'; expected one of"),
        ({"volume_tolerance": -1}, "volume_tolerance: -1; expected a number of at least 0"),
        ({"load": {"type": "random"}}, "'random' is for simulations"),
        ({"load": {"type": "twist"}}, "load type 'twist'; expected simple_shear"),
    ],
)
def test_bad_entries_are_refused(sheared: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        imported(ENTRY | {"path": sheared} | change)


@pytest.mark.parametrize("key", ["format", "species", "dimension", "units"])
def test_nothing_that_matters_is_guessed(sheared: Path, key: str) -> None:
    entry = {k: v for k, v in (ENTRY | {"path": sheared}).items() if k != key}
    with pytest.raises(ValueError, match=rf"lacks \['{key}'\]; these are never guessed"):
        imported(entry)


def test_units_in_the_file_must_be_those_declared(tmp_path: Path, sheared: Path) -> None:
    frames = [replace(f, units="metal") for f in read_lammps_dump(sheared)]
    write_lammps_dump(tmp_path / "metal.dump", frames)
    entry = ENTRY | {"path": tmp_path / "metal.dump"}
    with pytest.raises(FormatError, match=r"'metal' units, but 'lj' is declared\. Correct `units`"):
        imported(entry)
    assert imported(entry | {"units": "metal"}).units == "metal"


@pytest.mark.parametrize("load", [None, XY], ids=["inferred", "declared"])
@pytest.mark.parametrize("wrote", ["standard", "unextended"])
def test_misread_bounds_are_noticed_and_the_other_reading_offered(
    tmp_path: Path, wrote: Any, load: dict[str, Any] | None
) -> None:
    frames, _ = deformed(disordered(np.random.default_rng(2), tilt=0.0), XY)
    write_lammps_dump(tmp_path / "run.dump", frames, bounds=wrote)
    other = {"standard": "unextended", "unextended": "standard"}[wrote]
    entry = ENTRY | {"path": tmp_path / "run.dump", "load": load}
    offer = {"standard": "leave `bounds` out", "unextended": "declare it if the program"}[wrote]
    with pytest.raises(FormatError, match=rf"lx goes .*With `bounds: {wrote}` nothing.*{offer}"):
        imported(entry | {"bounds": other})
    last = imported(entry | {"bounds": wrote}).loads["imported"].frames[-1]
    assert last.strain == pytest.approx(0.04)


def test_a_change_of_volume_needs_consent_and_is_recorded(tmp_path: Path) -> None:
    frames, _ = deformed(disordered(np.random.default_rng(3)), XY)
    grown = 1.003 ** (1 / 3)
    frames[2] = replace(
        frames[2], cell=frames[2].cell * grown, positions=frames[2].positions * grown
    )
    write_lammps_dump(tmp_path / "run.dump", frames)
    entry = ENTRY | {"path": tmp_path / "run.dump"}
    with pytest.raises(
        FormatError,
        match=r"volume changes by \+0\.300% \(allowed: 0\.200%\).*`volume_tolerance` above 0\.075",
    ):
        imported(entry)
    sample = imported(entry | {"volume_tolerance": 0.08})
    recorded = [f["volume_change"] for f in sample.provenance["import"]["frames"]]
    np.testing.assert_allclose(recorded, [0, 0.003, 0], atol=1e-12)
    assert sample.loads["imported"].frames[1].strain == pytest.approx(0.02)
    assert sample.loads["imported"].frames[1].configuration.measure == pytest.approx(
        1.003 * sample.reference.measure
    )


def test_a_flipped_cell_is_not_taken_for_a_load(tmp_path: Path) -> None:
    frames, _ = deformed(disordered(np.random.default_rng(4), tilt=0.48), XY, (0.04,))
    flipped = frames[1].cell.copy()
    flipped[1, 0] -= flipped[0, 0]  # the same lattice
    frames[1] = replace(frames[1], cell=flipped)
    write_lammps_dump(tmp_path / "run.dump", frames)
    entry = ENTRY | {"path": tmp_path / "run.dump"}
    for load in ({}, {"load": XY}):
        (load_path,) = imported(entry | load).loads.values()
        assert [frame.strain for frame in load_path.frames] == pytest.approx([0.04])
    with pytest.raises(FormatError, match=r"frame 1 is at a strain of -0\.04, opposite to"):
        imported(entry | {"load": XY | {"sense": -1}})
    scattered = np.random.default_rng(0).permutation(len(frames[1]))
    lost = replace(frames[1], positions=frames[1].positions[scattered])  # nothing tells the flip
    write_lammps_dump(tmp_path / "run.dump", [frames[0], lost])
    with pytest.raises(
        FormatError, match=r"strain of 0\.96, .* equivalent cell gives 0\.04.*`flip no`"
    ):
        imported(entry)


def test_the_script_writes_a_sample_file(tmp_path: Path, sheared: Path) -> None:
    for name in ("one.h5", "two.h5"):
        main(tmp_path / name, entry=ENTRY | {"path": str(sheared)}, sample="g-0001", system="g")
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    sample = read_sample(tmp_path / "one.h5")
    assert (sample.name, sample.system, sample.seed) == ("g-0001", "g", -1)
    assert np.isnan(sample.energy)
    assert len(sample.loads["imported"].frames) == 3


# twin: imports/test_glass_import.py::test_packed_files_of_one_state_agree_in_both_formats
@needs_data
def test_cuzr_dump_and_extended_xyz_agree() -> None:
    (dump,), (xyz,) = read_lammps_dump(CUZR_DUMP), read_extxyz(CUZR_XYZ)
    np.testing.assert_array_equal(dump.extra["fx"][:1], [0.63322259079833])
    np.testing.assert_array_equal(dump.ids, xyz.ids)
    common = ENTRY | {"units": "metal", "frames": []}
    a = imported(common | {"path": CUZR_DUMP, "species": {"1": "Cu", "2": "Zr"}}).reference
    b = imported(
        common | {"path": CUZR_XYZ, "format": "extxyz", "species": {"Cu": "Cu", "Zr": "Zr"}}
    ).reference
    np.testing.assert_array_equal(a.positions, b.positions)
    np.testing.assert_array_equal(a.cell, b.cell)
    np.testing.assert_array_equal(a.species, b.species)
    assert a.species_names == b.species_names == ("Cu", "Zr")
    assert np.bincount(a.species).tolist() == [236, 224]


def test_packed_files_of_one_state_agree_in_both_formats(tmp_path: Path) -> None:
    """The twin of the test above: other names of species, rows out of order, forces beside them."""
    rng = np.random.default_rng(5)
    (frame, *_), _ = deformed(disordered(rng), XY)
    order = rng.permutation(len(frame.ids))
    mixed = replace(
        frame, ids=frame.ids[order], species=frame.species[order],
        positions=frame.positions[order], extra={"fx": rng.normal(size=len(order))},
    )  # fmt: skip
    # the second name tells nothing of the format
    dump, xyz = tmp_path / "glass.lammps.dump.gz", tmp_path / "glass.gz"
    write_lammps_dump(dump, [mixed])
    write_extxyz(xyz, [replace(mixed, labels=("Cu", "Zr"))])
    for (read,) in (read_lammps_dump(dump), read_extxyz(xyz)):
        expected = dict(zip(mixed.ids, mixed.extra["fx"], strict=True))
        assert dict(zip(read.ids, read.extra["fx"], strict=True)) == expected
    common = ENTRY | {"units": "metal", "frames": []}
    a = imported(common | {"path": dump, "species": {"1": "Cu", "2": "Zr"}}).reference
    b = imported(
        common | {"path": xyz, "format": "extxyz", "species": {"Cu": "Cu", "Zr": "Zr"}}
    ).reference
    np.testing.assert_allclose(a.positions, b.positions, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(a.cell, b.cell)
    np.testing.assert_array_equal(a.species, b.species)
    assert a.species_names == b.species_names == ("Cu", "Zr")
    np.testing.assert_array_equal(a.species, frame.species)
    # control: swapped names are another state
    c = imported(common | {"path": dump, "species": {"1": "Zr", "2": "Cu"}}).reference
    assert np.all(np.array(c.species_names)[c.species] != np.array(a.species_names)[a.species])


# twin: imports/test_glass_import.py::test_misread_bounds_are_noticed_and_the_other_reading_offered
@needs_data
@pytest.mark.parametrize("load", [None, XY], ids=["inferred", "declared"])
@pytest.mark.parametrize("frames", ["all", [1]], ids=["all", "one"])
def test_jumol_shear_is_refused_unless_its_bounds_are_declared(
    load: dict[str, Any] | None, frames: Any
) -> None:
    entry = ENTRY | {"path": SHEAR, "dimension": 2, "load": load, "frames": frames}
    with pytest.raises(
        FormatError,
        match=r"lammpstrj:\d+: the cell drifts: .*lx goes 9\.87045 -> 9\..*the area changes by -.*"
        r"`bounds: unextended` nothing drifts \(lx is 9\.88045 throughout",
    ):
        imported(entry)
    sample = imported(entry | {"bounds": "unextended"})
    for frame in sample.loads["imported"].frames:
        assert frame.configuration.cell[0].tolist() == [9.88045, 0, 0]
    assert sample.reference.cell[2].tolist() == [0, 0, 10]  # the file says 1.5e-323


# twin: imports/test_glass_import.py::test_a_change_of_volume_needs_consent_and_is_recorded
@needs_data
def test_jumol_tension_is_refused_until_its_growth_is_accepted() -> None:
    entry = ENTRY | {"path": TENSION, "dimension": 2, "reference": 1}
    with pytest.raises(FormatError, match=r"area changes by \+.*set `volume_tolerance` above 0\."):
        imported(entry)
    load = imported(entry | {"volume_tolerance": 0.3}).loads["imported"]
    np.testing.assert_allclose(load.tensor, np.diag([0.5, -0.5, 0]), atol=1e-12)


# twin: imports/test_glass_import.py::test_one_event_of_a_run_is_local_and_the_rest_is_affine
@needs_data
@pytest.mark.parametrize(
    ("path", "options"),
    [(SHEAR, {"bounds": "unextended"}), (TENSION, {"reference": 1, "volume_tolerance": 0.3})],
    ids=["shear", "tension"],
)
def test_d2min_of_the_jumol_runs_shows_avalanches(path: Path, options: dict[str, Any]) -> None:
    sample = imported(ENTRY | {"path": path, "dimension": 2} | options)
    states = [sample.reference, *(f.configuration for f in sample.loads["imported"].frames)]
    steps = np.array([d2min(a, b, 2.0).total for a, b in pairwise(states)])
    assert np.isfinite(steps).all()
    size = steps.sum(axis=1)
    # between avalanches the response is elastic; an avalanche is local and a thousand times larger
    assert size.max() > 1000 * np.median(size)
    worst = np.sort(steps[size.argmax()])[::-1]
    assert worst[: len(worst) // 4].sum() > 0.6 * worst.sum()
    # a wrongly read cell would appear as non-affine motion of the affine map
    f = np.linalg.solve(states[0].cell, states[-1].cell).T
    mapped = states[0].moved(states[0].positions @ f.T, states[0].cell @ f.T)
    assert d2min(states[0], mapped, 2.0).per_neighbour.max() < 1e-24


def test_one_event_of_a_run_is_local_and_the_rest_is_affine(tmp_path: Path) -> None:
    """The twin of the test above: in the last step but one, five particles move on their own."""
    frames, _ = deformed(disordered(np.random.default_rng(7)), XY, (0.01, 0.02, 0.03, 0.04))
    event = np.zeros_like(frames[0].positions)
    event[:5] = 0.2 * np.random.default_rng(8).normal(size=(5, 3))
    moved = [replace(f, positions=f.positions + event * (k >= 3)) for k, f in enumerate(frames)]
    write_lammps_dump(tmp_path / "run.dump", moved, bounds="unextended")
    sample = imported(ENTRY | {"path": tmp_path / "run.dump", "bounds": "unextended"})
    states = [sample.reference, *(f.configuration for f in sample.loads["imported"].frames)]
    steps = np.array([d2min(a, b, 1.5).total for a, b in pairwise(states)])
    size = steps.sum(axis=1)
    assert size.argmax() == 2
    # they keep this displacement while the cell goes on, so that the last step is not quite affine
    assert size[2] > 1000 * np.median(size)
    worst = np.argsort(steps[2])[::-1]
    assert set(range(5)) <= set(worst[:16].tolist())
