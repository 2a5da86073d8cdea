"""Draw the audit as a heat map: the verdict on every descriptor under every criterion."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from mechanist.core.progress import log_to
from mechanist.draw.meanings.figures_of_trust import FIGURES
from mechanist.draw.style import DOUBLE, new_figure, save_figure, styled

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


class Look(NamedTuple):
    """Look of a verdict: fill colour, text colour, and a mark that is readable without colour."""

    colour: str
    text: str
    mark: str


#: From blue through yellow and orange to vermilion, after Okabe and Ito. Lightness falls with the
#: verdict, so the order survives greyscale printing and red-green colour blindness.
LOOKS: Final[Mapping[str, Look]] = {
    "pass": Look("#a9d3f0", "black", "✓"),
    "inconclusive": Look("#f7efa1", "black", "?"),
    "warn": Look("#eda63a", "black", "!"),
    "fail": Look("#b9450b", "white", "✗"),
    "not applicable": Look("#ebebeb", "#555555", "o"),
}
WINGS: Final = {
    "glass": "Glasses: particles",
    "dislocation": "Dislocations under shear",
    "creep": "Dislocations in creep",
    "pileup": "Pileups",
    "fields": "Density fields",
    "crystal": "Polycrystals: voxels under tension",
}
#: What the value of a finding is, in the few words that a cell has room for.
SHORT: Final = {
    "translation by whole voxels": "voxel shift",
    "positions rotated by 90 degrees": "rotation",
    "structure rotated alone": "part rotated",
    "joint rotation": "rotation",
    "signs reversed alone": "signs reversed",
    "rebuilding the richer description": "rebuilt off by",
    "inversion": "inverted in",
    "jumps": "jump ratio",
    "kinks": "kink ratio",
    "rank": "rank",
    "columns": "lengths differ",
    "replicas": "copy off by",
    "time": "time exponent",
    "memory": "memory exponent",
}
SIGMA: Final = "\N{GREEK SMALL LETTER SIGMA}"
#: Units of values that are written in per cent, and the text of other units.
SHARES: Final = frozenset(
    {"of the required rank", "of searches", "of its standard deviation", "of the largest slope"}
)
UNITS: Final = {"spreads": f" {SIGMA}", "non-finite values": " not finite"}
WIDEST: Final = 19
#: Larger values are written only as "> 1e4".
LARGEST: Final = 1e4
NOTE: Final = (
    f"In brackets: number of features. A cell states the finding that decides; {SIGMA}: change in"
    " standard deviations of a feature over the probes;\nrank: of the rank required; inverted in: share of searches that found"
    " another state with the same features"
)
ROW: Final = 0.178
LABELS: Final = 1.85
#: Thresholds of a value, in its unit.
BOUNDS: Final = ("pass", "warn", "fail")


@styled()
def main(table: Path, stem: Path, *, metadata: Mapping[str, str] | None = None) -> None:
    """Draw one row per descriptor, grouped by wing, and one column per criterion.

    Parameters
    ----------
    table : Path
        CSV with one row per finding; those marked ``leading`` are shown.
    stem : Path
        Path of the figure files, without suffix.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    numbers = ("value", *BOUNDS)
    found = pd.read_csv(table, keep_default_na=False, na_values={name: [""] for name in numbers})
    shown = found[found["leading"].astype(str) == "True"].reset_index(drop=True)
    places, heads = layout(shown)
    deep = max([*places.values(), *heads.values()]) + 1.0
    figure, axes = new_figure(width=DOUBLE, height=ROW * (deep + 1.4) + 0.75)
    draw(axes[0, 0], shown, places, heads)
    handles = [
        Patch(facecolor=look.colour, edgecolor="#999999", linewidth=0.4,
              label=f"{look.mark} {verdict}")
        for verdict, look in LOOKS.items()
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), title=NOTE)
    bounds = dict.fromkeys(BOUNDS, "{unit}")
    save_figure(
        figure,
        stem,
        shown,
        title="Audit of descriptors",
        units=bounds,
        columns=FIGURES["verdicts"],
        metadata=metadata,
    )


def layout(shown: pd.DataFrame) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Return the row position of each descriptor, and of each wing's heading, from the top."""
    places: dict[tuple[str, str], float] = {}
    heads: dict[str, float] = {}
    here = 0.0
    for wing, part in shown.groupby("wing", sort=False):
        heads[str(wing)] = here
        here += 1.0
        for kind in dict.fromkeys(part["kind"]):
            places[str(wing), str(kind)] = here
            here += 1.0
        here += 0.25
    return places, heads


def draw(
    axes: Axes,
    shown: pd.DataFrame,
    places: Mapping[tuple[str, str], float],
    heads: Mapping[str, float],
) -> None:
    """Draw all cells, with descriptor names on the left and criteria above."""
    criteria = list(dict.fromkeys(shown["criterion"]))
    for row in shown.to_dict("records"):
        x, y = criteria.index(row["criterion"]), places[row["wing"], row["kind"]]
        look = LOOKS[row["verdict"]]
        axes.add_patch(
            Rectangle((x + 0.015, y + 0.04), 0.97, 0.92, facecolor=look.colour, linewidth=0)
        )
        value, what = cell_text(row)
        write = partial(axes.text, va="center", color=look.text)
        write(x + 0.04, y + 0.5, look.mark, ha="left", fontsize=6.5, weight="bold")
        write(x + 0.13, y + 0.53, f"{what} {value}".strip(), ha="left", fontsize=5.2)
    for wing, y in heads.items():
        axes.text(-LABELS + 0.02, y + 0.62, WINGS.get(wing, wing), va="center", weight="bold",
                  fontsize=7.2)  # fmt: skip
        axes.plot([-LABELS + 0.02, len(criteria)], [y + 0.97, y + 0.97], color="#555555",
                  linewidth=0.5)  # fmt: skip
    for row in shown.drop_duplicates(["wing", "kind"]).to_dict("records"):
        y = places[row["wing"], row["kind"]]
        axes.text(
            -0.05,
            y + 0.53,
            f"{row['name']} ({row['n_features']})",
            ha="right",
            va="center",
            fontsize=6,
        )
    titles = shown.drop_duplicates("criterion").set_index("criterion")["title"]
    for x, number in enumerate(criteria):
        axes.text(x + 0.5, -0.1, f"({number}) {titles[number]}", ha="center", va="bottom",
                  fontsize=7.2)  # fmt: skip
    axes.set(xlim=(-LABELS, len(criteria)), ylim=(max(places.values()) + 1.05, -0.6))
    axes.axis("off")


def cell_text(row: Mapping[str, object]) -> tuple[str, str]:
    """Return the value and the name of the finding that determines a verdict.

    Parameters
    ----------
    row : mapping
        ``value``, ``unit``, ``finding`` and ``verdict``.
    """
    value, unit, finding = row["value"], str(row["unit"]), str(row["finding"])
    what = SHORT.get(finding, finding)
    what = what if len(what) <= WIDEST else what[: WIDEST - 1].rstrip() + "…"
    if not isinstance(value, float) or np.isnan(value):
        verdict = str(row["verdict"])
        return verdict, "" if verdict == "not applicable" else what
    if unit in SHARES:
        return f"{value:.0%}".replace("%", " %"), what
    if unit == "exponent":
        return f"{value:.1f}".replace("-0.0", "0.0"), what
    return number(value) + UNITS.get(unit, ""), what


def number(value: float) -> str:
    """Return a number as a short string, such as ``1e-14``, ``0.013`` and ``470``."""
    if value > LARGEST:
        return f"> {LARGEST:.0e}".replace("e+0", "e")
    if 0 < abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2g}"


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.table),
            Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
