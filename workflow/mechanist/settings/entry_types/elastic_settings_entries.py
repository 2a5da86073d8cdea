"""Entries of `settings/models/elastic_settings.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class ElasticColumnsEntry(TypedDict, total=False):
    """Names of the columns of the tables."""

    stretch: str
    stress: str


class ElasticErrorEntry(TypedDict, total=False):
    """Standard error of a measured stress: the sum of a relative and an absolute part."""

    relative: float
    floor: float


class ElasticMaterialEntry(TypedDict, total=False):
    """An incompressible isotropic solid in at least two kinds of homogeneous tests."""

    label: Required[str]
    tests: Required[dict[Literal["uniaxial", "equibiaxial", "pure_shear", "simple_shear"], str]]
    columns: ElasticColumnsEntry
    stress: Literal["nominal", "cauchy"]
    unit: Required[str]
    missing: list[float]
    not_missing: list[float]
    error: ElasticErrorEntry


class ElasticRecoveryEntry(TypedDict, total=False):
    """Curves of known energies, from which the energy is to be found again."""

    levels: Required[list[float]]
    seeds: Required[int]


class ElasticEntry(TypedDict, total=False):
    """Elastic energies of rubbers from measured curves."""

    materials: Required[dict[str, ElasticMaterialEntry]]
    most_terms: Required[int]
    models: Required[dict[str, LabelEntry]]
    recovery: Required[ElasticRecoveryEntry]
