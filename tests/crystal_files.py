"""Small crystal files in the formats of other programs, for tests of the readers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from mechanist.core.rotations import quaternion_to_matrix, random_rotations
from mechanist.formats.paradis import DislocationNetwork

MATERIAL: Final = """
phase:
  aluminium:
    lattice: cF
    mechanical:
      elastic: {type: Hooke, C_11: 106.75e9, C_12: 60.41e9, C_44: 28.34e9}
      plastic:
        {type: phenopowerlaw, N_sl: [12], xi_0_sl: [31e6], xi_inf_sl: [63e6], n_sl: 20, a_sl: 2.25,
         dot_gamma_0_sl: 0.001, h_0_sl-sl: 75e6, h_sl-sl: [1, 1, 1.4, 1.4, 1.4, 1.4, 1.4]}
"""
LOAD: Final = "loadstep: [{discretization: {t: 20, N: 40}}]"
PHASE: Final = "phase/aluminium/mechanical"


def damask_fields(
    cells: tuple[int, int, int], seed: int, increments: tuple[int, ...] = (0, 20, 40)
) -> dict[int, dict[str, np.ndarray[Any, Any]]]:
    """Return O, F, P and F_e at each increment of loading along y, cells with x fastest."""
    rng = np.random.default_rng(seed)
    n = int(np.prod(cells))
    q = random_rotations(2, rng)[np.arange(n) % 2]
    fields = {}
    for k in increments:
        stretch = np.eye(3) + np.diag([-0.4, 1.0, -0.4]) * 5e-4 * k
        stress = 1e6 * (np.diag([0, 3.0 * k, 0]) + rng.normal(size=(n, 3, 3)))
        fields[k] = {
            "O": q,
            "F": np.broadcast_to(stretch, (n, 3, 3)).copy(),
            "P": stress - stress.mean(axis=0) + 1e6 * np.diag([0, 3.0 * k, 0]),
            "F_e": quaternion_to_matrix(q) * 1.001,
        }
    return fields


def write_damask(
    path: Path,
    *,
    cells: tuple[int, int, int] = (2, 3, 4),
    seed: int = 0,
    fields: Mapping[int, Mapping[str, np.ndarray[Any, Any]]] | None = None,
) -> None:
    """Write a DAMASK 3 grid result file."""
    n = int(np.prod(cells))
    with h5py.File(path, "w") as file:
        file.attrs["DADF5_version_major"] = np.int32(1)
        file.attrs["creator"] = "DAMASK_grid 3.0.0"
        geometry = file.create_group("geometry")
        geometry.attrs["cells"] = np.array(cells, np.int32)
        geometry.attrs["size"] = np.array(cells) * 0.5
        mapping = np.zeros((n, 1), [("label", "S9"), ("entry", "<i8")])
        mapping["label"] = b"aluminium"
        mapping["entry"][:, 0] = np.arange(n)
        file["cell_to/phase"] = mapping
        for name, text, what in (
            ("material.yaml", MATERIAL, "main configuration"),
            ("tension.yaml", LOAD, "load case definition (grid solver)"),
        ):
            file[f"setup/{name}"] = np.array([text.encode()])
            file[f"setup/{name}"].attrs["description"] = what
        for k, parts in (fields or damask_fields(cells, seed)).items():
            group = file.create_group(f"increment_{k}")
            group.attrs["t/s"] = k / 2
            for key, values in parts.items():
                group[f"{PHASE}/{key}"] = values
            group[f"{PHASE}/P"].attrs["unit"] = "Pa"


def network_of_loops(seed: int, loops: int = 2, corners: int = 4) -> DislocationNetwork:
    """Return closed dislocation loops on {111}<110> slip systems in a periodic box."""
    rng = np.random.default_rng(seed)
    low = np.array([-10.0, -20.0, 5.0])
    lengths = np.array([40.0, 30.0, 50.0])
    positions, segments, burgers, planes = [], [], [], []
    for k in range(loops):
        normal, direction = np.array([1.0, 1, 1]) / 3**0.5, np.array([1.0, -1, 0]) / 2**0.5
        order, signs = rng.permutation(3), rng.choice([-1.0, 1.0], 3)
        normal, direction = normal[order] * signs, direction[order] * signs
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        across = np.cross(normal, direction)
        flat = np.cos(angles)[:, None] * direction + np.sin(angles)[:, None] * across
        places = rng.uniform(0, 1, 3) * lengths + rng.uniform(3, 7) * flat
        positions.append(low + places % lengths)
        rows = corners * k + np.arange(corners)
        segments.append(np.column_stack([rows, np.roll(rows, -1)]))
        burgers.append(np.tile(direction, (corners, 1)))
        planes.append(np.tile(normal, (corners, 1)))
    n = loops * corners
    return DislocationNetwork(
        tags=np.column_stack([np.arange(n) % 3, np.arange(n)]),
        positions=np.concatenate(positions),
        constraints=np.zeros(n, np.int64),
        segments=np.concatenate(segments),
        burgers=np.concatenate(burgers),
        planes=np.concatenate(planes),
        low=low,
        high=low + lengths,
    )


def junction() -> DislocationNetwork:
    """Return two bcc lines that end held, and share a [001] junction across a face of the box.

    Three arms lie along their Burgers vectors, the fourth at 60 degrees in the common plane; each
    is 20 long and the junction 10, in a box of side 100.
    """
    root = 3**-0.5
    one, two = root * np.array([1.0, 1, 1]), root * np.array([-1.0, -1, 1])
    plane = np.array([1.0, -1, 0]) / 2**0.5
    below, above = np.array([50.0, 50, 95]), np.array([50.0, 50, 105])
    askew = 0.5 * two + 0.75**0.5 * np.cross(plane, two)
    places = [
        below - 20 * one,
        below - 20 * two,
        below,
        above,
        above + 20 * one,
        above + 20 * askew,
    ]
    return DislocationNetwork(
        tags=np.array([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]),
        positions=np.array(places) % 100,
        constraints=np.array([7, 7, 0, 0, 7, 7]),
        segments=np.array([[0, 2], [1, 2], [2, 3], [3, 4], [3, 5]]),
        burgers=np.array([one, two, one + two, one, two]),
        planes=np.tile(plane, (5, 1)),
        low=np.zeros(3),
        high=np.full(3, 100.0),
    )


def ang_lines(
    euler: np.ndarray[Any, Any],
    *,
    step: float = 0.5,
    grid: str = "SqrGrid",
    phases: np.ndarray[Any, Any] | None = None,
    confidence: np.ndarray[Any, Any] | None = None,
    places: np.ndarray[Any, Any] | None = None,
) -> list[str]:
    """Return the lines of an ``.ang`` map of Euler angles of shape (nx, ny, 3), row by row."""
    nx, ny = euler.shape[:2]
    header = [
        "# TEM_PIXperUM          1.000000",
        "# x-star                0.500000",
        "#",
        "# Phase 1",
        "# MaterialName  Nickel",
        "# Symmetry              43",
        "# LatticeConstants      3.520 3.520 3.520  90.000  90.000  90.000",
        "#",
        f"# GRID: {grid}",
        f"# XSTEP: {step}",
        f"# YSTEP: {step}",
        f"# NROWS: {ny}",
        "#",
    ]
    rows = []
    for j in range(ny):
        for i in range(nx):
            x, y = (step * i, step * j) if places is None else places[i, j]
            angles = "  ".join(f"{a:.5f}" for a in euler[i, j])
            ci = 0.5 if confidence is None else confidence[i, j]
            phase = 0 if phases is None else phases[i, j]
            rows.append(f"  {angles}  {x:.5f}  {y:.5f}  100.0  {ci:.3f}  {phase}  1  0.9")
    return header + rows


def ctf_lines(
    euler: np.ndarray[Any, Any],
    *,
    step: float = 0.5,
    phases: np.ndarray[Any, Any] | None = None,
    laue: int = 9,
) -> list[str]:
    """Return the lines of a ``.ctf`` map of Euler angles of shape (nx, ny, 3) in degrees."""
    nx, ny = euler.shape[:2]
    titles = ["Phase", "X", "Y", "Bands", "Error", "Euler1", "Euler2", "Euler3", "MAD", "BC", "BS"]
    header = [
        "Channel Text File",
        "Prj\tmine.cpr",
        "JobMode\tGrid",
        f"XCells\t{nx}",
        f"YCells\t{ny}",
        f"XStep\t{step}",
        f"YStep\t{step}",
        "Euler angles refer to Sample Coordinate system (CS0)!\tMag\t300",
        "Phases\t1",
        f"3.2;3.2;5.2\t90;90;120\tMagnesium\t{laue}\t194",
        "\t".join(titles),
    ]
    rows = []
    for j in range(ny):
        for i in range(nx):
            phase = 1 if phases is None else phases[i, j]
            angles = [f"{a:.4f}" for a in euler[i, j]]
            row = [str(phase), f"{step * i:.4f}", f"{step * j:.4f}", "8", "0", *angles]
            rows.append("\t".join([*row, "0.5", "100", "200"]))
    return header + rows
