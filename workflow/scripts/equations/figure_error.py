"""Draw the error of found coefficients against noise, for each method, beside published values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from mechanist.assess.equation_runs import read_runs, summarised, whole_systems, with_best
from mechanist.core.progress import log_to
from mechanist.draw.discovery import SERIES, noise_label, of_series, series_style, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.palette import PUBLISHED_FILL, PUBLISHED_MARKER
from mechanist.draw.score_tables import ALL
from mechanist.draw.style import (
    DOUBLE,
    Look,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Share of the distance between two noise levels over which the methods are spread.
SPREAD: Final = 0.76
#: Height of the strip of runs that are not exact, relative to the panel of errors.
STRIP: Final = 0.16
#: Ends of the error axis, in per cent; smaller errors are drawn at its lower end.
LIMITS: Final = (1e-9, 3e2)
PUBLISHED: Final = "published"
MARKERS: Final = f"{PUBLISHED_MARKER}*h8"
MEANING: Final = (
    "filled: median error of the runs with exactly the right terms, bar: their range;\n"
    "hollow above: no run had them (strong), or some had not (pale)"
)
BAND: Final = "#f1f1f1"
#: Units of the columns of the figure's data.
UNITS: Final = dict.fromkeys(("error", "low", "high"), "%")


@styled()
def main(
    *,
    runs: Sequence[Path],
    stem: Path,
    cases: Sequence[str],
    published: Mapping[str, Sequence[Mapping[str, str | float]]] | None = None,
    series: Sequence[str] = SERIES,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each case and a mark for each series and noise level.

    A marker shows the median error of exact runs, its bar their range. A hollow marker in the strip
    above means that runs of this series were not exact: a strong marker if no run was exact, a pale
    one if some were.

    Parameters
    ----------
    runs : sequence of Path
        Tables with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`.
    stem : Path
        Figure files without their suffix.
    cases : sequence of str
        Cases to show, in this order.
    published : mapping, optional
        Case to entries with ``noise``, ``value`` in per cent and, if it is not "published",
        ``label``.
    series : sequence of str
        ``<method>/<rule>``, in the order of the legend; series without runs are left out.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If a case has no runs, or no series has any.
    """
    table = with_best(summarised(whole_systems(read_runs(runs))))
    missing = sorted(set(cases) - set(table["case"]))
    if missing:
        raise ValueError(f"no runs of cases {missing}; there are {sorted(set(table['case']))}")
    marks = _published(published or {}, cases)
    lines = of_series(table[table["case"].isin(list(cases))], series)
    noises = sorted({*pd.concat(lines.values())["noise"], *marks["noise"]})
    columns = min(2, len(cases))
    rows = -(-len(cases) // columns)
    figure, axes = new_figure(
        2 * rows, columns, width=DOUBLE, height=0.9 + 2.35 * rows, sharex=True,
        height_ratios=[STRIP, 1.0] * rows,
    )  # fmt: skip
    figure.set_layout_engine("constrained", hspace=0.0, h_pad=0.02)
    drawn = []
    strips, panels = axes[0::2].ravel(), axes[1::2].ravel()
    for strip, panel in zip(strips[len(cases) :], panels[len(cases) :], strict=True):
        strip.set_axis_off()
        panel.set_axis_off()
    for case, strip, panel in zip(cases, strips, panels, strict=False):
        of_case = {name: one[one["case"] == case] for name, one in lines.items()}
        drawn += _case(strip, panel, of_case, noises)
        drawn.append(_marks(panel, marks[marks["case"] == case], noises))
        _frame(strip, panel, noises)
    for panel in axes[-1]:
        panel.set_xlabel("noise (% of the field's standard deviation)")
    for panel in axes[1::2, 0]:
        panel.set_ylabel("error of coefficients (%)")
    letter_panels(strips[: len(cases)], [title_of(case) for case in cases])
    figure_legend(figure, list(panels[: len(cases)]), title=MEANING)
    save_figure(figure, stem, pd.concat(drawn, ignore_index=True),
                title="Error of found coefficients against noise", units=UNITS,
                columns=FIGURES["error"], metadata=metadata)  # fmt: skip


def _published(
    entries: Mapping[str, Sequence[Mapping[str, str | float]]], cases: Sequence[str]
) -> pd.DataFrame:
    """Return the published values of the cases, one row each."""
    found = [
        {"case": case, "series": str(entry.get("label", PUBLISHED)),
         "noise": float(entry["noise"]), "error": float(entry["value"])}
        for case in cases
        for entry in entries.get(case, [])
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["case", "series", "noise", "error"])


def _case(
    strip: Axes, panel: Axes, lines: Mapping[str, pd.DataFrame], noises: Sequence[float]
) -> list[pd.DataFrame]:
    """Draw the lines of one case and, in its strip, where runs were not exact."""
    shifts = np.linspace(-0.5, 0.5, len(lines)) * SPREAD if len(lines) > 1 else np.zeros(1)
    drawn = []
    for (name, line), shift in zip(lines.items(), shifts, strict=True):
        style = series_style(name)
        one = line.set_index("noise").reindex(noises)
        place = np.arange(len(noises)) + shift
        error, low, high = (
            one[c].clip(lower=LIMITS[0]).to_numpy(float) for c in ("error", "low", "high")
        )
        look: Look = {**style.line, "linestyle": "none", "elinewidth": 0.8, "label": style.label}
        panel.errorbar(place, error, yerr=[error - low, high - error], alpha=0.95, **look)
        failed = (one["share"] < 1.0).to_numpy()
        never = (one["share"] == 0.0).to_numpy()
        for which, alpha in ((failed & never, 1.0), (failed & ~never, 0.45)):
            strip.plot(place[which], np.zeros(which.sum()), linestyle="none", color=style.colour,
                       marker=style.marker, markerfacecolor="none", markersize=4.0,
                       markeredgewidth=0.9, alpha=alpha)  # fmt: skip
        kept = line[["case", "noise", "n_runs", "share", "error", "low", "high"]]
        # The interval is the range of all exact runs.
        told = {"subset": ALL, "level": 1.0, "n_samples": line["n_runs"]}
        drawn.append(kept.assign(series=name, **told))
    return drawn


def _marks(panel: Axes, marks: pd.DataFrame, noises: Sequence[float]) -> pd.DataFrame:
    """Draw published values, with another marker for each label."""
    for k, (label, one) in enumerate(marks.groupby("series", sort=False)):
        place = [noises.index(noise) for noise in one["noise"]]
        panel.plot(place, one["error"], linestyle="none", marker=MARKERS[k % len(MARKERS)], color="black",
                   markerfacecolor=PUBLISHED_FILL, markersize=6.0, zorder=5, label=str(label))  # fmt: skip
    return marks


def _frame(strip: Axes, panel: Axes, noises: Sequence[float]) -> None:
    """Set ticks and the shading of every other noise level."""
    panel.set(yscale="log", ylim=LIMITS, xlim=(-0.5, len(noises) - 0.5))
    panel.set_xticks(range(len(noises)), [noise_label(noise) for noise in noises])
    panel.yaxis.set_major_locator(LogLocator(numticks=7))
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.tick_params(axis="x", length=0, labelbottom=True)
    strip.set(ylim=(-1, 1), yticks=[0], yticklabels=["wrong terms"])
    strip.spines["bottom"].set_visible(False)
    strip.tick_params(length=0, labelbottom=False)
    for axes in (strip, panel):
        for k in range(0, len(noises), 2):
            axes.axvspan(k - 0.5, k + 0.5, color=BAND, linewidth=0, zorder=0)
    panel.axhline(LIMITS[1], color="black", linewidth=0.6, linestyle=":")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            cases=snakemake.params.cases,
            published=snakemake.params.published,
            metadata=snakemake.params.metadata,
        )
