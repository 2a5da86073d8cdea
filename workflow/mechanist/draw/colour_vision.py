"""How colours differ to the eye: contrast, and distances for readers with and without colour vision."""

import itertools
from collections.abc import Iterable
from typing import Final

import numpy as np
from matplotlib.colors import to_rgb

from mechanist.core.typing import FloatArray

#: Red-blind, green-blind and normal colour vision, in linear RGB,
#: https://doi.org/10.1109/TVCG.2009.113.
VISION: Final[tuple[tuple[str, FloatArray], ...]] = (
    ("normal", np.eye(3)),
    ("protanope", np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                           [-0.003882, -0.048116, 1.051998]])),
    ("deuteranope", np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                             [-0.011820, 0.042940, 0.968881]])),
)  # fmt: skip


def linear(rgb: FloatArray) -> FloatArray:
    """Return sRGB values between 0 and 1 on a linear scale of light."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def perceived(colour: str, vision: FloatArray) -> FloatArray:
    """Return the CIELAB coordinates (D65) of a colour as perceived with a given vision."""
    light = np.clip(vision @ linear(np.array(to_rgb(colour))), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                    [0.0193, 0.1192, 0.9505]]) @ light  # fmt: skip
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colours: Iterable[str]) -> tuple[float, str, str, str]:
    """Return the least distance between two colours for any reader, those colours and the reader.

    Parameters
    ----------
    colours : iterable of str
        At least two different colours.

    Returns
    -------
    distance : float
        In CIELAB; 2 is just noticeable side by side.
    first, second, vision : str
    """
    found = []
    for name, vision in VISION:
        seen = {colour: perceived(colour, vision) for colour in colours}
        for one, two in itertools.combinations(seen, 2):
            found.append((float(np.linalg.norm(seen[one] - seen[two])), one, two, name))
    return min(found)


def luminance(rgb: FloatArray) -> FloatArray:
    """Return the relative luminance of sRGB colours, an array of shape (..., 3), by WCAG 2.1."""
    return linear(rgb) @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: FloatArray, two: FloatArray) -> FloatArray:
    """Return the contrast ratio of sRGB colours by WCAG 2.1: 1 if equal, 21 for black on white."""
    light = np.stack(np.broadcast_arrays(luminance(one), luminance(two)))
    ratio: FloatArray = (light.max(axis=0) + 0.05) / (light.min(axis=0) + 0.05)
    return ratio
