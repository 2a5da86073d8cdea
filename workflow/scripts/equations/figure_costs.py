"""Draw the CPU time and memory of discovery methods, case by case."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from mechanist.assess.equation_runs import read_runs, summarised, whole_systems
from mechanist.core.progress import log_to
from mechanist.draw.discovery import MARK, method_of, of_series, series_style, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

SERIES: Final = (
    "weak/auto",
    "finite_difference/auto",
    "local_polynomial/auto",
    "spectral/auto",
    "pysindy_fd/default",
    "pysindy_sfd/default",
    "pysindy_weak_default/default",
    "pysindy_weak_tuned/default",
)
#: Share of the distance between two cases that bars fill.
FILLED: Final = 0.84
#: Room above the bars for their ratios, as a factor.
ROOM: Final = 1.3
#: Ratios from here on are drawn without decimals.
FEW: Final = 10.0
#: Units of the columns of the figure's data.
UNITS: Final = {"cpu_s": "s", "memory_mb": "MB", "cpu_s_ratio": "1", "memory_mb_ratio": "1"}
MEANING: Final = "medians over all runs; number above a bar: multiple of the {}"
COSTS: Final = {"cpu_s": "CPU time (s)", "memory_mb": "memory above the data (MB)"}


@styled()
def main(
    *,
    runs: Sequence[Path],
    stem: Path,
    cases: Sequence[str],
    series: Sequence[str] = SERIES,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a bar for each case and series, and above it the ratio to the first series.

    Costs are medians over all runs at all noise levels; they hardly depend on noise.

    Parameters
    ----------
    runs : sequence of Path
        Tables with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`.
    stem : Path
        Figure files without their suffix.
    cases : sequence of str
        Cases to show, in this order.
    series : sequence of str
        ``<method>/<rule>``; ratios refer to the first series, series without runs are left out.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If the first series or a case has no runs.
    """
    table = summarised(whole_systems(read_runs(runs)))
    table = table[table["case"].isin(list(cases))]
    lines = of_series(table, series)
    missing = sorted(set(cases) - set(table["case"]))
    if missing or series[0] not in lines:
        raise ValueError(
            f"no runs of cases {missing} or of {series[0]!r}, to which ratios refer; there are "
            f"cases {sorted(set(table['case']))} and series {list(lines)}"
        )
    costs = pd.concat(
        [
            one.groupby("case")[list(COSTS)].median().reindex(cases).assign(series=name)
            for name, one in lines.items()
        ]
    ).reset_index(names="case")
    figure, axes = new_figure(len(COSTS), 1, width=DOUBLE, height=4.6, sharex=True)
    for panel, (cost, label) in zip(axes[:, 0], COSTS.items(), strict=True):
        costs[f"{cost}_ratio"] = _bars(panel, costs, cost, cases)
        panel.set_ylabel(label)
    axes[-1, 0].set_xticks(range(len(cases)), [title_of(case) for case in cases])
    letter_panels(axes)
    names = list(lines)
    figure_legend(
        figure, [axes[0, 0]], title=MEANING.format(method_of(names[0].partition(MARK)[0]))
    )
    save_figure(
        figure,
        stem,
        costs,
        title="Cost of discovery",
        units=UNITS,
        columns=FIGURES["costs"],
        metadata=metadata,
    )


def _bars(panel: Axes, costs: pd.DataFrame, cost: str, cases: Sequence[str]) -> pd.Series:
    """Draw one cost and return its ratio to that of the first series."""
    names = list(dict.fromkeys(costs["series"]))
    first = costs[costs["series"] == names[0]].set_index("case")[cost]
    ratio = costs[cost] / costs["case"].map(first)
    width = FILLED / len(names)
    for k, name in enumerate(names):
        chosen = costs["series"] == name
        height = costs.loc[chosen, cost].to_numpy(float)
        place = np.arange(len(cases)) + (k - 0.5 * (len(names) - 1)) * width
        style = series_style(name)
        panel.bar(
            place,
            height,
            0.92 * width,
            color=style.colour,
            label=method_of(name.partition(MARK)[0]),
        )
        for x, y, times in zip(place, height, ratio[chosen], strict=True):
            if not np.isfinite(y):
                panel.annotate("no\nruns", (x, 0), (0, 3), xycoords=("data", "axes fraction"),
                               textcoords="offset points", ha="center", fontsize=5.5)  # fmt: skip
            elif np.isfinite(times):
                text = f"{times:.{0 if times >= FEW or not k else 1}f}"
                panel.annotate(text, (x, y), (0, 2),
                               textcoords="offset points", ha="center", fontsize=5.5)  # fmt: skip
    panel.set_yscale("log")
    low, high = panel.get_ylim()
    panel.set_ylim(low, high * ROOM)
    panel.yaxis.set_major_locator(LogLocator(numticks=7))
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.tick_params(axis="x", length=0)
    return ratio


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            cases=snakemake.params.cases,
            metadata=snakemake.params.metadata,
        )
