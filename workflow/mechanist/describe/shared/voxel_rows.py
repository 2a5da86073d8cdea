"""Rows of numbers of the voxels of a polycrystal: which fields of which voxels they hold."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import Lattice
from mechanist.describe.descriptor import Card
from mechanist.formats.voxel_paths import VoxelPaths


class VoxelRows:
    """Base of descriptors of voxels; a frozen dataclass with its own card derives from it.

    A descriptor of known fields names them. One that makes a field of its own names it too, gives
    it in its call, and states in ``reads`` what it makes it of.

    These fields are known before loading, in a cell that is loaded along z; how they rotate with the
    cell stands in brackets. Of nx x ny x nz voxels, a matrix field has the shape
    (nx, ny, nz, k, 3, 3), an axial one (nx, ny, nz, 3) or (nx, ny, nz, k, 3), and a scalar one
    (nx, ny, nz, ...), where k counts steps or harmonics and is 1 if there is one.
    ``sample.field("elastic_stress")`` returns how it rotates and its values, with the first three axes
    made one. Models can read all of them; the audit and the check of the contract can compute those
    without a star.

    - ``orientation`` (matrix): harmonics of the orientation, equal for equivalent lattices.
    - ``quaternion`` (scalar): the orientation itself, four numbers.
    - ``elastic_rotation`` (axial), ``elastic_stress`` (matrix): elastic misfit in balance.
    - ``elastic_pass_rotation`` (axial), ``elastic_pass_stress`` (matrix): elastic misfit after one
      application of the Green operator.
    - ``plastic_rotation`` (axial), ``plastic_stress`` (matrix): misfit of plastic flow in balance.
    - ``plastic_pass_rotation`` (axial)*, ``plastic_pass_stress`` (matrix)*: misfit of plastic flow
      after one application.
    - ``taylor`` (axial)*, ``taylor_stress`` (scalar)*: lattice rotation and axial stress of the
      Taylor model at every stored strain.

    Attributes
    ----------
    card : Card
    fields : tuple of str
        Fields of every voxel in the cube around the voxel.
    central : tuple of str
        Fields of the central voxel alone.
    radius : int
        Radius of the cube: 0 is the voxel alone, 1 has 3 x 3 x 3 voxels.
    lattice : {"cubic", "hexagonal"}
        Symmetry of the orientations.
    reads : tuple of str
        Known fields that the call reads.
    """

    card: ClassVar[Card]
    fields: ClassVar[tuple[str, ...]] = ()
    central: ClassVar[tuple[str, ...]] = ()
    radius: ClassVar[int] = 0
    lattice: ClassVar[Lattice] = "cubic"
    reads: ClassVar[tuple[str, ...]] = ()

    def __call__(self, sample: VoxelPaths) -> Mapping[str, NDArray[np.float32]]:
        """Return fields that the descriptor makes, none by default.

        Parameters
        ----------
        sample : VoxelPaths
            Known fields of a cell that is loaded along z.

        Returns
        -------
        mapping of str to ndarray
            Shape (nx, ny, nz, ...), by name and by how they rotate with the cell, such as
            ``"misfit:axial"``.
        """
        del sample
        return {}

    @property
    def named(self) -> tuple[str, ...]:
        """All fields that are read or stand in a row."""
        return tuple(dict.fromkeys((*self.fields, *self.central, *self.reads)))

    def completed(self, sample: VoxelPaths) -> VoxelPaths:
        """Return the sample with the fields that the descriptor makes beside the known ones."""
        return replace(sample, fields={**sample.fields, **self(sample)})
