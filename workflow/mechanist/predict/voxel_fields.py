"""Fields that surrogates read at the voxels of a map, computed as for their training.

A map larger than :data:`MOST_WHOLE` voxels is cut into blocks. Fields of one voxel, and cubes of
neighbours, are the same in a block as in the whole map. A misfit acts over any distance: in a block, it
is that of the block with a margin of :data:`MARGIN` voxels on every side, repeated periodically, and
the rotations differ from those of the whole map (``docs/benchmarks.md``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.orientation_harmonics import orientation_harmonics
from mechanist.describe.shared.plastic_misfit import LinearLaw, elastic_law, secant_law
from mechanist.formats.voxel_paths import Kind, VoxelPaths
from mechanist.learn.voxel_samples import Z, misfit_fields
from mechanist.predict.taylor_crystals import TaylorCrystals
from mechanist.simulate.crystal_law_flow import Crystal

Single = NDArray[np.float32]
#: Largest number of voxels that are treated in one piece.
MOST_WHOLE: Final = 262_144
#: Voxels along an edge of the core of a block.
CORE: Final = 40
#: Voxels on every side of a block whose misfit is computed with it.
MARGIN: Final = 12
#: How each field rotates with the sample.
KINDS: Final[Mapping[str, Kind]] = {
    "orientation": "matrix",
    "taylor": "axial",
    "taylor_stress": "scalar",
    "elastic_pass_rotation": "axial",
    "elastic_pass_stress": "matrix",
    "elastic_rotation": "axial",
    "elastic_stress": "matrix",
    "plastic_pass_rotation": "axial",
    "plastic_pass_stress": "matrix",
    "plastic_rotation": "axial",
    "plastic_stress": "matrix",
}
#: Fields that every voxel of the map has a part in.
MISFITS: Final = ("elastic_pass", "elastic", "plastic_pass", "plastic")


def misfits_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the misfits whose fields are among these names."""
    bare = {name.removesuffix("_rotation").removesuffix("_stress") for name in names}
    return tuple(name for name in MISFITS if name in bare)


def reads_taylor(names: Iterable[str]) -> bool:
    """Return whether fields with these names need the Taylor model."""
    return any(name.startswith(("taylor", "plastic")) for name in names)


class Blocks(NamedTuple):
    """How a map is cut.

    Attributes
    ----------
    most_whole : int
        Largest number of voxels that are treated in one piece.
    core : int
        Voxels along an edge of the core of a block.
    margin : int
        Voxels on every side of a block whose misfit is computed with it.
    """

    most_whole: int = MOST_WHOLE
    core: int = CORE
    margin: int = MARGIN


class Block(NamedTuple):
    """A part of a map: its core, with voxels around it.

    Attributes
    ----------
    core : tuple of slice
        Place of the core in the map.
    around : tuple of ndarray
        Indices along each axis of the core and its margin, over the periodic edges.
    inner : tuple of slice
        Place of the core within these indices.
    """

    core: tuple[slice, slice, slice]
    around: tuple[IntArray, IntArray, IntArray]
    inner: tuple[slice, slice, slice]

    def cut(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return the block of a field of shape (nx, ny, nz, ...), with its margin."""
        return values[np.ix_(*self.around)]


def blocks_of(shape: tuple[int, int, int], margin: int, blocks: Blocks) -> Iterator[Block]:
    """Yield the blocks of a map; one without a margin if the map is small.

    Parameters
    ----------
    shape : tuple of int
        Number of voxels along each axis.
    margin : int
        Voxels around the core of a block.
    blocks : Blocks
        When, and into what, the map is cut.
    """
    if np.prod(shape) <= blocks.most_whole:
        full = (slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2]))
        yield Block(full, (*(np.arange(n) for n in shape),), full)  # type: ignore[arg-type]
        return
    starts = [range(0, n, blocks.core) for n in shape]
    for corner in np.ndindex(*(len(each) for each in starts)):
        core, around, inner = [], [], []
        for n, each, k in zip(shape, starts, corner, strict=True):
            first, last = each[k], min(each[k] + blocks.core, n)
            if last - first + 2 * margin >= n:
                # The whole axis, which repeats by itself.
                around.append(np.arange(n))
                inner.append(slice(first, last))
            else:
                around.append(np.arange(first - margin, last + margin) % n)
                inner.append(slice(margin, margin + last - first))
            core.append(slice(first, last))
        yield Block(tuple(core), tuple(around), tuple(inner))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class MapFields:
    """Fields of the voxels of a map in tension along z.

    Parameters
    ----------
    start : ndarray of shape (nx, ny, nz, 4)
        Orientations.
    steps : ndarray of shape (3,)
        Edges of a voxel.
    crystal : Crystal
    strains : ndarray of shape (n_steps,)
    passes : int
        Maximum number of applications of the Green operator.
    taylor : TaylorCrystals or None
        Where a field needs it.
    """

    start: FloatArray
    steps: FloatArray
    crystal: Crystal
    strains: FloatArray
    passes: int
    taylor: TaylorCrystals | None

    def of(self, block: Block, names: Iterable[str]) -> VoxelPaths:
        """Return the named fields of a block with its margin; rotations are not known."""
        wanted = tuple(names)
        start = np.asarray(block.cut(self.start), float)
        grid = (start.shape[0], start.shape[1], start.shape[2])
        flat = start.reshape(-1, 4)
        lattice = self.crystal.systems.lattice
        found: dict[str, FloatArray | Single] = {}
        crystals: IntArray | None = None
        if self.taylor is not None:
            crystals = np.asarray(block.cut(self.taylor.of_voxel), np.int64).ravel()
        if "orientation" in wanted:
            found["orientation:matrix"] = orientation_harmonics(flat, lattice)
        if self.taylor is not None:
            found["taylor:axial"] = self.taylor.paths[crystals]
            found["taylor_stress:scalar"] = self.taylor.axial[crystals]
        for misfit in misfits_of(wanted):
            passes = 1 if misfit.endswith("_pass") else self.passes
            law = self._law(misfit, flat, crystals)
            found |= misfit_fields(misfit, law, grid, self.steps * grid, passes=passes)
        n = len(self.strains)
        return VoxelPaths(
            name="map", system="map", lattice=lattice,
            grains=np.zeros(grid, np.int64), strains=self.strains,
            rotations=np.zeros((*grid, n, 3), np.float32), stress=np.zeros(n),
            fields={
                name: values.reshape(*grid, *values.shape[1:]).astype(np.float32)
                for name, values in found.items()
                if name.partition(":")[0] in wanted
            },
        )  # fmt: skip

    def _law(self, misfit: str, flat: FloatArray, crystals: IntArray | None) -> LinearLaw:
        """Return the linear law of a misfit."""
        if misfit.startswith("elastic"):
            return elastic_law(flat, self.crystal.stiffness, axis=Z)
        assert self.taylor is not None
        assert crystals is not None
        return secant_law(
            flat, self.crystal.stiffness, self.crystal.systems, self.taylor.stress[crystals],
            strain=self.taylor.strain, exponent=self.crystal.exponent,
        )  # fmt: skip


def cropped(sample: VoxelPaths, inner: tuple[slice, slice, slice]) -> VoxelPaths:
    """Return the part of a block."""
    return VoxelPaths(
        name=sample.name, system=sample.system, lattice=sample.lattice,
        grains=sample.grains[inner], strains=sample.strains, rotations=sample.rotations[inner],
        stress=sample.stress, fields={k: v[inner] for k, v in sample.fields.items()},
    )  # fmt: skip
