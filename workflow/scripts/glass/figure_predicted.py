"""Draw a sample that a kept model predicts: where it will rearrange, and in which direction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import log_to
from mechanist.core.typing import FloatArray
from mechanist.draw.labels import length_unit, percent, plain, quantity_label
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.outside import note_outside
from mechanist.draw.particles import COLOUR_MAP, load_glyph, particles, plane_of
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import LOAD, read_table
from mechanist.predict.prediction_summary import ANY_LOAD, Summary
from mechanist.settings.target_names import at_strain
from scripts.glass.figure_glass import diameters_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Most loads that are drawn; the table holds all.
MOST_LOADS = 4
#: Fraction of particles whose colour is clipped at either end of the scale.
CLIPPED = 0.01
#: A cyclic colour map: axes of 0 and of 180 degrees are one.
CYCLIC = "twilight"


@dataclass(frozen=True, eq=False)
class Panel:
    """One value of every particle, and how it is drawn.

    Parameters
    ----------
    title, label, unit : str
        Title of the panel; label of the colours, and unit of the values.
    values : ndarray of shape (n,)
    limits : tuple of float
        Ends of the colour scale.
    colours : str
        Colour map.
    tensor : ndarray of shape (3, 3) or None
        Load to draw above the panel.
    """

    title: str
    label: str
    unit: str
    values: FloatArray
    limits: tuple[float, float]
    colours: str = COLOUR_MAP
    tensor: FloatArray | None = None


@styled()
def main(
    *,
    state: Path,
    table: Path,
    summary: Path,
    stem: Path,
    strain: float,
    diameters: Mapping[str, float],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw one predicted sample.

    Parameters
    ----------
    state : Path
        The sample before loading.
    table, summary : Path
        Predictions, and what they are.
    stem : Path
        Figure files without their suffix.
    strain : float
        Strain to show; the nearest predicted one is drawn.
    diameters : mapping
        Diameters of species to draw, in the model's unit of length; the material states those that
        are missing.
    metadata : mapping, optional
        Kept in the files.
    """
    said: Summary = json.loads(summary.read_text(encoding="utf-8"))
    sample = read_sample(state)
    shown = min(said["strains"], key=lambda one: abs(one - strain))
    sizes = said["length"] * diameters_of(sample.reference, diameters)
    column = at_strain(said["quantity"] if said["scan"] else "plastic", shown)
    found = read_table(table, [LOAD, column])
    panels = (_of_scan if said["scan"] else _of_loads)(found, said, shown)
    planes = {
        chr(ord("a") + k): plane_of(
            sample.reference, panel.values, diameters=sizes, thickness=float(sizes.max())
        )
        for k, panel in enumerate(panels)
    }
    n, loaded = len(panels), any(panel.tensor is not None for panel in panels)
    width = DOUBLE * min(1.0, 0.36 * n)
    rows = [0.3, 1.0] if loaded else [1.0]
    figure, axes = new_figure(
        len(rows), n, width=width, height=0.3 + (sum(rows) + 0.15) * width / n, height_ratios=rows
    )
    for k, (panel, plane) in enumerate(zip(panels, planes.values(), strict=True)):
        if panel.tensor is not None:
            load_glyph(axes[0, k], panel.tensor)
        discs = particles(
            axes[-1, k], plane, sample.reference.cell, limits=panel.limits, colours=panel.colours
        )
        bar = figure.colorbar(discs, ax=axes[-1, k], location="bottom", shrink=0.9, aspect=18)
        bar.set_label(panel.label)
    letter_panels(axes[-1], [panel.title for panel in panels], wrap=34)
    lengths = dict.fromkeys(("x", "y", "diameter"), length_unit(sample.units))
    kept = {**(metadata or {}), "model": said["model"], "outside": "; ".join(said["outside"])}
    note_outside(figure, said["outside"])
    save_figure(
        figure,
        stem,
        {
            letter: plane.assign(unit=panel.unit)
            for (letter, plane), panel in zip(planes.items(), panels, strict=True)
        },
        title=f"Predicted at a strain of {percent(shown)}",
        units={**lengths, "value": "{unit}"},
        columns=FIGURES["predicted"],
        metadata=kept,
    )


def _of_loads(table: pd.DataFrame, said: Summary, strain: float) -> list[Panel]:
    """Return a panel for each load: the probability of being among the most plastic."""
    column = at_strain("plastic", strain)
    groups = list(table.groupby(LOAD, sort=False, observed=True))[:MOST_LOADS]
    top = float(np.quantile(table[column], 1 - CLIPPED))
    panels = []
    for name, rows in groups:
        tensor = said["loads"].get(str(name))
        title = "all loads alike" if name == ANY_LOAD else plain(name)
        panels.append(
            Panel(
                f"{title}, {percent(strain)}",
                f"probability of the plastic {percent(said['plastic_fraction'])}",
                "1",
                rows[column].to_numpy(float),
                (0.0, top),
                tensor=None if tensor is None else np.array(tensor),
            )
        )
    return panels


def _of_scan(table: pd.DataFrame, said: Summary, strain: float) -> list[Panel]:
    """Return panels of the largest prediction, its range over directions, and the weakest direction."""
    quantity, unit = said["quantity"], said["unit"]
    wide = table[at_strain(quantity, strain)].to_numpy(float).reshape(-1, said["particles"])
    largest, anisotropy = wide.max(axis=0), np.ptp(wide, axis=0)
    panels = [
        Panel(
            f"largest of all directions, {percent(strain)}",
            f"predicted {quantity_label(quantity, unit)}",
            unit,
            largest,
            _clipped(largest),
        ),
        Panel(
            "largest less smallest", "range over directions", unit, anisotropy, _clipped(anisotropy)
        ),
    ]
    if all(name.endswith("_degrees") for name in said["loads"]):
        angle = wide.argmax(axis=0) * 180 / len(wide)
        panels.append(
            Panel(
                "axis of tension when weakest",
                "angle from x in degrees",
                "degree",
                angle,
                (0.0, 180.0),
                CYCLIC,
            )
        )
    return panels


def _clipped(values: FloatArray) -> tuple[float, float]:
    low, high = np.quantile(values, [CLIPPED, 1 - CLIPPED])
    return float(low), float(high)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            state=Path(snakemake.input.state),
            table=Path(snakemake.input.table),
            summary=Path(snakemake.input.summary),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            strain=snakemake.params.strain,
            diameters=snakemake.params.diameters,
            metadata=snakemake.params.metadata,
        )
