"""Numbers of voxels that models of polycrystals read.

The classes state which fields make up a row; :mod:`mechanist.learn.voxel_samples` computes the
fields and :mod:`mechanist.learn.cube_inputs` lays out rows. Rows are not invariant but rotate with
the cell: the sixteen operations that leave a load along z unchanged permute their numbers and
change signs (:mod:`mechanist.learn.cube_symmetry`), which models exploit.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from mechanist.core.typing import Lattice
from mechanist.describe.descriptor import Card, SubjectName
from mechanist.describe.shared.voxel_rows import VoxelRows

_TURNS: Final = (
    "equivalent lattices, shifts by whole voxels; turns with cell, lattices and load as matrices and"
    " axial vectors do"
)
_SCHEME: Final = "https://doi.org/10.1016/S0045-7825(97)00218-1"
_HARMONICS: Final = "mechanist.describe.shared.orientation_harmonics"


@dataclass(frozen=True)
class OrientationCube(VoxelRows):
    """Orientations of a voxel and its neighbours."""

    card: ClassVar[Card] = Card(
        name="Orientations of a cube",
        reference=_HARMONICS,
        units="1",
        symmetry=_TURNS,
        load_aware=True,
        subject=SubjectName.VOXEL,
    )
    fields: ClassVar[tuple[str, ...]] = ("orientation",)
    radius: ClassVar[int] = 1


@dataclass(frozen=True)
class HexagonalCube(VoxelRows):
    """The same for hexagonal crystals."""

    card: ClassVar[Card] = Card(
        name="Orientations of a cube, hcp",
        reference=_HARMONICS,
        units="1",
        symmetry=_TURNS,
        load_aware=True,
        subject=SubjectName.VOXEL,
    )
    fields: ClassVar[tuple[str, ...]] = ("orientation",)
    radius: ClassVar[int] = 1
    lattice: ClassVar[Lattice] = "hexagonal"


@dataclass(frozen=True)
class ElasticPass(VoxelRows):
    """Elastic misfit of a voxel after one application of the Green operator."""

    card: ClassVar[Card] = Card(
        name="Elastic misfit, one pass",
        reference=_SCHEME,
        units="1, strain",
        symmetry=_TURNS,
        load_aware=True,
        subject=SubjectName.VOXEL,
    )
    central: ClassVar[tuple[str, ...]] = ("elastic_pass_rotation", "elastic_pass_stress")


@dataclass(frozen=True)
class ElasticMisfit(VoxelRows):
    """Elastic misfit of a voxel in balance."""

    card: ClassVar[Card] = Card(
        name="Elastic misfit",
        reference=_SCHEME,
        units="1, strain",
        symmetry=_TURNS,
        load_aware=True,
        subject=SubjectName.VOXEL,
    )
    central: ClassVar[tuple[str, ...]] = ("elastic_rotation", "elastic_stress")


@dataclass(frozen=True)
class PlasticMisfit(VoxelRows):
    """Misfit of plastic flow of a voxel and its neighbours."""

    card: ClassVar[Card] = Card(
        name="Plastic misfit of a cube",
        reference=_SCHEME,
        units="1, strain",
        symmetry=_TURNS,
        load_aware=True,
        subject=SubjectName.VOXEL,
    )
    fields: ClassVar[tuple[str, ...]] = ("plastic_rotation", "plastic_stress")
    radius: ClassVar[int] = 1


DESCRIPTORS = (OrientationCube, HexagonalCube, ElasticPass, ElasticMisfit, PlasticMisfit)
