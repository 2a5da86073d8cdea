"""Entries of `settings/models/crystal_imports.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class CrystalFileEntry(TypedDict, total=False):
    """How a result of DAMASK or an orientation map is read."""

    constituent: int
    systems: Required[
        Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]
        | dict[str, Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    ]
    phase: str | int
    lattices: dict[str, Literal["cubic", "hexagonal"]]
    crystal_x: Literal["a", "a*"]
    first_phase: Literal[0, 1]
    step: float | list[float]
    angles: Literal["degrees", "radians"]
    confidence: float
    resample: bool
    turn: list[float]
    threshold: float
    stride: int
    smallest: int
    unindexed: float


class SectionStackEntry(TypedDict, total=False):
    """Serial sections: maps that lie above each other along z."""

    step: Required[float]
    numbers: list[int]
    rule: Literal["nearest", "boundary", "vote"]


class CrystalImportEntry(CrystalFileEntry, total=False):
    """An external simulation or measurement of a crystal, to convert into a run file."""

    path: Required[str | list[str]]
    stack: SectionStackEntry
    format: Required[Literal["damask", "map"]]
    axis: Literal[0, 1, 2]
    system: str
    materials: dict[str, str]
    increments: list[int]
    rerun: bool
    substeps: int


class CrystalLinesEntry(TypedDict, total=False):
    """A network of discrete dislocation dynamics, to convert into densities and fields."""

    path: Required[str | list[str]]
    systems: Required[Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    c_over_a: float
    burgers: Required[float]
    grid: Required[list[int]]
    rotation: list[float]
    tolerance: float
    unassigned: float
    periodic: list[bool] | list[Literal["x", "y", "z"]]
    fold: bool
    times: list[float]
