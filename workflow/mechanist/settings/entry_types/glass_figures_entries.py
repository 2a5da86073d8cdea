"""Entries of `settings/models/glass_figures.py` as files hold them, written by `make schema`."""

from typing import Required, TypedDict

from mechanist.settings.entry_types.block_entries import ShownModelsEntry


class PublishedLineEntry(TypedDict, total=False):
    """A published value that a line marks in a figure."""

    metric: Required[str]
    value: Required[float]
    label: Required[str]


class DefinitionFigureEntry(TypedDict, total=False):
    """Accuracies of classifiers by the definition of their classes."""

    models: Required[list[str]]
    metrics: Required[list[str]]
    published: Required[list[PublishedLineEntry]]


class AngularFigureEntry(TypedDict, total=False):
    """Angular structure functions that best separate plastic from rigid particles."""

    plastic_fraction: Required[float]
    rigid_fraction: Required[float]


class IndicatorEntry(TypedDict, total=False):
    """A mechanism-based indicator that is drawn beside D2min."""

    descriptor: Required[str]
    column: Required[str]
    label: Required[str]


class GlassFiguresEntry(TypedDict, total=False):
    """The strain, load, metrics and models that figures of glasses show."""

    strain: Required[float]
    load: Required[str]
    metric: Required[str]
    metrics: Required[list[str]]
    hybrid: Required[str]
    diameters: dict[str, float]
    curves: Required[ShownModelsEntry]
    definition: Required[DefinitionFigureEntry]
    parity: Required[ShownModelsEntry]
    angular: Required[AngularFigureEntry]
    indicators: Required[list[IndicatorEntry]]
