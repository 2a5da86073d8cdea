"""The load of a uniaxial test, from mean stresses and deformations: axis, rate and shears."""

from pathlib import Path
from typing import Final

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.damask_cells import INCREMENT

#: Largest transverse mean stress, relative to the axial stress, that counts as uniaxial.
UNIAXIAL: Final = 0.02


#: Largest mean shear, relative to the largest mean strain, that counts as held at zero.
HELD: Final = 1e-6


def cauchy_stress(stress: FloatArray, gradients: FloatArray) -> FloatArray:
    """Return ``P F^T / det F``."""
    volume = np.linalg.det(gradients)[..., None, None]
    return np.asarray(stress @ np.swapaxes(gradients, -1, -2) / volume)


def loading_axis(path: Path, gradient: FloatArray, stress: FloatArray, axis: int | None) -> int:
    """Return the axis of loading, and check that no other axis has a mean normal stress.

    Shear stresses are not checked: a load case that holds the mean shears at zero causes some.
    """
    if axis is None:
        axis = int(np.argmax(np.abs(np.diag(gradient) - 1)))
    others = [abs(stress[k, k]) for k in range(3) if k != axis]
    if not max(others) <= UNIAXIAL * abs(stress[axis, axis]):
        raise FormatError(
            path,
            f"mean normal stresses at the end are {np.round(np.diag(stress), 3).tolist()} MPa;"
            f" expected the others to be at most {100 * UNIAXIAL:g} % of that along axis {axis}",
            remedy="Only uniaxial tests can be imported; name the axis if it was not recognised.",
        )
    return axis


def strain_rate(file: h5py.File, stored: list[int], strains: FloatArray) -> float:
    """Return the mean strain rate along the axis of loading, 1/s."""
    first, last = (float(file[f"{INCREMENT}{k}"].attrs["t/s"]) for k in (stored[0], stored[-1]))
    return float((strains[-1] - strains[0]) / (last - first)) if len(stored) > 1 else 0.0


def shears_held(gradients: FloatArray) -> bool:
    """Return whether the load held the shears of the mean deformation at zero."""
    shears = gradients - gradients * np.eye(3)
    return bool(np.abs(shears).max() <= HELD * np.abs(gradients - np.eye(3)).max())
