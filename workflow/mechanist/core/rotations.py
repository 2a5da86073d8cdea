"""Rotations as unit quaternions, and orientations of crystals up to their point group.

A quaternion ``(w, x, y, z)`` represents the active rotation that takes crystal vectors to sample
vectors; ``q`` and ``-q`` are the same rotation. An operation of the crystal's point group acts first,
in the crystal frame: ``q`` and ``compose(q, s)`` describe the same crystal. Conventions and formulas:
Rowenhorst et al. (2015), https://doi.org/10.1088/0965-0393/23/8/083501, read as active rotations.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Largest deviation of a stored quaternion's length from one: files may hold single precision.
LENGTH_TOLERANCE: Final = 1e-4
#: Equivalent rotations are tied if the cosines of their half angles differ by less than this.
TIE: Final = 1e-9


class RotationError(ValueError):
    """Error for numbers that are not rotations; the message names the first of them."""


def check_rotations(quaternions: FloatArray, what: str = "orientations") -> FloatArray:
    """Check quaternions and return them scaled to unit length.

    Parameters
    ----------
    quaternions : ndarray of shape (..., 4)
        Scalar first.
    what : str
        Name of the quaternions, for the message.

    Raises
    ------
    RotationError
        If a quaternion is not finite or not of unit length; the message gives the first index and
        its value.
    """
    q = np.asarray(quaternions, dtype=float)
    if q.ndim == 0 or q.shape[-1] != 4:
        raise RotationError(
            f"{what} have shape {q.shape}; expected (..., 4): quaternions, scalar first"
        )
    lengths = np.linalg.norm(q, axis=-1)
    bad = ~(np.abs(lengths - 1.0) <= LENGTH_TOLERANCE)  # a NaN is bad too
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise RotationError(
            f"{what}: {int(bad.sum())} of {bad.size} are not unit quaternions; the first, at index"
            f" {index}, is {q[index].tolist()} with length {lengths[index]:.6g}; expected 1."
            " Give rotations, scalar first"
        )
    return np.asarray(q / lengths[..., None])


def quaternion_to_matrix(quaternions: FloatArray) -> FloatArray:
    """Return rotation matrices of shape (..., 3, 3) of unit quaternions of shape (..., 4)."""
    w, x, y, z = np.moveaxis(np.asarray(quaternions, dtype=float), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def matrix_to_quaternion(matrices: FloatArray) -> FloatArray:
    """Return unit quaternions of shape (..., 4), scalar part not negative, of rotation matrices.

    Parameters
    ----------
    matrices : ndarray of shape (..., 3, 3)
        Proper rotations.

    Raises
    ------
    RotationError
        If a matrix is not a proper rotation; the message names the first.
    """
    m = np.asarray(matrices, dtype=float)
    if m.ndim < 2 or m.shape[-2:] != (3, 3):
        raise RotationError(f"matrices have shape {m.shape}; expected (..., 3, 3)")
    error = np.abs(m @ np.swapaxes(m, -1, -2) - np.eye(3)).max(axis=(-1, -2))
    bad = ~((error <= LENGTH_TOLERANCE) & (np.linalg.det(m) > 0))
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise RotationError(
            f"the matrix at index {index} is not a proper rotation: {m[index].tolist()};"
            " expected orthonormal columns and determinant 1"
        )
    # Four times the outer product of the quaternion with itself: its longest row is well conditioned.
    t = np.trace(m, axis1=-2, axis2=-1)
    outer = np.empty((*m.shape[:-2], 4, 4))
    outer[..., 0, 0] = 1 + t
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        outer[..., 0, i + 1] = outer[..., i + 1, 0] = m[..., k, j] - m[..., j, k]
        outer[..., i + 1, i + 1] = 1 + 2 * m[..., i, i] - t
        outer[..., i + 1, j + 1] = outer[..., j + 1, i + 1] = m[..., i, j] + m[..., j, i]
    longest = np.argmax(np.diagonal(outer, axis1=-2, axis2=-1), axis=-1)
    q = np.take_along_axis(outer, longest[..., None, None], axis=-2)[..., 0, :]
    return positive(q / np.linalg.norm(q, axis=-1, keepdims=True))


def positive(quaternions: FloatArray) -> FloatArray:
    """Return whichever of ``q`` and ``-q`` has a positive first nonzero component."""
    q = np.asarray(quaternions, dtype=float)
    first = np.argmax(np.abs(q) > TIE, axis=-1)
    sign = np.sign(np.take_along_axis(q, first[..., None], axis=-1))
    return np.asarray(q * np.where(sign == 0, 1.0, sign))


def conjugate(quaternions: FloatArray) -> FloatArray:
    """Return the inverse rotations."""
    return np.asarray(quaternions, dtype=float) * np.array([1.0, -1.0, -1.0, -1.0])


def compose(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the rotations ``right`` followed by ``left``, broadcasting.

    Parameters
    ----------
    left, right : ndarray of shape (..., 4)
        The matrix of the result is ``matrix(left) @ matrix(right)``.
    """
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    aw, av, bw, bv = a[..., :1], a[..., 1:], b[..., :1], b[..., 1:]
    scalar = aw * bw - (av * bv).sum(axis=-1, keepdims=True)
    return np.concatenate([scalar, aw * bv + bw * av + np.cross(av, bv)], axis=-1)


def random_rotations(n: int, rng: np.random.Generator) -> FloatArray:
    """Return ``n`` quaternions distributed uniformly over all rotations (Haar measure)."""
    q = rng.normal(size=(n, 4))
    return positive(q / np.linalg.norm(q, axis=1, keepdims=True))


def from_rotation_vector(vectors: FloatArray) -> FloatArray:
    """Return the quaternions of rotations by ``|v|`` radians about ``v``, shape (..., 3)."""
    v = np.asarray(vectors, dtype=float)
    half = 0.5 * np.linalg.norm(v, axis=-1, keepdims=True)
    return np.concatenate([np.cos(half), 0.5 * np.sinc(half / np.pi) * v], axis=-1)


def to_rotation_vector(quaternions: FloatArray) -> FloatArray:
    """Return axis times angle, at most pi radians, of unit quaternions; shape (..., 3)."""
    q = positive(quaternions)
    half = np.arctan2(np.linalg.norm(q[..., 1:], axis=-1, keepdims=True), q[..., :1])
    return np.asarray(2.0 * q[..., 1:] / np.sinc(half / np.pi))


def from_bunge_euler(angles: FloatArray) -> FloatArray:
    """Return quaternions of Bunge's Euler angles.

    Parameters
    ----------
    angles : ndarray of shape (..., 3)
        ``phi1, Phi, phi2`` in radians: rotating the sample frame about z, the new x and the new z
        gives the crystal frame. As an active rotation, this takes the sample axes to the crystal
        axes.
    """
    phi1, capital, phi2 = np.moveaxis(0.5 * np.asarray(angles, dtype=float), -1, 0)
    cos, sin, plus, minus = np.cos(capital), np.sin(capital), phi1 + phi2, phi1 - phi2
    parts = [cos * np.cos(plus), sin * np.cos(minus), sin * np.sin(minus), cos * np.sin(plus)]
    return positive(np.stack(parts, axis=-1))


def rotation_angle(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the angle in degrees between two rotations, without any crystal symmetry."""
    difference = compose(conjugate(left), right)
    sine = np.linalg.norm(difference[..., 1:], axis=-1)
    # an arc tangent is exact for small angles, where an arc cosine loses half the digits
    return np.degrees(2.0 * np.arctan2(sine, np.abs(difference[..., 0])))
