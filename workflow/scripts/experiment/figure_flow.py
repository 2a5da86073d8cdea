"""Draw whether the flux of tracked particles explains how their density changes, and the coefficients."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.meanings.of_experiments import BALANCE

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 2.9
COLOURS: Final = ("#0072b2", "#d55e00")
NOTHING: Final = "too few frames\nor particles"


@styled()
def main(
    table: Path, fields: Path, stem: Path, *, unit: str, metadata: Mapping[str, str] | None = None
) -> None:
    """Draw both balances and the coefficients.

    Parameters
    ----------
    table, fields : Path
        What was found on a series.
    stem : Path
        Figure files without their suffix.
    unit : str
        Unit of length.
    metadata : mapping, optional
        Kept in the files.
    """
    found = pd.read_csv(table)
    with np.load(fields) as stored:
        data = {name: stored[name] for name in stored.files}
    figure, axes = new_figure(1, 3, width=DOUBLE, height=HEIGHT)
    drawn = []
    subsets = ("particles in all frames", "all particles")
    for panel, subset, colour in zip(axes.flat, subsets, COLOURS, strict=False):
        drawn.append(_balance(panel, data, subset, colour))
        panel.set(xlabel=f"predicted by the flux ({unit}$^{{-2}}$)",
                  ylabel=f"change of density ({unit}$^{{-2}}$)")  # fmt: skip
    _coefficients(axes.flat[2], found, subsets)
    letter_panels(axes, [*subsets, "coefficients"])
    save_figure(figure, stem, pd.concat(drawn), title="Continuity of tracked particles", columns=BALANCE,
                metadata=metadata)  # fmt: skip


def _balance(panel: Axes, data: Mapping[str, np.ndarray], subset: str, colour: str) -> pd.DataFrame:
    """Draw the change of the density against the prediction of the flux."""
    if f"{subset}/change" not in data:
        panel.text(0.5, 0.5, NOTHING, ha="center", va="center", transform=panel.transAxes)
        return pd.DataFrame({"subset": [], "change": [], "predicted": []})
    change, predicted = (
        data[f"{subset}/{name}"][::2, ::2].ravel() for name in ("change", "predicted")
    )
    panel.plot(predicted, change, ".", color=colour, markersize=2, alpha=0.5, markeredgewidth=0)
    reach = 1.05 * max(float(np.abs(change).max()), float(np.abs(predicted).max()))
    panel.axline((0, 0), slope=1, color="#888888", linestyle="--", linewidth=0.9)
    panel.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    panel.locator_params(nbins=4)
    return pd.DataFrame({"subset": subset, "change": change, "predicted": predicted})


def _coefficients(panel: Axes, found: pd.DataFrame, subsets: tuple[str, ...]) -> None:
    """Draw the coefficients of the flux with their intervals, and their nulls as crosses."""
    labels = []
    for place, (subset, axis) in enumerate((one, axis) for one in subsets for axis in "xy"):
        labels.append(axis)
        rows = found[
            (found["quantity"] == f"flux_coefficient_{axis}") & (found["subset"] == subset)
        ]
        for row in rows.to_dict("records"):
            colour = COLOURS[subsets.index(subset)]
            panel.plot(place, row["value"], "o", color=colour, markersize=4)
            panel.vlines(place, row["low"], row["high"], color=colour)
            panel.plot(place, row["null"], "x", color="#888888", markersize=5)
    panel.axhline(-1, color="#888888", linestyle="--", linewidth=0.9)
    panel.text(-0.5, -0.95, "conserved", ha="left", va="bottom", color="#666666")
    panel.text(-0.5, 0.12, "null (crosses)", ha="left", va="bottom", color="#666666")
    panel.set(xticks=range(4), xticklabels=labels, xlim=(-0.6, 3.5), ylabel="coefficient of the flux",
              xlabel="direction")  # fmt: skip
    low, high = panel.get_ylim()
    panel.set_ylim(min(low, -1.4), max(high, 0.35))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.input.fields),
            Path(snakemake.output.pdf).with_suffix(""),
            unit=snakemake.params.unit,
            metadata=snakemake.params.metadata,
        )
