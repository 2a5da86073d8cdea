"""Draw varying coefficients: found curves with bands, true curves, and the error against noise."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mechanist.core.progress import log_to
from mechanist.draw.discovery import LOOKS as METHODS
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.palette import CASES, PUBLISHED_EDGE, PUBLISHED_FILL
from mechanist.draw.score_tables import ALL, rows
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Label, colour and marker of each method.
LOOKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "weak": ("weak form, coefficients expanded (ours)", *METHODS["weak"]),
    "sgtr": ("SGTR, slice by slice", *METHODS["sgtr"]),
    "group_lasso": ("group LASSO, slice by slice", *METHODS["group_lasso"]),
}
#: Standard errors that a band extends to each side of a curve.
BAND: Final = 2.0
#: On the logarithmic axis, zero noise is drawn at the least noise divided by this.
CLEAN_STEP: Final = 10.0
#: Units of the columns of the figure's data; all fields are dimensionless.
UNITS: Final = dict.fromkeys(
    ("place", "value", "error", "truth", "mse", "low", "high", "exact", "runs"), "1"
)
TITLES: Final = {
    "parametric_burgers": "Burgers, $a(t)$",
    "parametric_advection_diffusion": "advection-diffusion, $c(x)$",
    "parametric_kuramoto_sivashinsky": "KS, $a(x)$, $b(x)$, $c(x)$",
}
SYMBOLS: Final = {"u_x": "$u_x$", "u_xx": "$u_{xx}$", "u_xxxx": "$u_{xxxx}$", "u": "$u$",
                  "(u^2)_x": "$(u^2)_x$", "u u_x": "$u u_x$"}  # fmt: skip


@styled()
def main(
    *,
    runs: Sequence[Path],
    curves: Sequence[Path],
    stem: Path,
    shown_noise: float,
    published: Sequence[Mapping[str, object]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw two panels per case: curves by the weak form at one noise, and error against noise.

    Parameters
    ----------
    runs, curves : sequence of Path
        Tables of equations_parametric.py, one of each per case, in the same order.
    stem : Path
        Figure files without their suffix.
    shown_noise : float
        Noise at which curves are shown; the nearest level with runs is used.
    published : sequence of mapping
        Published values: ``case``, ``noise``, ``method`` and ``mse``.
    metadata : mapping, optional
        Kept in the files.
    """
    figure, axes = new_figure(2, len(runs), width=DOUBLE, height=4.4)
    known = pd.DataFrame(published, columns=["case", "noise", "method", "mse"])
    drawn: dict[str, pd.DataFrame] = {}
    titles = []
    for (top, bottom), run, curve in zip(axes.T, runs, curves, strict=True):
        table = read_table(run)
        case = str(table["case"].iloc[0])
        found = read_table(curve)
        levels = found.loc[found["method"] == "weak", "noise"].unique()
        level = float(levels[np.abs(levels - shown_noise).argmin()])
        shown = rows(found, method="weak", noise=level)
        _curves(top, shown)
        titles.append(f"{TITLES.get(case, case)}: {100 * level:g} % noise")
        drawn[f"curves of {case}"] = shown
        drawn[f"error of {case}"] = _errors(bottom, table, known[known["case"] == case])
    letter_panels(axes, [*titles, *([""] * len(runs))], wrap=46)
    axes[0, 0].set_ylabel("coefficient")
    axes[1, 0].set_ylabel("mean squared error of the curves")
    _legend(figure)
    save_figure(
        figure,
        stem,
        drawn,
        title="Varying coefficients",
        units=UNITS,
        columns=FIGURES["parametric"],
        metadata=metadata,
    )


def _curves(panel: Axes, table: pd.DataFrame) -> None:
    """Draw each term's curve with a band, and the true curve."""
    values = table.pivot_table(index="place", columns="term", values="value", sort=True)
    names = list(values.columns)
    for colour, name in zip(CASES, names, strict=False):
        one = rows(table, term=name)
        place, value = one["place"].to_numpy(float), one["value"].to_numpy(float)
        width = BAND * one["error"].to_numpy(float)
        panel.fill_between(place, value - width, value + width, color=colour, alpha=0.25, lw=0)
        panel.plot(place, value, color=colour, lw=1.4, gid=EXPLAINED)
        panel.plot(place, one["truth"], color="black", lw=0.7, ls=(0, (3, 2)))
        at = _clearest(values, name)
        gaps = values.iloc[at].drop(name) - value[at]
        under = len(gaps) > 0 and float(gaps.loc[gaps.abs().idxmin()]) > 0
        panel.annotate(SYMBOLS.get(name, name), (place[at], value[at]), textcoords="offset points",
                       xytext=(0, -11 if under else 5), color=colour, size=7.5, ha="center")  # fmt: skip
    panel.set_xlabel(f"${table['axis'].iloc[0]}$")
    panel.margins(x=0.01, y=0.22)


def _clearest(values: pd.DataFrame, name: str) -> int:
    """Return the index at which a curve is farthest from all others, away from the ends."""
    inner = slice(len(values) // 20, -len(values) // 6)
    off = values.drop(columns=name).sub(values[name], axis=0).abs().min(axis=1)
    return (
        int(np.argmax(off.to_numpy()[inner])) + len(values) // 20 if len(values.columns) > 1 else 0
    )


def _errors(panel: Axes, table: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Draw the error against noise; markers are hollow if a run had false or missing terms."""
    noisy = table.loc[table["noise"] > 0, "noise"]
    clean = float(noisy.min()) / CLEAN_STEP if len(noisy) else 1e-4
    grouped = table.groupby(["method", "noise"], sort=True).agg(
        mse=("mse", "mean"), low=("mse", "min"), high=("mse", "max"), exact=("exact", "mean"),
        runs=("exact", "size"),
    )  # fmt: skip
    # The interval is the range of all runs, of which there are few.
    shown = grouped.reset_index().assign(subset=ALL, level=1.0, n_samples=lambda t: t["runs"])
    for method, (_, colour, marker) in LOOKS.items():
        line = shown[shown["method"] == method]
        x = 100 * np.where(line["noise"] > 0, line["noise"], clean)
        panel.plot(x, line["mse"], color=colour, lw=1.0, gid=EXPLAINED)
        for exact, face in ((True, colour), (False, "white")):
            those = ((line["exact"] == 1) == exact).to_numpy()
            panel.plot(x[those], line["mse"].to_numpy()[those], ls="none", marker=marker,
                       color=colour, mfc=face, mec=colour, ms=4.5, gid=EXPLAINED)  # fmt: skip
        told = published[published["method"] == method]
        at = 100 * np.where(told["noise"] > 0, told["noise"], clean)
        panel.plot(
            at,
            told["mse"],
            ls="none",
            marker=marker,
            color=colour,
            mfc=PUBLISHED_FILL,
            mec=PUBLISHED_EDGE,
            ms=7,
            mew=0.8,
            zorder=1.5,
            gid=EXPLAINED,
        )
    panel.set(xscale="log", yscale="log", xlabel="noise (%)")
    ticks = [clean, *sorted(noisy.unique())]
    panel.set_xticks([100 * t for t in ticks], ["0", *(f"{100 * t:g}" for t in ticks[1:])])
    panel.minorticks_off()
    return shown


def _legend(figure: Figure) -> None:
    handles = [
        Line2D([], [], color=colour, marker=marker, ms=4.5, label=label)
        for label, colour, marker in LOOKS.values()
    ]
    handles += [
        Line2D([], [], ls="none", marker="o", mfc="white", mec="#555555", label="some terms wrong"),
        Line2D(
            [],
            [],
            ls="none",
            marker="v",
            mfc=PUBLISHED_FILL,
            mec=PUBLISHED_EDGE,
            ms=7,
            label="published, with the method's mark",
        ),
        Line2D([], [], color="black", lw=0.7, ls=(0, (3, 2)), label="truth"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            curves=[Path(path) for path in snakemake.input.curves],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            shown_noise=snakemake.params.shown_noise,
            published=snakemake.params.published,
            metadata=snakemake.params.metadata,
        )
