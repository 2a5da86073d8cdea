"""Draw and list all models of a configuration, ranked by score, including newly added models."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.draw.labels import metric_label, plain, target_label
from mechanist.draw.palette import QUIET, ROLES
from mechanist.draw.panels import points_with_intervals
from mechanist.draw.score_tables import read_scores
from mechanist.draw.style import (
    DOUBLE,
    Look,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.entry_types.block_entries import ModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ROW_HEIGHT: Final = 0.19
#: Total height above and below the rows, in inches.
MARGIN: Final = 1.15
ALL: Final = "all"
#: Columns of the data table: the model, then the scored metric and target, then the score.
COLUMNS: Final = ("model", "label", "role", "estimator", "features", "metric", "target", "subset",
                  "unit", "value", "low", "high", "level", "n_samples", "n_objects")  # fmt: skip


@styled()
def main(
    *,
    scores: Sequence[Path],
    stem: Path,
    table: Path,
    models: Mapping[str, ModelEntry],
    views: Sequence[Mapping[str, str]],
    system: str,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each view with one row per model, and write the same data as a table.

    Parameters
    ----------
    scores : sequence of Path
        Score files of all models of the system.
    stem : Path
        Path of the figure files, without suffix.
    table : Path
        Path of the Markdown table.
    models : mapping
        The configuration's models of the system.
    views : sequence of mapping
        ``metric``, ``target`` and ``subset`` of each panel; the first view ranks the models.
    system : str
        Name of the system, for titles and messages.
    metadata : mapping, optional
        Metadata stored in the figure files.

    Raises
    ------
    ValueError
        If a model has no score in any view.
    """
    found = read_scores(scores)
    parts = [_part(found, models, view) for view in views]
    drawn = pd.concat(parts, ignore_index=True)
    lost = sorted(set(models) - set(drawn["model"]))
    if lost:
        shown = [" ".join(view.values()) for view in views]
        raise ValueError(
            f"models {lost} of {system} have no score in any of {shown}; add a view of a"
            " target that they predict"
        )
    order = _ordered(drawn, len(models))
    figure, axes = new_figure(
        1, len(views), width=DOUBLE, height=MARGIN + ROW_HEIGHT * len(order), sharey=True
    )
    for panel, part, view in zip(axes[0], parts, views, strict=True):
        _draw(panel, part, order, models)
        panel.set_xlabel(metric_label(view["metric"]))
    names = [str(models[name]["label"]) for name in order]
    axes[0, 0].set_yticks(-np.arange(len(order), dtype=float), names)
    axes[0, 0].set_ylim(0.7 - len(order), 0.7)
    roles = [role for role in ROLES if any(model["role"] == role for model in models.values())]
    handles = [
        Line2D([], [], color=ROLES[role].colours[0], marker="o", linestyle="none", label=role)
        for role in roles
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(roles))
    letter_panels(axes, [_title(view) for view in views], wrap=44)
    save_figure(figure, stem, drawn[list(COLUMNS)], title=f"Models of {system}", metadata=metadata)
    write_text(table, markdown(drawn, order, models, views, system=system))


def _part(
    found: pd.DataFrame, models: Mapping[str, ModelEntry], view: Mapping[str, str]
) -> pd.DataFrame:
    """Return the scores of one view, with the configuration of each model."""
    chosen = found[
        (found["metric"] == view["metric"])
        & (found["target"] == view["target"])
        & (found["subset"] == view["subset"])
        & found["model"].isin(list(models))
    ]
    about = {
        "label": [models[name]["label"] for name in chosen["model"]],
        "role": [models[name]["role"] for name in chosen["model"]],
        "estimator": [models[name]["estimator"] for name in chosen["model"]],
        "features": [" ".join(models[name].get("features", [])) for name in chosen["model"]],
    }
    return chosen.assign(**about).reset_index(drop=True)


def _ordered(drawn: pd.DataFrame, most: int) -> list[str]:
    """Return the models from best to worst, those in the first view before the others."""
    ordered: list[str] = []
    for _, part in drawn.groupby(["metric", "target", "subset"], sort=False):
        ranked = part.sort_values("value", ascending=False, kind="stable")["model"]
        ordered += [name for name in ranked if name not in ordered]
    return ordered[:most]


def _draw(
    axes: Axes, part: pd.DataFrame, order: Sequence[str], models: Mapping[str, ModelEntry]
) -> None:
    styles = model_styles(models)
    for name in order:
        row = part[part["model"] == name]
        place = np.array([-float(order.index(name))])
        if row.empty:
            axes.annotate("not predicted", (0.02, place[0]), xycoords=("axes fraction", "data"),
                          va="center", color=QUIET, fontsize=6)  # fmt: skip
            continue
        colour = ROLES[styles[name].role].colours[0]
        look: Look = {"color": colour, "marker": "o", "linestyle": "none", "markersize": 3.6}
        points_with_intervals(axes, place, row, style=look, horizontal=True)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.06)


def _title(view: Mapping[str, str]) -> str:
    target, subset = view["target"], view["subset"]
    words = target_label(target)
    return words if subset == ALL else f"{words}, {plain(subset)}"


def markdown(
    drawn: pd.DataFrame,
    order: Sequence[str],
    models: Mapping[str, ModelEntry],
    views: Sequence[Mapping[str, str]],
    *,
    system: str,
) -> str:
    """Return the table, with one row per model, best first, and one column per view."""
    level = 100 * float(drawn["level"].iloc[0])
    heads = [f"{view['metric']}: {_title(view)}" for view in views]
    lines = [
        f"# Models of {system}",
        "",
        f"Out of fold by sample; in brackets {level:g} % intervals over samples.",
        "",
        f"| model | role | estimator | features | {' | '.join(heads)} |",
        "|---" * (4 + len(views)) + "|",
    ]
    for name in order:
        model = models[name]
        cells = [_cell(drawn, name, view) for view in views]
        features = ", ".join(model.get("features", [])) or "none"
        about = [model["label"], model["role"], model["estimator"], features]
        lines.append(f"| {' | '.join([*map(str, about), *cells])} |")
    return "\n".join(lines) + "\n"


def _cell(drawn: pd.DataFrame, name: str, view: Mapping[str, str]) -> str:
    row = drawn[
        (drawn["model"] == name)
        & (drawn["metric"] == view["metric"])
        & (drawn["target"] == view["target"])
        & (drawn["subset"] == view["subset"])
    ]
    if row.empty:
        return ""
    value, low, high, n = row[["value", "low", "high", "n_samples"]].iloc[0]
    return f"{value:.3f} [{low:.3f}, {high:.3f}], {int(n)} samples"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            scores=[Path(path) for path in snakemake.input.scores],
            stem=Path(snakemake.output.pdf).with_suffix(""),
            table=Path(snakemake.output.table),
            models=snakemake.params.models,
            views=snakemake.params.views,
            system=snakemake.wildcards.system,
            metadata=snakemake.params.metadata,
        )
