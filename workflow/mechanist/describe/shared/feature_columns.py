"""What the columns of a table of features mean, as the card of the descriptor tells."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from mechanist.describe.descriptor import Card
from mechanist.formats.described_columns import NOT_NEGATIVE, Column
from mechanist.formats.value_ranges import ANY

#: Names of averages over neighbours, see :func:`mechanist.describe.shared.columns.with_averages`.
_AVERAGE: Final = re.compile(r"(?P<name>.+)_mean(?P<radius>\d+(?:\.\d+)?)")
#: Names of features of whole samples, see :mod:`mechanist.describe.shared.sample_averages`.
_OVER_SAMPLE: Final = re.compile(r"(?P<kind>mean|std)_(?P<name>.+)")


def feature_columns(
    card: Card, names: Sequence[str], *, averages: bool = False
) -> dict[str, Column]:
    """Return unit, meaning and allowed values of features.

    Parameters
    ----------
    card : Card
        Card of the descriptor.
    names : sequence of str
        Names of the features.
    averages : bool
        Whether the features are those of whole samples, from means over particles.
    """
    return {name: _over_sample(card, name) if averages else _of(card, name) for name in names}


def _over_sample(card: Card, name: str) -> Column:
    found = _OVER_SAMPLE.fullmatch(name)
    if found is None:
        return _of(card, name)
    about = _of(card, found["name"])
    if found["kind"] == "mean":
        allowed = about.range.removeprefix("whole numbers").strip() or ANY
        said = f"Mean over the particles of the sample. {about.description}"
        return replace(about, description=said, range=allowed)
    said = f"Standard deviation over the particles of the sample. {about.description}"
    return replace(about, description=said, range=NOT_NEGATIVE)


def _of(card: Card, name: str) -> Column:
    average = _AVERAGE.fullmatch(name)
    about = _fitting(card, average["name"]) if average else None
    if about is not None:
        allowed = about.range.removeprefix("whole numbers").strip() or ANY
        said = (
            f"{about.description} Averaged over the particle and its neighbours within the distance"
            " after mean in the name."
        )
        return replace(about, description=said, range=allowed)
    general = Column(card.units, f'One of the features of the descriptor "{card.name}".')
    return _fitting(card, name) or general


def _fitting(card: Card, name: str) -> Column | None:
    """Return what the first pattern that fits a name says."""
    return next(
        (told for pattern, told in card.columns.items() if fnmatchcase(name, pattern)), None
    )
