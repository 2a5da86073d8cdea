"""Cells of voxels for the audit: probes, and operations on a cell, its lattices and its load.

Rotations and mirrors of a grid are signed permutations Q of its axes. Positions become ``Q x``;
lattices, which have a centre of inversion, rotate by ``det(Q) Q``. If the load is transformed as
well, rows of features transform by one of the sixteen operations of a loaded cell: the one that Q
represents in the frame of the load.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.audit.subject import Load, Operation, Rng, Transformed
from mechanist.core.rotations import (
    compose,
    from_rotation_vector,
    matrix_to_quaternion,
    quaternion_to_matrix,
    random_rotations,
)
from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.learn.cube_symmetry import Images, axial, load_operations
from mechanist.learn.voxel_samples import loaded_frame
from mechanist.mechanics.misorientations import point_group
from mechanist.mechanics.point_groups import proper_rotations
from mechanist.simulate.voronoi import voronoi

Shape = tuple[int, int, int]
#: Uniaxial tension along x, y or z, as traceless strain.
LOADS: Final = tuple(np.diag(1.5 * np.eye(3)[axis] - 0.5) for axis in range(3))
#: Probes: grains of several voxels; grains of one voxel in a cell with three different edge
#: lengths; and a texture, in which neighbouring voxels have similar orientations.
GRAINS: Final = 8
GRAIN_SHAPE: Final = (4, 4, 4)
VOXEL_SHAPE: Final = (3, 4, 5)
TEXTURE_SHAPE: Final = (4, 3, 4)
#: Half-width of the texture, in radians.
SCATTER: Final = 0.15
SAMPLES: Final = 3


@dataclass(frozen=True, eq=False)
class Cell:
    """A polycrystal before loading.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel; voxels are cubes.
    orientations : ndarray of shape (n_grains, 4)
        Quaternions, crystal to sample.
    """

    grains: IntArray
    orientations: FloatArray

    def __len__(self) -> int:
        """Return the number of voxels."""
        return self.grains.size

    @property
    def shape(self) -> Shape:
        """Number of voxels along each axis."""
        nx, ny, nz = self.grains.shape
        return nx, ny, nz

    @property
    def voxels(self) -> FloatArray:
        """Orientation of every voxel, shape (nx, ny, nz, 4)."""
        return self.orientations[self.grains]


def axis_of(load: Load) -> int:
    """Return the axis of uniaxial tension.

    Raises
    ------
    ValueError
        If there is no load.
    """
    if load is None:
        raise ValueError("load = None; expected tension along an axis of the grid")
    return int(np.argmax(np.diag(load)))


def of_voxels(shape: Shape, rng: Rng) -> Cell:
    """Return a cell in which every voxel is a separate grain."""
    count = int(np.prod(shape))
    return Cell(np.arange(count).reshape(shape), random_rotations(count, rng))


def of_grains(shape: Shape, count: int, rng: Rng) -> Cell:
    """Return a cell of Voronoi grains."""
    return Cell(voronoi(shape, count, rng), random_rotations(count, rng))


def textured(shape: Shape, rng: Rng) -> Cell:
    """Return a cell of voxels that scatter about one orientation."""
    cell = of_voxels(shape, rng)
    turns = from_rotation_vector(SCATTER * rng.normal(size=(cell.grains.size, 3)))
    return replace(cell, orientations=compose(cell.orientations[:1], turns))


def probes(rng: Rng) -> dict[str, list[Cell]]:
    """Return random polycrystals of each kind."""
    return {
        "grains": [of_grains(GRAIN_SHAPE, GRAINS, rng) for _ in range(SAMPLES)],
        "voxels": [of_voxels(VOXEL_SHAPE, rng) for _ in range(SAMPLES)],
        "texture": [textured(TEXTURE_SHAPE, rng) for _ in range(SAMPLES)],
    }


def permuted(values: IntArray, turn: FloatArray) -> IntArray:
    """Return a field on a grid after a signed permutation of its axes; values do not change."""
    source = np.abs(turn).argmax(axis=1)  # the new axis i runs along the old axis source[i]
    moved = np.transpose(values, source)
    backwards = tuple(i for i in range(3) if turn[i, source[i]] < 0)
    return np.ascontiguousarray(np.flip(moved, axis=backwards))


def turned(cell: Cell, turn: FloatArray) -> tuple[Cell, IntArray]:
    """Return a cell after a signed permutation of its axes, and the previous row of each voxel."""
    lattices = matrix_to_quaternion(axial(turn[np.newaxis])[0])
    order = permuted(np.arange(cell.grains.size).reshape(cell.shape), turn).ravel()
    moved = Cell(permuted(cell.grains, turn), compose(lattices, cell.orientations))
    return moved, order


def operations(lattice: Lattice, images: Callable[[], Images]) -> tuple[Operation[Cell], ...]:
    """Return the operations on cells.

    Parameters
    ----------
    lattice : {"cubic", "hexagonal"}
    images : callable
        Returns the effect of the operations of a loaded cell on a row of features.
    """

    def jointly(sign: int) -> Callable[[Cell, Load, Rng], Transformed[Cell]]:
        def apply(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
            assert load is not None
            turn = sign * _other_turn(rng)
            after, order = turned(cell, turn)
            pulled = turn @ load @ turn.T
            frame, before = (_frame(tensor) for tensor in (pulled, load))
            number = _number(frame @ turn @ before.T)

            def carried(values: FloatArray) -> FloatArray:
                found = images()
                return values[:, found.source[number]] * found.sign[number]

            return Transformed(after, pulled, order, carried)

        return apply

    def alike(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
        group = point_group(lattice)
        chosen = group[rng.integers(len(group), size=len(cell.orientations))]
        return Transformed(replace(cell, orientations=compose(cell.orientations, chosen)), load)

    return (
        Operation("joint rotation", "inside", jointly(1)),
        Operation("joint reflection", "inside", jointly(-1)),
        Operation("equivalent lattices", "inside", alike),
        Operation("translation by whole voxels", "inside", _shifted),
        Operation("grains renumbered", "inside", _renumbered),
        Operation("structure rotated alone", "outside", _turned_alone),
        Operation("lattices rotated alone", "outside", _lattices_alone),
        Operation("neighbours exchanged", "outside", _exchanged),
    )


def _frame(load: FloatArray) -> FloatArray:
    """Return the rotation into the load's frame, which models use."""
    return np.asarray(np.rint(quaternion_to_matrix(loaded_frame(axis_of(load))[1])))


def _number(turn: FloatArray) -> int:
    """Return the index of a matrix among the operations of a loaded cell."""
    return int(np.abs(load_operations() - turn).max(axis=(1, 2)).argmin())


def _other_turn(rng: Rng) -> FloatArray:
    """Return a random rotation of the grid other than the identity."""
    turns = proper_rotations("cubic")
    return np.asarray(turns[1 + int(rng.integers(len(turns) - 1))])


def _rolled(values: IntArray, by: IntArray) -> IntArray:
    return np.roll(values, tuple(by.tolist()), axis=(0, 1, 2))


def _shifted(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
    by = rng.integers(1, np.array(cell.shape))
    order = _rolled(np.arange(cell.grains.size).reshape(cell.shape), by).ravel()
    return Transformed(replace(cell, grains=_rolled(cell.grains, by)), load, order)


def _renumbered(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
    order = rng.permutation(len(cell.orientations))
    after = Cell(np.argsort(order)[cell.grains], cell.orientations[order])
    return Transformed(after, load)


def _turned_alone(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
    """Rotate cell and lattices so that another of their axes lies along the load."""
    while True:
        turn = _other_turn(rng)
        if abs(turn[axis_of(load), axis_of(load)]) < 1:
            after, order = turned(cell, turn)
            return Transformed(after, load, order)


def _lattices_alone(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
    turn = random_rotations(1, rng)
    return Transformed(replace(cell, orientations=compose(turn, cell.orientations)), load)


def _exchanged(cell: Cell, load: Load, rng: Rng) -> Transformed[Cell]:
    """Shuffle voxels: each keeps its own orientation and gets other neighbours."""
    order = rng.permutation(cell.grains.size)
    return Transformed(replace(cell, grains=cell.grains.ravel()[order].reshape(cell.shape)), load,
                       order)  # fmt: skip
