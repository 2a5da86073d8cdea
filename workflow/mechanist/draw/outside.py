"""The line below a figure of predictions that says why a sample is outside what its model has seen."""

import textwrap
from collections.abc import Sequence
from typing import Final

from matplotlib.figure import Figure

#: Colour of the warning: the vermilion of the palette of Okabe and Ito, dark enough for text on white.
COLOUR: Final = "#b34700"
SIZE: Final = 6.5
#: Characters of this size that one inch holds.
PER_INCH: Final = 20


def note_outside(figure: Figure, reasons: Sequence[str]) -> None:
    """Write below a figure of predictions that its sample is outside what the model has seen.

    Parameters
    ----------
    figure : Figure
        A figure without a label of all its panels along x.
    reasons : sequence of str
        What is unusual about the sample; nothing is written if there are none.
    """
    if not reasons:
        return
    listed = "; ".join(reason.rstrip(".") for reason in reasons)
    said = (
        "Outside what the model has seen, so that predictions and intervals may be wrong:"
        f" {listed}."
    )
    width = int(PER_INCH * figure.get_figwidth())
    figure.supxlabel(textwrap.fill(said, width), fontsize=SIZE, color=COLOUR)
