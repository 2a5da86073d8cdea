"""What the columns of the data of figures mean."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from mechanist.draw.meanings.of_crystals import FIGURES as CRYSTALS
from mechanist.draw.meanings.of_dislocations import FIGURES as DISLOCATIONS
from mechanist.draw.meanings.of_equations import FIGURES as EQUATIONS
from mechanist.draw.meanings.of_glasses import FIGURES as GLASSES
from mechanist.draw.meanings.of_trust import FIGURES as TRUST
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, PURE, Column, text
from mechanist.formats.meanings.of_scores import ABOUT, DIFFERENCE, SCORE
from mechanist.formats.shared_columns import KEY_COLUMNS

#: Meanings that columns have in all figures that do not give another one.
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
_WINGS: Final = (GLASSES, DISLOCATIONS, CRYSTALS, EQUATIONS, TRUST)


def meaning_of(column: str, *, figure: str) -> Column | None:
    """Return what a column means in a figure, or None if nobody described it.

    Parameters
    ----------
    column : str
        Name of the column.
    figure : str
        Name of the figure's files, without folder and suffix.
    """
    for wing in _WINGS:
        for pattern, columns in wing.items():
            if column in columns and fnmatchcase(figure, pattern):
                return columns[column]
    return GENERAL.get(column)
