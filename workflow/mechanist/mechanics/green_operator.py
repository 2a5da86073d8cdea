"""Green operator of a homogeneous elastic medium on a periodic grid, in Fourier space.

A stress field ``tau`` in a medium of stiffness C0 is balanced by the displacement fluctuation ``u``
with ``div(C0 : grad u + tau) = 0``. In Fourier space, with unit wave vector ``n``,
``grad u = -(A^-1 tau n) n^T`` and ``A_ik = C0_ijkl n_j n_l``; Moulinec & Suquet (1998),
https://doi.org/10.1016/S0045-7825(97)00218-1.

On an even grid the Nyquist component of a wave vector has no sign. Only that component is set to
zero: the derivative along its axis vanishes, the derivatives along the other axes remain. Dropping
the whole mode instead would leave the fields along those other axes without response.
"""

from typing import Final

import numpy as np
import scipy.fft
from numba import njit
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import (
    ROOT2,
    check_stiffness,
    from_mandel,
    to_mandel,
)

ComplexArray = NDArray[np.complex128]
_AXES: Final = (1, 2, 3)


def wave_vectors(shape: tuple[int, int, int], lengths: FloatArray) -> FloatArray:
    """Return wave vectors of a real Fourier transform, in cycles per unit of length.

    Parameters
    ----------
    shape : tuple of int
        Number of voxels along each axis, even or odd.
    lengths : ndarray of shape (3,)
        Side lengths of the periodic cell.

    Returns
    -------
    ndarray of shape (nx, ny, nz // 2 + 1, 3)
        Wave vectors with every Nyquist component set to zero.
    """
    axes = []
    for i, (n, length) in enumerate(zip(shape, lengths, strict=True)):
        counts = np.fft.rfftfreq(n, 1 / n) if i == 2 else np.fft.fftfreq(n, 1 / n)
        counts[2 * np.abs(counts) == n] = 0.0
        axes.append(counts / length)
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


class GreenOperator:
    """Response of a homogeneous medium to a stress field.

    Parameters
    ----------
    shape : tuple of int
        Number of voxels along each axis.
    lengths : ndarray of shape (3,)
        Side lengths of the periodic cell, in any unit.
    stiffness : ndarray of shape (6, 6)
        Stiffness of the medium, Mandel notation, in the unit of the stress.
    workers : int
        Threads of the Fourier transforms; they do not affect the result.

    Raises
    ------
    ValueError
        If the grid is empty, a length is not positive or the stiffness is not positive definite.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        lengths: FloatArray,
        stiffness: FloatArray,
        *,
        workers: int = 1,
    ) -> None:
        lengths = np.asarray(lengths, dtype=float)
        if len(shape) != 3 or min(shape) < 1:
            raise ValueError(f"shape = {shape}; expected three positive numbers of voxels")
        if lengths.shape != (3,) or not (np.isfinite(lengths) & (lengths > 0)).all():
            raise ValueError(f"lengths = {lengths.tolist()}; expected three positive numbers")
        self.shape = shape
        self.lengths = lengths
        self.workers = workers
        vectors = wave_vectors(shape, lengths).reshape(-1, 3)
        norms = np.linalg.norm(vectors, axis=1)
        #: Unit wave vectors; zero where there is no derivative.
        self.directions = vectors / np.where(norms > 0, norms, 1.0)[:, None]
        self.set_stiffness(stiffness)

    def set_stiffness(self, stiffness: FloatArray) -> None:
        """Change the medium, keeping the grid."""
        check_stiffness(stiffness, "the stiffness of the medium")
        self.stiffness = stiffness
        c = _fourth_order(stiffness)
        acoustic = np.einsum("ijkl,mj,ml->mik", c, self.directions, self.directions)
        acoustic[(self.directions == 0).all(axis=1)] = np.eye(3)
        self.inverse_acoustic = np.linalg.inv(acoustic)

    def gradient(self, stress: FloatArray) -> FloatArray:
        """Return the displacement gradient fluctuation that balances a stress field.

        Parameters
        ----------
        stress : ndarray of shape (nx, ny, nz, 3, 3)
            Symmetric.

        Returns
        -------
        ndarray of shape (nx, ny, nz, 3, 3)
            ``du_i / dx_j``, of zero mean, dimensionless.

        Raises
        ------
        ValueError
            If the field is not on this grid or not finite.
        """
        if stress.shape != (*self.shape, 3, 3) or not np.isfinite(stress).all():
            raise ValueError(
                f"stress field of shape {stress.shape}; expected finite numbers of shape"
                f" {(*self.shape, 3, 3)}"
            )
        components = np.ascontiguousarray(np.moveaxis(to_mandel(stress), -1, 0))
        moved: FloatArray = np.moveaxis(self.gradient_components(components), 0, -1)
        return np.ascontiguousarray(moved).reshape(*self.shape, 3, 3)

    def strain(self, stress: FloatArray) -> FloatArray:
        """Return the symmetric part of :meth:`gradient`, which is minus the classical operator."""
        gradient = self.gradient(stress)
        return 0.5 * (gradient + np.swapaxes(gradient, -1, -2))

    def gradient_components(self, stress: FloatArray) -> FloatArray:
        """Return the gradient, (9, nx, ny, nz), row by row, of a Mandel stress (6, nx, ny, nz)."""
        spectrum = self._forward(stress)
        return self._backward(_gradient_spectrum(spectrum, self.directions, self.inverse_acoustic))

    def strain_components(self, stress: FloatArray) -> FloatArray:
        """Return the strain that balances a stress, both Mandel, shape (6, nx, ny, nz)."""
        spectrum = self._forward(stress)
        return self._backward(_strain_spectrum(spectrum, self.directions, self.inverse_acoustic))

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return the rotation of a compatible strain: half the curl of its displacement.

        Parameters
        ----------
        strain : ndarray of shape (6, nx, ny, nz)
            Mandel components of the symmetric part of a displacement gradient.

        Returns
        -------
        ndarray of shape (3, nx, ny, nz)
            Rotation vector, of zero mean, radians.
        """
        return self._backward(_spin_spectrum(self._forward(strain), self.directions))

    def _forward(self, fields: FloatArray) -> ComplexArray:
        spectrum: ComplexArray = scipy.fft.rfftn(fields, axes=_AXES, workers=self.workers)
        return spectrum.reshape(len(fields), -1)

    def _backward(self, spectrum: ComplexArray) -> FloatArray:
        nx, ny, nz = self.shape
        modes = spectrum.reshape(-1, nx, ny, nz // 2 + 1)
        fields: FloatArray = scipy.fft.irfftn(
            modes, s=self.shape, axes=_AXES, workers=self.workers, overwrite_x=True
        )
        return fields


@njit(cache=True, nogil=True)
def _displacement(
    spectrum: ComplexArray, directions: FloatArray, inverse: FloatArray, m: int, u: ComplexArray
) -> None:
    """Fill ``u`` with minus the displacement of mode ``m``, in units of one over the wave number."""
    n0, n1, n2 = directions[m, 0], directions[m, 1], directions[m, 2]
    s = 1.0 / ROOT2
    yz, xz, xy = s * spectrum[3, m], s * spectrum[4, m], s * spectrum[5, m]
    f0 = spectrum[0, m] * n0 + xy * n1 + xz * n2
    f1 = xy * n0 + spectrum[1, m] * n1 + yz * n2
    f2 = xz * n0 + yz * n1 + spectrum[2, m] * n2
    for i in range(3):
        u[i] = -(inverse[m, i, 0] * f0 + inverse[m, i, 1] * f1 + inverse[m, i, 2] * f2)


@njit(cache=True, nogil=True)
def _gradient_spectrum(
    spectrum: ComplexArray, directions: FloatArray, inverse: FloatArray
) -> ComplexArray:
    """Return the nine components of the displacement gradient, shape (9, n_modes)."""
    n_modes = spectrum.shape[1]
    out = np.empty((9, n_modes), dtype=np.complex128)
    u = np.empty(3, dtype=np.complex128)
    for m in range(n_modes):
        _displacement(spectrum, directions, inverse, m, u)
        for i in range(3):
            for j in range(3):
                out[3 * i + j, m] = u[i] * directions[m, j]
    return out


@njit(cache=True, nogil=True)
def _strain_spectrum(
    spectrum: ComplexArray, directions: FloatArray, inverse: FloatArray
) -> ComplexArray:
    """Return the Mandel components of the strain, shape (6, n_modes)."""
    n_modes = spectrum.shape[1]
    out = np.empty((6, n_modes), dtype=np.complex128)
    u = np.empty(3, dtype=np.complex128)
    s = 1.0 / ROOT2
    for m in range(n_modes):
        _displacement(spectrum, directions, inverse, m, u)
        n0, n1, n2 = directions[m, 0], directions[m, 1], directions[m, 2]
        out[0, m], out[1, m], out[2, m] = u[0] * n0, u[1] * n1, u[2] * n2
        out[3, m] = s * (u[1] * n2 + u[2] * n1)
        out[4, m] = s * (u[0] * n2 + u[2] * n0)
        out[5, m] = s * (u[0] * n1 + u[1] * n0)
    return out


@njit(cache=True, nogil=True)
def _spin_spectrum(spectrum: ComplexArray, directions: FloatArray) -> ComplexArray:
    """Return the axial vector of the displacement gradient, shape (3, n_modes)."""
    n_modes = spectrum.shape[1]
    out = np.empty((3, n_modes), dtype=np.complex128)
    s = 1.0 / ROOT2
    for m in range(n_modes):
        n0, n1, n2 = directions[m, 0], directions[m, 1], directions[m, 2]
        yz, xz, xy = s * spectrum[3, m], s * spectrum[4, m], s * spectrum[5, m]
        # n x (2 e n - n (n.e n)) / 2: the part along n drops out
        f0 = spectrum[0, m] * n0 + xy * n1 + xz * n2
        f1 = xy * n0 + spectrum[1, m] * n1 + yz * n2
        f2 = xz * n0 + yz * n1 + spectrum[2, m] * n2
        out[0, m] = n1 * f2 - n2 * f1
        out[1, m] = n2 * f0 - n0 * f2
        out[2, m] = n0 * f1 - n1 * f0
    return out


def _fourth_order(stiffness: FloatArray) -> FloatArray:
    """Return a Mandel stiffness as a tensor of shape (3, 3, 3, 3)."""
    basis = from_mandel(np.eye(6))
    return np.asarray(np.einsum("aij,ab,bkl->ijkl", basis, stiffness, basis))
