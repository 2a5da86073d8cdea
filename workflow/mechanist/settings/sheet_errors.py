"""The error of a cell of the sample sheet."""

from typing import Final

#: Remedy for numbers with a decimal comma.
DECIMAL_POINT: Final = "Write decimal points; commas separate values."


class CellError(ValueError):
    """A cell is invalid for its column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}")
