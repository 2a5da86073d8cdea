"""A periodic configuration of particles, the input of every descriptor and indicator."""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.material_choice import MaterialChoice
from mechanist.core.typing import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Configuration:
    """Particles in a periodic cell, in a right-handed lab frame.

    Parameters
    ----------
    positions : ndarray of shape (n, 3), float64
        Cartesian positions relative to the cell's origin, wrapped or not. In two dimensions the
        third component is zero.
    cell : ndarray of shape (3, 3), float64
        Cell vectors as rows, in any orientation. In two dimensions the third vector is the
        thickness along z and has no physical meaning.
    species : ndarray of shape (n,), int64
        Index of each particle into ``species_names``.
    species_names : tuple of str
        Names of all species of the system, present here or not.
    dimension : int
        2 or 3; two-dimensional systems are periodic in x and y only.
    material : MaterialChoice or None
        Material of the particles; None if it is the default one, or unknown.
    radii : ndarray of shape (n,), float64, or None
        Radius of each particle, in the unit of length; None where the file of the sample states
        none. Descriptors may use it where species do not determine the sizes of particles.

    Raises
    ------
    ValueError
        If shapes disagree, a number is not finite, the cell is singular or left-handed, or a
        species index has no name.
    """

    positions: FloatArray
    cell: FloatArray
    species: IntArray
    species_names: tuple[str, ...]
    dimension: int = 3
    material: MaterialChoice | None = None
    radii: FloatArray | None = None

    def __post_init__(self) -> None:
        """Validate shapes, numbers, cell and species."""
        object.__setattr__(self, "positions", np.ascontiguousarray(self.positions, dtype=float))
        object.__setattr__(self, "cell", np.ascontiguousarray(self.cell, dtype=float))
        object.__setattr__(self, "species", np.ascontiguousarray(self.species, dtype=np.int64))
        n = len(self.positions)
        if self.positions.shape != (n, 3):
            raise ValueError(f"positions.shape = {self.positions.shape}; expected (n, 3)")
        if self.cell.shape != (3, 3):
            raise ValueError(f"cell.shape = {self.cell.shape}; expected (3, 3)")
        if self.species.shape != (n,):
            raise ValueError(f"species.shape = {self.species.shape}; expected ({n},)")
        if self.dimension not in (2, 3):
            raise ValueError(f"dimension = {self.dimension}; expected 2 or 3")
        for name in ("positions", "cell"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} holds a number that is not finite")
        if not np.linalg.det(self.cell) > 0:
            raise ValueError(
                f"cell has volume {np.linalg.det(self.cell):.6g}; expected a positive one"
                " (right-handed cell vectors as rows)"
            )
        if n and not (self.species.min() >= 0 and self.species.max() < len(self.species_names)):
            raise ValueError(
                f"species run from {self.species.min()} to {self.species.max()}; expected indices"
                f" below {len(self.species_names)} into species_names = {self.species_names}"
            )

        self._check_radii()

    def _check_radii(self) -> None:
        if self.radii is None:
            return
        radii = np.ascontiguousarray(self.radii, dtype=float)
        if radii.shape != (len(self),) or not (radii >= 0).all():
            raise ValueError(
                f"radii of shape {radii.shape}; expected ({len(self)},), and no radius below 0"
            )
        object.__setattr__(self, "radii", radii)

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.positions)

    @property
    def periodic(self) -> tuple[bool, bool, bool]:
        """Directions (cell vectors) along which the system repeats."""
        return (True, True, self.dimension == 3)

    @property
    def measure(self) -> float:
        """Volume of the cell, or its area in two dimensions."""
        if self.dimension == 2:
            return float(np.linalg.norm(np.cross(self.cell[0], self.cell[1])))
        return float(np.linalg.det(self.cell))

    def moved(self, positions: FloatArray, cell: FloatArray) -> "Configuration":
        """Return the same particles at other ``positions`` in another ``cell``."""
        return replace(self, positions=positions, cell=cell)

    def rotated(self, rotation: FloatArray) -> "Configuration":
        """Return the configuration turned by the orthogonal matrix ``rotation`` (3, 3).

        Improper rotations are allowed; the third cell vector is then flipped, which leaves the
        lattice unchanged and the cell right-handed.
        """
        cell = self.cell @ rotation.T
        if np.linalg.det(rotation) < 0:
            cell[2] = -cell[2]
        return self.moved(self.positions @ rotation.T, cell)
