"""Symmetric inputs of pair networks: couplings between pairs of gliding dislocations.

A displacement is positive if it produces plastic strain of the applied sense, ``u_i = l s_i dx_i``
with the load's sense ``l`` and the sign ``s_i`` of the dislocation. In these variables a uniform
stress exerts a unit force on every dislocation, and three operations change no number:
translations, ``y -> -y`` and ``(x, s) -> (-x, -s)``. Reversing the load preserves the stiffness and
flips the sign of the asymmetry.

Lengths are in units of a mean spacing. The stress of a pair is that of bare dislocations,
K = x(x^2 - y^2)/r^4, summed over all periodic images, first along x in closed form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

import jax
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs

#: Arrays of NumPy outside of a network, and of JAX in it.
Values = TypeVar("Values")
#: Rows of periodic images on either side; the truncation error is below 1e-9 of the kernel.
IMAGES: Final = 4
#: Reference density (b^-2), of the undeformed systems; lengths are in units of DENSITY^(-1/2).
DENSITY: Final = 0.04
#: Modes softer than this fraction of the stiffest are rigid translations, which no force drives.
RIGID: Final = 1e-10
#: Features of every dislocation.
NODE_FEATURES: Final = ("log_stiffness", "asymmetry", "same", "opposite", "crowding")
#: Features of every pair, for attention.
PAIR_FEATURES: Final = ("coupling", "signed_coupling", "forward", "backward", "log_distance")
#: Distance below which crowding saturates.
CORE: Final = 0.2


@jax.tree_util.register_dataclass
@dataclass(frozen=True, eq=False)
class PairInputs(Generic[Values]):
    """Network inputs of many samples, padded to equal numbers of dislocations.

    Parameters
    ----------
    mask : ndarray of shape (n_samples, n)
        1 for a dislocation, 0 for padding.
    density : ndarray of shape (n_samples, 1)
        Logarithm of the number of dislocations per squared unit of length.
    nodes : ndarray of shape (n_samples, n, len(NODE_FEATURES))
    modes : ndarray of shape (n_samples, n, n)
        Eigenvectors of the stiffness in forward variables, in columns.
    stiffness : ndarray of shape (n_samples, n)
        Their eigenvalues; infinite for rigid modes and padding, which then do not respond.
    asymmetry : ndarray of shape (n_samples, n, n)
        ``l s_j K''(x_i - x_j)``: how couplings change as dislocations move forward.
    pairs : ndarray of shape (n_samples, n, n, len(PAIR_FEATURES)) or with a last axis of 0
        Pair features, empty unless requested.
    """

    mask: Values
    density: Values
    nodes: Values
    modes: Values
    stiffness: Values
    asymmetry: Values
    pairs: Values


PairArrays: TypeAlias = PairInputs[NDArray[np.floating]]


def couplings(
    dx: FloatArray, dy: FloatArray, length: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the stress K of a positive dislocation and its first two derivatives along x.

    Parameters
    ----------
    dx, dy : ndarray of any shape
        Distances, wrapped or not; where both are zero, the results are zero.
    length : float
        Side of the periodic square.

    Returns
    -------
    tuple of ndarray
        In units of 1/length, 1/length^2, 1/length^3.
    """
    angle = 2 * np.pi * dx / length
    rows = (dy / length - np.round(dy / length))[..., np.newaxis] + np.arange(-IMAGES, IMAGES + 1)
    sine, cosine = np.sin(angle)[..., np.newaxis], np.cos(angle)[..., np.newaxis]
    height = 2 * np.pi * rows
    # 2 sinh(h/2)^2 + 2 sin(a/2)^2 is cosh(h) - cos(a) without its cancellation.
    half = np.sinh(height / 2)
    gap = 2 * half**2 + 2 * np.sin(angle / 2)[..., np.newaxis] ** 2
    itself = (dx == 0) & (dy == 0)
    gap[itself] = 1.0
    # sinh(h) from its half angle, since hyperbolic functions dominate the cost.
    top = gap - 2 * height * half * np.sqrt(1 + half**2)
    inverse = 1 / gap
    ratio, square = top * inverse, inverse * inverse
    value = ratio * inverse
    slope = square * (1 - 2 * ratio)
    bend = square * inverse * (6 * ratio - 4)
    k = (sine * value).sum(axis=-1) * np.pi
    k1 = (cosine * value + sine**2 * slope).sum(axis=-1) * 2 * np.pi**2
    k2 = (sine * (-value + 3 * cosine * slope + sine**2 * bend)).sum(axis=-1) * 4 * np.pi**3
    scales = (k, length), (k1, length**2), (k2, length**3)
    stress, first, second = (np.where(itself, 0.0, found / unit) for found, unit in scales)
    return stress, first, second


def pair_inputs(
    configurations: Sequence[Configuration],
    senses: Sequence[float],
    *,
    size: int,
    with_pairs: bool = False,
) -> PairArrays:
    """Read relaxed configurations, in double precision.

    Parameters
    ----------
    configurations : sequence of Configuration
        Square cells without pins, in equilibrium at zero stress.
    senses : sequence of float
        Sense of the resolved shear of each, +1 or -1.
    size : int
        Number of dislocations after padding.
    with_pairs : bool
        Whether to compute pair features.

    Raises
    ------
    ValueError
        If a configuration contains more than ``size`` dislocations, none, or a pin.
    """
    rows = [
        _row(configuration, sense, size, with_pairs)
        for configuration, sense in zip(configurations, senses, strict=True)
    ]
    return PairInputs(*(np.stack(values) for values in zip(*rows, strict=True)))


def _row(
    configuration: Configuration, sense: float, size: int, with_pairs: bool
) -> tuple[FloatArray, ...]:
    sign = signs(configuration)
    n = len(sign)
    if not 0 < n <= size or not sign.all():
        raise ValueError(
            f"{n} particles, of which {int((sign == 0).sum())} are pins; expected 1 to {size}"
            " dislocations and no pin"
        )
    unit = DENSITY**-0.5
    length = configuration.cell[0, 0] / unit
    x, y = configuration.positions[:, 0] / unit, configuration.positions[:, 1] / unit
    dx, dy = x[:, np.newaxis] - x, y[:, np.newaxis] - y
    upper = np.triu_indices(n, 1)
    k1, k2 = np.zeros((n, n)), np.zeros((n, n))
    _, k1[upper], k2[upper] = couplings(dx[upper], dy[upper], length)
    k1, k2 = k1 + k1.T, k2 - k2.T
    same = sign[:, np.newaxis] * sign
    matrix = k1 - np.diag((same * k1).sum(axis=1))
    asymmetry = sense * sign * k2
    values, modes = np.linalg.eigh(matrix)
    values = np.where(np.abs(values) > RIGID * np.abs(values).max(), np.abs(values), np.inf)
    dx, dy = dx - length * np.round(dx / length), dy - length * np.round(dy / length)
    distance = np.hypot(dx, dy) + length * np.eye(n)
    close = 1 / (distance**2 + CORE**2) - 1 / (length**2 + CORE**2) * np.eye(n)
    nodes = np.stack(
        [
            np.arcsinh(np.diag(matrix)),
            np.arcsinh(asymmetry.sum(axis=1)),
            np.arcsinh((k1 * (same > 0)).sum(axis=1)),
            np.arcsinh((k1 * (same < 0)).sum(axis=1)),
            np.log(close.sum(axis=1)),
        ],
        axis=1,
    )
    pairs = np.zeros((size, size, 0))
    if with_pairs:
        told = [k1, same * k1, asymmetry, asymmetry.T, np.sinh(np.log(distance))]
        pairs = np.zeros((size, size, len(PAIR_FEATURES)))
        pairs[:n, :n] = np.arcsinh(np.stack(told, axis=-1))
    padded = np.zeros((size, size)), np.zeros((size, size))
    padded[0][:n, :n], padded[1][:n, :n] = modes, asymmetry
    mask = np.arange(size) < n
    stiff = np.full(size, np.inf)
    stiff[:n] = values
    all_nodes = np.zeros((size, nodes.shape[1]))
    all_nodes[:n] = nodes
    density = np.array([np.log(n / length**2)])
    return mask.astype(float), density, all_nodes, padded[0], stiff, padded[1], pairs
