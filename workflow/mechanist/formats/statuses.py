"""Read whether samples are usable for learning, from any kind of sample file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import h5py

from mechanist.core.errors import FormatError
from mechanist.formats import dislocation_batches, pileup_batches, polycrystal_batches, sample
from mechanist.formats.sample import SampleStatus

#: Reader of the statuses of each schema.
READERS: Final[dict[str, Callable[[Path], list[SampleStatus]]]] = {
    sample.SCHEMA: lambda path: [sample.read_status(path)],
    dislocation_batches.SCHEMA: dislocation_batches.read_statuses,
    pileup_batches.SCHEMA: pileup_batches.read_statuses,
    polycrystal_batches.SCHEMA: polycrystal_batches.read_statuses,
}


def read_statuses(path: Path) -> list[SampleStatus]:
    """Return the status of every sample in a sample file of any kind.

    Raises
    ------
    FormatError
        If the file is not a sample file, or is damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = str(file.attrs.get("schema"))
    except OSError as error:
        raise FormatError(path, f"not a readable sample file ({error})",
                          remedy="Delete it and run the workflow again.") from error  # fmt: skip
    if schema not in READERS:
        raise FormatError(path, f"schema is {schema!r}, expected one of {sorted(READERS)}",
                          remedy="Name a file of samples.")  # fmt: skip
    return READERS[schema](path)
