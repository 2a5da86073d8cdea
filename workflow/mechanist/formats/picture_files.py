"""Read one picture file: a TIFF of one or several pages, a PNG or a JPEG, of 8 or 16 bits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.named_arrays import guarded

#: Endings of file names by the way they are read.
TIFF: Final = (".tif", ".tiff")
FLAT: Final = (".png", ".jpg", ".jpeg")
_WHOLE: Final = "Check that it is whole and that its name ends as its format says, or save it anew."
#: Weights of red, green and blue in the brightness of a colour (ITU-R BT.601).
LUMINANCE: Final = np.array([0.299, 0.587, 0.114])
#: Metres in the units of length that ImageJ writes.
_METRES: Final[Mapping[str, float]] = {
    "m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "µm": 1e-6, "micron": 1e-6, "microns": 1e-6,
    "\\u00B5m": 1e-6, "nm": 1e-9,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class PictureFile:
    """What one file holds.

    Parameters
    ----------
    frames : ndarray of shape (frames, rows, columns)
        Brightness, 0 for black and 1 for the largest number of the file's type.
    bits : int
        Bits of a number, 8 or 16.
    pixel_size : float or None
        Side of a pixel in metres, if the file states it.
    interval : float or None
        Seconds between frames, if the file states them.
    coloured : bool
        Whether the file holds colours, which were converted to brightness.
    """

    frames: FloatArray
    bits: int
    pixel_size: float | None
    interval: float | None
    coloured: bool


def read_picture_file(path: Path, *, convert_colour: bool = False) -> PictureFile:
    """Return the frames of a picture file.

    Parameters
    ----------
    path : Path
        File whose name ends as in :data:`TIFF` or :data:`FLAT`.
    convert_colour : bool
        Whether colours become brightness; otherwise a colour picture is refused.

    Raises
    ------
    FormatError
        If the name has another ending, the file is missing or damaged, its numbers have neither 8
        nor 16 bits, or it has colours that are not to be converted.
    """
    if not path.is_file():
        raise FormatError(path, "there is no such file", remedy="Correct the path.")
    ending = path.suffix.lower()
    with guarded(path, remedy=_WHOLE):
        if ending in TIFF:
            values, size, interval = _tiff(path)
        elif ending in FLAT:
            values, size, interval = _flat(path), None, None
        else:
            problem = f"the name ends in {ending!r}, expected one of {[*TIFF, *FLAT]}"
            raise FormatError(path, problem, remedy="Save the picture as TIFF, PNG or JPEG.")
    if values.dtype not in (np.uint8, np.uint16):
        problem = f"its numbers are {values.dtype}, expected whole numbers of 8 or 16 bits"
        raise FormatError(path, problem, remedy="Save it with 8 or 16 bits for each pixel.")
    bits = 8 * values.dtype.itemsize
    bright: FloatArray = values.astype(float) / float(2**bits - 1)
    coloured = bright.ndim == 4
    if coloured:
        bright = _brightness(path, bright, convert_colour)
    return PictureFile(bright, bits, size, interval, coloured)


def _tiff(path: Path) -> tuple[NDArray[np.generic], float | None, float | None]:
    """Return pages, and what ImageJ wrote about their scale; other tags describe printing."""
    import tifffile

    with tifffile.TiffFile(path) as file:
        pages = [page.asarray() for page in file.pages]
        shapes = sorted({page.shape for page in pages})
        if len(shapes) > 1:
            problem = f"its pages have the sizes {shapes}, expected one size"
            raise FormatError(path, problem, remedy="Save pages of one size.")
        said = file.imagej_metadata or {}
        tag = file.pages.first.tags.get("XResolution") if said else None
    unit = _METRES.get(str(said.get("unit", "")).strip())
    size = None
    if tag is not None and unit is not None and tag.value[0]:
        size = unit * tag.value[1] / tag.value[0]
    interval = float(said.get("finterval") or 0) or None
    return np.stack(pages), size, interval


def _flat(path: Path) -> NDArray[np.generic]:
    import imageio.v3 as imageio

    return np.asarray(imageio.imread(path))[None]


def _brightness(path: Path, values: FloatArray, convert: bool) -> FloatArray:
    """Return the brightness of colours of shape (frames, rows, columns, channels)."""
    channels = values.shape[3]
    if channels == 2:  # brightness and opacity
        return np.ascontiguousarray(values[..., 0])
    if channels not in (3, 4):
        problem = f"it has {channels} channels, expected 1 (brightness) or 3 (colours)"
        raise FormatError(path, problem, remedy="Save one channel of it.")
    red = values[..., :1]
    if np.array_equal(values[..., :3], np.broadcast_to(red, (*red.shape[:3], 3))):
        return np.ascontiguousarray(values[..., 0])
    if not convert:
        raise FormatError(
            path,
            "it has colours, expected shades of grey",
            remedy="Save it in shades of grey, or state `colour: convert` to use the brightness"
            " 0.299 red + 0.587 green + 0.114 blue.",
        )
    return np.asarray(values[..., :3] @ LUMINANCE)
