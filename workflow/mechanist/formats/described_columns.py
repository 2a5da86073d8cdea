"""What a column of a table means: its unit, one sentence, and the values that it may have."""

from dataclasses import dataclass
from typing import Final

from mechanist.formats.value_ranges import ANY, LOGICAL, TEXT, limits_of

#: Values that a column of numbers may have, as tables state them.
NOT_NEGATIVE: Final = ">= 0"
POSITIVE: Final = "> 0"
COUNT: Final = "whole numbers >= 0"
FROM_ONE: Final = "whole numbers >= 1"
SHARE: Final = "0 to 1"
PERCENT: Final = "0 to 100"
#: Unit of columns that hold text or truth values.
NO_UNIT: Final = ""
#: Unit of pure numbers.
PURE: Final = "1"


@dataclass(frozen=True)
class Column:
    """What a column means.

    Parameters
    ----------
    unit : str
        Unit, ``"1"`` for pure numbers, empty for text and truth values.
    description : str
        One plain sentence: what the value is.
    range : str
        Allowed values, such as ``">= 0"``, ``"0 to 1"``, ``"whole numbers >= 1"`` or ``"any"``.

    Raises
    ------
    ValueError
        If the range is not written in one of these ways, or a sentence stands where the unit should.
    """

    unit: str
    description: str
    range: str = ANY

    def __post_init__(self) -> None:
        """Check that the unit is no sentence and that the range can be read."""
        if self.unit.endswith("."):
            raise ValueError(
                f"unit {self.unit!r} with the description {self.description!r}; expected a unit, then"
                " a sentence. Put them in this order"
            )
        if self.range not in (TEXT, LOGICAL):
            limits_of(self.range)

    @property
    def metadata(self) -> dict[str, str]:
        """What a table states of the column."""
        return {"unit": self.unit, "description": self.description, "range": self.range}


def text(description: str) -> Column:
    """Return the meaning of a column of text."""
    return Column(NO_UNIT, description, TEXT)


def logical(description: str) -> Column:
    """Return the meaning of a column of truth values."""
    return Column(NO_UNIT, description, LOGICAL)
