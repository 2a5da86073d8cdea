"""One row of the sample sheet."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mechanist.core.errors import FormatError


@dataclass(frozen=True)
class SheetRow:
    """One sample of a user.

    Parameters
    ----------
    sheet, line
        Place of the row.
    wing, system, sample : str
        Names of wing, system and sample.
    path : str
        File of the sample.
    format : str
        Format of that file.
    cells : dict
        Every other column that applies, as in the configuration.
    """

    sheet: Path
    line: int
    wing: str
    system: str
    sample: str
    path: str
    format: str
    cells: dict[str, Any] = field(default_factory=dict)

    def error(self, problem: str, *, remedy: str, column: str | None = None) -> FormatError:
        """Return an error at this row."""
        return FormatError(self.sheet, problem, remedy=remedy, line=self.line, column=column)
