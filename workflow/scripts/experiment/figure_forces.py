"""Draw pair forces that were learnt from places at rest beside the true ones, and their misfit."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mechanist.core.progress import log_to
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.meanings.of_experiments import FORCE_SCORES, FORCES

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

HEIGHT: Final = 2.9
#: Colours of pairs of species.
COLOURS: Final = ("#1b4f8a", "#b8442c", "#3b7d3b", "#6a1b6e", "#8a6d1b", "#444444")
#: Height of the left panel above zero, in the depth of the deepest attraction.
TALL: Final = 3.5
#: Colour of what is learnt.
COLOUR: Final = "#6a1b6e"
#: Relative widths of panels.
WIDTHS: Final = (1.3, 1.0, 1.0)


@styled()
def main(
    forces: Path,
    scores: Path,
    stem: Path,
    *,
    error: float,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw both.

    Parameters
    ----------
    forces, scores : Path
        Tables of the script ``forces``.
    stem : Path
        Figure files without their suffix.
    error : float
        Error of a coordinate whose forces are drawn.
    metadata : mapping, optional
        Kept in the files.
    """
    table = pd.read_csv(forces)
    shown = table[table["error"] == error]
    found = pd.read_csv(scores, dtype={"unit": str})
    figure, axes = new_figure(1, 3, width=DOUBLE, height=HEIGHT, width_ratios=WIDTHS)
    left, middle, right = axes.flat
    _draw_forces(left, shown, error)
    for panel, metric, label in (
        (middle, "force_misfit", "misfit of forces"),
        (right, "imbalance", "error that forces tell ($\\sigma$)"),
    ):
        mine = found[found["metric"] == metric].sort_values("error")
        at, value, low, high = (
            mine[key].to_numpy(float) for key in ("error", "value", "low", "high")
        )
        sure = mine["determined"].to_numpy(bool)
        panel.plot(at, value, color=COLOUR, linewidth=1.0)
        panel.fill_between(at, low, high, color=COLOUR, alpha=0.18, linewidth=0)
        panel.plot(at[sure], value[sure], "o", color=COLOUR, label="one potential")
        panel.plot(
            at[~sure], value[~sure], "o", color=COLOUR, markerfacecolor="white", label="several"
        )
        panel.set_xlabel("error of a coordinate ($\\sigma$)")
        panel.xaxis.set_major_locator(MaxNLocator(4))
        panel.set_ylabel(label)
    middle.set_ylim(0, 1.05)
    widest = found["error"].max()
    right.plot(
        [0, widest], [0, widest], color="#888888", linestyle="--", linewidth=0.9, label="equal"
    )
    right.legend(loc="upper left")
    letter_panels(axes)
    save_figure(figure, stem, {"forces": shown, "scores": found},
                title="Pair forces learnt from places at rest", columns={**FORCE_SCORES, **FORCES},
                metadata=metadata)  # fmt: skip


def _draw_forces(panel: Axes, shown: pd.DataFrame, error: float) -> None:
    """Draw learnt and true forces of every pair of species."""
    deepest = 0.0
    for (name, pair), colour in zip(shown.groupby("pair", sort=False), COLOURS, strict=False):
        panel.fill_between(pair["distance"], pair["low"], pair["high"], color=colour, alpha=0.18,
                           linewidth=0)  # fmt: skip
        panel.plot(pair["distance"], pair["truth"], color=colour, label=f"{name}, true")
        panel.plot(pair["distance"], pair["learnt"], "o", color=colour, markersize=2.6,
                   label=f"{name}, learnt")  # fmt: skip
        deepest = max(deepest, -float(pair["truth"].min()))
    panel.axhline(0.0, color="#888888", linewidth=0.7)
    # Attraction would be a flat line beside the steep core.
    panel.set_ylim(-1.3 * deepest, TALL * deepest)
    panel.set_xlabel("distance ($\\sigma$)")
    panel.set_ylabel("force between a pair ($\\epsilon/\\sigma$)")
    panel.set_title(f"error of a coordinate {error:g} $\\sigma$", fontsize="small")
    panel.legend(loc="upper right")


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.forces),
            Path(snakemake.input.scores),
            Path(snakemake.output.pdf).with_suffix(""),
            error=snakemake.params.error,
            metadata=snakemake.params.metadata,
        )
