"""Entries of `settings/models/learning_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class FoldsEntry(TypedDict, total=False):
    """Numbers of folds of all studies that are cross-validated."""

    models: Required[int]
    surrogates: Required[int]
    interactions: Required[int]
    confusion: Required[int]
    microstructures: Required[int]
    heat_maps: Required[int]


class LearningBlockEntry(TypedDict, total=False):
    """Splits, targets and intervals of all wings."""

    folds: Required[int | FoldsEntry]
    device: Literal["cpu", "gpu"]
    regression_target: Required[Literal["log10_d2min", "nonaffine"]]
    class_strains: Required[list[float]]
    class_definitions: Required[list[list[float]]]
    top_fractions: Required[list[float]]
    level: Required[float]
    resamples: Required[int]
