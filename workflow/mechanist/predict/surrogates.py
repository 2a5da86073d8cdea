"""Kept surrogates of crystals from Python.

Read a surrogate once, then predict polycrystals by it::

    >>> from mechanist.api import load_surrogate, predict_rotations
    >>> model = load_surrogate("workflow/models/crystal/fcc8/gru_plastic")
    >>> found = predict_rotations(model, orientations, axis="x", strain=0.05)
    >>> found.angles[..., -1], found.orientations(-1), found.reasons

``orientations`` are quaternions on a grid, shape (nx, ny, nz, 4), scalar first, active from crystal to
sample, as everywhere in this workflow.
"""

from pathlib import Path

from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.rotation_predictions import predict_rotations
from mechanist.predict.surrogate_files import read_surrogate

__all__ = ["load_surrogate", "predict_rotations"]


def load_surrogate(folder: str | Path) -> KeptSurrogate:
    """Read a kept surrogate, which holds numbers alone: nothing in its files is executed.

    Parameters
    ----------
    folder : str or Path
        Folder with ``model.json`` and ``numbers.npz``, such as
        ``results/crystal/surrogate/kept/gru_plastic``.

    Raises
    ------
    FormatError
        If a file is missing, damaged, or holds something else.
    """
    return read_surrogate(Path(folder))
