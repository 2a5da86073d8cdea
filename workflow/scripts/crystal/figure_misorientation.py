"""Plot the error of predicted orientations against strain, for the training and other systems."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mechanist.assess.rotation_scores import RELATIVE
from mechanist.draw.score_curves import by_strain, name_lines, strain_curves
from mechanist.draw.score_tables import ALL, SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.settings.label_entry import LabelEntries

HEIGHT: Final = 3.4


@styled()
def main(
    *,
    scores: Sequence[Path],
    stem: Path,
    models: LabelEntries,
    system: str,
    others: Sequence[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each system and a line with a band for each model.

    Parameters
    ----------
    scores : sequence of Path
        Score files of the models to show.
    stem : Path
        Figure files without their suffix.
    models : mapping
        Label and role of every model of the configuration.
    system : str
        Training system, scored out of fold.
    others : sequence of str
        Systems predicted without retraining.
    metadata : mapping, optional
        Stored in the files.
    """
    styles = model_styles(models)
    table = by_strain(rows(read_scores(scores), metric=RELATIVE))
    titles = {ALL: f"{system}, held out"}
    titles |= {name: f"{name}, not trained on" for name in others}
    table = table[table["subset"].isin(list(titles))]
    figure, axes = new_figure(1, len(titles), width=DOUBLE, height=HEIGHT, sharey=True)
    for panel, subset in zip(axes[0], titles, strict=True):
        strain_curves(panel, rows(table, subset=subset), styles)
        panel.set_xlabel("strain (%)")
    axes[0, 0].set_ylabel("mean misorientation / mean rotation")
    letter_panels(axes, list(titles.values()))
    name_lines(axes[0, -1], rows(table, subset=list(titles)[-1]), styles)
    columns = ["model", "strain", "metric", "value", "low", "high", *SCORE_PARTS]
    save_figure(figure, stem, table[columns], title="Error of predicted orientations against strain",
                metadata=metadata)  # fmt: skip
