"""Meanings of columns of tables about dislocations."""

from typing import Final

from mechanist.formats.described_columns import FROM_ONE, PURE, SHARE, Column, text
from mechanist.formats.meanings.of_scores import SCORE

#: Accuracy of the confusion scheme against the guessed boundary.
CONFUSION: Final = {
    "boundary": Column("1/b^2", "Guessed density of pins that separates both classes.", ">= 0"),
    "accuracy": Column(PURE, "Share of held-out samples that were classified right.", SHARE),
    "low": Column(PURE, "Lower end of the interval of the accuracy."),
    "high": Column(PURE, "Upper end of the interval of the accuracy."),
    "majority": Column(PURE, "Share of the larger class: accuracy of always naming it.", SHARE),
    "null_mean": Column(PURE, "Mean accuracy for labels that were shuffled.", SHARE),
    "null_low": Column(PURE, "Lower end of the accuracies for shuffled labels.", SHARE),
    "null_high": Column(PURE, "Upper end of the accuracies for shuffled labels.", SHARE),
    "drift_mean": Column(
        PURE, "Mean accuracy for made-up features that drift evenly with the density.", SHARE
    ),
    "drift_low": Column(PURE, "Lower end of the accuracies for such a drift.", SHARE),
    "drift_high": Column(PURE, "Upper end of the accuracies for such a drift.", SHARE),
    "features": text("Descriptor that the classifier reads."),
}
#: Accuracy of classes of microstructures.
ACCURACY: Final = {
    "voxel": Column("b", "Side of a voxel.", "> 0"),
    "voxels": Column(PURE, "Number of voxels along a side of the cell.", FROM_ONE),
    "fields": text("Density fields that the classifier reads."),
    "features": Column(PURE, "Number of features.", FROM_ONE),
    "accuracy": CONFUSION["accuracy"],
    "low": CONFUSION["low"],
    "high": CONFUSION["high"],
    "level": SCORE["level"],
    "n": Column(PURE, "Number of independent samples.", FROM_ONE),
    "method": text("How the interval was computed."),
    "problem": text("What is classified: curved dislocations, or straight edges."),
}
