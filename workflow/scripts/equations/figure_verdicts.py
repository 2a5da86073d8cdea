"""Draw how often each verdict is given, with all true terms in the library and with one missing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from mechanist.assess.verdict_shares import LACKING, WHOLE, verdict_shares
from mechanist.discover.verdict import COMPLETE, INCOMPLETE, NEARLY, NOTHING, VERDICTS
from mechanist.draw.discovery import noise_label, title_of
from mechanist.draw.meanings.figures_of_equations import FIGURES
from mechanist.draw.style import (
    DOUBLE,
    figure_legend,
    letter_panels,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table

#: Colour of each verdict; they also differ in grey.
COLOURS: Final[Mapping[str, str]] = {
    COMPLETE: "#004d40",
    NEARLY: "#f9d9a0",
    INCOMPLETE: "#e0862f",
    NOTHING: "white",
}
#: Height of a bar, of the gap between cases and of the rest of the figure, in inches.
BAR: Final = 0.125
REST: Final = 1.2
#: Gap between cases, in bars.
GAP: Final = 0.6

MEANING: Final = (
    "verdict on the equation found; numbers: equations (a: exactly right out of all), and their mean"
    " number of terms"
)


@styled()
def main(
    *, verdicts: Sequence[Path], stem: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Draw a panel for each kind of library, with a bar for each case and noise level.

    Parameters
    ----------
    verdicts : sequence of Path
        Tables of verdicts by ``error_bars.py``, one a case.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    table = verdict_shares(pd.concat([read_table(p) for p in verdicts], ignore_index=True))
    bars = table[["case", "noise"]].drop_duplicates().reset_index(drop=True)
    bars["place"] = bars.index + GAP * (bars["case"] != bars["case"].shift()).cumsum()
    height = REST + BAR * float(bars["place"].max())
    figure, axes = new_figure(1, 2, width=DOUBLE, height=height, sharey=True)
    for panel, library in zip(axes[0], (WHOLE, LACKING), strict=True):
        _panel(panel, bars.merge(table[table["library"] == library], on=["case", "noise"]))
    axes[0, 0].set_yticks(
        bars["place"],
        [
            f"{title_of(case) if k == 0 else ''}  {noise_label(noise)} %"
            for case, part in bars.groupby("case", sort=False)
            for k, noise in enumerate(part["noise"])
        ],
    )
    axes[0, 0].set_ylim(float(bars["place"].max()) + 0.8, float(bars["place"].min()) - 0.8)
    letter_panels(axes, [WHOLE, LACKING])
    figure_legend(figure, [axes[0, 0]], title=MEANING)
    save_figure(figure, stem, table.assign(subset="equations of all draws"),
                title="Verdicts on equations", units={"share": "1", "right": "1", "equations": "1", "terms": "1"},
                columns=FIGURES["verdicts"], metadata=metadata)  # fmt: skip


def _panel(panel: Axes, table: pd.DataFrame) -> None:
    left = pd.Series(0.0, index=sorted(set(table["place"])))
    for verdict in VERDICTS:
        one = table[table["verdict"] == verdict].set_index("place")["share"].reindex(left.index)
        panel.barh(left.index, one, left=left, height=0.86, color=COLOURS[verdict], label=verdict,
                   edgecolor="black", linewidth=0.3)  # fmt: skip
        left = left + one
    for place, row in table.drop_duplicates("place").set_index("place").iterrows():
        count = int(row["equations"])
        said = f"{round(row['right'] * count)}/{count}" if row["library"] == WHOLE else f"{count}"
        panel.text(1.03, place, f"{said}; {row['terms']:.1f}", va="center", fontsize="x-small")
    panel.set(xlim=(0.0, 1.25), xlabel="share of equations")
    panel.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
    panel.tick_params(axis="y", length=0)
