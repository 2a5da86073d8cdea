"""Entries of `settings/models/picture_imports.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry


class MeasuredEntry(TypedDict, total=False):
    """What is measured on tracks, of whatever origin."""

    path: Required[str | list[str]]
    unit: Required[str]
    cutoff: Required[float]
    steps: int
    exposures: list[int]
    error: float


class TrackImportEntry(MeasuredEntry, total=False):
    """Tracks that another program made: a CSV table with columns frame, particle, x, y."""

    format: Required[Literal["tracks"]]
    view: list[float]


class PictureImportEntry(MeasuredEntry, total=False):
    """A series of pictures: TIFF of one or several pages, PNG or JPEG."""

    format: Required[Literal["pictures"]]
    pixel_size: float
    time_step: float
    colour: Literal["refuse", "convert"]
    crop: list[int]
    detector: Required[WatershedEntry | TrackpyEntry]
    species: Literal[1, 2]
    gradient: list[list[float]]
    outline: float


class MapColumnsEntry(TypedDict, total=False):
    """Names of the columns of a table of displacements."""

    x: str
    y: str
    u: str
    v: str
    frame: str


class MapQualityEntry(TypedDict, total=False):
    """The column that says how well each point was correlated."""

    column: Required[str]
    least: float
    most: float


class DisplacementImportEntry(TypedDict, total=False):
    """Maps of displacements from one reference state, as digital image correlation writes them."""

    format: Required[Literal["displacements"]]
    path: Required[str | list[str]]
    unit: Required[str]
    pixel_size: float
    cutoff: Required[float]
    columns: MapColumnsEntry
    quality: MapQualityEntry
    separator: Literal["comma", "semicolon", "tab", "space"]
    times: list[float]
    time_unit: str
    rest: list[int]
    error: float
