"""Draw out-of-fold predictions against true plasticity, which Pearson's correlation flatters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.draw.labels import metric_label, quantity_label
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.numerals import numeral
from mechanist.draw.panels import PARITY_PAD, binned, parity
from mechanist.draw.score_tables import ALL, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.predictions import read_units
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

STATISTICS: Final = ("pearson", "r2", "r2_within", "mae")
#: Fraction of true values beyond either end of the axes.
CLIPPED: Final = 1e-3


@styled()
def main(
    *,
    predictions: Sequence[Path],
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    target: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each model, with its scores in the legend.

    Parameters
    ----------
    predictions, scores : sequence of Path
        Out-of-fold predictions and the scores of the same models, in the same order.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    target : str
        Such as ``log10_d2min@0.040``.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = rows(read_scores(scores), subset=ALL, target=target)
    pairs = {path.stem: _pairs_of(path, target) for path in predictions}
    low, high = np.quantile(pairs[predictions[0].stem]["truth"], [CLIPPED, 1 - CLIPPED])
    span = (float(low), float(high))
    cells = {
        name: binned(
            pair["truth"].to_numpy(float),
            pair["prediction"].to_numpy(float),
            x_range=span,
            y_range=span,
        )
        for name, pair in pairs.items()
    }
    unit = read_units(predictions[0])[target]
    quantity = quantity_label(target, unit)
    most = max(int(table["count"].max()) for table in cells.values())

    figure, axes = new_figure(
        1, len(cells), width=DOUBLE, height=1.19 * DOUBLE / len(cells), sharey=True
    )
    for panel, (name, counts) in zip(axes[0], cells.items(), strict=True):
        mesh = parity(
            panel, counts, span=span, most=most, statistics=statistics(rows(table, model=name))
        )
        panel.set_xlabel(f"true {quantity}")
    axes[0, 0].set_ylabel(f"predicted {quantity}")
    letter_panels(axes, [styles[name].label for name in cells], pad=PARITY_PAD)
    figure.colorbar(mesh, ax=axes, shrink=0.8, label="particles per bin")
    save_figure(figure, stem, cells, title=f"Parity of {target}",
                units=dict.fromkeys(("x", "y", "dx", "dy"), unit), columns=FIGURES["parity"], metadata=metadata)  # fmt: skip


def _pairs_of(path: Path, target: str) -> pd.DataFrame:
    """Return truth and prediction of one target."""
    return rows(read_table(path, ["target", "truth", "prediction"]), target=target)


def statistics(table: pd.DataFrame) -> dict[str, str]:
    """Return the legend entries of one model."""
    values = table.set_index("metric")
    texts = {}
    for name in STATISTICS:
        texts[metric_label(name)] = numeral(float(values.loc[name, "value"]), ".2f")
    return {**texts, "n": f"{int(values.loc[STATISTICS[0], 'n_objects']):,}".replace(",", " ")}
