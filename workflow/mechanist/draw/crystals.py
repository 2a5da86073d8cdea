"""Panels of crystals: slices of polycrystals, colours of orientations, pole figures."""

from typing import Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Circle
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray, Lattice, Scalar
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.poles import fundamental_direction, projected

AXIS_NAMES: Final = "xyz"
#: Names of the corners of the standard triangles, as directions in the crystal and as text.
CORNERS: Final[dict[Lattice, tuple[tuple[tuple[float, float, float], str], ...]]] = {
    "cubic": (((0, 0, 1), "001"), ((1, 0, 1), "101"), ((1, 1, 1), "111")),
    "hexagonal": (
        ((0, 0, 1), "0001"),
        ((1, 0, 0), r"$2\bar{1}\bar{1}0$"),
        ((np.sqrt(3) / 2, 0.5, 0), r"$10\bar{1}0$"),
    ),
}
_KEY_POINTS: Final = 120
_RIGHT: Final = np.pi / 2
_TWELFTH: Final = np.pi / 6


class Plane(NamedTuple):
    """A slice of a grid: its normal axis and layer, and the horizontal and vertical axes."""

    normal: int
    layer: int
    across: int
    up: int


def plane_of(run: PolycrystalRun) -> Plane:
    """Return the middle slice, with the loading axis vertical.

    The normal is the other axis with the fewest voxels (the later one, if equal). If the grid has
    one layer along the loading axis, that axis is the normal.
    """
    if run.shape[run.axis] == 1:
        normal = run.axis
    else:
        normal = min((k for k in range(3) if k != run.axis), key=lambda k: (run.shape[k], -k))
    rest = [k for k in range(3) if k != normal]
    up = run.axis if run.axis in rest else rest[1]
    across = rest[0] if rest[1] == up else rest[1]
    return Plane(normal, run.shape[normal] // 2, across, up)


def sliced(field: NDArray[Scalar], plane: Plane) -> NDArray[Scalar]:
    """Return a slice of a field of shape (nx, ny, nz, ...), with rows upwards."""
    flat = np.take(field, plane.layer, axis=plane.normal)
    return flat if plane.up < plane.across else np.swapaxes(flat, 0, 1)


def slice_panel(
    panel: Axes,
    run: PolycrystalRun,
    field: FloatArray,
    *,
    cmap: str | None = None,
    norm: Normalize | None = None,
) -> AxesImage:
    """Draw a slice of a field, as numbers or colours, with grain boundaries.

    Parameters
    ----------
    panel : Axes
        Axes to draw in.
    run : PolycrystalRun
        Run whose grains are outlined.
    field : ndarray of shape (nx, ny, nz) or (nx, ny, nz, 3)
        Values, or colours from 0 to 1.
    cmap, norm
        Colour map and norm for values.
    """
    plane = plane_of(run)
    grains = sliced(run.grains, plane)
    width, height = run.lengths[plane.across], run.lengths[plane.up]
    image = panel.imshow(sliced(field, plane), origin="lower", cmap=cmap, norm=norm,
                         extent=(0.0, width, 0.0, height), interpolation="nearest")  # fmt: skip
    steps = np.array([width / grains.shape[1], height / grains.shape[0]])
    lines = boundaries(grains) * steps
    panel.add_collection(LineCollection(list(lines), colors="black", linewidths=0.5))
    panel.set(xticks=[], yticks=[], xlim=(0, width), ylim=(0, height))
    panel.spines[:].set_visible(False)
    return image


def slice_bar(
    figure: Figure, panel: Axes, image: AxesImage, label: str, *, extend: str = "neither"
) -> None:
    """Draw a colour bar beside a slice, at the same height."""
    place = panel.inset_axes((1.05, 0.0, 0.06, 1.0))
    bar = figure.colorbar(image, cax=place, extend=extend)
    bar.set_label(label, fontsize=6.5, labelpad=2)
    place.tick_params(labelsize=6, pad=1.5)


def boundaries(grains: IntArray) -> FloatArray:
    """Return the edges between voxels of different grains as lines, shape (n, 2, 2), in voxels."""
    rows, columns = np.nonzero(grains[:, 1:] != grains[:, :-1])
    upright = np.stack([np.stack([columns + 1, rows], 1), np.stack([columns + 1, rows + 1], 1)], 1)
    rows, columns = np.nonzero(grains[1:] != grains[:-1])
    flat = np.stack([np.stack([columns, rows + 1], 1), np.stack([columns + 1, rows + 1], 1)], 1)
    return np.concatenate([upright, flat]).astype(float)


def direction_colours(directions: FloatArray, lattice: Lattice) -> FloatArray:
    """Return the colours of crystal directions in the standard triangle, shape (..., 3).

    The corners in ``CORNERS`` are red, green and blue; the centre is white.
    """
    x, y, z = np.moveaxis(fundamental_direction(directions, lattice), -1, 0)
    if lattice == "cubic":
        parts = np.stack([z - x, (x - y) * np.sqrt(2.0), y * np.sqrt(3.0)], axis=-1)
    else:
        tilt = np.arccos(np.clip(z, 0.0, 1.0)) / _RIGHT
        turn = np.arctan2(y, x) / _TWELFTH
        parts = np.stack([1 - tilt, tilt * (1 - turn), tilt * turn], axis=-1)
    parts = np.clip(parts, 0.0, 1.0)
    return np.asarray(np.sqrt(parts / parts.max(axis=-1, keepdims=True)))


def colour_key(panel: Axes, lattice: Lattice) -> None:
    """Draw the standard triangle in its colours, with labelled corners."""
    corners = np.array([direction for direction, _ in CORNERS[lattice]], dtype=float)
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    ends = projected(corners)
    low, high = ends.min(axis=0) - 0.01, ends.max(axis=0) + 0.03
    x, y = np.meshgrid(*(np.linspace(a, b, _KEY_POINTS) for a, b in zip(low, high, strict=True)))
    square = np.minimum(x**2 + y**2, 1.0)
    directions = np.stack([x * np.sqrt(2 - square), y * np.sqrt(2 - square), 1 - square], axis=-1)
    folded = fundamental_direction(directions, lattice)
    inside = (np.abs(folded - directions).max(axis=-1) < 1e-9) & (x**2 + y**2 <= 1)
    colours = np.concatenate([direction_colours(directions, lattice), inside[..., None]], axis=-1)
    panel.imshow(colours, origin="lower", extent=(low[0], high[0], low[1], high[1]))
    for (place, (_, name)), (dx, dy, side) in zip(
        zip(ends, CORNERS[lattice], strict=True),
        ((0, -2, "center"), (0, -2, "center"), (0, 8, "center")),
        strict=True,
    ):
        panel.annotate(name, place, (dx, dy), textcoords="offset points", ha=side, va="top",
                       fontsize=5.5, annotation_clip=False)  # fmt: skip
    panel.set_axis_off()


def pole_panel(
    panel: Axes,
    places: FloatArray,
    density: FloatArray,
    *,
    axis: int,
    norm: Normalize,
    levels: FloatArray,
) -> object:
    """Draw a pole figure as filled contours, with the loading axis marked.

    Parameters
    ----------
    panel : Axes
        Axes to draw in.
    places : ndarray of shape (n, n, 2)
        Grid over the disc.
    density : ndarray of shape (n, n)
        Pole density relative to random texture, NaN outside the disc.
    axis : int
        Loading axis.
    norm, levels
        Colours and contours; use the same for panels to be compared.

    Returns
    -------
    QuadContourSet
        Contours, for a colour bar.
    """
    filled = np.where(np.isnan(density), np.nanmean(density), density)
    drawn = panel.contourf(places[..., 0], places[..., 1], filled, levels=levels, norm=norm,
                           cmap="viridis", extend="both")  # fmt: skip
    rim = Circle((0, 0), 1.0, facecolor="none", edgecolor="black", linewidth=0.8, clip_on=False)
    panel.add_patch(rim)
    drawn.set_clip_path(rim)
    at = projected(np.eye(3)[axis])
    ends = [at] if axis == 2 else [at, -at]
    panel.plot(*np.array(ends).T, linestyle="none", marker="D", markersize=4.5, color="white",
               markeredgecolor="black", markeredgewidth=0.7, clip_on=False, zorder=5)  # fmt: skip
    panel.set(xlim=(-1.03, 1.03), ylim=(-1.03, 1.03), aspect="equal", xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
    for k, (x, y, ha, va) in enumerate(
        ((1.05, 0, "left", "center"), (0, 1.07, "center", "bottom"))
    ):
        # The diamond of the loading axis stands on the rim.
        away = 1.07 if k == axis else 1.0
        panel.text(away * x, away * y, AXIS_NAMES[k], ha=ha, va=va, fontsize=7)
    return drawn
