"""Find empty parts of a box: free surfaces, and voids that make the mean density meaningless.

A film, a sheet in three dimensions or a cluster is often kept in a box much larger than itself. The
change of such a box across the empty space is no strain, and the mean density says nothing of the
distances between particles. Lengths are compared with the distance to the twelfth neighbour (the
sixth in two dimensions), the size of the first shells, which needs no density.
"""

from itertools import product
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration

#: Neighbours in the first shells of dense matter, by dimension.
_SHELL: Final = {2: 6, 3: 12}
#: Width of an empty slab, and distance of an empty place from all particles, in units of that size.
_SLAB, _VOID = 1.5, 1.5
#: Share of empty places from which the mean density is no measure of distances.
LARGE: Final = 0.1
_POINTS: Final = 4096


def empty_slabs(configuration: Configuration) -> dict[int, float]:
    """Return the cell vectors along which the box has an empty slab, and the width of each slab.

    Widths are measured at right angles to the slab, in the unit of length. Samples that are too small
    or too thin for a first shell have none.
    """
    d = configuration.dimension
    size = _shell_size(configuration)
    if size is None:
        return {}
    inverse = np.linalg.inv(configuration.cell[:d, :d])
    heights = 1 / np.linalg.norm(inverse, axis=0)
    fractions = np.sort((configuration.positions[:, :d] @ inverse) % 1.0, axis=0)
    gaps = np.diff(fractions, axis=0, append=fractions[:1] + 1).max(axis=0) * heights
    return {k: float(gaps[k]) for k in range(d) if gaps[k] > _SLAB * size}


def empty_share(configuration: Configuration) -> float:
    """Return the share of the box that is far from every particle."""
    size = _shell_size(configuration)
    if size is None:
        return 0.0
    from scipy.spatial import KDTree

    d = configuration.dimension
    side = round(_POINTS ** (1 / d))
    axes = [(np.arange(side) + 0.5) / side] * d
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, d)
    tree = KDTree(_with_images(configuration, _VOID * size))
    distances, _ = tree.query(grid @ configuration.cell[:d, :d])
    return float(np.mean(distances > _VOID * size))


def emptiness(configuration: Configuration) -> str:
    """Return where a box is empty, in words, such as ``over 3 along cell vector z``.

    Empty if the mean density is a measure of the distances between particles.
    """
    slabs = empty_slabs(configuration)
    if slabs:
        return " and ".join(f"over {w:.4g} along cell vector {'xyz'[k]}" for k, w in slabs.items())
    share = empty_share(configuration)
    return f"in {share:.0%} of its volume" if share > LARGE else ""


def _shell_size(configuration: Configuration) -> float | None:
    """Return the median distance to the last neighbour of the first shells."""
    from scipy.spatial import KDTree

    d = configuration.dimension
    if len(configuration) <= 2 * _SHELL[d]:
        return None
    spacing = (configuration.measure / len(configuration)) ** (1 / d)
    heights = 1 / np.linalg.norm(np.linalg.inv(configuration.cell[:d, :d]), axis=0)
    if heights.min() < spacing:
        return None  # too thin for shells
    places = configuration.positions[:, :d]
    inverse = np.linalg.inv(configuration.cell[:d, :d])
    wrapped = (places @ inverse) % 1.0 @ configuration.cell[:d, :d]
    tree = KDTree(_with_images(configuration, 2 * spacing))
    distances, _ = tree.query(wrapped, k=_SHELL[d] + 1)
    return float(np.median(distances[:, -1]))


def _with_images(configuration: Configuration, margin: float) -> FloatArray:
    """Return the places of all particles, and of images within a margin of the cell; (n, d)."""
    d = configuration.dimension
    cell = configuration.cell[:d, :d]
    inverse = np.linalg.inv(cell)
    around = margin * np.linalg.norm(inverse, axis=0)
    reach = [range(-k, k + 1) for k in np.ceil(around).astype(int)]
    shifts = np.array(list(product(*reach)))
    images = ((configuration.positions[:, :d] @ inverse % 1.0)[:, None] + shifts).reshape(-1, d)
    images = images[np.all((images >= -around) & (images < 1 + around), axis=1)]
    return np.asarray(images @ cell)
