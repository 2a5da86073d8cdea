"""Turn a user's pictures into tracks in a view with edges."""

from pathlib import Path

import numpy as np
import pandas as pd

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.picture_series import PictureSeries
from mechanist.pictures.detectors import detector_of
from mechanist.pictures.found_particles import FoundParticles
from mechanist.pictures.linking import LostParticlesError, link_frames
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.tracked_series import COLUMNS, TrackedSeries
from mechanist.pictures.two_species import smaller_species
from mechanist.settings.entry_types.picture_imports_entries import PictureImportEntry

#: Largest distance from the mean motion within a step, in diameters.
REACH = 0.45


def tracked_pictures(entry: PictureImportEntry, series: PictureSeries) -> TrackedSeries:
    """Return the tracks of the particles that are found in pictures.

    Parameters
    ----------
    entry : mapping
        Entry of ``experiment/imports``.
    series : PictureSeries
        Its pictures.

    Raises
    ------
    FormatError
        If a frame shows fewer than ten particles, or most of them are not found in the next frame.
    """
    detector = detector_of(entry["detector"])
    found = []
    for name, picture in zip(series.names, series.frames, strict=True):
        one = detector.find(picture, series.pixel_size)
        if len(one) < 10:
            raise FormatError(
                Path(name),
                f"{len(one)} particles were found, expected at least 10",
                remedy="Adjust `detector`: above all `diameter`, in the unit of length of the entry.",
            )
        found.append(one)
    corner = np.array(series.frames.shape[:0:-1]) * series.pixel_size
    gradient = entry.get("gradient")
    known = None if gradient is None else [np.array(gradient)] * (len(found) - 1)
    try:
        links = link_frames(
            [one.positions for one in found], REACH * detector.diameter, gradients=known,
            centre=None if known is None else corner / 2, names=series.names,
        )  # fmt: skip
    except LostParticlesError as error:
        raise FormatError(Path(series.names[0]), str(error), remedy="") from error
    tables = [
        _frame(k, one, links.tracks[k], corner, detector.diameter, entry.get("species", 1))
        for k, one in enumerate(found)
    ]
    counts = [len(one) for one in found]
    through = set(links.tracks[0]).intersection(*links.tracks[1:])
    notes = (
        *series.notes,
        f"{min(counts)} to {max(counts)} particles a frame",
        f"{len(through)} particles are in all {len(found)} frames",
    )
    table = pd.concat(tables, ignore_index=True).sort_values(
        ["frame", "particle"], ignore_index=True
    )
    return TrackedSeries(table.dropna(axis=1, how="all"), np.zeros(2), corner, notes)


def _frame(
    frame: int,
    found: FoundParticles,
    tracks: IntArray,
    corner: FloatArray,
    diameter: float,
    species: int,
) -> pd.DataFrame:
    """Return the rows of one frame."""
    view = OpenView(found.positions, np.zeros(len(found), np.int64), np.zeros(2), corner)
    edge = view.edge_distance
    table = pd.DataFrame({
        "frame": frame, "particle": tracks, "x": found.positions[:, 0], "y": found.positions[:, 1],
        "radius": found.radius, "quality": found.quality, "edge_distance": edge,
    })  # fmt: skip
    if species == 2:
        smaller = smaller_species(found.size, edge > 0.5 * diameter)
        table = table.assign(species=np.where(smaller > 0.5, "small", "large"), smaller=smaller)
    return table[[name for name in COLUMNS if name in table]]
