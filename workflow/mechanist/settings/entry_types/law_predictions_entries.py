"""Entries of `settings/models/law_predictions.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class EvenTimesEntry(TypedDict, total=False):
    """Times at equal distances."""

    start: Required[float]
    stop: Required[float]
    points: Required[int]


class LawPredictionEntry(TypedDict, total=False):
    """An initial state from which a found law is followed."""

    case: str
    method: Literal["weak", "map", "finite_difference", "local_polynomial", "spectral"]
    law: str
    path: str
    format: Literal["mat", "npz", "npy", "hdf5", "pickle"]
    fields: Required[dict[str, str | float]]
    axes: dict[str, str]
    edges: dict[str, Literal["periodic", "closed"]]
    times: Required[str | list[float] | EvenTimesEntry]
    inputs: dict[str, str | float]
    truth: dict[str, str]
    units: dict[str, str]
    draws: int
    level: float
