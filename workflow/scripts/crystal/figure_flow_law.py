"""Plot the flow law that fields of polycrystals tell, and the errors of everything that is found."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.core.progress import log_to
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.palette import CASE_MARKERS, CASES, QUIET
from mechanist.draw.score_curves import spread_out
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.entry_types.slip_law_settings_entries import SlipLawGoalsEntry
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 5.0
#: Methods whose errors of parameters are drawn, and the titles of their panels.
PARAMETERS: Final = {
    "measured": "errors, resistance measured",
    "hidden": "errors, resistance hidden",
}
#: Flow laws that are drawn over the points, which need resistances.
LINES: Final = ("measured", "measured_naive")
#: Quantity of the table, by which curves are compared.
HELD: Final = "difference of the stress of a held-out cell"
SLOPE: Final = "slope, "
#: Names of the drawn errors in the order of their colours.
HARDENING, LATENT = "self hardening", "latent, worst"
QUANTITIES: Final = (
    "exponent", "reference rate", "initial resistance", "saturation", HARDENING, LATENT,
)  # fmt: skip
#: Least distance of names of lines, as a share of the height of the panel.
STEP: Final = 0.13
#: Most letters in a line of a name.
WRAP: Final = 21
#: Share of the width of a panel that the data take; names take the rest.
WIDTH: Final = 0.62


@styled()
def main(
    laws: Path,
    points: Path,
    stem: Path,
    *,
    goals: SlipLawGoalsEntry,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw points with two laws, errors of parameters against noise, and errors of curves.

    Parameters
    ----------
    laws, points : Path
        Outputs of slip_laws.py.
    stem : Path
        Figure files without their suffix.
    goals, models : mapping
        Those of ``crystal/slip_laws``.
    metadata : mapping, optional
        Stored in the files.
    """
    table, dots = pd.read_csv(laws), read_table(points)
    figure, axes = new_figure(2, 2, width=DOUBLE, height=HEIGHT)
    errors = over_realisations(table)
    found = errors[errors["method"].isin(PARAMETERS) & errors["quantity"].isin(QUANTITIES)]
    held = errors[errors["quantity"] == HELD]
    _points(axes[0, 0], dots, table, models)
    limits = {"others": goals["exponent"], "resistances": goals["resistance"]}
    looks = dict(zip(QUANTITIES, zip(CASES, CASE_MARKERS, strict=True), strict=False))
    for panel, method in zip((axes[0, 1], axes[1, 0]), PARAMETERS, strict=True):
        mine = found[found["method"] == method]
        _lines(
            panel, mine, "quantity", {name: (name, *look) for name, look in looks.items()}, limits
        )
        panel.set(ylabel="error of the parameter (%)", ylim=_limits(found))
    styles = model_styles(models)
    named = {name: (one.label, one.colour, one.marker) for name, one in styles.items()}
    _lines(axes[1, 1], held, "method", named, {"curve": goals["curve"]})
    axes[1, 1].set(ylabel="error of the stress (%)", ylim=_limits(held))
    for panel, method in ((axes[0, 1], "measured"), (axes[1, 0], "hidden")):
        mine = found[found["method"] == method]
        _names(panel, mine, "quantity", {n: (n, look[0]) for n, look in looks.items()})
    _names(axes[1, 1], held, "method", {n: (one[0], one[1]) for n, one in named.items()})
    noise = 100 * float(dots["noise"].iloc[0])
    titles = [f"slip at {noise:g} % noise", *PARAMETERS.values(), "found laws on a held-out cell"]
    letter_panels(axes, titles)
    save_figure(figure, stem, {"points": dots, "parameters": found, "curves": held},
                title="Laws of slip systems from fields", columns=FIGURES["flow_law"],
                metadata=metadata)  # fmt: skip


def over_realisations(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean, smallest and largest error over realisations of the noise.

    Slopes become two: that of a slip system by itself, and the worst of the others.

    Parameters
    ----------
    table : DataFrame
        Output of slip_laws.py.
    """
    keys = ["noise", "realisation", "method", "quantity"]
    first = table.loc[table["quantity"].str.startswith(SLOPE), "quantity"].iloc[:1]
    kinds = table["quantity"].where(~table["quantity"].str.startswith(SLOPE), LATENT)
    kinds = kinds.mask(table["quantity"].isin(first), HARDENING)
    worst = table.assign(quantity=kinds).groupby(keys)["error_percent"].max().dropna()
    kept = worst.groupby(["noise", "method", "quantity"])
    return kept.agg(error_percent="mean", smallest="min", largest="max").reset_index()


def _points(panel: Axes, dots: pd.DataFrame, table: pd.DataFrame, models: LabelEntries) -> None:
    x, y = np.exp(dots["log_ratio"]), np.exp(dots["log_rate"])
    panel.plot(x, y, linestyle="none", marker=".", markersize=1.5, color="black", alpha=0.2,
               rasterized=True)  # fmt: skip
    now = table[(table["noise"] == dots["noise"].iloc[0]) & (table["realisation"] == 0)]
    styles = model_styles(models)
    rates = np.geomspace(y.min(), y.max(), 50)
    for method, side in zip(LINES, ("left", "right"), strict=True):
        law = now[now["method"] == method].set_index("quantity")["value"]
        ratio = (rates / law["reference rate"]) ** (1 / law["exponent"])
        panel.plot(ratio, rates, color=styles[method].colour, lw=1.6)
        top = side == "left"
        panel.annotate(
            f"{'corrected' if top else 'naive'}: n = {law['exponent']:.1f}",
            (ratio[-1 if top else 0], rates[-1 if top else 0]), (0, 6 if top else -4),
            textcoords="offset points", ha="center" if top else "left",
            va="bottom" if top else "top",
        )  # fmt: skip
    panel.set(yscale="log", xlabel="resolved stress / resistance", ylabel="slip rate (1/s)",
              xlim=(0.55, 1.45), ylim=(float(y.min()) / 4, float(y.max()) * 4))  # fmt: skip


def _lines(
    panel: Axes,
    table: pd.DataFrame,
    by: str,
    looks: Mapping[str, tuple[str, str, str]],
    goals: Mapping[str, float],
) -> None:
    """Draw errors against noise, with the range over realisations, and goals as thin lines."""
    for name, (_, colour, marker) in looks.items():
        line = table[table[by] == name]
        x = 100 * line["noise"]
        panel.plot(x, line["error_percent"], color=colour, marker=marker, markersize=3.5, lw=1.1)
        panel.vlines(x, line["smallest"], line["largest"], color=colour, lw=0.8)
    noises: Sequence[float] = sorted(100 * table["noise"].unique())
    right = max(noises) / WIDTH if max(noises) > 0 else 1.0
    for name, goal in goals.items():
        panel.hlines(goal, 0, max(noises), color=QUIET, lw=0.6, linestyle=(0, (4, 3)), zorder=0)
        panel.annotate(f"goal, {name}", (0, goal), (0, 1.5), fontsize=6,
                       textcoords="offset points", color=QUIET, va="bottom")  # fmt: skip
    panel.set(yscale="log", xlabel="noise of every field (%)", xlim=(-0.03 * right, right))
    panel.set_xticks(noises, [f"{noise:g}" for noise in noises])


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    positive = table.loc[table["smallest"] > 0, "smallest"]
    return float(positive.min()) / 2, float(table["largest"].max()) * 3


def _names(panel: Axes, table: pd.DataFrame, by: str, looks: Mapping[str, tuple[str, str]]) -> None:
    """Write the name of every line beside its right end, moved apart from the others."""
    last = table[table["noise"] == table["noise"].max()].sort_values("error_percent")
    low, high = np.log(panel.get_ylim())
    ends = (np.log(last["error_percent"].to_numpy(float)) - low) / (high - low)
    for row, height in zip(last.to_dict("records"), spread_out(ends, STEP), strict=True):
        label, colour = looks[str(row[by])]
        panel.annotate(
            textwrap.fill(label, WRAP), (100 * float(row["noise"]), float(row["error_percent"])), (WIDTH + 0.07, height),
            textcoords="axes fraction", va="center", fontsize=6.5, linespacing=0.95,
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": colour, "shrinkA": 1,
                        "shrinkB": 3, "relpos": (0, 0.5)},
        )  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.laws),
            Path(snakemake.input.points),
            Path(snakemake.output[0]).with_suffix(""),
            goals=snakemake.params.settings["goals"],
            models=snakemake.params.settings["models"],
            metadata=snakemake.params.metadata,
        )
