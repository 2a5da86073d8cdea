"""Draw the scoreboard: published values beside our models, baselines and mechanism-based rivals."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.metrics import metric_named
from mechanist.core.progress import log_to
from mechanist.draw.labels import metric_label, percent, plain, target_label
from mechanist.draw.meanings.of_trust import FIGURES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import ALL
from mechanist.draw.stems import figure_stems
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS: Final = (
    "case", "publication", "system", "target", "subset", "metric", "model", "label", "value", "low", "high", "bound",
    "unit", "level", "method", "n_samples", "n_objects",
)  # fmt: skip
#: In equation discovery, the target is the noise level.
NOISE: Final = "noise"
WIDEST: Final = 52
ROW_HEIGHT: Final = 0.42
PUBLISHED: Final = "#000000"
#: Length, in points, of the arrow that shows the direction of a published bound.
ARROW: Final = 22


@styled()
def main(
    *,
    scoreboard: Path,
    stem: Path,
    wing: str,
    models: LabelEntries,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each metric, a row for each published case and a mark for each model.

    Published cases without a score of ours appear only in the table.

    Parameters
    ----------
    scoreboard : Path
        CSV with one row per value: ``wing``, ``case`` and ``metric`` (identify the comparison),
        ``publication``, ``system``, ``target`` and ``subset`` (label the case), ``model`` (a model
        of the configuration, or empty for a published value), ``label``, ``value``, ``low``,
        ``high`` (empty without an interval) and ``bound`` (``<`` or ``>`` if the published value is
        a bound, else empty); ``unit``, ``level``, ``method``, ``n_samples`` and ``n_objects`` of
        our values, copied to the figure's data. Further columns are ignored.
    stem : Path
        Path of the figure files, without suffix.
    wing : str
        Wing whose rows are shown.
    models : mapping
        Label and role of every model of the wing's configuration.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    table = pd.read_csv(scoreboard, dtype={"model": str, "bound": str, "unit": str})
    table = table.loc[table["wing"] == wing, list(COLUMNS)]
    table[["model", "bound"]] = table[["model", "bound"]].fillna("")
    met = table["case"].isin(table.loc[table["model"] != "", "case"])
    table = table[met].reset_index(drop=True)
    # Published values have the unit of our values in the same metric.
    table["unit"] = table.groupby("metric")["unit"].transform(lambda unit: unit.ffill().bfill())
    parts = list(table.groupby("metric", sort=False))
    sizes = [part["case"].nunique() for _, part in parts]
    figure, axes = new_figure(
        len(parts), 1, width=DOUBLE, height=ROW_HEIGHT * sum(sizes) + 0.6 * len(sizes) + 0.5,
        height_ratios=[size + 0.3 for size in sizes],
    )  # fmt: skip
    styles = model_styles(models)
    for panel, (metric, part) in zip(axes[:, 0], parts, strict=True):
        draw_metric(panel, part, styles)
        panel.set_xlabel(metric_label(str(metric)))
    letter_panels(axes)
    figure_legend(figure, list(axes.flat))
    save_figure(
        figure, stem, table, title="Scoreboard", columns=FIGURES["scoreboard"], metadata=metadata
    )


def draw_metric(axes: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> None:
    """Draw the cases of one metric from top to bottom, with hollow marks for published values."""
    cases = list(dict.fromkeys(table["case"]))
    places = {case: -float(k) for k, case in enumerate(cases)}
    for name, style in styles.items():
        chosen = table[table["model"] == name]
        if not chosen.empty:
            place = chosen["case"].map(places).to_numpy(dtype=float)
            look: Look = {**style.line, "linestyle": "none", "label": style.label}
            points_with_intervals(axes, place, chosen, style=look, horizontal=True)
    known = table[(table["model"] == "") & table["value"].notna()]
    if not known.empty:
        look = {"color": PUBLISHED, "marker": "o", "markerfacecolor": "white", "markersize": 5.5,
                "linestyle": "none", "label": "published"}  # fmt: skip
        place = known["case"].map(places).to_numpy(dtype=float)
        points_with_intervals(axes, place, known, style=look, horizontal=True)
    for row in known[known["bound"] != ""].itertuples():
        side = -ARROW if row.bound == "<" else ARROW
        axes.annotate("", (row.value, places[row.case]), (side, 0), textcoords="offset points",
                      arrowprops={"arrowstyle": "<-", "color": PUBLISHED, "linewidth": 0.8,
                                  "shrinkA": 0, "shrinkB": 3})  # fmt: skip
    about = table.drop_duplicates("case")[["publication", "system", "target", "subset"]]
    names = [case_label(*row) for row in about.fillna("").itertuples(index=False)]
    axes.set_yticks(list(places.values()), names)
    if metric_named(str(table["metric"].iloc[0])).log_axis:
        axes.set_xscale("log")
    axes.set_ylim(-len(cases) + 0.4, 0.6)
    axes.margins(x=0.08)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)


def case_label(publication: str, system: str, target: str, subset: str) -> str:
    """Return a two-line label of a case: authors and year, then target and subset.

    Parameters
    ----------
    publication : str
        Such as ``"Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015)"``.
    system, target, subset : str
        As in the scoreboard.
    """
    authors, year = publication.partition(",")[0], publication[-6:]
    quantity, mark, value = target.partition("@")
    if quantity == NOISE:
        parts = [system, f"{percent(float(value))} noise"]
    else:
        parts = [target_label(target) if mark else plain(target or system)]
    if subset != ALL:
        parts.append(subset)
    return f"{authors} {year}\n{textwrap.shorten(', '.join(parts), WIDEST, placeholder='...')}"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        stems = figure_stems(snakemake.output)
        for shown in snakemake.params.wings:
            main(
                scoreboard=Path(snakemake.input.scoreboard),
                stem=stems[f"scoreboard_{shown}"],
                wing=shown,
                models=snakemake.params.models[shown],
                metadata=snakemake.params.metadata,
            )
