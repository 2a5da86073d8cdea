"""Plot the sparsity path of K, and the numbers of coefficients left by symmetry and LASSO."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.palette import CASE_MARKERS, CASES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)

#: Label, marker and colour of each stage.
STAGES: Final = {
    "entries": ("without symmetry", "s", "#b5b5b5"),
    "orbits": ("tied by symmetry", "D", "#7d7d7d"),
    "kept_orbits": ("after LASSO", "o", "#0072b2"),
}
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
    figure, axes = new_figure(1, 3, width=DOUBLE, height=3.2, width_ratios=(1.15, 1, 1))
    drawn = {}
    for colour, marker, path in zip(cycle(CASES), cycle(CASE_MARKERS), paths, strict=False):
        line = _path(pd.read_csv(path))
        name = path.parent.name
        panel = axes[0, 0]
        panel.plot(line["n_terms"], line["loss"], color=colour, label=_title(name), lw=1.0,
                   marker=marker, markersize=5, markevery=line["chosen"].tolist())  # fmt: skip
        drawn[f"path {name}"] = line
    axes[0, 0].set(xscale="log", yscale="log", ylabel="held-out loss / squared target",
                   xlabel="terms in $K$, per class of systems")  # fmt: skip
    for panel, tensor in zip(axes[0, 1:], ("H", "K"), strict=True):
        part = table[table["tensor"] == tensor]
        _counts(panel, part)
        panel.set_xlabel(f"coefficients of ${tensor}$")
        drawn[f"counts {tensor}"] = part
    letter_panels(
        axes,
        [
            "sparsity path of $K$ (mark: chosen)",
            "$H$: resistance of systems",
            "$K$: storage in systems",
        ],
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


def _counts(panel: Axes, part: pd.DataFrame) -> None:
    """Draw the count of each stage, a row for each dataset, and a mark for the truth."""
    places = -np.arange(len(part), dtype=float)
    for stage, (label, marker, colour) in STAGES.items():
        panel.plot(part[stage], places, linestyle="none", marker=marker, color=colour,
                   markersize=5.5, label=label)  # fmt: skip
    true = part["true_orbit_percent"] / 100 * part["orbits"]
    panel.plot(true, places, linestyle="none", marker="|", color="black", markersize=11, label=TRUE)
    panel.set_xscale("log")
    panel.set_yticks(places, [_title(name) for name in part["data"]])
    panel.set_ylim(0.6 - len(part), 0.6)
    panel.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    panel.tick_params(axis="y", length=0)


def _title(name: str) -> str:
    return name.replace("_", ", ")
