"""Entries of block ``crystal``, as the configuration gives them to scripts.

A job takes plain mappings, which results record as the user wrote them. The models in
``settings/models/`` say what the keys mean and check them before a run starts.
"""

from typing import Literal, Required, TypedDict

from mechanist.settings.label_entry import LabelEntry

ByFamily = float | dict[str, float]


class ElasticEntry(TypedDict, total=False):
    """Elastic constants in MPa."""

    c11: Required[float]
    c12: Required[float]
    c13: float
    c33: float
    c44: Required[float]


class RateLawEntry(TypedDict):
    """Slip rate as a power of the stress."""

    rate: float
    exponent: float


class VoceEntry(TypedDict, total=False):
    """Slip resistances in MPa that saturate."""

    kind: Required[Literal["voce"]]
    tau0: Required[ByFamily]
    tau_sat: Required[ByFamily]
    h0: Required[ByFamily]
    a: Required[float]
    coplanar: float
    other: float


class DensityEntry(TypedDict, total=False):
    """Hardening by dislocation densities on fcc12, in m and MPa."""

    kind: Required[Literal["dislocation_density"]]
    shear_modulus: Required[float]
    burgers: Required[float]
    density: Required[float]
    friction: float
    interaction: Required[dict[str, float]]
    mean_free_path: Required[float]
    capture: Required[float]


class CrystalMaterialEntry(TypedDict, total=False):
    """A crystal and its hardening law."""

    systems: Required[str]
    c_over_a: float
    elastic: Required[ElasticEntry]
    flow: Required[RateLawEntry]
    hardening: Required[VoceEntry | DensityEntry]


class CrystalSystemEntry(TypedDict, total=False):
    """Polycrystals that differ only in their random microstructure."""

    material: Required[str]
    grid: Required[int | list[int]]
    grains: Required[int]
    samples: Required[int]
    batch: Required[int]
    axis: Required[str]
    strain: Required[float]
    frames: Required[int]
    substeps: int
    rate: float
    tolerance: float


class CrystalImportEntry(TypedDict, total=False):
    """An external simulation or measurement of a crystal."""

    path: Required[str]
    format: Required[Literal["damask", "map"]]
    axis: int
    system: str
    increments: list[int]
    substeps: int
    systems: str
    angles: Literal["degrees", "radians"]
    confidence: float
    resample: bool
    turn: list[float]
    threshold: float
    stride: int
    smallest: int
    unindexed: float


class CrystalLinesEntry(TypedDict, total=False):
    """A network of discrete dislocation dynamics."""

    path: Required[str | list[str]]
    systems: Required[str]
    c_over_a: float
    burgers: Required[float]
    grid: Required[list[int]]
    rotation: list[float]
    tolerance: float
    periodic: list[bool]
    fold: bool
    times: list[float]


class SurrogateModelEntry(LabelEntry, total=False):
    """A model of the lattice rotation of voxels."""

    kind: Required[str]
    guess: list[str]
    fitted: bool
    radius: int
    fields: list[str]
    central: list[str]
    descriptor: str
    options: dict[str, object]
