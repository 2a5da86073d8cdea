"""Entries of `settings/models/dislocation_systems.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import ModelEntry


class IntegrationEntry(TypedDict, total=False):
    """Integration of the equations of motion."""

    tolerance: float
    relative_tolerance: float
    annihilation: float
    max_steps: int


class LoadingEntry(TypedDict, total=False):
    """How the stress is applied; each kind reads its own keys."""

    kind: Required[Literal["ramp", "spring", "creep"]]
    rate: float
    speed: float
    stiffness: float
    stress_step: float
    strain: float
    max_stress: float
    stress: float
    first: float
    last: float
    frames: int


class PinningEntry(TypedDict, total=False):
    """Immobile obstacles."""

    density: Required[float | list[float]]
    strength: Required[float]
    radius: Required[float]


class ImportedSystemEntry(TypedDict, total=False):
    """How configurations of the user are relaxed and loaded."""

    density: Required[float]
    rest: float
    prestrain: float | None
    frames: list[float]
    integration: IntegrationEntry
    loading: LoadingEntry


class DislocationImportEntry(TypedDict, total=False):
    """External configurations of dislocations, to relax and load."""

    path: Required[str | list[str]]
    system: Required[ImportedSystemEntry]


class DislocationSystemEntry(TypedDict, total=False):
    """A system: samples that differ only in the random positions of their dislocations."""

    dislocations: Required[int]
    samples: Required[int]
    batch: Required[int]
    density: float
    rest: float
    prestrain: float | None
    frames: list[float]
    integration: IntegrationEntry
    loading: LoadingEntry
    pinning: PinningEntry


class PileupProtocolEntry(TypedDict, total=False):
    """How a pileup is made and pushed; every key has a default."""

    dislocations: int
    spacing: float
    correlation: float
    strength: float
    stress_step: float
    finest_step: float
    jump: float
    tolerance: float


class PileupEntry(TypedDict, total=False):
    """A pileup in a random landscape, pushed until it flows (Sarvilahti 2020)."""

    samples: Required[int]
    batch: Required[int]
    strains: Required[list[float]]
    other_targets: Required[list[str]]
    models: Required[dict[str, ModelEntry]]
    protocol: PileupProtocolEntry
