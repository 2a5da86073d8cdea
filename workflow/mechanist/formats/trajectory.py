"""Frames of a trajectory as the readers return them, before species are named.

A frame keeps all data of its file, with particles sorted by id, and the line of each particle, so
that errors found later can still be traced to a line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration

IdPolicy = Literal["file", "order"]

#: Columns of the sizes of particles, and what makes them radii.
SIZES: Final = {"radius": 1.0, "radii": 1.0, "diameter": 0.5, "diameters": 0.5}
#: Largest extent along z, relative to the thickness, that counts as two-dimensional.
FLAT: Final = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class TrajectoryFrame:
    """All particles at one time.

    Parameters
    ----------
    timestep : int
        As the file states it, else the frame's index.
    ids : ndarray of shape (n,), int64
        Unique and ascending; by them particles of different frames are matched.
    species : ndarray of shape (n,), int64
        Index of each particle's label.
    labels : tuple of str
        Species as the file writes them: numbers, elements or any names.
    positions : ndarray of shape (n, 3)
        Cartesian, relative to ``origin``, wrapped or not; z is zero where ``axes`` lacks it.
    cell : ndarray of shape (3, 3)
        Cell vectors as rows, right-handed.
    origin : ndarray of shape (3,)
        Corner of the cell in the file's coordinates.
    periodic : tuple of bool
        Whether each cell vector is periodic.
    axes : str
        Coordinates that the file holds: ``"xyz"`` or ``"xy"``.
    images : ndarray of shape (n, 3), int64, optional
        Number of cell vectors that each particle has crossed.
    extra : dict of str to ndarray
        Every other column, by name; the first axis runs over particles.
    units : str, optional
        Unit system, if the file states one.
    path : Path
        File of the frame.
    line : int
        Line at which the frame begins; 0 if the file has no lines.
    rows : ndarray of shape (n,), int64, optional
        Line of each particle.
    own_ids : ndarray of shape (n,), int64, optional
        Ids that the file states, whether they match particles or not; None if it states none.
    sorted_rows : bool
        Whether sorting by id changed the order of the file.
    dropped : str
        Why lenient reading dropped the frame after this one; empty if none was dropped.
    notes : tuple of str
        What a user should know of how the file was read, in whole sentences.
    """

    timestep: int
    ids: IntArray
    species: IntArray
    labels: tuple[str, ...]
    positions: FloatArray
    cell: FloatArray
    origin: FloatArray = field(default_factory=lambda: np.zeros(3))
    periodic: tuple[bool, bool, bool] = (True, True, True)
    axes: str = "xyz"
    images: IntArray | None = None
    extra: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    units: str | None = None
    path: Path = Path("frame")
    line: int = 0
    rows: IntArray | None = None
    own_ids: IntArray | None = None
    sorted_rows: bool = False
    dropped: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.ids)

    def error(
        self, problem: str, *, remedy: str, particle: int | None = None, column: str | None = None
    ) -> FormatError:
        """Return an error at the line of ``particle`` (an index), or at the start of the frame."""
        if not self.line:
            problem = f"timestep {self.timestep}: {problem}"
            return FormatError(self.path, problem, remedy=remedy, column=column)
        line = self.line if particle is None or self.rows is None else int(self.rows[particle])
        return FormatError(self.path, problem, remedy=remedy, line=line, column=column)

    def without_particles(self) -> "TrajectoryFrame":
        """Return what is known of the frame besides its particles."""
        none = np.zeros(0, dtype=np.int64)
        return replace(self, ids=none, species=none, positions=np.zeros((0, 3)), images=None,
                       extra={}, rows=None, own_ids=None)  # fmt: skip

    @property
    def place(self) -> str:
        """Location of the frame, for messages."""
        return f"{self.path}:{self.line}" if self.line else f"{self.path}, timestep {self.timestep}"

    def configuration(
        self,
        species: Mapping[str, str],
        dimension: int,
        periodic: tuple[bool, bool, bool] = (True, True, True),
    ) -> Configuration:
        """Return the frame as a configuration of named species.

        Parameters
        ----------
        species : mapping of str to str
            Name of each label that may occur; labels can share a name. Names are numbered in the
            order in which they first appear here.
        dimension : int
            2 or 3. In two dimensions all particles must lie at one z, which is dropped.
        periodic : tuple of bool
            Directions in which the sample repeats; a frame may be open in the others.

        Raises
        ------
        FormatError
            If a label has no name, the cell is not periodic, or the particles do not have the
            declared dimension.
        """
        names = tuple(dict.fromkeys(species.values()))
        codes = np.array([self._name_index(i, species, names) for i in range(len(self.labels))])
        flat = self._check_dimension(dimension)
        if any(p and not own for p, own in zip(periodic[:dimension], self.periodic, strict=False)):
            flags = " ".join("T" if p else "F" for p in self.periodic)
            raise self.error(
                f"periodic along the cell vectors: {flags}, expected T for the first {dimension}",
                remedy="A film with free surfaces along z needs `periodic: [x, y]` and empty space"
                " there; other samples must be periodic throughout.",
            )
        positions, cell = self.positions.copy(), self.cell.copy()
        if flat:
            positions[:, 2] = 0.0
            cell[2, :2] = cell[:2, 2] = 0.0
        return Configuration(
            positions, cell, codes[self.species], names, dimension, radii=self._radii()
        )

    def _radii(self) -> FloatArray | None:
        """Return radii from the first column of radii or diameters, if there is one."""
        name = next((name for name in SIZES if name in self.extra), None)
        values = np.zeros(0) if name is None else self.extra[name]
        if name is None or values.shape != (len(self),) or values.dtype.kind not in "fiu":
            return None
        radii = np.multiply(values, SIZES[name])
        if radii.min() < 0:
            i = int(radii.argmin())
            problem = f"{values[i]:g}, expected no negative size of a particle"
            raise self.error(problem, remedy="Write the file again.", particle=i, column=name)
        return np.asarray(radii, dtype=float) if radii.any() else None  # all 0: points

    def _name_index(self, label: int, species: Mapping[str, str], names: tuple[str, ...]) -> int:
        if self.labels[label] in species:
            return names.index(species[self.labels[label]])
        raise self.error(
            f"species {self.labels[label]!r} has no name; names are given to {list(species)}",
            remedy=f'Add "{self.labels[label]}": <name> to `species` if it belongs there.',
            particle=int(np.argmax(self.species == label)),
        )

    def _check_dimension(self, dimension: int) -> bool:
        """Refuse a frame that is not of the declared dimension; return whether it is flat."""
        z, thickness = self.positions[:, 2], float(self.cell[2, 2])
        if dimension == 3:
            if "z" not in self.axes or (len(self) > 1 and np.ptp(z) == 0):
                seen = "at one z" if "z" in self.axes else "without z"
                remedy = "Declare `dimension: 2`, or write z."
                raise self.error(f"all particles are {seen} in `dimension: 3`", remedy=remedy)
            return False
        remedy = "Declare `dimension: 3`, or project the frame before importing it."
        outlier = int(np.argmax(np.abs(z - z[0])))
        if abs(z[outlier] - z[0]) > FLAT * thickness:
            problem = f"z is {z[outlier]:g} here but {z[0]:g} for id {self.ids[0]}"
            raise self.error(
                f"{problem}, relative to the cell's corner; expected equal in `dimension: 2`",
                remedy=remedy,
                particle=outlier,
            )
        lean = max(float(np.abs(self.cell[:2, 2]).max()), float(np.abs(self.cell[2, :2]).max()))
        if lean > FLAT * thickness:
            problem = f"the cell is tilted by {lean:g} out of the plane in `dimension: 2`"
            raise self.error(problem, remedy=remedy)
        return True


def label_codes(values: NDArray[np.generic]) -> tuple[tuple[str, ...], IntArray]:
    """Return sorted distinct labels, and the index of each value into them."""
    labels, codes = np.unique(values, return_inverse=True)
    return tuple(str(label) for label in labels), codes.astype(np.int64)
