"""Pictures of particles whose truth is known: two kinds of contrast, blur, noise and uneven light.

*Discs* are bright, as fluorescent particles are. *Rims* have a dark edge and hardly differ from their
surroundings inside, as drops and bubbles in bright field do.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mechanist.core.typing import FloatArray

#: Brightness of the surroundings of bright discs, and of the inside of dark rims, of the contrast.
DARK: Final = 0.15
#: Standard deviation of the profile of a dark rim, as a part of the radius.
RIM: Final = 0.14
#: Variance of the noise in the dark, and its growth with brightness (shot noise).
READ: Final = 0.3
SHOT: Final = 0.7


@dataclass(frozen=True)
class Camera:
    """How a picture is taken.

    Parameters
    ----------
    pixels : float
        Pixels in a unit of length.
    snr : float
        Contrast of a particle over the standard deviation of the noise at full brightness; 0 for no
        noise.
    blur : float
        Standard deviation of the blur in pixels.
    shade : float
        Part of the light that is lost from one corner to the other.
    kind : {"discs", "rims"}
        Contrast of the particles.
    """

    pixels: float = 12.0
    snr: float = 20.0
    blur: float = 1.0
    shade: float = 0.3
    kind: Literal["discs", "rims"] = "discs"


def render(
    positions: FloatArray,
    radii: FloatArray,
    size: float,
    camera: Camera,
    rng: np.random.Generator | None = None,
) -> FloatArray:
    """Return a picture of a square from (0, 0) to (size, size).

    Parameters
    ----------
    positions : ndarray of shape (n, 2)
        Centres; those beyond the square show as far as they reach into it.
    radii : ndarray of shape (n,)
    size : float
        Side of the square.
    camera : Camera
    rng : Generator, optional
        Source of the noise.

    Returns
    -------
    ndarray of shape (rows, columns)
        Brightness; the centre of the pixel in row ``i`` and column ``j`` is at ``x = (j + 1/2) /
        pixels``, ``y = (i + 1/2) / pixels``.

    Raises
    ------
    ValueError
        If there is noise and no source of it.
    """
    n = round(size * camera.pixels)
    picture = _drawn(positions * camera.pixels - 0.5, radii * camera.pixels, n, camera.kind)
    picture = ndimage.gaussian_filter(picture, camera.blur)
    rows, columns = np.mgrid[:n, :n] / n
    light = 1 - camera.shade / 2 + camera.shade * (0.6 * columns + 0.4 * rows)
    picture = (picture + DARK) * light
    if camera.snr > 0:
        if rng is None:
            raise ValueError("the picture has noise, but no source of random numbers was given")
        strength = np.sqrt(READ + SHOT * np.clip(picture, 0, None)) / camera.snr
        picture = picture + strength * rng.standard_normal(picture.shape)
    return np.asarray(picture)


def _drawn(centres: FloatArray, radii: FloatArray, n: int, kind: str) -> FloatArray:
    """Return sharp particles, whose places and radii are given in pixels."""
    rims = kind == "rims"
    picture = np.full((n, n), 1.0 if rims else 0.0)
    for (x, y), r in zip(centres, radii, strict=True):
        reach = r * (1 + 3 * RIM) if rims else r + 2
        top, bottom = max(0, int(y - reach)), min(n, int(y + reach) + 2)
        left, right = max(0, int(x - reach)), min(n, int(x + reach) + 2)
        if top >= bottom or left >= right:
            continue
        down, across = np.arange(top, bottom) - y, np.arange(left, right) - x
        away = np.sqrt(down[:, None] ** 2 + across**2)
        patch = picture[top:bottom, left:right]
        if rims:
            patch[...] = np.minimum(patch, 1 - np.exp(-0.5 * ((away - r) / (RIM * r)) ** 2))
        else:  # edges within a pixel are as grey as the part of it that is covered
            patch[...] = np.maximum(patch, np.clip(r - away + 0.5, 0, 1))
    return picture


def quantised(picture: FloatArray, bits: int = 16) -> NDArray[np.unsignedinteger]:
    """Return the whole numbers that a camera of some bits stores, the darkest 0 and the brightest 1.

    Returns
    -------
    ndarray of uint8 or uint16
        As written to a file; the scale leaves a tenth of it free at either end.
    """
    low, high = float(picture.min()), float(picture.max())
    scaled = 0.1 + 0.8 * (picture - low) / max(high - low, 1e-12)
    top = 2**bits - 1
    return np.rint(scaled * top).astype(np.uint8 if bits == 8 else np.uint16)
