"""Draw one glass before and after a load, coloured by its non-affine strain, or by a target at rest."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.typing import FloatArray
from mechanist.draw.labels import length_unit, percent, plain, quantity_label
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.particles import load_glyph, particles, plane_of
from mechanist.draw.style import (
    DOUBLE,
    SINGLE,
    Panels,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Sample, read_sample, read_status
from mechanist.formats.tables import column_metadata, read_table
from mechanist.mechanics.materials.material import material_of
from mechanist.settings.label_entry import LabelEntries
from mechanist.settings.target_names import AT_REST, at_strain

#: Fraction of particles whose colour is clipped at either end of the scale.
CLIPPED = 0.01


@styled()
def main(
    *,
    samples: Sequence[Path],
    targets: Path,
    stem: Path,
    load: str | None,
    strains: Sequence[float],
    quantity: str,
    diameters: Mapping[str, float],
    predicted: Sequence[Path] = (),
    models: LabelEntries = MappingProxyType({}),
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw the reference state coloured by the later response to each strain, and the last state.

    Below each strain, the reference state is coloured by what a model predicted of it from this
    state alone, without having learnt from this glass.

    A target that belongs to no load is drawn in the reference state alone; particles without a value,
    which were not measured, are grey.

    Parameters
    ----------
    samples : sequence of Path
        Sample files of one system; the first that did not fail is drawn.
    targets : Path
        Target table.
    stem : Path
        Figure files without their suffix.
    load : str or None
        Name of the load; if None, the first that did not fail.
    strains : sequence of float
        Stored strains to show, ascending; 0 for a target that belongs to no load.
    quantity : str
        Target to colour by, such as ``log10_d2min``.
    diameters : mapping
        Diameters to draw, in length units; the material states those that are missing.
    predicted : sequence of Path
        Out-of-fold predictions of the model to show beside the truth; empty if there is none.
    models : mapping
        Label and role of every model of the configuration.
    metadata : mapping, optional
        Kept in the files.
    """
    glass = read_sample(next(path for path in samples if read_status(path).usable))
    name = load or next(iter(glass.good_loads))
    path = glass.loads[name]
    table = _rows_of(targets, glass, name, [at_strain(quantity, s) for s in strains])
    at_rest = list(strains) == [AT_REST]
    unit = column_metadata(targets)[at_strain(quantity, strains[0])]["unit"]
    sizes = diameters_of(glass.reference, diameters)
    states, columns = [glass.reference] * len(strains), [*table]
    if not at_rest:
        states.append(path.frame(strains[-1]).configuration)
        columns.append(columns[-1])
    planes: dict[str, pd.DataFrame] = {}
    for k, (state, column) in enumerate(zip(states, columns, strict=True)):
        values: FloatArray = table[column].to_numpy(dtype=float)
        planes[chr(ord("a") + k)] = plane_of(
            state, values, diameters=sizes, thickness=float(sizes.max())
        )
    low, high = np.nanquantile(table.to_numpy(), [CLIPPED, 1 - CLIPPED])
    said = {} if at_rest else _said(predicted, glass, name, list(table))
    for values in said.values():
        planes[chr(ord("a") + len(planes))] = plane_of(
            glass.reference, values, diameters=sizes, thickness=float(sizes.max())
        )

    n = len(states)
    if at_rest:
        figure, axes = new_figure(1, 1, width=SINGLE, height=0.85 * SINGLE)
        panels, titles = axes[0], [f"sample {plain(glass.name)}"]
    else:
        lines = 2 if said else 1
        figure, axes = new_figure(
            lines, n + 1, width=DOUBLE, height=(0.82 * DOUBLE / n + 0.1) * lines,
            width_ratios=[0.35, *[1.0] * n],
        )  # fmt: skip
        load_glyph(axes[0, 0], path.tensor)
        axes[0, 0].set_xlabel("\n".join(["load", *plain(name).split()]))
        titles = [rf"before, $\gamma$ = {percent(s)}" for s in strains]
        panels, titles = axes[0, 1:], [*titles, rf"after, $\gamma$ = {percent(strains[-1])}"]
        if said:
            places = {column: axes[1, 1 + k] for k, column in enumerate(table)}
            panels = [*panels, *(places[column] for column in said)]
            titles += [
                f"predicted, {percent(strains[list(table).index(column)])}" for column in said
            ]
            states += [glass.reference] * len(said)
            _explain(
                axes[1],
                places,
                said,
                str(models[predicted[0].stem]["label"]),
            )
    for panel, plane, state in zip(panels, planes.values(), states, strict=True):
        mesh = particles(panel, plane, state.cell, limits=(low, high))
    letter_panels(panels, titles)
    bar = figure.colorbar(mesh, ax=panels, extend="both", shrink=0.8, aspect=15)
    bar.set_label(quantity_label(quantity, unit))
    lengths = dict.fromkeys(("x", "y", "diameter"), length_unit(glass.units))
    title = f"{'Glass' if at_rest else 'Glass under load'}: {quantity}"
    save_figure(figure, stem, planes, title=title,
                units={**lengths, "value": unit}, columns=FIGURES["glass"], metadata=metadata)  # fmt: skip


def _said(
    predicted: Sequence[Path], glass: Sample, load: str, columns: Sequence[str]
) -> dict[str, FloatArray]:
    """Return the predictions of each target for every particle of a glass, for those there are."""
    said: dict[str, FloatArray] = {}
    for path in predicted:
        table = read_table(path, ["sample", "load", "object", "target", "prediction"])
        ours = table[(table["sample"] == glass.name) & (table["load"] == load)]
        for column in columns:
            one = ours[ours["target"] == column].set_index("object")["prediction"]
            if len(one):
                said[column] = one.reindex(range(len(glass.reference))).to_numpy(dtype=float)
    return said


def _explain(
    row: Panels, places: Mapping[str, Axes], said: Mapping[str, FloatArray], model: str
) -> None:
    """Say which model predicted, and at which strains it did not."""
    for panel in row:
        if panel not in [places[column] for column in said]:
            panel.set_axis_off()
    row[-1].text(0.0, 0.95, f"{textwrap.fill(model, 18)},\nfrom the state before\nloading;"
                 " never\ntrained on this glass", va="top", transform=row[-1].transAxes)  # fmt: skip
    for column in set(places) - set(said):
        places[column].text(0.5, 0.5, "not predicted", ha="center", va="center",
                            transform=places[column].transAxes)  # fmt: skip


def diameters_of(configuration: Configuration, diameters: Mapping[str, float]) -> FloatArray:
    """Return the diameter of each species, that of the material unless ``diameters`` has it."""
    names = configuration.species_names
    if not set(names) <= set(diameters):
        material = material_of(configuration)
        diameters = dict(zip(names, material.diameters, strict=True)) | dict(diameters)
    return np.array([diameters[species] for species in names])


def _rows_of(targets: Path, glass: Sample, load: str, columns: list[str]) -> pd.DataFrame:
    """Return the targets of one sample under one load for every particle; NaN where there is none."""
    sample = glass.name
    table = read_table(targets, ["sample", "load", "object", *columns])
    chosen = table[(table["sample"] == sample) & (table["load"] == load)]
    if chosen.empty:
        raise ValueError(f"{targets}: no rows of sample {sample!r} under load {load!r}")
    return chosen.set_index("object")[columns].reindex(range(len(glass.reference)))
