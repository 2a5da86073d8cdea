"""Other vectors of one lattice: which integer matrices bring a cell close to another one.

The cells ``cell`` and ``U @ cell`` span the same lattice if ``U`` is a matrix of integers with
determinant 1 or -1. Programs pick one of them: a flipped cell of a shear, or a rotated or reflected
copy of a sample, differs by such a matrix.
"""

from functools import cache
from itertools import product

import numpy as np

from mechanist.core.typing import FloatArray, IntArray


@cache
def unimodular(dimension: int) -> IntArray:
    """Return all matrices of -1, 0 and 1 with determinant 1 or -1, the identity first.

    Between reduced cells of nearly the same lattice no other matrices are needed.

    Returns
    -------
    ndarray of shape (n, dimension, dimension), int64
    """
    entries = np.array(list(product((-1, 0, 1), repeat=dimension**2)), dtype=np.int64)
    matrices = entries.reshape(-1, dimension, dimension)
    found = matrices[np.abs(np.rint(np.linalg.det(matrices))) == 1]
    changed = np.abs(found - np.eye(dimension, dtype=np.int64)).sum(axis=(1, 2))
    return found[np.argsort(changed, kind="stable")]


def reduced(cell: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return short vectors of a lattice, and the integer matrix that makes them of the cell's.

    Parameters
    ----------
    cell : ndarray of shape (d, d)
        Vectors as rows.

    Returns
    -------
    cell : ndarray of shape (d, d)
        Adding one vector to another, or subtracting it, makes neither shorter.
    matrix : ndarray of shape (d, d), int64
        ``reduced = matrix @ cell``.
    """
    matrix = np.eye(len(cell), dtype=np.int64)
    changed = True
    while changed:
        changed = False
        for i, j in product(range(len(cell)), repeat=2):
            if i == j:
                continue
            short = matrix @ cell
            step = int(np.rint(short[i] @ short[j] / (short[j] @ short[j])))
            other = short[i] - step * short[j]
            if step and other @ other < (1 - 1e-12) * (short[i] @ short[i]):
                matrix[i] -= step * matrix[j]
                changed = True
    return matrix @ cell, matrix


def strains(reference: FloatArray, cells: FloatArray) -> FloatArray:
    """Return how much each cell is strained against a reference, whatever its orientation.

    Parameters
    ----------
    reference : ndarray of shape (d, d)
    cells : ndarray of shape (n, d, d)

    Returns
    -------
    ndarray of shape (n,)
        Frobenius norm of the Green-Lagrange strain, which includes the change of volume.
    """
    inverse = np.linalg.inv(reference)
    metric = inverse @ cells @ np.swapaxes(cells, -1, -2) @ inverse.T
    return np.asarray(np.linalg.norm(metric - np.eye(len(reference)), axis=(-2, -1)) / 2)


def maps_between(reference: FloatArray, cell: FloatArray, largest: float) -> IntArray:
    """Return the integer matrices ``U`` for which ``U @ cell`` is close to a reference.

    Parameters
    ----------
    reference, cell : ndarray of shape (d, d)
        Reduced cells.
    largest : float
        Largest strain between the two.

    Returns
    -------
    ndarray of shape (n, d, d), int64
        By ascending strain.
    """
    matrices = unimodular(len(reference))
    size = strains(reference, matrices @ cell)
    order = np.argsort(size, kind="stable")
    return matrices[order[size[order] <= largest]]
