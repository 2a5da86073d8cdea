"""Plot the sparsity path of K, and the numbers of coefficients left by symmetry and LASSO."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.meanings.of_crystals import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)

COLOURS: Final = ("#d55e00", "#0072b2", "#009e73", "#6a1b6e", "#56b4e9", "#e69f00", "#8c8c8c")
STAGES: Final = {
    "entries": "without symmetry",
    "orbits": "tied by symmetry",
    "kept_orbits": "after LASSO",
}
GREYS: Final = {"entries": "#d9d9d9", "orbits": "#8c8c8c", "kept_orbits": "#0072b2"}
TRUE: Final = "true law"
#: Units of columns in the figure's data.
UNITS: Final = {
    **dict.fromkeys(("block", "penalty", "threshold", "n_terms", "loss", "error", "states",
                     "entries", "orbits", "kept_entries", "kept_orbits", "unseen", "precision",
                     "recall"), "1"),
    **dict.fromkeys(("entry_percent", "orbit_percent", "true_entry_percent", "true_orbit_percent",
                     "error_percent", "published_percent"), "%"),
}  # fmt: skip


@styled()
def main(
    *,
    paths: Sequence[Path],
    counts: Path,
    stem: Path,
    method: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Plot held-out loss against number of terms for each dataset, and counts of ``H`` and ``K``.

    Parameters
    ----------
    paths : sequence of Path
        Files ``<data>/<method>.csv`` from crystal_identify.py.
    counts : Path
        CSV from crystal_interaction_table.py.
    stem : Path
        Figure files without their suffix.
    method : str
        Method whose counts are drawn.
    metadata : mapping, optional
        Stored in the files.
    """
    table = pd.read_csv(counts)
    table = table[table["method"] == method]
    figure, axes = new_figure(1, 3, width=DOUBLE, height=3.0, width_ratios=(1.15, 1, 1))
    drawn = {}
    for colour, path in zip(COLOURS, paths, strict=False):
        line = _path(pd.read_csv(path))
        name = path.parent.name
        panel = axes[0, 0]
        panel.plot(line["n_terms"], line["loss"], color=colour, label=_title(name), lw=1.0)
        best = line[line["chosen"]]
        panel.plot(best["n_terms"], best["loss"], "o", color=colour, markersize=5)
        drawn[f"path {name}"] = line
    axes[0, 0].set(xscale="log", yscale="log", ylabel="held-out loss / squared target",
                   xlabel="terms in $K$, per class of systems")  # fmt: skip
    for panel, tensor in zip(axes[0, 1:], ("H", "K"), strict=True):
        part = table[table["tensor"] == tensor]
        _bars(panel, part)
        drawn[f"counts {tensor}"] = part
    letter_panels(
        axes, ["sparsity path of $K$ (dot: chosen)", "coefficients of $H$", "coefficients of $K$"]
    )
    figure_legend(figure, list(axes[0]))
    save_figure(
        figure,
        stem,
        drawn,
        title="Sparsity of interactions",
        units=UNITS,
        columns=FIGURES["sparsity"],
        metadata=metadata,
    )


def _path(path: pd.DataFrame) -> pd.DataFrame:
    """Return the smallest loss at each number of terms, for the first class of systems in ``K``."""
    one = path[path["tensor"].eq("K") & path["block"].eq(0) & path["n_terms"].gt(0)]
    least = one.sort_values(["n_terms", "loss"], kind="stable")
    first = least.groupby("n_terms", sort=True, as_index=False).first()
    chosen = least.loc[least["chosen"], "n_terms"]
    return first.assign(chosen=first["n_terms"].isin(chosen))


def _bars(panel: Axes, part: pd.DataFrame) -> None:
    """Draw bars of each stage for every dataset, and a mark for the truth."""
    places, width = np.arange(len(part)), 0.8 / len(STAGES)
    for k, (stage, label) in enumerate(STAGES.items()):
        shift = (k - (len(STAGES) - 1) / 2) * width
        panel.bar(places + shift, part[stage], width, color=GREYS[stage], label=label)
        if stage == "kept_orbits":
            true = part["true_orbit_percent"] / 100 * part["orbits"]
            panel.plot(places + shift, true, linestyle="none", marker="_", color="black",
                       markersize=9, label=TRUE)  # fmt: skip
    panel.set(yscale="log", ylim=(1, None))
    panel.set_xticks(places, [_title(name) for name in part["data"]], rotation=35, ha="right")
    panel.tick_params(axis="x", length=0)


def _title(name: str) -> str:
    return name.replace("_", ", ")
