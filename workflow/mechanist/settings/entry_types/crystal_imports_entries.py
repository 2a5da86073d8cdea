"""Entries of `settings/models/crystal_imports.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class CrystalImportEntry(TypedDict, total=False):
    """An external simulation or measurement of a crystal, to convert into a run file."""

    path: Required[str]
    format: Required[Literal["damask", "map"]]
    axis: Literal[0, 1, 2]
    system: str
    increments: list[int]
    substeps: int
    systems: Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]
    angles: Literal["degrees", "radians"]
    confidence: float
    resample: bool
    turn: list[float]
    threshold: float
    stride: int
    smallest: int
    unindexed: float


class CrystalLinesEntry(TypedDict, total=False):
    """A network of discrete dislocation dynamics, to convert into densities and fields."""

    path: Required[str | list[str]]
    systems: Required[Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    c_over_a: float
    burgers: Required[float]
    grid: Required[list[int]]
    rotation: list[float]
    tolerance: float
    periodic: list[bool]
    fold: bool
    times: list[float]
