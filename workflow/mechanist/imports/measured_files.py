"""Read the pictures or the tracks of an entry of the user's; nothing is detected in pictures."""

from pathlib import Path

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.path_patterns import matching_files
from mechanist.formats.particle_tracks import read_tracks
from mechanist.formats.picture_series import PictureSeries, read_series
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.tracked_series import COLUMNS, TrackedSeries
from mechanist.settings.entry_types.picture_imports_entries import (
    PictureImportEntry,
    TrackImportEntry,
)


def series_of(entry: PictureImportEntry) -> PictureSeries:
    """Return the pictures of an entry.

    Raises
    ------
    FormatError
        If they cannot be read, or do not belong together.
    """
    return read_series(
        [Path(path) for path in matching_files(entry["path"])],
        pixel_size=entry.get("pixel_size"),
        time_step=entry.get("time_step"),
        convert_colour=entry.get("colour") == "convert",
        crop=entry.get("crop"),
    )


def tracked_table(entry: TrackImportEntry) -> TrackedSeries:
    """Return the tracks that another program made.

    Raises
    ------
    FormatError
        If the table is damaged, names several files, or has places in three dimensions.
    """
    paths = [Path(path) for path in matching_files(entry["path"])]
    if len(paths) > 1:
        raise FormatError(paths[1], f"{len(paths)} tables are named, expected one",
                          remedy="Give each table an entry of its own.")  # fmt: skip
    tracks = read_tracks(paths[0])
    table = tracks.table
    if "z" in table and np.ptp(table["z"].to_numpy(float)) > 0:
        raise FormatError(
            paths[0],
            "particles have different z, but what is measured on tracks is two-dimensional",
            remedy="Leave the column z out to use x and y alone.",
            column="z",
        )
    places = table[["x", "y"]].to_numpy(float)
    seen = entry.get("view")
    low, high = (
        (places.min(axis=0), places.max(axis=0))
        if seen is None
        else (np.array(seen[:2]), np.array(seen[2:]))
    )
    view = OpenView(places, np.zeros(len(table), np.int64), low, high)
    outside = view.edge_distance < 0
    if outside.any():
        first = table[outside].iloc[0]
        corners = ", ".join(f"{value:g}" for value in (*low, *high))
        raise FormatError(
            paths[0],
            f"particle {int(first['particle'])} of frame {int(first['frame'])} is at ({first['x']:g},"
            f" {first['y']:g}), outside the view from left, top to right, bottom: {corners}",
            remedy="Correct `view` in the entry: left, top, right, bottom.",
        )
    counts = table.groupby("frame").size()
    lost = f"{tracks.vanishing} particles vanish before the last frame"
    notes = (
        f"{counts.min()} to {counts.max()} particles a frame",
        f"{lost}, {tracks.appearing} appear after the first",
    )
    table = table.assign(edge_distance=view.edge_distance)
    return TrackedSeries(table[[c for c in COLUMNS if c in table]], low, high, notes)
