"""Cholesky factors of large stiffness matrices of particles, by nested dissection in space.

Particles are parted by a plane again and again. Those on one side that act on the other form a separator,
which is eliminated after both sides, so that these do not fill each other's rows. Each set is eliminated
in a dense *front*, which LAPACK does at full speed: the multifrontal method of Duff & Reid,
https://doi.org/10.1145/356044.356047, with the ordering of George, https://doi.org/10.1137/0710032.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

from mechanist.core.typing import FloatArray, IntArray

#: By dimension: sets with fewer degrees of freedom than this are not parted.
LEAF: Final = {2: 160, 3: 600}
#: Largest share of a set that its separator may be.
_WIDEST: Final = 0.8


class IndefiniteError(ValueError):
    """A matrix that is not positive definite.

    Parameters
    ----------
    lowest : float
        Lowest eigenvalue of the front that shows it, relative to the largest one there.
    """

    def __init__(self, lowest: float) -> None:
        super().__init__(f"not positive definite: {lowest:.3g}")
        self.lowest = lowest


@dataclass(frozen=True, eq=False)
class _Front:
    """Particles ``start`` to ``stop``, eliminated together, and later ones that they act on, ``outer``.

    ``inner``, which is triangular, and ``below`` are their columns of the factor.
    """

    start: int
    stop: int
    outer: IntArray
    inner: FloatArray
    below: FloatArray


class NestedFactors:
    """Cholesky factors of a symmetric positive definite matrix of particles.

    Parameters
    ----------
    matrix : sparse array of shape (n d, n d)
        Symmetric, in units of stiffness; degrees of freedom are particle-major.
    positions : ndarray of shape (n, d)
        Places of particles in units of length, wrapped into their box.

    Attributes
    ----------
    pivots : ndarray of shape (n d,)
        Squares of the diagonal of the factor, in the order of elimination.

    Raises
    ------
    IndefiniteError
        If the matrix is not positive definite.
    """

    def __init__(self, matrix: sparse.sparray, positions: FloatArray) -> None:
        self._n, self._d = positions.shape
        whole = sparse.bsr_array(matrix, blocksize=(self._d, self._d))
        sets = _dissected(whole.indptr, whole.indices, positions, max(LEAF[self._d] // self._d, 1))
        self._order = np.concatenate([own for own, _ in sets])
        dofs = (self._order[:, None] * self._d + np.arange(self._d)).ravel()
        ordered = sparse.csr_array(matrix)[dofs][:, dofs]
        self._fronts = _factorised(
            sparse.bsr_array(ordered, blocksize=(self._d, self._d)),
            [(len(own), children) for own, children in sets],
        )
        self.pivots = np.concatenate([np.diag(front.inner) for front in self._fronts]) ** 2

    @property
    def size(self) -> int:
        """Number of values that the factors hold."""
        return sum(front.inner.size + front.below.size for front in self._fronts)

    def solve(self, right: FloatArray) -> FloatArray:
        """Return the solution for right-hand sides of shape (n d,) or (n d, m)."""
        d = self._d
        x = right.reshape(self._n, d, -1)[self._order].astype(float)
        m = x.shape[2]
        for front in self._fronts:
            own = x[front.start : front.stop].reshape(-1, m)
            own = blas.dtrsm(1.0, front.inner, own, lower=1)
            x[front.start : front.stop] = own.reshape(-1, d, m)
            if len(front.outer):
                x[front.outer] -= (front.below @ own).reshape(-1, d, m)
        for front in reversed(self._fronts):
            own = x[front.start : front.stop].reshape(-1, m)
            if len(front.outer):
                own = own - front.below.T @ x[front.outer].reshape(-1, m)
            own = blas.dtrsm(1.0, front.inner, own, lower=1, trans_a=1)
            x[front.start : front.stop] = own.reshape(-1, d, m)
        found = np.empty_like(x)
        found[self._order] = x
        return found.reshape(right.shape)


def _dissected(
    begins: IntArray, others: IntArray, positions: FloatArray, leaf: int
) -> list[tuple[IntArray, list[int]]]:
    """Return sets of particles in the order of elimination, with the sets that come just before each.

    Particle ``i`` acts on ``others[begins[i]:begins[i + 1]]``.
    """
    sets: list[tuple[IntArray, list[int]]] = []
    mark = np.zeros(len(positions), dtype=np.bool_)

    def part(members: IntArray) -> int:
        children: list[int] = []
        if len(members) > leaf:
            places = positions[members]
            along = members[np.argsort(places[:, np.ptp(places, axis=0).argmax()], kind="stable")]
            share = 0.5
            for _ in range(2):  # the second time, both sides are equal without the separator
                cut = min(round(share * len(along)), len(along) - 1)
                first, second = along[:cut], along[cut:]
                mark[second] = True
                touching = _touching(begins, others, first, mark)
                mark[second] = False
                share = (1 + np.count_nonzero(touching) / len(along)) / 2
            rest = first[~touching]
            if len(rest) and len(first) - len(rest) < _WIDEST * len(along):
                children = [part(rest), part(second)]
                members = first[touching]
        sets.append((members, children))
        return len(sets) - 1

    part(np.arange(len(positions)))
    return sets


@numba.njit(cache=True)
def _touching(
    begins: NDArray[np.signedinteger],
    others: NDArray[np.signedinteger],
    members: IntArray,
    mark: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which members act on a particle with a mark."""
    found = np.zeros(len(members), dtype=np.bool_)
    for k in range(len(members)):
        for entry in range(begins[members[k]], begins[members[k] + 1]):
            if mark[others[entry]]:
                found[k] = True
                break
    return found


def _factorised(blocks: sparse.bsr_array, sets: list[tuple[int, list[int]]]) -> list[_Front]:
    """Return the fronts of a matrix whose particles are in the order of elimination."""
    d = blocks.blocksize[0]
    fronts: list[_Front] = []
    updates: dict[int, FloatArray] = {}
    local = np.empty(blocks.shape[0] // d, dtype=np.int64)  # place in the front at hand
    start = 0
    for number, (count, children) in enumerate(sets):
        stop = start + count
        near = [blocks.indices[blocks.indptr[start] : blocks.indptr[stop]].astype(np.int64)]
        near += [fronts[child].outer for child in children]
        outer = np.unique(np.concatenate(near))
        outer = outer[outer >= stop]
        local[start:stop] = np.arange(count)
        local[outer] = count + np.arange(len(outer))
        wide, rest = count * d, len(outer) * d
        inner = np.zeros((wide, wide), order="F")
        below = np.zeros((rest, wide), order="F")
        update = np.zeros((rest, rest), order="F")
        _assemble(blocks.indptr, blocks.indices, blocks.data, start, stop, local, inner, below)
        for child in children:
            places = local[fronts[child].outer]
            _extend(inner, below, update, updates.pop(child), places, d)
        inner = _cholesky(inner)
        if rest:
            below = blas.dtrsm(1.0, inner, below, side=1, lower=1, trans_a=1, overwrite_b=1)
            update = blas.dsyrk(-1.0, below, beta=1.0, c=update, lower=1, overwrite_c=1)
        updates[number] = update
        fronts.append(_Front(start, stop, outer, inner, below))
        start = stop
    return fronts


def _cholesky(front: FloatArray) -> FloatArray:
    """Return the factor of a front, of which the lower triangle is given."""
    factor, failed = lapack.dpotrf(front, lower=1, clean=1)
    if failed:
        values = np.linalg.eigvalsh(front, UPLO="L")
        raise IndefiniteError(float(values[0] / max(np.abs(values).max(), np.finfo(float).tiny)))
    return np.asarray(factor)


@numba.njit(cache=True)
def _assemble(
    begins: NDArray[np.signedinteger],
    others: NDArray[np.signedinteger],
    blocks: FloatArray,
    start: int,
    stop: int,
    local: IntArray,
    inner: FloatArray,
    below: FloatArray,
) -> None:
    """Set the lower triangle of a front to the rows of particles ``start`` to ``stop``."""
    d = blocks.shape[1]
    wide = inner.shape[0]
    for i in range(start, stop):
        column = (i - start) * d
        for entry in range(begins[i], begins[i + 1]):
            if others[entry] < i:
                continue
            row = local[others[entry]] * d
            for q in range(d):
                for p in range(d):
                    if row < wide:
                        inner[row + q, column + p] = blocks[entry, p, q]
                    else:
                        below[row - wide + q, column + p] = blocks[entry, p, q]


@numba.njit(cache=True)
def _extend(
    inner: FloatArray,
    below: FloatArray,
    update: FloatArray,
    added: FloatArray,
    places: IntArray,
    d: int,
) -> None:
    """Add the lower triangle of what an earlier front leaves; ``places`` of its particles ascend."""
    wide = inner.shape[0]
    later = np.searchsorted(places, wide // d)  # the first that is not eliminated here
    for b in range(len(places)):
        for q in range(d):
            column = places[b] * d + q
            if b < later:
                for a in range(b, later):
                    for p in range(d):
                        inner[places[a] * d + p, column] += added[a * d + p, b * d + q]
                for a in range(later, len(places)):
                    for p in range(d):
                        row = places[a] * d + p - wide
                        below[row, column] += added[a * d + p, b * d + q]
            else:
                for a in range(b, len(places)):
                    for p in range(d):
                        row = places[a] * d + p - wide
                        update[row, column - wide] += added[a * d + p, b * d + q]
