"""Phases of the voxels of a polycrystal: their names, their slip systems, and which voxel is of which."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import IntArray

#: Table of a phase without slip, which deforms elastically.
ELASTIC: Final = "elastic"


@dataclass(frozen=True, eq=False)
class PhaseMap:
    """Phases of a polycrystal.

    Parameters
    ----------
    names : tuple of str
        Name of each phase.
    systems : tuple of str
        Table of slip systems of each phase, or ``ELASTIC``.
    of_voxel : ndarray of shape (nx, ny, nz), int
        Index of the phase of each voxel.

    Raises
    ------
    ValueError
        If the numbers of names and tables differ, a name is repeated, or an index is out of range.
    """

    names: tuple[str, ...]
    systems: tuple[str, ...]
    of_voxel: IntArray

    def __post_init__(self) -> None:
        """Validate the phases."""
        count = len(self.names)
        if count < 1 or len(self.systems) != count or len(set(self.names)) != count:
            raise ValueError(
                f"phases {list(self.names)} with slip systems {list(self.systems)}; expected one table"
                " for each of at least one phase, and different names"
            )
        used = np.unique(self.of_voxel)
        if self.of_voxel.dtype.kind not in "iu" or not np.isin(used, np.arange(count)).all():
            raise ValueError(
                f"voxels are of phases {used.tolist()}; expected integers below {count}, the number of"
                " phases"
            )
        object.__setattr__(self, "of_voxel", np.ascontiguousarray(self.of_voxel, dtype=np.int64))
