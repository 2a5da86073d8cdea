"""Entries of `settings/models/glass_frontier.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry, ModelEntry


class CoarsePathSettingsEntry(LabelEntry, total=False):
    """A quasistatic path to the stored strains that is cheaper than the full one."""

    steps: Required[int]
    force_tolerance: Required[float]
    extrapolate: bool


class FrontierEntry(TypedDict, total=False):
    """Scores of models and of coarse simulations against their CPU seconds."""

    samples: Required[int]
    timed: Required[int]
    kick: Required[float]
    metrics: Required[list[str]]
    paths: Required[dict[str, CoarsePathSettingsEntry]]
    walked: Required[list[str]]
    models: dict[str, ModelEntry]
    shown: Required[list[str]]
