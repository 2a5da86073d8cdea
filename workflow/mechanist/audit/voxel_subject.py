"""Audit subjects for the voxel features of polycrystal surrogates.

A state is a cell of voxels, the load is tension along an axis of its grid, and an object is a
voxel. Rows of features rotate with the cell, so joint rotations are compared with the
transformation of a row by :mod:`mechanist.learn.cube_symmetry`. A path rotates every grain, and
orientations are to be recovered from a row. Everything is in double precision, so that the audit
tests the fields and not the rounding of stored samples.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from mechanist.audit import voxel_cells as cells
from mechanist.audit.subject import (
    Environment,
    Load,
    Missing,
    Replica,
    Rng,
    Subject,
)
from mechanist.audit.voxel_cells import Cell, Shape
from mechanist.core.rotations import (
    compose,
    from_rotation_vector,
    random_rotations,
    to_rotation_vector,
)
from mechanist.core.typing import FloatArray, Lattice
from mechanist.describe.descriptor import Features, SubjectName, load_descriptor
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.describe.shared.plastic_misfit import elastic_law
from mechanist.describe.shared.voxel_rows import VoxelRows
from mechanist.describe.voxel_sets import OrientationCube
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_inputs import CubeLayout, make_layout
from mechanist.learn.cube_symmetry import Images, cube_offsets
from mechanist.learn.voxel_samples import (
    Z,
    loaded_frame,
    misfit_fields,
    plastic_law,
    taylor_history,
)
from mechanist.mechanics.misorientations import misorientation
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.crystal_law import Voce, latent_matrix
from mechanist.simulate.crystal_law_flow import Crystal

WING: Final = "crystal"
#: A copper-like crystal, loaded to the strain of the first prediction.
ELASTIC: Final[Mapping[str, float]] = {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0}
STRAIN: Final = 0.01
PASSES: Final = 50
#: Numbers of voxels along an edge at which cost is measured, and mean number of voxels per grain.
EDGES: Final = (4, 6, 8, 10, 12)
GRAIN_VOXELS: Final = 8
SIZES: Final = tuple(edge**3 for edge in EDGES)
#: Angle by which grains rotate along a path, in radians.
WAY: Final = 0.6
PATH_SHAPE: Final = (3, 3, 3)
PATH_STEPS: Final = 200
#: Number of grains whose orientations are to be recovered from fields of the central voxel alone.
FEW_GRAINS: Final = 4
#: Accuracy, in spreads, of fields that are iterated until they change less than a tolerance.
ITERATED: Final[Mapping[str, float]] = {
    "elastic_rotation": 1e-3, "elastic_stress": 1e-3,
    "plastic_rotation": 1e-2, "plastic_stress": 1e-2,
}  # fmt: skip
#: Fields whose law comes out of a simulation, and number of path steps that their accuracy resolves.
SIMULATED: Final = ("plastic_rotation", "plastic_stress")
COARSE_STEPS: Final = 40
_COSTLY: Final = Missing(
    "its linear law comes out of a simulation, too costly and too coarse to be differentiated"
)
_RICHEST: Final = Missing("all orientations of the cube are there; nothing richer is known")

Describe = Callable[[Cell, VoxelRows], VoxelPaths]


@lru_cache(maxsize=1)
def material() -> tuple[Crystal, Voce]:
    """Return the crystal and its hardening."""
    crystal = Crystal(slip_systems("fcc12"), dict(ELASTIC), rate=1e-3, exponent=20.0)
    law = Voce(16.0, 100.0, 180.0, 1.0, latent_matrix(crystal.systems))
    return crystal, law


def known_fields(cell: Cell, about: VoxelRows) -> VoxelPaths:
    """Return the fields that a descriptor names or makes, on a cell that is loaded along z.

    Parameters
    ----------
    cell : Cell
    about : VoxelRows
    """
    start = cell.voxels.reshape(-1, 4)
    named, fields = set(about.named), {}
    if "orientation" in named:
        fields["orientation:matrix"] = orientation_harmonics(start, about.lattice)
    if "quaternion" in named:
        fields["quaternion:scalar"] = start
    lengths = np.array(cell.shape, dtype=float)
    for kind in ("elastic_pass", "elastic", "plastic"):
        if named.isdisjoint({f"{kind}_rotation", f"{kind}_stress"}):
            continue
        crystal, law = material()
        if kind == "plastic":
            history = taylor_history(start, crystal, law, np.array([STRAIN]), name="probe")
            linear = plastic_law(start, crystal, *history)
        else:
            linear = elastic_law(start, crystal.stiffness, axis=Z)
        passes = 1 if kind == "elastic_pass" else PASSES
        fields |= misfit_fields(kind, linear, cell.shape, lengths, passes=passes)
    return about.completed(_sample(cell, about.lattice, fields))


def voxel_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    descriptor: VoxelRows | None = None,
    describe: Describe = known_fields,
) -> Subject[Cell]:
    """Return the audit subject for a descriptor of voxels.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    descriptor : VoxelRows, optional
        Audited instead of the one of that name.
    describe : callable
        Computes the fields; tests substitute another function.
    """
    about: VoxelRows = descriptor or load_descriptor(kind, parameters, subject=SubjectName.VOXEL)
    layouts: dict[Shape, tuple[CubeLayout, list[str]]] = {}

    def laid_out(sample: VoxelPaths) -> tuple[CubeLayout, list[str]]:
        """Return layout and names, which depend on the shape only."""
        if sample.shape not in layouts:
            layouts[sample.shape] = _layout(sample, about), _names(sample, about)
        return layouts[sample.shape]

    def features(cell: Cell, load: Load) -> Features:
        order, turn = loaded_frame(cells.axis_of(load))
        seen = Cell(cell.grains.transpose(*order), compose(turn, cell.orientations))
        sample = describe(seen, about)
        layout, names = laid_out(sample)
        rows = np.asarray(layout.rows(sample), dtype=float)
        # Rotate back from the load's frame, so that objects keep their order in the state.
        back = np.argsort(order)
        rows = rows.reshape(*seen.shape, -1).transpose(*back, 3).reshape(len(rows), -1)
        return Features(rows, names)

    def images() -> Images:
        cell = cells.of_voxels(PATH_SHAPE, np.random.default_rng(0))
        return laid_out(describe(cell, about))[0].images

    whole = about.fields == ("orientation",)
    costly = any(name in SIMULATED for name in about.named)
    return Subject(
        name=about.card.name,
        kind=kind,
        wing=WING,
        card=about.card,
        parameters={"radius": about.radius, "lattice": about.lattice, **(parameters or {})},
        features=features,
        probes=cells.probes,
        load=lambda rng: cells.LOADS[int(rng.integers(3))],
        operations=cells.operations(about.lattice, images),
        path=_path,
        coordinates=_coordinates,
        displaced=_displaced,
        sized=_sized,
        sizes=SIZES,
        replicated=_replicated,
        edges={"one crystal": _one_crystal, "cell of two voxels per side": _tiny},
        environment=_COSTLY if costly else _environment(about),
        reference=_RICHEST
        if whole
        else voxel_subject("richest", descriptor=OrientationCube()).features,
        path_steps=COARSE_STEPS if costly else PATH_STEPS,
        noise=max((ITERATED.get(name, 1e-9) for name in about.named), default=1e-9),
    )


def _layout(sample: VoxelPaths, about: VoxelRows) -> CubeLayout:
    """Lay out rows in the units of the fields, because there are no training samples for scales."""
    layout = make_layout([sample], radius=about.radius, fields=about.fields, central=about.central)
    return replace(layout, scales=dict.fromkeys(layout.scales, 1.0))


def _names(sample: VoxelPaths, about: VoxelRows) -> list[str]:
    """Return the names of the columns: field, component, and offset from the central voxel."""
    around = [
        f"{name}[{k}] at {','.join(f'{o:+d}' for o in offset)}"
        for offset in cube_offsets(about.radius)
        for name in about.fields
        for k in range(sample.field(name)[1][0].size)
    ]
    own = [f"{name}[{k}]" for name in about.central for k in range(sample.field(name)[1][0].size)]
    return around + own


def _sample(cell: Cell, lattice: Lattice, fields: Mapping[str, FloatArray]) -> VoxelPaths:
    """Return fields in the form that models read, without a path, in double precision."""
    gridded = {name: f.reshape(*cell.shape, *f.shape[1:]) for name, f in fields.items()}
    return VoxelPaths(
        name="probe",
        system="probe",
        lattice=lattice,
        grains=cell.grains,
        strains=np.array([STRAIN]),
        rotations=np.zeros((*cell.shape, 1, 3), dtype=np.float32),
        stress=np.zeros(1),
        fields=gridded,  # type: ignore[arg-type]  # files hold single precision
    )


def _coordinates(cell: Cell) -> FloatArray:
    return np.asarray(to_rotation_vector(cell.orientations).ravel())


def _displaced(cell: Cell, flat: FloatArray) -> Cell:
    return replace(cell, orientations=from_rotation_vector(flat.reshape(-1, 3)))


def _path(rng: Rng) -> Callable[[float], Cell]:
    """Return a path on which every grain rotates, some through faces of the fundamental zone."""
    cell = cells.of_voxels(PATH_SHAPE, rng)
    way = rng.normal(size=(cell.grains.size, 3))
    way *= WAY / np.linalg.norm(way, axis=1, keepdims=True)
    return lambda s: replace(
        cell, orientations=compose(from_rotation_vector(s * way), cell.orientations)
    )


def _sized(n: int, rng: Rng) -> Cell:
    edge = round(n ** (1 / 3))
    shape: Shape = (edge, edge, edge)
    return cells.of_grains(shape, max(2, n // GRAIN_VOXELS), rng)


def _replicated(cell: Cell) -> Replica[Cell]:
    order = np.tile(np.arange(cell.grains.size).reshape(cell.shape), (2, 2, 2))
    return Replica(replace(cell, grains=np.tile(cell.grains, (2, 2, 2))), order.ravel())


def _one_crystal(rng: Rng) -> Cell:
    return Cell(np.zeros(cells.GRAIN_SHAPE, dtype=np.int64), random_rotations(1, rng))


def _tiny(rng: Rng) -> Cell:
    return cells.of_voxels((2, 2, 2), rng)


def _environment(about: VoxelRows) -> Callable[[Rng], Environment[Cell]]:
    """Return cells of one cube; the orientations of its voxels or grains are to be recovered."""

    def make(rng: Rng) -> Environment[Cell]:
        cell = cells.of_voxels(PATH_SHAPE, rng)
        if about.radius == 0:
            dealt = rng.permutation(cell.grains.size) % FEW_GRAINS
            cell = Cell(dealt.reshape(cell.shape), cell.orientations[:FEW_GRAINS])
        free = np.arange(3 * len(cell.orientations))
        middle = np.array([cell.grains.size // 2])

        def distance(before: FloatArray, after: FloatArray) -> float:
            first, second = (from_rotation_vector(v.reshape(-1, 3)) for v in (before, after))
            angles = np.radians(misorientation(first, second, about.lattice))
            return float(np.sqrt((angles**2).mean()))

        return Environment(cell, middle, free, len(free), distance)

    return make
