"""Entries of models and descriptors, as the configuration gives them to scripts of all wings.

The models in ``settings/models/block.py`` say what the keys mean.
"""

from typing import Literal, Required, TypedDict

from mechanist.settings.label_entry import LabelEntry


class ModelEntry(LabelEntry, total=False):
    """A model: an estimator and the features that it reads."""

    estimator: Required[str]
    task: Literal["regression", "classification"]
    features: list[str]
    parameters: dict[str, object]


class DescriptorEntry(TypedDict, total=False):
    """A descriptor of the structure."""

    kind: Required[str]
    load: Literal["applied", "random"]
    parameters: dict[str, object]
