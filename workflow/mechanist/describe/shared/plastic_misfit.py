"""Linear response of each voxel of a polycrystal to the misfit of its near and far neighbours.

Each voxel has a linear law ``stress = s0 + L : (strain - E0)`` about a common state. The stress
``s0`` of that state is in general not balanced: it is the misfit. The Green operator of a
homogeneous medium spreads it over the whole cell, and the fixed-point scheme of Moulinec & Suquet
(1998), 10.1016/S0045-7825(97)00218-1, converges to the exact result for the linear law:

``grad u <- grad u + Green(s0 + L : sym grad u)``.

A single pass already includes long-range effects. Two laws are available: elasticity under unit
load, and the secant law of crystals that all flow at the macroscopic rate (Taylor), in which slip
is ``gamma_dot = (k |tau|^(n-1)) tau`` with one k per crystal.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.rotations import quaternion_to_matrix
from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import (
    from_mandel,
    mandel_rotation,
    to_mandel,
)
from mechanist.mechanics.green_operator import GreenOperator
from mechanist.mechanics.slip_systems import SlipSystems

#: Smallest ratio of the medium's stiffness to that of the stiffest voxel: the scheme converges if
#: no voxel is more than twice as stiff as the medium.
MARGIN: Final = 0.6
#: Relative change of the strain at which the scheme stops.
TOLERANCE: Final = 1e-4


@dataclass(frozen=True, eq=False)
class LinearLaw:
    """Linear laws of all voxels, about one common macroscopic state.

    Parameters
    ----------
    stiffness : ndarray of shape (nv, 6, 6)
        Stiffness, Mandel, in MPa; voxels in C order.
    stress : ndarray of shape (nv, 6)
        Stress of the common state, Mandel, in MPa.
    slip : ndarray of shape (nv, n_systems), optional
        Shear of each system per resolved stress in the linear law, in 1/MPa; None in elasticity.
    schmid : ndarray of shape (nv, n_systems, 3, 3), optional
        Slip direction times plane normal in the sample frame.
    """

    stiffness: FloatArray
    stress: FloatArray
    slip: FloatArray | None = None
    schmid: FloatArray | None = None

    def plastic_spin(self, change: FloatArray) -> FloatArray:
        """Return the plastic spin, shape (nv, 3, 3), due to a stress change of shape (nv, 6)."""
        if self.slip is None or self.schmid is None:
            return np.zeros((len(change), 3, 3))
        resolved = np.einsum("vsa,va->vs", to_mandel(self.schmid), change)
        gradient = np.einsum("vs,vsij->vij", self.slip * resolved, self.schmid)
        return 0.5 * (gradient - np.swapaxes(gradient, -1, -2))


@dataclass(frozen=True, eq=False)
class Misfit:
    """Response of a cell to its misfit.

    Parameters
    ----------
    stress : ndarray of shape (nv, 3, 3)
        Deviation from the mean stress, divided by the mean axial stress.
    rotation : ndarray of shape (nv, 3)
        Rotation vector of the lattice relative to the common state.
    passes : int
        Number of applications of the Green operator.
    """

    stress: FloatArray
    rotation: FloatArray
    passes: int


def elastic_law(orientations: FloatArray, stiffness: FloatArray, *, axis: int) -> LinearLaw:
    """Return the elastic law at the uniform strain of the mean crystal under unit axial stress.

    Parameters
    ----------
    orientations : ndarray of shape (nv, 4)
        Quaternions of voxels.
    stiffness : ndarray of shape (6, 6)
        Stiffness of the crystal in its own axes, Mandel, MPa.
    axis : int
        Loading axis.
    """
    turn = mandel_rotation(quaternion_to_matrix(orientations))
    local = turn @ stiffness @ np.swapaxes(turn, -1, -2)
    strain = np.linalg.inv(local.mean(axis=0))[:, axis]
    return LinearLaw(local, local @ strain)


def secant_law(
    orientations: FloatArray,
    stiffness: FloatArray,
    systems: SlipSystems,
    stress: FloatArray,
    *,
    strain: FloatArray,
    exponent: float,
) -> LinearLaw:
    """Return the secant law of crystals that reached a common strain, mostly by slip.

    The plastic work of a crystal determines k, as if slip produced the whole common strain.

    Parameters
    ----------
    orientations, stiffness
        As in :func:`elastic_law`.
    systems : SlipSystems
        Slip systems of the crystal.
    stress : ndarray of shape (nv, 3, 3)
        Stress of each voxel at the common strain and rate, MPa.
    strain : ndarray of shape (3, 3)
        Common strain, reached at a constant rate.
    exponent : float
        Exponent n of the flow rule.

    Raises
    ------
    ValueError
        If the stress of a voxel does no positive work in the common strain.
    """
    axes = quaternion_to_matrix(orientations)
    schmid = np.einsum("vij,sjk,vlk->vsil", axes, systems.schmid(), axes)
    resolved = np.einsum("vsij,vij->vs", schmid, stress)
    work = np.einsum("vij,ij->v", stress, strain)
    if not (work > 0).all():
        at = int(np.argmin(work))
        raise ValueError(
            f"voxel {at}: the stress does work {work[at]:.3g} MPa in the common strain; expected a"
            " positive number. Give the stress of crystals that flow under this strain"
        )
    largest = np.abs(resolved).max(axis=1, keepdims=True)
    relative = (np.abs(resolved) / largest) ** (exponent - 1)
    slip = relative * (work / (relative * resolved**2).sum(axis=1))[:, np.newaxis]
    plane = to_mandel(schmid)
    turn = mandel_rotation(axes)
    elastic = turn @ np.linalg.inv(stiffness) @ np.swapaxes(turn, -1, -2)
    compliance = elastic + np.swapaxes(plane, -1, -2) @ (slip[..., np.newaxis] * plane)
    return LinearLaw(np.linalg.inv(compliance), to_mandel(stress), slip, schmid)


def misfit_response(
    law: LinearLaw, shape: tuple[int, int, int], lengths: FloatArray, *, axis: int, passes: int
) -> Misfit:
    """Return the response to the misfit in a periodic cell under axial load, laterally free.

    Parameters
    ----------
    law : LinearLaw
        Laws of the voxels in C order.
    shape : tuple of int
        Number of voxels along each axis.
    lengths : ndarray of shape (3,)
        Side lengths of the cell.
    axis : int
        Loading axis; the mean stress has no other component.
    passes : int
        Largest number of applications of the Green operator; 1 is the first approximation.

    Raises
    ------
    ValueError
        If ``passes`` is below 1.
    """
    if passes < 1:
        raise ValueError(f"passes = {passes}; expected at least 1")
    medium = _medium(law.stiffness)
    green = GreenOperator(shape, lengths, medium)
    free = [component for component in range(6) if component != axis]
    mean_stiffness = law.stiffness.mean(axis=0)[np.ix_(free, free)]
    gradient, mean = np.zeros((len(law.stress), 3, 3)), np.zeros(6)
    stress, done, left = law.stress, 0, float("inf")
    while done < passes and left > TOLERANCE:
        common = np.linalg.solve(mean_stiffness, -stress.mean(axis=0)[free])
        mean[free] += common
        change = green.gradient(from_mandel(stress).reshape(*shape, 3, 3)).reshape(-1, 3, 3)
        gradient = gradient + change
        strain = to_mandel(gradient) + mean
        stress = law.stress + np.einsum("vab,vb->va", law.stiffness, strain)
        # Avoids 0/0 where there is no misfit, as in a single crystal.
        size = max(float(np.linalg.norm(strain)), np.finfo(float).tiny)
        left = float(np.linalg.norm(to_mandel(change) + _filled(common, free))) / size
        done += 1
    average = stress.mean(axis=0)
    spin = 0.5 * (gradient - np.swapaxes(gradient, -1, -2)) - law.plastic_spin(stress - law.stress)
    rotation = np.stack([spin[:, 2, 1], spin[:, 0, 2], spin[:, 1, 0]], axis=1)
    return Misfit(from_mandel((stress - average) / average[axis]), rotation, done)


def _filled(values: FloatArray, places: list[int]) -> FloatArray:
    """Return a Mandel vector with some components given and the others zero."""
    vector = np.zeros(6)
    vector[places] = values
    return vector


def _medium(stiffness: FloatArray) -> FloatArray:
    """Return a medium stiff enough for all voxels: their mean, scaled for the stiffest of them."""
    mean = stiffness.mean(axis=0)
    inverse_root = np.linalg.inv(np.linalg.cholesky(mean))
    relative = inverse_root @ stiffness @ inverse_root.T
    largest = float(np.linalg.eigvalsh(relative)[:, -1].max())
    symmetric = 0.5 * (mean + mean.T)
    return np.asarray(symmetric * max(1.0, MARGIN * largest))
