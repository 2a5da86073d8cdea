"""The picture of a whole periodic glass, as a network reads it, with the places of its particles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.pictures.glass_window import window_of
from mechanist.pictures.rendering import Camera, render


@dataclass(frozen=True, eq=False)
class WholePicture:
    """One period of a glass.

    Parameters
    ----------
    brightness : ndarray of shape (side, side)
        Rows along y.
    places : ndarray of shape (n, 2)
        Places of the particles as they are shown, in units of the side, in the order of the glass.
    """

    brightness: FloatArray
    places: FloatArray

    def mirrored(self) -> "WholePicture":
        """Return the picture with x reversed: a shear of the other sense is the same shear in it."""
        places = np.column_stack([1 - self.places[:, 0], self.places[:, 1]])
        return WholePicture(self.brightness[:, ::-1], places)


def whole_picture(
    glass: Configuration,
    radii: Sequence[float],
    rng: np.random.Generator,
    *,
    pixels: float,
    snr: float,
    blur: float,
    noise: float,
    multiple: int,
) -> WholePicture:
    """Return the picture of one period of a glass of two dimensions.

    Parameters
    ----------
    glass : Configuration
        In a square cell.
    radii : sequence of float
        Radius that the picture shows, by species.
    rng : Generator
        Source of all noise.
    pixels : float
        Pixels in a unit of length, about: the side is a multiple of ``multiple`` pixels.
    snr, blur : float
        As of a :class:`mechanist.pictures.rendering.Camera`.
    noise : float
        Standard deviation of the error of a coordinate with which particles are drawn.
    multiple : int

    Raises
    ------
    ValueError
        If the cell is no square, or a species has no radius.
    """
    edges = glass.cell[:2, :2]
    side = float(edges[0, 0])
    if not np.allclose(edges, side * np.eye(2), rtol=1e-6, atol=1e-9 * side):
        raise ValueError(f"the cell has the edges {edges.tolist()}; expected a square one")
    if int(glass.species.max()) >= len(radii):
        raise ValueError(
            f"{len(radii)} radii are stated, but the glass has {int(glass.species.max()) + 1} species; state the"
            " radius of each in `experiment/renderers/<name>/radii`"
        )
    moved = glass.positions.copy()
    moved[:, :2] += noise * rng.standard_normal((len(glass), 2))
    seen = window_of(glass, replace(glass, positions=moved), side)
    count = multiple * max(1, round(side * pixels / multiple))
    camera = Camera(count / side, snr, blur, 0.0, "discs")
    drawn = render(seen.positions, np.asarray(radii)[seen.species], side, camera, rng)
    # Of the images of a particle, one lies within the period.
    places = np.zeros((len(glass), 2))
    inside = ((seen.positions >= 0) & (seen.positions < side)).all(axis=1)
    places[seen.particles[inside]] = seen.positions[inside] / side
    return WholePicture(drawn, places)
