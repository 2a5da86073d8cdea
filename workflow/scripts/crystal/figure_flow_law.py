"""Plot the flow law that fields of polycrystals tell, its errors, and its curve in the engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.palette import ROLES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Names and colours of methods.
METHODS = {
    "ours": ("corrected", ROLES["data"].colours[1]),
    "naive": ("naive", ROLES["baseline"].colours[0]),
}


@styled()
def main(
    laws: Path, points: Path, curves: Path, stem: Path, *, metadata: Mapping[str, str] | None = None
) -> None:
    """Draw points with both lines, the exponent against noise, and curves of a held-out cell.

    Parameters
    ----------
    laws, points, curves : Path
        Outputs of slip_laws.py.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Stored in the files.
    """
    table, dots, loaded = pd.read_csv(laws), read_table(points), read_table(curves)
    figure, axes = new_figure(1, 3, width=DOUBLE, height=2.5)
    exponents = table[(table["quantity"] == "exponent") & table["method"].isin(METHODS)]
    _points(axes[0, 0], dots, table)
    _exponents(axes[0, 1], exponents)
    _curves(axes[0, 2], loaded)
    bars = exponents[["method", "noise"]].assign(
        exponent=exponents["value"], interval_start=exponents["low"],
        interval_end=exponents["high"], exponent_truth=exponents["truth"],
    )  # fmt: skip
    noise = 100 * float(dots["noise"].iloc[0])
    letter_panels(axes, [f"slip at {noise:g} % noise", "exponent", "held-out polycrystal"])
    save_figure(figure, stem, {"points": dots, "exponents": bars, "curves": loaded},
                title="Flow law of slip systems from fields", columns=FIGURES["flow_law"],
                metadata=metadata)  # fmt: skip


def _points(panel: Axes, dots: pd.DataFrame, table: pd.DataFrame) -> None:
    x, y = np.exp(dots["log_ratio"]), np.exp(dots["log_rate"])
    panel.plot(x, y, linestyle="none", marker=".", markersize=1.5, color="black", alpha=0.25,
               rasterized=True, label="slip system of a voxel")  # fmt: skip
    now = table[table["noise"] == dots["noise"].iloc[0]]
    for method, (label, colour) in METHODS.items():
        law = now[now["method"] == method].set_index("quantity")["value"]
        rates = np.geomspace(y.min(), y.max(), 50)
        ratio = (rates / law["reference rate"]) ** (1 / law["exponent"])
        panel.plot(ratio, rates, color=colour, lw=1.4, label=f"{label}: n = {law['exponent']:.1f}")
    panel.set(yscale="log", xlabel="resolved stress / resistance", ylabel="slip rate (1/s)",
              xlim=(0.55, 1.45))  # fmt: skip
    panel.set_ylim(top=float(y.max()) * 60)
    panel.legend(loc="upper left")


def _exponents(panel: Axes, table: pd.DataFrame) -> None:
    for method, (label, colour) in METHODS.items():
        one = table[table["method"] == method]
        errors = np.abs(one[["low", "high"]].to_numpy().T - one["value"].to_numpy())
        panel.errorbar(100 * one["noise"], one["value"], yerr=errors, color=colour, marker="o",
                       markersize=3.5, lw=1.2, capsize=2, label=label)  # fmt: skip
    truth = float(table["truth"].iloc[0])
    panel.axhline(truth, color="black", lw=2.2, alpha=0.35, zorder=0)
    panel.text(0.97, truth + 0.4, "true law", transform=panel.get_yaxis_transform(), ha="right",
               va="bottom")  # fmt: skip
    panel.set(xlabel="noise of every field (%)", ylabel="exponent n", ylim=(0, 1.2 * truth))
    panel.legend(loc="lower left")


def _curves(panel: Axes, table: pd.DataFrame) -> None:
    true = table[table["law"] == "truth"]
    panel.plot(100 * true["strain"], true["stress"], color="black", lw=2.2, alpha=0.35,
               label="true law")  # fmt: skip
    found = table[table["law"] == "ours"]
    noise = found["noise"].max()
    last = found[found["noise"] == noise]
    panel.plot(100 * last["strain"], last["stress"], color=METHODS["ours"][1], lw=0.9,
               label=f"{100 * noise:g} % noise")  # fmt: skip
    panel.set(xlabel="strain (%)", ylabel="stress (MPa)", ylim=(0, None))
    panel.legend(loc="lower right", handlelength=1.0)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.laws),
            Path(snakemake.input.points),
            Path(snakemake.input.curves),
            Path(snakemake.output[0]).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
