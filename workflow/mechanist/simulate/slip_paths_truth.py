"""Slip laws with known coefficients, as the ground truth of identification.

``published`` is for fcc: the interaction coefficients are published; storage is of Kocks-Mecking
type, with numbers of our own choice. ``sparse`` and ``dense`` draw random coefficients, constant on
orbits, for a given fraction of the entries or for all of them.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.mechanics.slip_law import SlipLaw
from mechanist.mechanics.slip_orbits import FCC_KINDS, Orbits, fcc_kinds, pair_orbits, triple_orbits
from mechanist.mechanics.slip_systems import PARALLEL, SlipSystems

#: Coefficients of Kubin, Devincre and Madec as in DAMASK's TWIP steel, in the order of FCC_KINDS.
PUBLISHED: Final = dict(
    zip(FCC_KINDS, (0.122, 0.122, 0.625, 0.07, 0.137, 0.137, 0.122), strict=True)
)
#: Storage of a moving system by one forest system, 1/m, and recovery: our choice, for copper.
STORAGE: Final = 1e8
RECOVERY: Final = 10.0
#: Storage by each kind of forest, over STORAGE; kinds without an entry store nothing.
_FOREST: Final = {
    "Hirth": 0.5,
    "glissile, own plane": 1.0,
    "glissile, other plane": 1.0,
    "Lomer": 1.5,
}
#: Storage by a glissile junction on the system in which it glides, over STORAGE.
_JUNCTION: Final = 0.75
#: Number of forest systems of an fcc system, which sets the size of random coefficients.
_FORESTS: Final = 8
#: Median of drawn interaction coefficients, and standard deviation of their logarithm.
_MEDIAN, _SCATTER = 0.12, 0.4
TRUTHS: Final = ("published", "sparse", "dense")


def true_law(
    kind: str,
    systems: SlipSystems,
    *,
    rng: np.random.Generator,
    pair_share: float = 0.27,
    triple_share: float = 0.003,
) -> SlipLaw:
    """Return a law for identification.

    Parameters
    ----------
    kind : {"published", "sparse", "dense"}
        See the module docstring.
    systems : SlipSystems
    rng : Generator
        Draws random coefficients.
    pair_share, triple_share : float
        Fraction of nonzero entries of ``H`` and of ``K`` in a sparse law.

    Raises
    ------
    ValueError
        If the kind is unknown, or ``published`` is used for systems other than fcc12.
    """
    if kind not in TRUTHS:
        raise ValueError(f"unknown law {kind!r}; expected one of {list(TRUTHS)}")
    if kind == "published":
        return _published(systems)
    pairs, triples = pair_orbits(systems), triple_orbits(systems)
    n = len(systems)
    if kind == "dense":
        storage = _drawn(triples.number, rng) * _FORESTS / n**2
        matrix = _balanced(systems, pairs.expand(_drawn(pairs.number, rng)))
        return _law(systems, matrix, STORAGE / _MEDIAN * triples.expand(storage))
    # Each system resists itself; otherwise it would slip freely where other densities are low.
    own = np.unique(np.diagonal(pairs.labels))
    chosen = _chosen(pairs, pair_share, rng, first=own)
    drawn = pairs.expand(np.where(chosen, _drawn(pairs.number, rng), 0.0))
    matrix = _balanced(systems, drawn)
    same = np.unique(np.einsum("iji->ij", triples.labels))
    half = _chosen(triples, triple_share / 2, rng, among=same)
    kept = _chosen(triples, triple_share, rng, first=np.flatnonzero(half))
    tensor = triples.expand(np.where(kept, _drawn(triples.number, rng), 0.0))
    return _law(systems, matrix, STORAGE / _MEDIAN * tensor)


def _published(systems: SlipSystems) -> SlipLaw:
    kinds = np.array(fcc_kinds(systems))[pair_orbits(systems).labels]
    each: Callable[[str], float] = PUBLISHED.__getitem__
    forest = np.vectorize(lambda kind: _FOREST.get(kind, 0.0), otypes=[float])(kinds)
    n = len(systems)
    storage = np.zeros((n, n, n))
    storage[np.arange(n), :, np.arange(n)] = forest
    storage[_glissile_products(systems, kinds)] = _JUNCTION
    return _law(systems, np.vectorize(each, otypes=[float])(kinds), STORAGE * storage)


def _glissile_products(
    systems: SlipSystems, kinds: np.ndarray[tuple[int, int], np.dtype[np.str_]]
) -> BoolArray:
    """Return a mask: at ``[i, j, k]``, junctions of k with forest j glide on i, in k's plane."""
    directions, normals = systems.directions, systems.normals
    sums = directions[:, None, :] - np.sign(directions @ directions.T)[:, :, None] * directions
    along = np.abs(np.einsum("kja,ia->ijk", sums, directions)) > PARALLEL
    plane = np.abs(normals @ normals.T) > PARALLEL
    glissile = kinds == FCC_KINDS[4]
    return np.asarray(along & plane[:, None, :] & glissile.T[None, :, :])


def _law(systems: SlipSystems, interactions: FloatArray, storage: FloatArray) -> SlipLaw:
    lengths = systems.magnitudes / systems.magnitudes.min()
    return SlipLaw(interactions, storage, np.full(len(systems), RECOVERY), lengths)


def _drawn(count: int, rng: np.random.Generator) -> FloatArray:
    return _MEDIAN * np.exp(_SCATTER * rng.normal(size=count))


def _balanced(systems: SlipSystems, matrix: FloatArray) -> FloatArray:
    """Scale the rows of ``H`` so that all systems are equally strong at equal densities.

    Otherwise the weakest family would carry all the slip and reveal nothing about the others.
    """
    strengths = matrix.sum(axis=1) * systems.magnitudes**2
    return np.asarray(matrix * (strengths.min() / strengths)[:, None])


def _chosen(
    orbits: Orbits,
    share: float,
    rng: np.random.Generator,
    *,
    first: IntArray | None = None,
    among: IntArray | None = None,
) -> BoolArray:
    """Return a mask of orbits, ``first`` and then random ones, that fill a share of the entries."""
    first = np.empty(0, dtype=np.int64) if first is None else first
    candidates = np.arange(orbits.number) if among is None else among
    order = np.concatenate([first, rng.permutation(np.setdiff1d(candidates, first))])
    filled = np.cumsum(orbits.sizes[order]) / orbits.labels.size
    count = max(len(first), int(np.argmin(np.abs(filled - share))) + 1)
    chosen = np.zeros(orbits.number, dtype=np.bool_)
    chosen[order[:count]] = True
    return chosen
