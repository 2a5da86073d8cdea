"""Files that come with the library: beside it in the repository, within it once it is installed."""

from pathlib import Path

from mechanist.core.code_hash import LIBRARY


def beside_library(name: str) -> Path:
    """Return the folder of files that come with the library.

    Parameters
    ----------
    name : str
        ``schemas`` or ``models``, which lie in ``workflow/`` of the repository, or ``config``, which
        lies in its root.
    """
    inside = LIBRARY / name
    if inside.is_dir():
        return inside
    beside = LIBRARY.parent / name
    return beside if beside.is_dir() else LIBRARY.parents[1] / name
