"""Plot the transfer of surrogates to other cells: rotations by system, and flow stresses."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mechanist.assess.rotation_scores import RELATIVE
from mechanist.draw.labels import percent, strain_of
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.palette import CASE_MARKERS, CASES
from mechanist.draw.score_tables import ALL, SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import LOAD, read_table
from mechanist.settings.label_entry import LabelEntries

HEIGHT: Final = 3.2
#: Margin around the points of a parity panel, MPa.
MARGIN: Final = 2.0
#: Share of a row over which the marks of a model are spread.
LANES: Final = 0.6
#: Estimators of flow stress to draw, and their names.
CURVES: Final = {"taylor_scaled": "Taylor, scaled", "pooled": "pooled over voxels"}


@styled()
def main(
    *,
    scores: Sequence[Path],
    curve: Path,
    stem: Path,
    models: LabelEntries,
    system: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw relative errors of all models by system, and predicted against true flow stress.

    Parameters
    ----------
    scores : sequence of Path
        Score files of the models to show.
    curve : Path
        Predicted flow stresses.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    system : str
        Training system of the rotation models.
    metadata : mapping, optional
        Stored in the files.
    """
    styles = model_styles(models)
    table = rows(read_scores(scores), metric=RELATIVE)
    table = table.assign(strain=table["target"].map(strain_of))
    last = table.groupby("subset")["strain"].transform("max")
    table = table[table["strain"] == last]
    subsets = [ALL, *sorted(set(table["subset"]) - {ALL})]
    names = [name for name in styles if name in set(table["model"])]
    looks = _looks([system if subset == ALL else subset for subset in subsets])
    figure, axes = new_figure(
        1, 1 + len(CURVES), width=DOUBLE, height=HEIGHT, width_ratios=[1.1, *[1] * len(CURVES)]
    )
    panel, rank = axes[0, 0], np.arange(len(names))[::-1]
    # The systems of a model lie below each other, so that equal values do not hide each other.
    lanes = np.linspace(LANES / 2, -LANES / 2, len(subsets)) if len(subsets) > 1 else [0.0]
    for subset, lane in zip(subsets, lanes, strict=True):
        places = rank + lane
        shown = rows(table, subset=subset).set_index("model").reindex(names)
        strain = percent(float(shown["strain"].iloc[0]))
        label = f"{system}, held out" if subset == ALL else subset
        look = looks[system if subset == ALL else subset]
        panel.plot(shown["value"].to_numpy(float), places, linestyle="", alpha=0.85, markersize=4,
                   label=f"{label} ({strain})", marker=look["marker"], color=look["color"])  # fmt: skip
    panel.set_yticks(rank, [styles[name].label for name in names])
    panel.grid(axis="y", which="minor", linewidth=0.4, color="#dddddd")
    panel.set_yticks(rank[:-1] - 0.5, minor=True)
    panel.tick_params(axis="y", which="both", length=0)
    panel.set_xlabel("mean misorientation / mean rotation")

    stresses = read_table(curve)
    strains = stresses["target"].map(strain_of)
    stresses = stresses[strains == strains.max()]
    for panel, name in zip(axes[0, 1:], CURVES, strict=True):
        _parity(panel, rows(stresses, model=name), stresses, looks)
        panel.set_xlabel("true flow stress (MPa)")
    axes[0, 1].set_ylabel(f"predicted flow stress at {percent(float(strains.max()))} (MPa)")
    figure_legend(figure, [axes[0, 0], axes[0, 1]], title="cells, and the strain of panel a")
    letter_panels(
        axes, ["orientations", *[f"flow stress: {name}" for name in CURVES.values()]], wrap=20
    )
    columns = ["model", "strain", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(
        figure, stem, {"rotations": table[columns], "stress": stresses},
        title="Surrogates on cells of other sizes and materials",
        units={"truth": "MPa", "prediction": "MPa"}, columns=FIGURES["transfer"], metadata=metadata,
    )  # fmt: skip


def _looks(systems: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return marker and colour of every system."""
    looks = zip(cycle(CASE_MARKERS), cycle(CASES), strict=False)
    return {name: {"marker": m, "color": c} for name, (m, c) in zip(systems, looks, strict=False)}


def _parity(
    panel: Axes,
    table: pd.DataFrame,
    everything: pd.DataFrame,
    looks: Mapping[str, Mapping[str, str]],
) -> None:
    """Plot predicted against true values, coloured by system, with small systems on top."""
    for name, part in table.groupby(LOAD, observed=True, sort=True):
        look = looks[str(name)]
        panel.plot(part["truth"], part["prediction"], linestyle="", markersize=3.5, alpha=0.85,
                   markeredgewidth=0, zorder=2 + 1 / len(part), marker=look["marker"],
                   color=look["color"])  # fmt: skip
    both = everything[["truth", "prediction"]].to_numpy(float)[everything["model"].isin(CURVES)]
    span = [float(both.min()) - MARGIN, float(both.max()) + MARGIN]
    panel.plot(span, span, color="black", linewidth=0.6, zorder=0,
               label="prediction = truth")  # fmt: skip
    panel.set(xlim=span, ylim=span, aspect="equal")
    panel.xaxis.set_major_locator(MaxNLocator(4))
    panel.yaxis.set_major_locator(MaxNLocator(4))
