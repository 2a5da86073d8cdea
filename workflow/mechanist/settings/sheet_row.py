"""One row of the sample sheet."""

from dataclasses import dataclass, field
from pathlib import Path

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
    path : str or list of str
        File of the sample, or several that the cell names.
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
    path: str | list[str]
    format: str
    cells: dict[str, object] = field(default_factory=dict)

    @property
    def paths(self) -> list[str]:
        """All files that the row's path names."""
        return [self.path] if isinstance(self.path, str) else self.path

    def error(self, problem: str, *, remedy: str, column: str | None = None) -> FormatError:
        """Return an error at this row."""
        return FormatError(self.sheet, problem, remedy=remedy, line=self.line, column=column)
