"""Particles of different frames are matched without doubt, or the files are refused."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gsd.hoomd
import numpy as np
import pytest

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.sample import Sample
from mechanist.imports.kept_order import order_changed
from mechanist.imports.trajectory_samples import import_sample

N, EDGE, STRAIN = 60, 5.0, 0.02
FRACTIONS = np.random.default_rng(5).random((N, 3))
SPECIES = np.arange(N) % 2
#: Orders in which two frames list their particles.
SAME = (np.arange(N), np.arange(N))
SHUFFLED = (np.arange(N), np.random.default_rng(6).permutation(N))
BOTH_SHUFFLED = (SHUFFLED[1], SHUFFLED[1])


def places(strain: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return positions and cell of an affine simple shear, whose D2min is zero."""
    cell = np.diag([EDGE] * 3)
    cell[1, 0] = strain * EDGE
    return FRACTIONS @ cell, cell


def dump(
    path: Path, orders: Sequence[Any], ids: np.ndarray[Any, Any], strains: Any = (0, STRAIN)
) -> Path:
    text = ""
    for k, (strain, order) in enumerate(zip(strains, orders, strict=True)):
        x, cell = places(strain)
        tilt = cell[1, 0]
        text += f"ITEM: TIMESTEP\n{k}\nITEM: NUMBER OF ATOMS\n{N}\n"
        text += (
            f"ITEM: BOX BOUNDS xy xz yz pp pp pp\n0 {EDGE + tilt} {tilt}\n0 {EDGE} 0\n0 {EDGE} 0\n"
        )
        text += "ITEM: ATOMS id type x y z\n"
        text += "".join(
            f"{ids[i]} {SPECIES[i] + 1} {x[i, 0]!r} {x[i, 1]!r} {x[i, 2]!r}\n" for i in order
        )
    path.write_text(text.replace("np.float64(", "").replace(")", ""))
    return path


def extxyz(
    path: Path, orders: Sequence[Any], ids: np.ndarray[Any, Any] | None, strains: Any = (0, STRAIN)
) -> Path:
    lines = []
    for strain, order in zip(strains, orders, strict=True):
        x, cell = places(strain)
        form = "species:S:1:pos:R:3" + (":id:I:1" if ids is not None else "")
        lattice = " ".join(map(str, cell.ravel().tolist()))
        lines += [str(N), f'Lattice="{lattice}" Properties={form}']
        for i in order:
            row = [str(SPECIES[i] + 1), *map(str, x[i].tolist())]
            lines.append(" ".join(row + ([str(ids[i])] if ids is not None else [])))
    path.write_text("\n".join(lines) + "\n")
    return path


def data(path: Path, order: Any, ids: np.ndarray[Any, Any]) -> Path:
    x, _ = places(0.0)
    text = (
        f"title\n\n{N} atoms\n2 atom types\n0 {EDGE} xlo xhi\n0 {EDGE} ylo yhi\n0 {EDGE} zlo zhi\n"
    )
    text += "\nAtoms # atomic\n\n"
    text += "".join(
        f"{ids[i]} {SPECIES[i] + 1} {' '.join(map(str, x[i].tolist()))}\n" for i in order
    )
    path.write_text(text)
    return path


def archive(path: Path, orders: Sequence[Any], ids: np.ndarray[Any, Any] | None) -> Path:
    states = [places(strain) for strain in (0, STRAIN)]
    arrays = {
        "positions": np.stack([x[order] for (x, _), order in zip(states, orders, strict=True)]),
        "cell": np.stack([cell for _, cell in states]),
        "species": np.stack([SPECIES[order] + 1 for order in orders]),
    }
    if ids is not None:
        arrays["ids"] = np.stack([ids[order] for order in orders])
    np.savez(path, **arrays)
    return path


def hoomd(path: Path, order: Any) -> Path:
    x, cell = places(0.0)
    frame = gsd.hoomd.Frame()
    frame.configuration.box = [EDGE, EDGE, EDGE, 0, 0, 0]
    frame.particles.N = N
    frame.particles.types = ["1", "2"]
    frame.particles.typeid = SPECIES[order]
    frame.particles.position = (x - cell.sum(axis=0) / 2)[order]
    with gsd.hoomd.open(str(path), "w") as file:
        file.append(frame)
    return path


def imported(**entry: Any) -> Sample:
    common = {"species": {"1": "A", "2": "B"}, "dimension": 3, "units": "lj"}
    load = {"type": "simple_shear", "plane": "xy"}
    return import_sample({**common, "load": load, **entry}, name="a", system="b")


def largest_d2min(sample: Sample) -> float:
    (load,) = sample.loads.values()
    return float(np.nanmax(d2min(sample.reference, load.frames[-1].configuration, 2.0).total))


WRITERS: dict[str, Callable[..., Path]] = {"lammps_dump": dump, "extxyz": extxyz, "npz": archive}
IDS = {"from 1": np.arange(N) + 1, "from 0": np.arange(N), "with gaps": np.arange(N) * 7 - 100}


@pytest.mark.parametrize(
    "orders", [SAME, SHUFFLED, BOTH_SHUFFLED], ids=["same", "shuffled", "both"]
)
@pytest.mark.parametrize("numbered", IDS)
@pytest.mark.parametrize("form", WRITERS)
def test_ids_match_particles_wherever_they_begin(
    tmp_path: Path, form: str, numbered: str, orders: Any
) -> None:
    path = WRITERS[form](tmp_path / f"a.{form}", orders, IDS[numbered])
    assert largest_d2min(imported(path=path, format=form)) < 1e-12


@pytest.mark.parametrize("numbered", IDS)
@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
def test_order_that_contradicts_ids_is_refused_and_the_remedy_is_safe(
    tmp_path: Path, form: str, numbered: str
) -> None:
    path = WRITERS[form](tmp_path / "a", SHUFFLED, IDS[numbered])
    with pytest.raises(
        FormatError, match=r"contradicts the column of ids\. Leave `ids: order` out"
    ):
        imported(path=path, format=form, ids="order")
    assert largest_d2min(imported(path=path, format=form)) < 1e-12  # as advised
    both = WRITERS[form](tmp_path / "b", BOTH_SHUFFLED, IDS[numbered])
    assert largest_d2min(imported(path=both, format=form, ids="order")) < 1e-12


@pytest.mark.parametrize("order", [SAME[0], SHUFFLED[1]], ids=["same", "shuffled"])
def test_files_of_two_formats_are_matched_by_ids(tmp_path: Path, order: Any) -> None:
    entry = {
        "reference_path": data(tmp_path / "a.data", SAME[0], IDS["from 0"]),
        "reference_format": "lammps_data",
        "deformed_path": dump(tmp_path / "a.dump", [order], IDS["from 0"], [STRAIN]),
        "format": "lammps_dump",
    }
    assert largest_d2min(imported(**entry)) < 1e-12
    if order is SAME[0]:
        assert largest_d2min(imported(**entry, ids="order")) < 1e-12
        return
    with pytest.raises(FormatError, match=r"a\.dump:\d+, column 'id': .*Leave `ids: order` out"):
        imported(**entry, ids="order")


@pytest.mark.parametrize("ids", ["file", "order"])
@pytest.mark.parametrize("order", [SAME[0], SHUFFLED[1]], ids=["same", "shuffled"])
def test_a_file_without_ids_goes_with_one_whose_ids_are_in_order(
    tmp_path: Path, order: Any, ids: str
) -> None:
    """A reference without ids could be numbered by id or as the rows of the other file."""
    entry = {
        "reference_path": hoomd(tmp_path / "a.gsd", SAME[0]),
        "reference_format": "gsd",
        "deformed_path": dump(tmp_path / "a.dump", [order], IDS["from 1"], [STRAIN]),
        "format": "lammps_dump",
        "ids": ids,
    }
    if order is SAME[0]:
        assert largest_d2min(imported(**entry)) < 1e-5  # GSD holds single precision
        return
    with pytest.raises(FormatError, match=r"states ids, .* not in ascending order, .* in two ways"):
        imported(**entry)


def test_other_ids_under_order_are_refused_without_bad_advice(tmp_path: Path) -> None:
    one = dump(tmp_path / "a.dump", [SAME[0]], IDS["from 1"], [0])
    other = dump(tmp_path / "b.dump", [SAME[0]], IDS["from 0"], [STRAIN])
    entry = {"reference_path": one, "deformed_path": other, "format": "lammps_dump"}
    with pytest.raises(
        FormatError, match="Write both frames with the same ids of the same particles"
    ):
        imported(**entry, ids="order")
    with pytest.raises(FormatError, match="id 0 is not in the frame at"):
        imported(**entry)


def test_ids_that_number_nothing_may_be_replaced_by_order(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.dump", SAME, np.zeros(N, int))
    with pytest.raises(
        FormatError, match=r"id 0 is already on line 10\. .* in every frame, declare"
    ):
        imported(path=path, format="lammps_dump")
    assert largest_d2min(imported(path=path, format="lammps_dump", ids="order")) < 1e-12


@pytest.mark.parametrize(
    "orders", [SAME, BOTH_SHUFFLED, SHUFFLED], ids=["same", "both", "shuffled"]
)
@pytest.mark.parametrize("form", ["extxyz", "npz"])
def test_a_change_of_order_is_noticed_without_ids(tmp_path: Path, form: str, orders: Any) -> None:
    path = WRITERS[form](tmp_path / f"a.{form}", orders, None)
    entry: dict[str, Any] = {"path": path, "format": form, "species": {"1": "A", "2": "A"}}
    if form == "extxyz":
        with pytest.raises(
            FormatError, match=r"If particles have the same order in every frame, declare"
        ):
            imported(**entry)
        entry["ids"] = "order"
    if orders is SHUFFLED:
        with pytest.raises(FormatError, match=r"are listed in another order\. Write ids"):
            imported(**entry)
        return
    assert largest_d2min(imported(**entry)) < 1e-12


def test_particles_that_moved_are_no_change_of_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    start = disordered(rng, n=200, tilt=0.0)
    for size, share in ((0.1, 0.0), (2.0, 0.0), (0.05, 0.6)):
        noise = size * rng.normal(size=start.positions.shape)
        moved = start.positions + noise + (rng.random((200, 1)) < share) * start.cell[0] / 3
        assert not order_changed(start, start.moved(moved, start.cell))
    swapped = start.positions[rng.permutation(200)] + 0.02 * rng.normal(size=(200, 3))
    assert order_changed(start, start.moved(swapped + 3 * start.cell[1], start.cell))


def test_arrays_may_list_ids_and_species_by_frame(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.npz", SHUFFLED, IDS["from 0"])
    stored = dict(np.load(path))
    ids = stored["ids"].copy()
    ids[1, ids[1] == 3] = 99
    np.savez(path, **(stored | {"ids": ids}))
    with pytest.raises(FormatError, match="column 'id': timestep 1: id 99 is not in the frame at"):
        imported(path=path, format="npz")
    ids[1, ids[1] == 99] = 4
    np.savez(path, **(stored | {"ids": ids}))
    with pytest.raises(FormatError, match="column 'ids': id 4 occurs 2 times"):
        imported(path=path, format="npz")
