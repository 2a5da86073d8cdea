"""Sets of voxel fields that models of polycrystals read, each with its card.

This module states which fields make up a row; :mod:`mechanist.learn.voxel_samples` computes the
fields and :mod:`mechanist.learn.cube_inputs` lays out rows. Rows are not invariant but rotate with
the cell: the sixteen operations that leave a load along z unchanged permute their numbers and
change signs (:mod:`mechanist.learn.cube_symmetry`), which models exploit.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from mechanist.core.typing import Lattice
from mechanist.describe.descriptor import Card

_TURNS: Final = (
    "equivalent lattices, shifts by whole voxels; turns with cell, lattices and load as matrices and"
    " axial vectors do"
)
_SCHEME: Final = "https://doi.org/10.1016/S0045-7825(97)00218-1"


class VoxelSet(NamedTuple):
    """Contents of the row of numbers that describes one voxel.

    Parameters
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
    """

    card: Card
    fields: tuple[str, ...] = ()
    central: tuple[str, ...] = ()
    radius: int = 0
    lattice: Lattice = "cubic"


def _card(name: str, *, reference: str, units: str = "1") -> Card:
    return Card(name=name, reference=reference, units=units, symmetry=_TURNS, load_aware=True)


VOXEL_SETS: Final[Mapping[str, VoxelSet]] = {
    "orientation_cube": VoxelSet(
        _card(
            "Orientations of a cube", reference="mechanist.describe.shared.orientation_harmonics"
        ),
        fields=("orientation",),
        radius=1,
    ),
    "hexagonal_cube": VoxelSet(
        _card(
            "Orientations of a cube, hcp",
            reference="mechanist.describe.shared.orientation_harmonics",
        ),
        fields=("orientation",),
        radius=1,
        lattice="hexagonal",
    ),
    "elastic_pass": VoxelSet(
        _card("Elastic misfit, one pass", reference=_SCHEME, units="1, strain"),
        central=("elastic_pass_rotation", "elastic_pass_stress"),
    ),
    "elastic_misfit": VoxelSet(
        _card("Elastic misfit", reference=_SCHEME, units="1, strain"),
        central=("elastic_rotation", "elastic_stress"),
    ),
    "plastic_misfit": VoxelSet(
        _card("Plastic misfit of a cube", reference=_SCHEME, units="1, strain"),
        fields=("plastic_rotation", "plastic_stress"),
        radius=1,
    ),
}
