"""Draw how well models trained on one system size predict other sizes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from mechanist.draw.labels import metric_label, percent, plain, strain_of
from mechanist.draw.numerals import numeral
from mechanist.draw.panels import MISSING, matrix
from mechanist.draw.score_tables import SCORE_PARTS, read_all, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

#: Maximum characters per title line above a matrix.
TITLE: Final = 20
#: Ends of the colour scale; numbers in the cells show transfer scores below the lower end.
LIMITS: Final = (0.0, 1.0)
#: Scores up to here have one decimal.
SHORTER: Final = -0.095


@styled()
def main(
    *,
    transfer: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    branches: Sequence[str],
    target: str,
    systems: Mapping[str, int],
    metric: str = "r2",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a matrix for each branch and model, all on one colour scale.

    Parameters
    ----------
    transfer : sequence of Path
        Scores by training and test system, one parquet file per model.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    branches : sequence of str
        Branches, one row of matrices each, such as ``undeformed`` and ``prestrained``.
    target, metric : str
        Target and metric to show, such as ``stress@0.010`` and ``r2``.
    systems : mapping of str to int
        Initial number of dislocations of each system, in drawing order.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    table = rows(read_all(transfer), target=target, metric=metric)
    names = [name for name in styles if name in set(table["model"].astype(str))]
    full = len(systems) ** 2
    side = DOUBLE / (len(names) + 0.6)
    figure, axes = new_figure(
        len(branches), len(names), width=DOUBLE, height=len(branches) * (side + 0.12) + 0.6,
        sharex=True, sharey=True,
    )  # fmt: skip
    for branch, panels in zip(branches, axes, strict=True):
        for name, panel in zip(names, panels, strict=True):
            values = square(rows(table, load=branch, model=name), systems)
            image = matrix(panel, values, limits=LIMITS, shown=values.map(_short))
        panels[0].set_ylabel(f"{plain(branch)}\ntrained on $N_0$")
    for panel in axes[-1]:
        panel.set_xlabel("tested on $N_0$")
    titles = [styles[name].label for name in names] + [""] * (axes.size - len(names))
    letter_panels(axes, titles, wrap=TITLE)
    bar = figure.colorbar(image, ax=axes, shrink=0.85, extend="min")
    bar.set_label(f"{metric_label(metric)} of the stress at {percent(strain_of(target))} strain")
    if any(len(rows(table, model=name)) < full * len(branches) for name in names):
        absent = Patch(facecolor=MISSING, label="grey: the model was not trained on this size")
        figure.legend(handles=[absent], loc="outside lower center")
    columns = ["load", "model", "train", "test", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table.assign(subset=table["load"])[columns],
                title="Transfer between sizes", metadata=metadata)  # fmt: skip


def _short(value: float) -> str:
    """Return a score that fits into its cell: scores below the scale have one decimal."""
    return numeral(value, ".2f" if value > SHORTER else ".1f")


def square(table: pd.DataFrame, systems: Mapping[str, int]) -> pd.DataFrame:
    """Return the scores with training systems as rows and test systems as columns."""
    named = table.astype({"train": str, "test": str})
    values = named.pivot_table(index="train", columns="test", values="value")
    order = list(systems)
    sizes = [str(size) for size in systems.values()]
    cells = values.reindex(index=order, columns=order).to_numpy(dtype=float)
    return pd.DataFrame(np.atleast_2d(cells), index=sizes, columns=sizes)
