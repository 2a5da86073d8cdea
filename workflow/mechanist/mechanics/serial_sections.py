"""Fill the gaps between serial sections of a polycrystal, so that a stack becomes a voxel grid.

Only some layers of a grid are known. Every other layer takes its grains from known layers, by one of
three rules. ``nearest`` copies the nearer layer. ``boundary`` lets the boundary of each grain move
steadily from the layer below to the layer above: the signed distance from the boundary is
interpolated, and each point belongs to the grain in which it lies deepest. A grain that only one of
the layers cuts ends half way between them. ``vote`` asks all known points around a voxel, those nearby
with a larger weight: the voxel belongs to the grain with the largest sum. The weight is a Gaussian
whose width is one point within the layers, and :data:`WIDTH` of the largest gap across them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from mechanist.core.typing import BoolArray, FloatArray, IntArray

Rule = Literal["nearest", "boundary", "vote"]
RULES: Final[tuple[Rule, ...]] = ("nearest", "boundary", "vote")
#: Width of votes across the layers, as a part of the largest gap: of .3, .4 and .6, it was right most
#: often for random cells that nothing else uses.
WIDTH: Final = 0.4
#: Widths beyond which a point has no vote.
_REACH: Final = 6.0
#: Share of the way from one layer to the next from which the next one is nearer.
HALF: Final = 0.5


def filled(
    grains: IntArray, known: Sequence[int], layers: int, *, rule: Rule, periodic: bool = False
) -> IntArray:
    """Return the known point whose orientation each voxel takes.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, n_known), int
        Grain of each point of the known layers; a grain has one number in all of them.
    known : sequence of int
        Numbers of the known layers in the grid, which rise.
    layers : int
        Number of layers of the grid.
    rule : {"nearest", "boundary", "vote"}
        How layers between the known ones are filled.
    periodic : bool
        Whether the stack, and each layer, goes on periodically. Otherwise layers before the first and
        after the last known one copy it.

    Returns
    -------
    ndarray of shape (3, nx, ny, layers), int
        Indices along the axes of ``grains``.

    Raises
    ------
    ValueError
        If the numbers do not rise, lie outside the grid, or are not one for each known layer.
    """
    numbers = [int(one) for one in known]
    rising = all(a < b for a, b in pairwise(numbers))
    if not rising or len(numbers) != grains.shape[2] or not numbers or numbers[0] < 0 or numbers[-1] >= layers:  # fmt: skip
        raise ValueError(
            f"known layers {numbers}; expected {grains.shape[2]} numbers that rise, from 0 to {layers - 1}"
        )
    found = np.empty((3, *grains.shape[:2], layers), dtype=np.int64)
    found[:2] = np.indices(grains.shape[:2])[..., np.newaxis]
    voted = (
        _voted(grains, numbers, layers, periodic=periodic)
        if rule == "vote" and len(numbers) < layers
        else None
    )
    for layer in range(layers):
        below, above, share = _between(numbers, layer, layers, periodic=periodic)
        if rule == "nearest" or below == above or share == 0:
            found[2, :, :, layer] = above if share > HALF else below
            continue
        chosen = (
            _moved(grains, below, above, share, periodic=periodic)
            if voted is None
            else voted[:, :, layer]
        )
        order = _from_near(len(numbers), below, above, share)
        found[:, :, :, layer] = _sources(grains, chosen, order, periodic=periodic)
    return found


def _between(known: list[int], layer: int, layers: int, *, periodic: bool) -> tuple[int, int, float]:  # fmt: skip
    """Return the known layers below and above a layer, and its share of the way from one to the other."""
    after = int(np.searchsorted(known, layer, side="right"))
    below, above = after - 1, after
    if not periodic:
        below, above = max(below, 0), min(above, len(known) - 1)
        gap, way = known[above] - known[below], layer - known[below]
        return below, above, way / gap if gap > 0 and way > 0 else 0.0
    below, above = below % len(known), above % len(known)
    gap = (known[above] - known[below]) % layers or layers
    return below, above, ((layer - known[below]) % layers) / gap


def _voted(grains: IntArray, known: list[int], layers: int, *, periodic: bool) -> IntArray:
    """Return the grain of each voxel that has the largest sum of weights, shape (nx, ny, layers)."""
    gaps = np.diff([*known, known[0] + layers] if periodic else known)
    widths = (1.0, 1.0, WIDTH * float(gaps.max(initial=1)))
    shape = (*grains.shape[:2], layers)
    most, winner = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    mode = "wrap" if periodic else "constant"
    margin = [int(np.ceil(_REACH * width)) for width in widths]
    for number in np.unique(grains):
        inside = np.zeros(shape)
        inside[:, :, known] = grains == number
        # A grain has no votes far away from it.
        part = (
            (slice(None),) * 3
            if periodic
            else tuple(
                slice(max(0, int(one.min()) - more), int(one.max()) + more + 1)
                for one, more in zip(np.nonzero(inside), margin, strict=True)
            )
        )
        votes = gaussian_filter(inside[part], widths, mode=mode, truncate=_REACH)
        better = votes > most[part]
        most[part][better] = votes[better]
        winner[part][better] = number
    return winner


def _moved(
    grains: IntArray, below: int, above: int, share: float, *, periodic: bool
) -> IntArray:  # fmt: skip
    """Return the grain of each point of a layer between two known ones, shape (nx, ny)."""
    pair = [grains[:, :, below], grains[:, :, above]]
    deepest, chosen = np.full(pair[0].shape, -np.inf), np.zeros(pair[0].shape, dtype=np.int64)
    for number in np.unique(np.stack(pair)):
        cut = [one == number for one in pair]
        depths = [_depth(one, periodic=periodic) for one in cut if one.any()]
        # A grain that one layer does not cut shrinks to a point half way.
        absent = depths[0] - 2 * depths[0].max()
        first = depths[0] if cut[0].any() else absent
        second = depths[-1] if cut[1].any() else absent
        depth = (1 - share) * first + share * second
        deeper = depth > deepest
        deepest[deeper] = depth[deeper]
        chosen[deeper] = number
    return chosen


def _from_near(count: int, below: int, above: int, share: float) -> list[int]:
    """Return the known layers, the nearer of both first, then the other, then the rest."""
    both = [above, below] if share > HALF else [below, above]
    return both + [one for one in range(count) if one not in both]


def _sources(grains: IntArray, chosen: IntArray, order: list[int], *, periodic: bool) -> IntArray:
    """Return the nearest point of the grain of each point, in the first layer that cuts the grain."""
    source = np.empty((3, *chosen.shape), dtype=np.int64)
    for number in np.unique(chosen):
        here = chosen == number
        section = next(one for one in order if (grains[:, :, one] == number).any())
        place = _nearest(grains[:, :, section] == number, periodic=periodic)
        source[:2, here] = place[:, here]
        source[2, here] = section
    return source


def _depth(inside: BoolArray, *, periodic: bool) -> FloatArray:
    """Return the distance from the boundary in points, positive inside."""
    if inside.all():
        return np.full(inside.shape, float(max(inside.shape)))
    wide = np.pad(inside, _margins(inside, periodic=periodic), mode="wrap")
    # Half a voxel: the boundary lies between two points.
    signed = np.where(wide, distance_transform_edt(wide) - 0.5, 0.5 - distance_transform_edt(~wide))
    return np.asarray(_centre(signed, inside, periodic=periodic))


def _nearest(inside: BoolArray, *, periodic: bool) -> IntArray:
    """Return the indices of the nearest point inside, shape (2, nx, ny)."""
    margins = _margins(inside, periodic=periodic)
    wide = np.pad(inside, margins, mode="wrap")
    places = distance_transform_edt(~wide, return_distances=False, return_indices=True)
    both = [
        (_centre(place, inside, periodic=periodic) - margin[0]) % side
        for place, margin, side in zip(places, margins, inside.shape, strict=True)
    ]
    return np.stack(both).astype(np.int64)


def _margins(inside: BoolArray, *, periodic: bool) -> list[tuple[int, int]]:
    """Return by how much a layer is continued at each side: half of it, as no point is farther."""
    return [((side + 1) // 2,) * 2 if periodic else (0, 0) for side in inside.shape]


def _centre(wide: BoolArray, inside: BoolArray, *, periodic: bool) -> BoolArray:
    """Return the part of a continued layer that is the layer itself."""
    margins = _margins(inside, periodic=periodic)
    return wide[tuple(slice(m[0], m[0] + side) for m, side in zip(margins, inside.shape, strict=True))]  # fmt: skip
