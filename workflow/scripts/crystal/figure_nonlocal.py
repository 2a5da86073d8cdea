"""Plot the gain from adding the cell-wide misfit, or a larger cube, to the voxel cube, by cell."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.rotation_scores import ABSOLUTE, ROTATION
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.score_tables import ALL, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import SAMPLE, read_table
from mechanist.settings.label_entry import LabelEntries

HEIGHT: Final = 3.2
#: Vertical offset between systems in a row, and their markers.
OFFSET: Final = 0.18
MARKERS: Final = ("o", "s", "D", "^", "v")
GREY: Final = "#9a9a9a"


@styled()
def main(
    *,
    errors: Path,
    comparisons: Path,
    stem: Path,
    models: LabelEntries,
    system: str,
    reference: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw errors of individual cells (left) and paired differences with intervals (right).

    Parameters
    ----------
    errors : Path
        Mean errors of samples by model.
    comparisons : Path
        Records of pairs of models.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    system : str
        Training system.
    reference : str
        Model with which the others are compared.
    metadata : mapping, optional
        Stored in the files.
    """
    styles = model_styles(models)
    records = pd.DataFrame(json.loads(comparisons.read_text(encoding="utf-8")))
    records[["low", "high"]] = records[["low", "high"]].astype(float)
    pairs = rows(records, second=reference)
    names = [reference, *(name for name in styles if name in set(pairs["first"]))]
    table = read_table(errors)
    table = rows(table[table["strain"] == table["strain"].max()], system=system)
    table = table.assign(value=table[ABSOLUTE] / table[ROTATION])
    cells = table.pivot_table(index=SAMPLE, columns="model", values="value", observed=True)[names]

    figure, axes = new_figure(1, 2, width=DOUBLE, height=HEIGHT, width_ratios=[1, 1.15])
    left, right = axes[0]
    places = np.arange(len(names))[::-1]
    for _, row in cells.iterrows():
        left.plot(row.to_numpy(float), places, color=GREY, linewidth=0.4, alpha=0.5, zorder=1)
    for place, name in zip(places, names, strict=True):
        values = cells[name].to_numpy(float)
        colour = styles[name].colour
        left.plot(values, np.full(len(values), place), "o", color=colour, markersize=2.5, alpha=0.7)
        left.plot(values.mean(), place, "|", color="black", markersize=14, markeredgewidth=1.2)
    left.set_yticks(places, [styles[name].label for name in names])
    left.set_xlabel("misorientation / mean rotation")

    subsets = [ALL, *sorted(set(pairs["subset"]) - {ALL})]
    for k, subset in enumerate(subsets):
        shown = rows(pairs, subset=subset).set_index("first").reindex(names[1:])
        y = places[1:] + OFFSET * (0.5 * (len(subsets) - 1) - k)
        middle = shown["difference"].to_numpy(float)
        reach = np.abs(shown[["low", "high"]].to_numpy(float).T - middle)
        right.errorbar(
            middle, y, xerr=np.nan_to_num(reach), fmt=MARKERS[k % len(MARKERS)], markersize=3.5,
            color="black" if subset == ALL else GREY, elinewidth=0.9, capsize=1.5,
            label=f"{system}, held out" if subset == ALL else f"{subset}, not retrained",
        )  # fmt: skip
    right.axvline(0, color="black", linewidth=0.6)
    right.set_yticks(places[1:], [""] * (len(names) - 1))
    left.set_ylim(-0.5, len(names) - 0.5)
    right.set_ylim(-0.5, len(names) - 0.5)
    right.set_xlabel(f"difference to {styles[reference].label}")
    right.legend(loc="upper left")
    letter_panels(axes, [f"{len(cells)} cells and their mean", "paired difference"])
    save_figure(
        figure, stem,
        {"cells": cells.reset_index().melt(SAMPLE).assign(unit="1"), "differences": pairs},
        title="Gain from the cell-wide misfit, or a larger cube", units={"wins": "1"},
        columns=FIGURES["nonlocal"], metadata=metadata,
    )  # fmt: skip
