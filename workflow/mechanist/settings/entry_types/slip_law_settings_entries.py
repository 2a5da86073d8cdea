"""Entries of `settings/models/slip_law_settings.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import LabelEntry


class SlipLawGoalsEntry(TypedDict, total=False):
    """Largest errors that the figure shows as lines, in percent."""

    exponent: Required[float]
    resistance: Required[float]
    curve: Required[float]


class SlipLawsEntry(TypedDict, total=False):
    """Flow law and hardening law of slip systems, found from the fields of a system."""

    system: Required[str]
    threshold: Required[float]
    noises: Required[list[float]]
    resamples: Required[int]
    points: Required[int]
    realisations: Required[int]
    goals: Required[SlipLawGoalsEntry]
    models: Required[dict[str, LabelEntry]]
