"""Everything that `snakemake predict` is asked for, of all wings together."""

from collections.abc import Sequence
from typing import Protocol

from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.wing import Files, Wildcards


class AskedOfWing(Protocol):
    """What one wing is asked to predict."""

    read_by_check: bool
    """Whether `check_data` reads the samples, and tells the problems of their names with them."""

    def predicted(self) -> Files:
        """Return the tables and figures of all samples."""
        ...

    def problems(self) -> list[str]:
        """Return what is wrong with the names in all entries."""
        ...


class AskedSamples:
    """The samples to predict of all wings.

    Parameters
    ----------
    wings : sequence of AskedOfWing
    problems : sequence of FormatError
        Problems of the sheet of these samples, which are told when the samples are asked for.
    """

    def __init__(self, wings: Sequence[AskedOfWing], problems: Sequence[FormatError]) -> None:
        self.wings = wings
        self.sheet_problems = list(problems)

    def predicted(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables and figures of all samples to predict.

        Raises
        ------
        SettingsError
            If there are none, or an entry is not valid.
        """
        del wildcards
        found = [str(problem) for problem in self.sheet_problems]
        found += [line for wing in self.wings for line in wing.problems()]
        files = [file for wing in self.wings for file in wing.predicted()]
        found += [
            f"{file}: two wings predict a sample of this system and name; rename one of them"
            for file in sorted({file for file in files if files.count(file) > 1})
        ]
        if found:
            lines = "\n".join(f"  {line}" for line in found)
            raise SettingsError(f"some samples cannot be predicted:\n{lines}")
        if not files:
            raise SettingsError(
                "no samples to predict are named; give each a row in the sheet that `own_data/predict`"
                " names (docs/tutorials/prediction.md)"
            )
        return files

    def problems_to_tell(self, wildcards: Wildcards | None = None) -> list[tuple[int, str]]:
        """Return lines and texts of the problems that `check_data` does not find by reading samples."""
        del wildcards
        told = [(problem.line or 0, str(problem)) for problem in self.sheet_problems]
        wings = [wing for wing in self.wings if not wing.read_by_check]
        return told + [(0, line) for wing in wings for line in wing.problems()]
