"""Entries of `settings/models/block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class LabelEntry(TypedDict, total=False):
    """How figures and tables call a model, and its part in comparisons."""

    label: Required[str]
    role: Required[Literal["baseline", "mechanism", "data", "hybrid", "ceiling", "control"]]


class DescriptorEntry(TypedDict, total=False):
    """A descriptor of the structure."""

    kind: Required[str]
    load: Literal["applied", "random"]
    parameters: dict[str, object]


class ModelEntry(LabelEntry, total=False):
    """A model: an estimator and the features that it reads."""

    estimator: Required[str]
    task: Literal["regression", "classification"]
    features: list[str]
    parameters: dict[str, object]


class ShownModelsEntry(TypedDict, total=False):
    """What a figure shows."""

    models: Required[list[str]]
