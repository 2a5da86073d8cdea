"""Read a series of pictures of one sample: all of one size, in order of time, with their scale."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.picture_files import PictureFile, read_picture_file

#: Share of pixels at the end of the scale beyond which a frame shows nothing that can be measured.
SATURATED: Final = 0.5
#: Smallest spread of brightness, of the whole scale, of a frame that is not empty.
EMPTY: Final = 0.004


@dataclass(frozen=True, eq=False)
class PictureSeries:
    """Pictures of one sample.

    Parameters
    ----------
    frames : ndarray of shape (frames, rows, columns)
        Brightness from 0 to 1.
    names : tuple of str
        File of each frame, with the page where it has several.
    pixel_size : float
        Side of a pixel, in the unit of length of the entry.
    time_step : float or None
        Time between frames; None if it is not known.
    notes : tuple of str
        What was converted or left out, a sentence each.
    """

    frames: FloatArray
    names: tuple[str, ...]
    pixel_size: float
    time_step: float | None
    notes: tuple[str, ...] = ()


def read_series(
    paths: Sequence[Path],
    *,
    pixel_size: float | None = None,
    time_step: float | None = None,
    convert_colour: bool = False,
    crop: Sequence[int] | None = None,
) -> PictureSeries:
    """Return the frames of some files, in the order of the files and of their pages.

    Parameters
    ----------
    paths : sequence of Path
        At least one file.
    pixel_size, time_step : float, optional
        Side of a pixel and time between frames; by default what the first file states (in metres
        and seconds), as ImageJ does.
    convert_colour : bool
        Whether colours become brightness.
    crop : sequence of 4 int, optional
        First column, first row, and the column and row after the last ones that are kept.

    Raises
    ------
    FormatError
        If a file cannot be read, frames differ in size, a frame is empty, saturated, or the same as
        the one before, numbers in names fall, or no pixel size is known.
    """
    files = [read_picture_file(path, convert_colour=convert_colour) for path in paths]
    _check_order(paths)
    _check_sizes(paths, files)
    names = [
        str(path) if len(file.frames) == 1 else f"{path}, page {k + 1}"
        for path, file in zip(paths, files, strict=True)
        for k in range(len(file.frames))
    ]
    frames = np.concatenate([file.frames for file in files])
    if crop is not None:
        frames = _cropped(paths[0], frames, crop)
    _check_frames(names, frames)
    size = pixel_size if pixel_size is not None else files[0].pixel_size
    if size is None:
        raise FormatError(
            paths[0],
            "the size of a pixel is neither stated in the file nor in the entry",
            remedy="State `pixel_size` in the entry, in the unit of length of your choice. A"
            " resolution in pixels per inch describes printing and is not used.",
        )
    return PictureSeries(
        frames,
        tuple(names),
        size,
        time_step if time_step is not None else files[0].interval,
        tuple(_notes(files, pixel_size)),
    )


def _notes(files: Sequence[PictureFile], stated: float | None) -> Iterator[str]:
    coloured = sum(file.coloured for file in files)
    if coloured:
        yield f"colours of {coloured} files became brightness"
    if stated is None:
        yield "the size of a pixel is that of the first file, in metres"
    yield f"{files[0].bits} bits a pixel"


def _check_order(paths: Sequence[Path]) -> None:
    """Refuse files whose last numbers fall from one to the next."""
    numbers = [re.findall(r"\d+", path.stem) for path in paths]
    for before, after, path, last in zip(numbers, numbers[1:], paths[1:], paths, strict=False):
        if before[:-1] == after[:-1] and before and after and int(after[-1]) < int(before[-1]):
            raise FormatError(
                path,
                f"it follows {last.name}, whose number {before[-1]} is higher",
                remedy="List files in order of time, or rename them so that their numbers rise.",
            )


def _check_sizes(paths: Sequence[Path], files: Sequence[PictureFile]) -> None:
    rows, columns = files[0].frames.shape[1:]
    for path, file in zip(paths, files, strict=True):
        if file.frames.shape[1:] != (rows, columns):
            high, wide = file.frames.shape[1:]
            raise FormatError(
                path,
                f"it has {wide} x {high} pixels, expected {columns} x {rows} as {paths[0].name}",
                remedy="Pictures of one series have one size: leave it out, or crop all alike.",
            )


def _cropped(path: Path, frames: FloatArray, crop: Sequence[int]) -> FloatArray:
    left, top, right, bottom = crop
    rows, columns = frames.shape[1:]
    if not (0 <= left < right <= columns and 0 <= top < bottom <= rows):
        raise FormatError(
            path,
            f"crop is {list(crop)}, expected first column, first row, end column and end row"
            f" within {columns} x {rows} pixels",
            remedy="Correct `crop` in the entry.",
        )
    return np.ascontiguousarray(frames[:, top:bottom, left:right])


def _check_frames(names: Sequence[str], frames: FloatArray) -> None:
    for k, (name, frame) in enumerate(zip(names, frames, strict=True)):
        low, high = np.quantile(frame, [0.001, 0.999])
        full = max(float((frame >= 1).mean()), float((frame <= 0).mean()))
        if full > SATURATED:
            raise FormatError(
                Path(name),
                f"{full:.0%} of its pixels are at the end of the scale, expected at most"
                f" {SATURATED:.0%}: the frame is saturated",
                remedy="Expose it less (or more), `crop` the part that can be used, or leave it out.",
            )
        if high - low < EMPTY:
            raise FormatError(
                Path(name),
                f"its brightness runs from {low:.4f} to {high:.4f} of the scale, expected a spread"
                f" of {EMPTY} at least: the frame is empty",
                remedy="Leave it out of the series.",
            )
        if k and np.array_equal(frame, frames[k - 1]):
            raise FormatError(
                Path(name),
                "it is the same picture as the one before",
                remedy="Leave it out of the series: two exposures differ by their noise.",
            )
