"""A large configuration as blocks, each with all particles within a distance of its own.

What is computed of a particle from others within that distance is the same in its block, up to
rounding, and takes memory for one block at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import heights_of


@dataclass(frozen=True, eq=False)
class Block:
    """Some particles of a configuration, and those around them.

    Parameters
    ----------
    configuration : Configuration
        Own particles and those around them, in the order of the whole. Its cell is empty beyond them.
    particles : ndarray of shape (n_own,)
        Its own particles, as indices of the whole.
    places : ndarray of shape (n_own,)
        The same as indices of ``configuration``.
    """

    configuration: Configuration
    particles: IntArray
    places: IntArray


def blocks_of(configuration: Configuration, reach: float, particles: int) -> Iterator[Block]:
    """Yield blocks, to one of which every particle belongs.

    Parameters
    ----------
    configuration : Configuration
    reach : float
        Distance from its own particles up to which a block holds all others.
    particles : int
        Number of its own particles that a block has at most, roughly: the density may vary, and a
        cell no wider than its blocks with what surrounds them is not divided.
    """
    shares = reach / heights_of(configuration)
    counts = _counts(configuration, shares, -(-len(configuration) // particles))
    if max(counts) == 1:
        alone = np.arange(len(configuration))
        yield Block(configuration, alone, alone)
        return
    fractions = configuration.positions @ np.linalg.inv(configuration.cell)
    everyone = _Chosen(
        np.arange(len(configuration)),
        np.zeros((len(configuration), 3)),
        np.ones(len(configuration), bool),
    )
    scale = [1 / m + 3 * f if m > 1 else 1.0 for m, f in zip(counts, shares, strict=True)]
    cell = configuration.cell.copy()
    cell[: len(scale)] *= np.array(scale)[:, None]
    for chosen in _divided(fractions, everyone, list(enumerate(zip(counts, shares, strict=True)))):
        which = chosen.particles
        part = replace(
            configuration,
            positions=configuration.positions[which] + chosen.shifts @ configuration.cell,
            cell=cell,
            species=configuration.species[which],
            radii=None if configuration.radii is None else configuration.radii[which],
        )
        yield Block(part, which[chosen.own], np.flatnonzero(chosen.own))


@dataclass(frozen=True, eq=False)
class _Chosen:
    """Particles of a block: the cell vectors to add to each, and whether it is the block's own."""

    particles: IntArray
    shifts: FloatArray
    own: NDArray[np.bool_]


def _divided(
    fractions: FloatArray, chosen: _Chosen, axes: Sequence[tuple[int, tuple[int, float]]]
) -> Iterator[_Chosen]:
    """Divide particles along the first axis, and what is found along the others."""
    if not axes:
        if chosen.own.any():
            yield chosen
        return
    (axis, (count, share)), others = axes[0], axes[1:]
    if count == 1:
        yield from _divided(fractions, chosen, others)
        return
    along = fractions[chosen.particles, axis]
    wrapped = along - np.floor(along)
    part_of = np.minimum((wrapped * count).astype(np.int64), count - 1)
    for part in range(count):
        start = part / count - share
        behind = (wrapped - start) % 1.0
        own = part_of == part
        inside = own | (behind < 1 / count + 2 * share)
        shifts = chosen.shifts[inside]
        shifts[:, axis] = np.rint(start + behind[inside] - along[inside])
        found = _Chosen(chosen.particles[inside], shifts, (chosen.own & own)[inside])
        yield from _divided(fractions, found, others)


def _counts(configuration: Configuration, shares: FloatArray, wanted: int) -> list[int]:
    """Return into how many parts to divide each axis; parts are as cubic as they can be."""
    heights = heights_of(configuration)
    counts = [1] * len(shares)
    while np.prod(counts) < wanted:
        # A part with what surrounds it, and as much empty space, must not reach itself.
        free = [k for k, f in enumerate(shares) if 1 / (counts[k] + 1) + 3 * f < 1]
        if not free:
            break
        counts[max(free, key=lambda k: heights[k] / counts[k])] += 1
    return counts
