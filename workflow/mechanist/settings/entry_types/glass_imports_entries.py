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


class ParticleFileEntry(TypedDict, total=False):
    """How a file of particles is read."""

    format: Required[
        Literal["lammps_dump", "lammps_data", "extxyz", "gsd", "hdf5", "npz", "pickle"]
    ]
    species: Required[dict[str | int, str]]
    dimension: Required[Literal[2, 3]]
    units: Required[str]
    reference: int | FrameAtStepEntry
    bounds: Literal["standard", "unextended"]
    ids: Literal["file", "order"]
    lenient: bool
    atom_style: str
    periodic: list[Literal["x", "y", "z"]]


class GlassImportEntry(ParticleFileEntry, total=False):
    """An external simulation of a glass, to convert into a sample file."""

    path: str | list[str]
    reference_path: str | list[str]
    deformed_path: str | list[str]
    reference_format: Required[
        Literal["lammps_dump", "lammps_data", "extxyz", "gsd", "hdf5", "npz", "pickle"]
    ]
    frames: Literal["all"] | str | list[int | FrameAtStepEntry | str]
    load: SimpleShearEntry | UniaxialEntry | TensorLoadEntry | RandomLoadEntry
    load_name: str
    volume_tolerance: float
    group: str
    target: str
    target_path: str
    target_value: float
    target_name: str
    target_unit: str | Literal[1]
    not_missing: list[float]


class GlassPredictionEntry(ParticleFileEntry, total=False):
    """A sample without truth, whose particles a kept model predicts."""

    path: Required[str | list[str]]
    model: str
    released: bool
    loads: Literal["scan"] | list[SimpleShearEntry | UniaxialEntry | TensorLoadEntry]


class KeptModelsEntry(TypedDict, total=False):
    """Models that are fitted to all samples and kept once they have been scored."""

    models: Required[list[str]]
    level: Required[float]


class OwnGlassEntry(TypedDict, total=False):
    """Training settings of an imported system that differ from the defaults."""

    strains: list[float]
    tolerance: float
    length: float
    models: list[str]
