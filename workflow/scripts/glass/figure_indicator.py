"""Draw plasticity at every strain against mechanism-based indicators."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.draw.labels import percent, quantity_label
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.draw.panels import binned, density
from mechanist.draw.score_tables import read_columns
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import column_metadata, keys_of
from mechanist.settings.target_names import at_strain

BINS: Final = 60
#: Number of equally sized classes for the running median.
CLASSES: Final = 20
CLIPPED: Final = 1e-3
MEDIAN: Final = "#d55e00"


@styled()
def main(
    *,
    features: Sequence[Path],
    targets: Path,
    stem: Path,
    indicators: Sequence[Mapping[str, str]],
    strains: Sequence[float],
    quantity: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a row of panels for each indicator and a column for each strain.

    Parameters
    ----------
    features : sequence of Path
        Feature tables ``<descriptor>.parquet`` that contain the indicators.
    targets : Path
        Target table.
    stem : Path
        Figure files without their suffix.
    indicators : sequence of mapping
        ``descriptor``, ``column`` and ``label`` of each indicator.
    strains : sequence of float
        Strains to show.
    quantity : str
        Target, such as ``log10_d2min``.
    metadata : mapping, optional
        Kept in the files.
    """
    truth = read_columns(targets, [at_strain(quantity, s) for s in strains])
    unit = column_metadata(targets)[at_strain(quantity, strains[0])]["unit"]
    paths = {path.stem: path for path in features}
    cells: list[pd.DataFrame] = []
    medians: list[pd.DataFrame] = []
    for indicator in indicators:
        table = read_columns(paths[indicator["descriptor"]], [indicator["column"]])
        joined = truth.merge(table, on=keys_of(table))
        x: FloatArray = joined[indicator["column"]].to_numpy(float)
        for strain in strains:
            y: FloatArray = joined[at_strain(quantity, strain)].to_numpy(float)
            where = {"indicator": indicator["descriptor"], "strain": strain}
            counts = binned(x, y, bins=BINS, x_range=_span(x), y_range=_span(y))
            cells.append(counts.assign(**where))
            medians.append(running_median(x, y).assign(**where))
    most = max(int(counts["count"].max()) for counts in cells)

    rows, columns = len(indicators), len(strains)
    height = 2.0 * rows + 0.4
    figure, axes = new_figure(
        rows, columns, width=DOUBLE, height=height, sharex="row", sharey="col"
    )
    for panel, counts, median in zip(axes.flat, cells, medians, strict=True):
        mesh = density(panel, counts, most=most)
        panel.plot(median["x"], median["y"], color=MEDIAN, label="running median")
    for row, indicator in zip(axes, indicators, strict=True):
        row[0].set_ylabel(quantity_label(quantity, unit))
        for panel in row:
            panel.set_xlabel(indicator["label"])
    letter_panels(axes, [rf"$\gamma$ = {percent(s)}" for s in strains] * rows)
    figure_legend(figure, list(axes.flat))
    figure.colorbar(mesh, ax=axes, shrink=0.6, label="particles per bin")
    data = {"density": pd.concat(cells), "median": pd.concat(medians)}
    save_figure(figure, stem, data, title="Indicators against plasticity",
                units={**dict.fromkeys(("x", "dx"), "unit of the indicator"), "y": unit,
                       "dy": unit}, columns=FIGURES["indicator"], metadata=metadata)  # fmt: skip


def _span(values: FloatArray) -> tuple[float, float]:
    low, high = np.quantile(values, [CLIPPED, 1 - CLIPPED])
    return float(low), float(high)


def running_median(x: FloatArray, y: FloatArray) -> pd.DataFrame:
    """Return medians of x and y in classes of x that hold equal numbers of points."""
    order = np.argsort(x, kind="stable")
    parts = [part for part in np.array_split(order, CLASSES) if len(part)]
    return pd.DataFrame(
        {"x": [np.median(x[part]) for part in parts], "y": [np.median(y[part]) for part in parts]}
    )
