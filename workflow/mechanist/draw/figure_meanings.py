"""Meanings that columns have in the data of all figures whose script does not give another one.

What columns mean in some figures only stands in ``draw/meanings/``, by wing and script.
"""

from collections.abc import Mapping
from typing import Final

from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, PURE, Column, text
from mechanist.formats.meanings.of_scores import ABOUT, DIFFERENCE, SCORE
from mechanist.formats.shared_columns import KEY_COLUMNS

GENERAL: Final[Mapping[str, Column]] = {
    **ABOUT,
    **SCORE,
    **DIFFERENCE,
    **KEY_COLUMNS,
    "panel": text("Panel of the figure that shows the row."),
    "case": text("Name of the data."),
    "noise": Column(PURE, "Noise, relative to the size of the quantity.", NOT_NEGATIVE),
    "seed": Column(PURE, "Seed of the random numbers.", COUNT),
    "series": text("Name of the line or symbol in the figure."),
    "strain": Column(PURE, "Strain.", NOT_NEGATIVE),
    "stress": Column(PURE, "Stress."),
    "truth": Column(PURE, "True value of the target."),
    "prediction": Column(PURE, "Predicted value of the target."),
    "x": Column(PURE, "Position along x."),
    "y": Column(PURE, "Position along y."),
    "diameter": Column(PURE, "Drawn diameter.", "> 0"),
    "species": text("Species of the particle."),
}
