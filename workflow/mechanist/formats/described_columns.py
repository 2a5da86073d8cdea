"""What a column of a table means: its unit, one sentence, and the values that it may have."""

from dataclasses import dataclass
from typing import Final

#: Values that a column may have, as tables state them.
ANY: Final = "any"
TEXT: Final = "text"
NOT_NEGATIVE: Final = ">= 0"
COUNT: Final = "whole numbers >= 0"
SHARE: Final = "0 to 1"
LOGICAL: Final = "true or false"
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
        Allowed values, such as ``">= 0"``, ``"0 to 1"`` or ``"any"``.
    """

    unit: str
    description: str
    range: str = ANY

    @property
    def metadata(self) -> dict[str, str]:
        """What a table states of the column."""
        return {"unit": self.unit, "description": self.description, "range": self.range}


def text(description: str) -> Column:
    """Return the meaning of a column of text."""
    return Column(NO_UNIT, description, TEXT)
