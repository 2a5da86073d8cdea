"""What a model is trained for: its targets, and what is one row of them.

A wing describes its studies to the rules with this module, which therefore imports no numerical package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from mechanist.settings.target_names import at_strain

Subject = Literal["objects", "samples"]
#: Many objects in each sample: they are compared with each other within a sample under a load.
OBJECTS: Final = "objects"
#: One object in each sample, the sample itself: samples are compared with each other.
SAMPLES: Final = "samples"

Reads = Literal["tables", "states"]
#: The estimator reads feature tables.
TABLES: Final = "tables"
#: The estimator reads the configurations of the samples themselves.
STATES: Final = "states"


@dataclass(frozen=True, kw_only=True)
class Study:
    """Targets of a model, and what it learns them from.

    Parameters
    ----------
    subject : {"objects", "samples"}
        What a row describes: an object within a sample, or a whole sample.
    reads : {"tables", "states"}
        What the estimator reads.
    quantity : str
        Regression target without its strain, such as ``log10_d2min``.
    strains : sequence of float
        Strains at which it is predicted.
    other_targets : sequence of str
        Further target columns.
    class_strains : sequence of float
        Strains at which classes are defined; strains that are not stored are ignored.
    class_definitions : sequence of (plastic fraction, rigid fraction)
        Sweep of class definitions.
    """

    subject: Subject
    reads: Reads = TABLES
    quantity: str
    strains: Sequence[float]
    other_targets: Sequence[str] = ()
    class_strains: Sequence[float] = ()
    class_definitions: Sequence[Sequence[float]] = ()

    @property
    def columns(self) -> list[str]:
        """Columns of the target table that hold numbers to predict."""
        return [*(at_strain(self.quantity, strain) for strain in self.strains), *self.other_targets]

    def plain(self) -> dict[str, object]:
        """Return the study as a dictionary: Snakemake notices changes of built-in types only."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class StudyFiles:
    """Files that a model is trained on.

    Parameters
    ----------
    targets, splits : Path
        Target table and folds of the system.
    features : mapping of str to Path
        Feature tables by descriptor, for an estimator that reads tables.
    samples : sequence of Path
        Sample files, for an estimator that reads states.
    """

    targets: Path
    splits: Path
    features: Mapping[str, Path] | None = None
    samples: Sequence[Path] = ()
