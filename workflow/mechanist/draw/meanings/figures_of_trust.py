"""Meanings of columns of figures across wings, where they differ from the general ones."""

from typing import Final

from mechanist.formats.described_columns import COUNT, PURE, Column, text
from mechanist.formats.meanings.of_scores import ABOUT, ATTRIBUTION, AUDIT, BOARD

#: By name of the script, without ``figure_``.
FIGURES: Final = {
    "verdicts": AUDIT,
    "attribution": {
        **ABOUT,
        **ATTRIBUTION,
        "method": text("How the interval was computed."),
    },
    "scoreboard": {
        **BOARD,
        "system": text("What was studied."),
        "method": text("How the interval was computed; none if there is none."),
    },
    "pearson": {
        **{
            f"{metric}_{part}": Column(PURE, f"{said} of {label}.")
            for metric, label in (("pearson", "Pearson's correlation"), ("r2", "R2"))
            for part, said in (
                ("value", "Value"),
                ("low", "Lower end of the interval"),
                ("high", "Upper end of the interval"),
            )
        },
        "sample": Column(PURE, "Number of the made-up sample, from 0.", COUNT),
        "truth": Column(PURE, "Made-up true value."),
        "prediction": Column(PURE, "Made-up predicted value."),
    },
}
