"""Entries of `settings/models/slip_law_settings.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict


class SlipLawsEntry(TypedDict, total=False):
    """Flow law and hardening law of slip systems, found from the fields of a system."""

    system: Required[str]
    threshold: Required[float]
    noises: Required[list[float]]
    resamples: Required[int]
    points: Required[int]
