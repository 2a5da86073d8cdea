"""Entries of `settings/models/glass_imports.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.load_settings_entries import (
    RandomLoadEntry,
    SimpleShearEntry,
    TensorLoadEntry,
    UniaxialEntry,
)


class FrameAtStepEntry(TypedDict, total=False):
    """A frame by its timestep."""

    timestep: Required[int]


class GlassImportEntry(TypedDict, total=False):
    """An external simulation of a glass, to convert into a sample file."""

    path: str | list[str]
    reference_path: str | list[str]
    deformed_path: str | list[str]
    format: Required[
        Literal["lammps_dump", "lammps_data", "extxyz", "gsd", "hdf5", "npz", "pickle"]
    ]
    reference_format: Required[
        Literal["lammps_dump", "lammps_data", "extxyz", "gsd", "hdf5", "npz", "pickle"]
    ]
    species: Required[dict[str | int, str]]
    dimension: Required[Literal[2, 3]]
    units: Required[str]
    reference: int | FrameAtStepEntry
    frames: Literal["all"] | str | list[int | FrameAtStepEntry | str]
    load: SimpleShearEntry | UniaxialEntry | TensorLoadEntry | RandomLoadEntry
    load_name: str
    bounds: Literal["standard", "unextended"]
    ids: Literal["file", "order"]
    volume_tolerance: float
    lenient: bool
    atom_style: str
    periodic: list[Literal["x", "y", "z"]]
    group: str
    target: str
    target_path: str
    target_value: float
    target_name: str
    target_unit: str | Literal[1]


class OwnGlassEntry(TypedDict, total=False):
    """Training settings of an imported system that differ from the defaults."""

    strains: list[float]
    tolerance: float
    length: float
    models: list[str]
