"""Draw how often the right terms are found: case by noise for our rules, method by noise for rivals."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from mechanist.assess.equation_runs import read_runs, summarised, whole_systems, with_best
from mechanist.assess.shares import with_intervals
from mechanist.core.progress import log_to
from mechanist.draw.discovery import SERIES, noise_label, of_series, series_style, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.panels import matrix
from mechanist.draw.score_tables import ALL
from mechanist.draw.style import DOUBLE, letter_panels, save_figure, styled

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Our rules on all cases, one heat map each: in weak form, or as a map for discrete systems.
RULES: Final[Mapping[str, str]] = {
    "weak/auto": "our rule",
    "weak/messenger_bortz": "Messenger-\nBortz",
    "weak/oracle": "oracle",
}
#: Height of a case's row, and of the rest of the figure, in inches.
ROW: Final = 0.185
REST: Final = 1.15
#: Rows of heat maps on the right, and relative widths of both sides.
SMALL_ROWS: Final = 2
WIDTHS: Final = (1.0, 0.95)
#: Characters per line of titles on the right.
TITLE: Final = 14
NOISE: Final = "noise (% of the field's standard deviation)"


@styled()
def main(
    *,
    runs: Sequence[Path],
    stem: Path,
    series: Sequence[str] = SERIES,
    noises: Sequence[float] | None = None,
    rivalled: Sequence[str] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw shares of runs in which all equations of a system have exactly the right terms.

    The left side shows our rules on all cases, the right side all methods on the cases that rivals
    ran on.

    Parameters
    ----------
    runs : sequence of Path
        Tables with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`; cases are
        shown in their order.
    stem : Path
        Figure files without their suffix.
    series : sequence of str
        ``<method>/<rule>`` to compare on the right; series without runs are left out.
    noises : sequence of float, optional
        Noise levels to show; by default all.
    rivalled : sequence of str, optional
        Cases to show on the right; by default all that rivals ran on.
    metadata : mapping, optional
        Kept in the files.

    Raises
    ------
    ValueError
        If none of our rules has runs.
    """
    read = read_runs(runs)
    order = list(dict.fromkeys(read["case"]))
    table = with_best(summarised(whole_systems(read)))
    table["method"] = table["method"].replace("map", "weak")
    if noises is not None:
        table = table[table["noise"].isin(list(noises))]
    ours = of_series(table, list(RULES))
    heard = _rivalled(table, order)
    rivalled = heard if rivalled is None else [case for case in rivalled if case in heard]
    figure = Figure(figsize=(DOUBLE, REST + ROW * max(len(order), SMALL_ROWS * len(series))))
    parts = figure.subfigures(
        1, 2 if rivalled else 1, squeeze=False, width_ratios=WIDTHS[: 1 + bool(rivalled)]
    )[0]
    drawn = _all_cases(parts[0], ours, order)
    if rivalled:
        lines = of_series(table, series)
        drawn += _methods(parts[1], lines, rivalled)
    letter_panels([part.axes[0] for part in parts])
    for part in parts:
        part.supxlabel(NOISE, fontsize=7.5)
    kept = ["case", "series", "noise", "n_runs", "share"]
    shares = with_intervals(pd.concat(drawn)[kept].drop_duplicates(), runs="n_runs")
    save_figure(figure, stem, shares.assign(subset=ALL), title="Share of runs with the right terms",
                columns=FIGURES["structure"], metadata=metadata)  # fmt: skip


def _all_cases(
    part: SubFigure, ours: Mapping[str, pd.DataFrame], order: Sequence[str]
) -> list[pd.DataFrame]:
    """Draw a heat map of all cases for each of our rules."""
    present = set(pd.concat(ours.values())["case"])
    panels = part.subplots(1, len(ours), squeeze=False)[0]
    for k, (panel, (name, one)) in enumerate(zip(panels, ours.items(), strict=True)):
        _map(panel, one, "case", [case for case in order if case in present])
        panel.set_title(RULES[name])
        if k:
            panel.set_yticks([])
    return [one.assign(series=name) for name, one in ours.items()]


def _methods(
    part: SubFigure, lines: Mapping[str, pd.DataFrame], cases: Sequence[str]
) -> list[pd.DataFrame]:
    """Draw a heat map of all methods for each case."""
    columns = -(-len(cases) // SMALL_ROWS)
    panels = part.subplots(-(-len(cases) // columns), columns, squeeze=False)
    table = pd.concat([one.assign(series=name) for name, one in lines.items()])
    for panel in panels.ravel()[len(cases) :]:
        panel.set_axis_off()
    for k, case in enumerate(cases):
        panel = panels.ravel()[k]
        _map(panel, table[table["case"] == case], "series", list(lines))
        panel.set_title(textwrap.fill(title_of(case), TITLE, break_on_hyphens=True))
        if k % columns:
            panel.set_yticks([])
    return [table[table["case"].isin(list(cases))]]


def _rivalled(table: pd.DataFrame, order: Sequence[str]) -> list[str]:
    """Return the cases that rival methods ran on."""
    cases = set(table.loc[table["method"].str.startswith("pysindy"), "case"])
    return [case for case in order if case in cases]


def _map(panel: Axes, one: pd.DataFrame, row: str, rows: Sequence[str]) -> None:
    """Draw shares by row and noise; cells without runs stay grey."""
    shares = one.pivot_table(index=row, columns="noise", values="share").reindex(rows)
    label = title_of if row == "case" else lambda name: series_style(name).label
    shares.index = pd.Index([label(name) for name in rows])
    shares.columns = pd.Index([noise_label(noise) for noise in shares.columns])
    short = shares.map(lambda share: f"{share:.1g}".removeprefix("0") or "0")
    matrix(panel, shares, limits=(0.0, 1.0), shown=short)
    panel.set_aspect("auto")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            runs=[Path(path) for path in snakemake.input.runs],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            noises=snakemake.params.noises,
            rivalled=snakemake.params.rivalled,
            metadata=snakemake.params.metadata,
        )
