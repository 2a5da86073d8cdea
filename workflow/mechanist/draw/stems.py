"""Where the figures go that one job draws."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: Of the files of a figure, the one that tells its name.
_NAMING: Final = ".pdf"


def figure_stems(outputs: Iterable[str]) -> dict[str, Path]:
    """Return the path of every figure of a job without suffix, by the name of the figure.

    Parameters
    ----------
    outputs : iterable of str
        All output files of the job.

    Raises
    ------
    ValueError
        If two figures have the same name.
    """
    paths = [Path(output) for output in outputs]
    pictures = [path for path in paths if path.suffix == _NAMING]
    stems = {path.stem: path.with_suffix("") for path in pictures}
    if len(stems) < len(pictures):
        raise ValueError(f"two figures of one job have the same name: {sorted(map(str, pictures))}")
    return stems
