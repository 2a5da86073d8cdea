"""Entries of `settings/models/glass_unseen.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class QuenchChangeEntry(TypedDict, total=False):
    """What is cooled otherwise."""

    hot: float
    cold: float
    melt_steps: int
    quench_steps: int


class GlassChangeEntry(TypedDict, total=False):
    """A glass that differs from those of the model by what is stated; without a key, it is made alike."""

    label: Required[str]
    material: str
    material_parameters: dict[str, object]
    dimension: Literal[2, 3]
    particles: int
    density: float
    minority_fraction: float
    quench: QuenchChangeEntry


class UnseenGlassesEntry(TypedDict, total=False):
    """Glasses that the kept models of a system have not seen, which they predict all the same."""

    samples: Required[int]
    load: Required[str]
    strains: Required[list[float]]
    rivals: Required[list[str]]
    changes: Required[dict[str, dict[str, GlassChangeEntry]]]
    run: Required[dict[str, list[str]]]
