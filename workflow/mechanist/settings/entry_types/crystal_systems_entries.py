"""Entries of `settings/models/crystal_systems.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class ElasticConstantsEntry(TypedDict, total=False):
    """Elastic constants in MPa."""

    c11: Required[float]
    c12: Required[float]
    c13: float
    c33: float
    c44: Required[float]


class FlowEntry(TypedDict, total=False):
    """Slip rate as a power of the stress."""

    rate: Required[float]
    exponent: Required[float]


class VoceHardeningEntry(TypedDict, total=False):
    """Slip resistances in MPa that saturate; values by family if families differ."""

    kind: Required[Literal["voce"]]
    tau0: Required[float | dict[str, float]]
    tau_sat: Required[float | dict[str, float]]
    h0: Required[float | dict[str, float]]
    a: Required[float]
    coplanar: float
    other: float


class DensityHardeningEntry(TypedDict, total=False):
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

    systems: Required[Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]]
    c_over_a: float
    elastic: Required[ElasticConstantsEntry]
    flow: Required[FlowEntry]
    hardening: Required[VoceHardeningEntry | DensityHardeningEntry]


class CrystalSystemEntry(TypedDict, total=False):
    """Polycrystals that differ only in their random microstructure."""

    material: Required[str]
    grid: Required[int | list[int]]
    grains: Required[int]
    samples: Required[int]
    batch: Required[int]
    axis: Required[Literal["x", "y", "z"]]
    strain: Required[float]
    frames: Required[int]
    substeps: int
    rate: float
    tolerance: float
    keep_slip: bool
