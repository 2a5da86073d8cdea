"""DAMASK results of several versions, phases and constituents, and their materials in the engine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from crystal_files import LOAD, MATERIAL, damask_fields, write_damask
from crystals import symmetric_tensors
from mechanist.core.errors import FormatError
from mechanist.formats.damask import read_damask
from mechanist.formats.damask_phases import describe_phase

CELLS = (2, 3, 4)
FIELDS = damask_fields(CELLS, 0)
IRON = MATERIAL.replace("aluminium", "iron").replace("cF", "cI").replace("phase:\n", "")


def material(file: h5py.File, *, mark: str, name: str = "material.yaml", text: str = "") -> None:
    """Store the material configuration with another mark, name or text."""
    old = file["setup/material.yaml"][()]
    del file["setup/material.yaml"]
    file[f"setup/{name}"] = np.array([text.encode()]) if text else old
    file[f"setup/{name}"].attrs["description"] = mark


def split(file: h5py.File, of_cell: np.ndarray, names: tuple[str, ...]) -> None:
    """Give cells, shape (n, constituents), to phases; constituents of a cell have equal fields."""
    width = max(map(len, names))
    mapping = np.zeros(of_cell.shape, [("label", f"S{width}"), ("entry", "<i8")])
    for k, name in enumerate(names):
        here = of_cell == k
        mapping["label"][here] = name.encode()
        mapping["entry"][here] = np.arange(here.sum())[::-1]  # in another order than that of cells
    del file["cell_to/phase"]
    file["cell_to/phase"] = mapping
    for number, fields in FIELDS.items():
        group = file[f"increment_{number}/phase"]
        del group["aluminium"]
        for k, name in enumerate(names):
            cells = np.nonzero(of_cell == k)[0][::-1]
            for key, values in fields.items():
                group[f"{name}/mechanical/{key}"] = values[cells]
            group[f"{name}/mechanical/P"].attrs["unit"] = "Pa"


def changed(path: Path, *changes: Callable[[h5py.File], object]) -> Path:
    """Write a result and change it."""
    write_damask(path, cells=CELLS)
    with h5py.File(path, "a") as file:
        for change in changes:
            change(file)
    return path


NEW = "material configuration"


@pytest.mark.parametrize(
    "change",
    [
        lambda f: material(f, mark="main configuration"),
        lambda f: material(f, mark=NEW),
        lambda f: material(f, mark=NEW, name="Fe.yaml"),
        lambda f: material(f, mark="main configuration", name="copper, annealed.yml"),
        lambda f: material(f, mark="material definition of a version to come", name="m.yaml"),
        lambda f: f.create_dataset("setup/numerics.yaml", data=[b"grid: {eps: 1e-3}"]),
        lambda f: f.create_group("setup/previous").attrs.modify("description", NEW),
    ],
)
def test_the_material_is_found_in_every_version(
    tmp_path: Path, change: Callable[[h5py.File], object]
) -> None:
    run = read_damask(changed(tmp_path / "a.hdf5", change), name="a")
    assert (run.systems, run.material["plastic"]["xi_0_sl"]) == ("fcc12", [31e6])


def test_a_missing_or_second_material_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path / "a.hdf5", lambda f: f.pop("setup/material.yaml"))
    with pytest.raises(
        FormatError, match=r"main configuration or material configuration; found none"
    ):
        read_damask(path, name="a")

    def second(file: h5py.File) -> None:
        file["setup/other.yaml"] = file["setup/material.yaml"][()]
        file["setup/other.yaml"].attrs["description"] = NEW

    with pytest.raises(
        FormatError, match=r"several material configurations, \['material.yaml', 'ot"
    ):
        read_damask(changed(tmp_path / "b.hdf5", second), name="b")


CHECKERS = np.indices(CELLS).sum(axis=0).ravel(order="F")[:, None] % 2


def test_two_phases(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "a.hdf5",
        lambda f: split(f, CHECKERS, ("aluminium", "iron")),
        lambda f: material(f, mark=NEW, text=MATERIAL + IRON),
    )
    run = read_damask(path, name="a")
    write_damask(tmp_path / "one.hdf5", cells=CELLS)
    one = read_damask(tmp_path / "one.hdf5", name="a")
    assert run.systems == "fcc12+bcc12"
    assert run.phases is not None
    assert run.phases.names == ("aluminium", "iron")
    np.testing.assert_array_equal(run.phases.of_voxel, np.indices(CELLS).sum(axis=0) % 2)
    for key in ("orientations", "stress", "strains", "curve"):
        np.testing.assert_allclose(getattr(run, key), getattr(one, key), rtol=1e-12)
    # grains of two orientations, each in cells of both phases where both are there
    pairs = {
        (int(g), int(p)) for g, p in zip(run.grains.flat, run.phases.of_voxel.flat, strict=True)
    }
    assert len(pairs) == len(np.unique(run.grains))
    assert [phase["lattice"] for phase in run.material["phases"]] == ["cF", "cI"]


def test_a_phase_without_plasticity(tmp_path: Path) -> None:
    elastic = (
        "  iron:\n    lattice: hP\n    c/a: 1.6\n    mechanical: {elastic: {type: Hooke, C_11: 16e10,"
        " C_12: 9e10, C_13: 7e10, C_33: 18e10, C_44: 5e10}}\n"
    )
    path = changed(
        tmp_path / "a.hdf5",
        lambda f: split(f, CHECKERS, ("aluminium", "iron")),
        lambda f: material(f, mark=NEW, text=MATERIAL + elastic),
    )
    run = read_damask(path, name="a")
    assert run.systems == "fcc12+elastic"
    assert run.material["phases"][1]["c_over_a"] == 1.6


@pytest.mark.parametrize("phase", ["aluminium", "iron"])
@pytest.mark.parametrize("lacking", ["O", "P", "F"])
def test_every_phase_needs_its_fields(tmp_path: Path, phase: str, lacking: str) -> None:
    path = changed(
        tmp_path / "a.hdf5",
        lambda f: split(f, CHECKERS, ("aluminium", "iron")),
        lambda f: material(f, mark=NEW, text=MATERIAL + IRON),
        lambda f: f.pop(f"increment_20/phase/{phase}/mechanical/{lacking}"),
    )
    with pytest.raises(
        FormatError, match=rf"increment_20/phase/{phase}/mechanical lacks \['{lacking}'"
    ):
        read_damask(path, name="a")


def fractions(*values: tuple[float, ...]) -> str:
    """Return materials whose constituents have these volume fractions."""
    lines = ["material:"]
    for parts in values:
        lines += ["- constituents:", *(f"  - {{v: {v}, phase: aluminium}}" for v in parts)]
    return "\n".join(lines) + "\n"


def constituents(path: Path, text: str) -> Path:
    """Write a result whose cells hold a constituent of aluminium and one of iron."""
    both = np.tile([0, 1], (int(np.prod(CELLS)), 1))

    def scale(file: h5py.File) -> None:
        for number in FIELDS:
            file[f"increment_{number}/phase/iron/mechanical/P"][...] *= 3.0
            turned = file[f"increment_{number}/phase/iron/mechanical"]
            turned["O"][...] = [1.0, 0, 0, 0]
            del turned["F_e"]

    return changed(
        path,
        lambda f: split(f, both, ("aluminium", "iron")),
        lambda f: material(f, mark=NEW, text=MATERIAL + IRON + text),
        scale,
    )


def test_several_constituents(tmp_path: Path) -> None:
    """Stress is the mean over constituents by volume; orientations are those of one of them."""
    path = constituents(tmp_path / "a.hdf5", fractions((0.75, 0.25), (0.75, 0.25)))
    with pytest.raises(FormatError, match=r"cells have 2 constituents.*such as constituent: 0"):
        read_damask(path, name="a")
    with pytest.raises(FormatError, match="constituent 2, but cells have 2, numbered from 0"):
        read_damask(path, name="a", constituent=2)
    write_damask(tmp_path / "one.hdf5", cells=CELLS)
    one = read_damask(tmp_path / "one.hdf5", name="a")
    first, second = (read_damask(path, name="a", constituent=k) for k in (0, 1))
    for run in (first, second):
        np.testing.assert_allclose(
            symmetric_tensors(run.stress),
            1.5 * symmetric_tensors(one.stress),
            rtol=1e-12,
            atol=1e-9,
        )
    np.testing.assert_allclose(first.orientations, one.orientations, atol=1e-12)
    np.testing.assert_allclose(second.orientations[..., 0], 1)
    assert second.phases is not None
    assert (second.phases.of_voxel == 1).all()
    assert second.material["constituents"] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (fractions((0.75, 0.25), (0.5, 0.5)), "expected the same 2 in all materials"),
        (fractions((0.5, 0.25, 0.25)), "expected the same 2 in all materials"),
        ("", "lacks volume fractions of constituents"),
        ("material: 3\n", "lacks volume fractions of constituents"),
    ],
)
def test_unclear_fractions_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_damask(constituents(tmp_path / "a.hdf5", text), name="a", constituent=0)


@pytest.mark.parametrize(
    ("lattice", "active", "kind", "table"),
    [
        ("cF", [12], "phenopowerlaw", "fcc12"),
        ("cF", [12, 0], "phenopowerlaw", "fcc12"),
        ("cF", 12, "phenopowerlaw", "fcc12"),
        ("cF", [12, 6], "phenopowerlaw", "other"),
        ("cI", [12, 0, 0], "phenopowerlaw", "bcc12"),
        ("cI", [12, 12], "phenopowerlaw", "bcc24"),
        ("cI", [0, 12], "phenopowerlaw", "bcc24"),
        ("cI", [12, 12, 24], "phenopowerlaw", "bcc48"),
        ("hP", [3, 3, 0, 12, 6], "phenopowerlaw", "hcp30"),
        ("hP", [3], "dislotwin", "hcp30"),
        ("hP", [3, 2], "phenopowerlaw", "other"),
        ("hP", [12], "phenopowerlaw", "other"),
        ("tI", [2, 2], "phenopowerlaw", "other"),
        ("cI", [0, 0], "phenopowerlaw", "other"),
        ("cI", [], "isotropic", "other"),
        ("cI", [], "none", "elastic"),
    ],
)
def test_tables_of_slip_systems(lattice: str, active: Any, kind: str, table: str) -> None:
    plastic = {"type": kind, "N_sl": active}
    entry = {"lattice": lattice, "mechanical": {"elastic": {"C_11": 1.0}, "plastic": plastic}}
    assert describe_phase(Path("a"), {"phase": {"x": entry}}, "x")[0] == table


def test_load_cases_of_any_name_tell_the_planned_increments(tmp_path: Path) -> None:
    def rename(file: h5py.File) -> None:
        del file["setup/tension.yaml"]
        file["setup/my load.yaml"] = np.array([LOAD.replace("40", "80").encode()])
        file["setup/my load.yaml"].attrs["description"] = "load case definition (grid solver)"

    assert read_damask(changed(tmp_path / "a.hdf5", rename), name="a").status == (
        "ended at increment 40 of 80"
    )


@pytest.mark.parametrize("stored", ["cI", b"hP"])
def test_a_material_of_another_lattice_is_refused(tmp_path: Path, stored: str | bytes) -> None:
    def mark(lattice: str | bytes) -> Callable[[h5py.File], object]:
        return lambda f: f["increment_0/phase/aluminium/mechanical/O"].attrs.modify(
            "lattice", lattice
        )

    with pytest.raises(
        FormatError, match=r"are of lattice '(cI|hP)', the material configuration says 'cF'"
    ):
        read_damask(changed(tmp_path / "a.hdf5", mark(stored)), name="a")
    assert read_damask(changed(tmp_path / "b.hdf5", mark("cF")), name="b").systems == "fcc12"
