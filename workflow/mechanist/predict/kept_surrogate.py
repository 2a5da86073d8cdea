"""A surrogate of lattice rotation fitted to all samples of its system, as numbers alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray
from mechanist.learn.cube_forward import CubeArrays
from mechanist.learn.fitted_cubes import FittedCubeModel
from mechanist.learn.fitted_table import FittedTable
from mechanist.predict.kept_model import Interval
from mechanist.predict.number_files import Numbers
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.simulate.polycrystal_system import Material

#: Kinds of models whose fitted form consists of numbers.
KEPT_KINDS: Final = ("mechanism", "ridge", "recurrent")


@dataclass(frozen=True)
class SeenCells:
    """The polycrystals that a surrogate was fitted to and scored on.

    Parameters
    ----------
    material : str
        Name of their material.
    grain_diameters : dict of str to float
        Mean diameter of a grain in voxels, of the sphere of its volume, for each system.
    axis : str
        Axis of the tension.
    """

    material: str
    grain_diameters: Mapping[str, float]
    axis: str


@dataclass(frozen=True, eq=False)
class KeptSurrogate:
    """A fitted surrogate of the rotation of every voxel in tension.

    Parameters
    ----------
    system, name, label : str
        System that it was fitted to, name of the model there, and its label in figures.
    kind : str
        One of :data:`KEPT_KINDS`.
    material : mapping
        Crystal and hardening law of the system, as in the configuration.
    passes : int
        Maximum number of applications of the Green operator to balance a misfit.
    fitted : FittedCubeModel
        The numbers, and the strains at which it predicts.
    intervals : tuple of Interval or None
        For each strain, true minus predicted angle of rotation, in degrees; None where there were
        too few samples.
    errors : tuple of float or None
        For each strain, the misorientation in degrees that the truth of a voxel stays within.
    seen : SeenCells
    facts : dict
        What else its card says.

    Raises
    ------
    ValueError
        If shapes disagree or a number is not finite.
    """

    system: str
    name: str
    label: str
    kind: str
    material: CrystalMaterialEntry
    passes: int
    fitted: FittedCubeModel
    intervals: tuple[Interval | None, ...]
    errors: tuple[float | None, ...]
    seen: SeenCells
    facts: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        n = len(self.strains)
        if self.kind not in KEPT_KINDS:
            raise ValueError(f"kind {self.kind!r}; expected one of {list(KEPT_KINDS)}")
        even = self.strains[0] * np.arange(1, n + 1) if n else np.zeros(0)
        if not n or not self.strains[0] > 0 or not np.allclose(self.strains, even, rtol=1e-3):
            raise ValueError(
                f"strains {self.strains.tolist()}; expected multiples of a positive first strain"
            )
        if len(self.intervals) != n or len(self.errors) != n:
            raise ValueError(
                f"{len(self.intervals)} intervals and {len(self.errors)} errors; expected one for each"
                f" of {n} strains"
            )
        for name, array in self.arrays.items():
            if not np.isfinite(array).all():
                raise ValueError(
                    f"{name} holds {np.sum(~np.isfinite(array))} numbers that are not finite"
                )

    @property
    def strains(self) -> FloatArray:
        """Strains at which it predicts, positive."""
        return self.fitted.strains

    @property
    def arrays(self) -> dict[str, Numbers]:
        """All numbers by name."""
        found: dict[str, Numbers] = {"coefficients": self.fitted.guess.coefficients}
        learnt = self.fitted.learnt
        if isinstance(learnt, CubeArrays):
            found |= {**learnt.arrays, "sizes": learnt.sizes}
        elif isinstance(learnt, FittedTable):
            assert learnt.weights is not None
            found["weights"] = learnt.weights
        return found

    @property
    def radius(self) -> int:
        """How many voxels around a voxel it reads beside fields of the whole map."""
        learnt = self.fitted.learnt
        if not isinstance(learnt, CubeArrays | FittedTable) or not learnt.layout.fields:
            return 0
        return learnt.layout.radius

    @property
    def names(self) -> tuple[str, ...]:
        """Fields that it reads."""
        learnt = self.fitted.learnt
        more: tuple[str, ...] = ()
        if isinstance(learnt, CubeArrays | FittedTable):
            more = (*learnt.layout.fields, *learnt.layout.central)
        return tuple(dict.fromkeys((*self.fitted.guess.names, *more)))

    def matter(self) -> Material:
        """Return crystal and hardening law."""
        return Material.from_entry(self.material)
