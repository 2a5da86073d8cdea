"""Meanings of columns that many tables share."""

from typing import Final

from mechanist.formats.described_columns import COUNT, PURE, Column, text

#: Unit of a number that has that of the target in its row.
BY_TARGET: Final = "of the target"
FOLD: Final = Column(
    PURE,
    "Number of the fold in which the sample was held out; -1 for samples that are in no fold.",
    "whole numbers >= -1",
)
TARGET: Final = text("Name of the quantity that is predicted, with its strain after the sign @.")
#: The columns that identify a row of a table of objects.
KEY_COLUMNS: Final = {
    "sample": text("Name of the sample: one independent simulated or measured system."),
    "load": text("Name of the load or loading branch under which the sample is described."),
    "object": Column(
        PURE,
        "Number of the described object within its sample, from 0; a whole sample is object 0.",
        COUNT,
    ),
}
