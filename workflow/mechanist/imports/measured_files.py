"""Read pictures, tracks or maps of displacements of an entry of the user's; nothing is detected in pictures."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.path_patterns import matching_files
from mechanist.formats.displacement_maps import DisplacementMaps, Quality, read_displacements
from mechanist.formats.particle_tracks import read_tracks
from mechanist.formats.picture_series import PictureSeries, read_series
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.tracked_series import COLUMNS, TrackedSeries
from mechanist.settings.entry_types.picture_imports_entries import (
    DisplacementImportEntry,
    PictureImportEntry,
    TrackImportEntry,
)

#: What stands between cells, by the word for it.
SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " "}


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


def displaced_maps(entry: DisplacementImportEntry) -> DisplacementMaps:
    """Return the maps of displacements of an entry, in its unit of length.

    Raises
    ------
    FormatError
        If the tables cannot be read, do not belong together, or the entry says neither that they are in
        pixels nor that they are not.
    """
    paths = [Path(path) for path in matching_files(entry["path"])]
    unit, pixel = entry["unit"], entry.get("pixel_size")
    if pixel is None:
        raise FormatError(
            paths[0],
            f"the entry does not say how long one unit of the table is in {unit}; expected `pixel_size`",
            remedy=f"State `pixel_size`: the length of a pixel in {unit}, or 1 if x, y, u and v are in {unit}.",
        )
    chosen = entry.get("quality")
    maps = read_displacements(
        paths,
        columns={name: str(column) for name, column in entry.get("columns", {}).items() if column},
        quality=None if chosen is None else Quality(**chosen),
        separator=SEPARATORS[entry.get("separator", "comma")],
    )
    times = entry.get("times")
    if times is not None and len(times) != len(maps.times):
        path, line = maps.origins[-1]
        raise FormatError(path, f"there are {len(maps.times)} frames, but `times` holds {len(times)} numbers",
                          remedy="State a time or strain for each frame, in their order.", line=line)  # fmt: skip
    return replace(
        maps, x=maps.x * pixel, y=maps.y * pixel, displacement=maps.displacement * pixel,
        times=maps.times if times is None else np.array(times, float),
    )  # fmt: skip
