"""Draw what surrogates know of other cells: rotations by system, and flow stresses by one estimator."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.rotation_scores import RELATIVE
from mechanist.draw.inputs import ALL, read_scores, rows
from mechanist.draw.labels import percent, strain_of
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import LOAD, read_table
from mechanist.progress import log_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 3.4
MARKERS: Final = ("o", "s", "D", "^", "v")
COLOURS: Final = ("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#6a1b6e")
#: Estimators of flow stress to draw, and what they are called.
CURVES: Final = {"taylor_scaled": "Taylor times a number", "pooled": "pooled over voxels"}


@styled()
def main(
    *,
    scores: Sequence[Path],
    curve: Path,
    stem: Path,
    models: Mapping[str, Mapping[str, Any]],
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
        The one that models of rotations learnt from.
    metadata : mapping, optional
        Kept in the files.
    """
    styles = model_styles(models)
    table = rows(read_scores(scores), metric=RELATIVE)
    table = table.assign(strain=table["target"].map(strain_of))
    last = table.groupby("subset")["strain"].transform("max")
    table = table[table["strain"] == last]
    subsets = [ALL, *sorted(set(table["subset"]) - {ALL})]
    names = [name for name in styles if name in set(table["model"])]
    figure, axes = new_figure(
        1, 1 + len(CURVES), width=DOUBLE, height=HEIGHT, width_ratios=[1.5, *[1] * len(CURVES)]
    )
    panel, places = axes[0, 0], np.arange(len(names))[::-1]
    for k, subset in enumerate(subsets):
        shown = rows(table, subset=subset).set_index("model").reindex(names)
        strain = percent(float(shown["strain"].iloc[0]))
        label = f"{system}, held out" if subset == ALL else subset
        panel.plot(shown["value"].to_numpy(float), places, MARKERS[k % len(MARKERS)], alpha=0.85,
                   color=COLOURS[k % len(COLOURS)], label=f"{label} ({strain})", markersize=4)  # fmt: skip
    panel.set_yticks(places, [styles[name].label for name in names])
    panel.grid(axis="y", linewidth=0.3, color="#dddddd")
    panel.set_xlabel("misorientation / mean rotation")
    panel.legend(loc="upper left", bbox_to_anchor=(-1.0, -0.12), ncols=2)

    stresses = read_table(curve)
    strains = stresses["target"].map(strain_of)
    stresses = stresses[strains == strains.max()]
    for panel, (name, title) in zip(axes[0, 1:], CURVES.items(), strict=True):
        _parity(panel, rows(stresses, model=name), stresses)
        panel.set_xlabel(f"flow stress at {percent(float(strains.max()))} (MPa)")
        panel.annotate(title, (0.04, 0.95), xycoords="axes fraction", va="top")
    axes[0, 1].set_ylabel("predicted (MPa)")
    axes[0, -1].legend(loc="lower right")
    letter_panels(axes)
    columns = ["subset", "model", "strain", "value", "low", "high", "n_samples"]
    save_figure(
        figure, stem, {"rotations": table[columns], "stress": stresses},
        title="Surrogates on cells of other sizes and materials", metadata=metadata,
    )  # fmt: skip


def _parity(panel: Axes, table: pd.DataFrame, everything: pd.DataFrame) -> None:
    """Draw predicted against true, a colour a system."""
    for k, (name, part) in enumerate(table.groupby(LOAD, observed=True, sort=True)):
        panel.plot(part["truth"], part["prediction"], MARKERS[k % len(MARKERS)], markersize=3,
                   color=COLOURS[k % len(COLOURS)], alpha=0.8, label=str(name))  # fmt: skip
    span = [float(everything["truth"].min()), float(everything["truth"].max())]
    panel.plot(span, span, color="black", linewidth=0.6, zorder=0)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            scores=[Path(path) for path in snakemake.input.scores],
            curve=Path(snakemake.input.curve),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            models=snakemake.params.models,
            system=snakemake.params.system,
            metadata=snakemake.params.metadata,
        )
