"""Entries of `settings/models/picture_detectors.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class WatershedEntry(TypedDict, total=False):
    """Bright regions by scikit-image: a local threshold, then a watershed. Lengths are in diameters."""

    method: Required[Literal["watershed"]]
    diameter: Required[float]
    smoothing: float
    block: float
    offset: float
    seeds: Literal["brightness", "distance"]
    spacing: float
    smallest: float
    largest: float
    solidity: float
    place: Literal["brightness", "region"]


class TrackpyEntry(TypedDict, total=False):
    """Bright spots by trackpy. Lengths are in diameters."""

    method: Required[Literal["trackpy"]]
    diameter: Required[float]
    mask: float
    spacing: float
    percentile: float
