"""Stress-strain curves of dislocation configurations from Python.

Read a kept model once, then predict configurations by it::

    >>> from mechanist.api import load_curve_model, predict_curve
    >>> model = load_curve_model("workflow/models/n100/both")
    >>> predicted = predict_curve(model, positions, signs, box=50.0)
    >>> predicted.table
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.dislocation_batches import UNDEFORMED
from mechanist.imports.dislocation_points import points
from mechanist.predict.curve_asked import relaxed
from mechanist.predict.curve_files import read_curve_model
from mechanist.predict.curve_model import CurveModel
from mechanist.predict.curve_prediction import PredictedCurve, check_branch, check_state, curve_of


def load_curve_model(folder: str | Path) -> CurveModel:
    """Read a kept model of curves, which holds numbers alone: nothing in its files is executed.

    Parameters
    ----------
    folder : str or Path
        Folder with ``model.json`` and ``numbers.npz``, such as ``workflow/models/n100/both``.

    Raises
    ------
    FormatError
        If a file is missing, damaged, or holds something else.
    """
    return read_curve_model(Path(folder))


def predict_curve(
    model: CurveModel,
    positions: FloatArray | Sequence[Sequence[float]],
    signs: FloatArray | Sequence[int],
    box: float | Sequence[float],
    *,
    state: str = UNDEFORMED,
    reverse: bool = False,
    relax: bool = False,
) -> PredictedCurve:
    """Predict the stress-strain curve of one relaxed configuration of edge dislocations.

    Parameters
    ----------
    model : CurveModel
    positions : array_like of shape (n, 2)
        Positions in b; x is the direction of glide.
    signs : array_like of shape (n,)
        1 or -1: the sign of each Burgers vector along x, that is the direction in which a positive
        stress pushes the dislocation.
    box : float or sequence of two float
        Side of the periodic square in b, or its lengths along x and y.
    state : {"undeformed", "prestrained"}
        What the configuration has been through.
    reverse : bool
        Whether the load pushes positive dislocations along -x.
    relax : bool
        Whether the configuration is relaxed at zero stress first; otherwise one that is not at rest
        is refused.

    Returns
    -------
    PredictedCurve
        ``.table``, ``.outside`` and ``.reasons``.

    Raises
    ------
    ValueError
        If the arrays do not describe such a configuration, or the model does not know its kind.
    """
    check_branch(model, state, reverse=reverse)
    places, sign = np.asarray(positions, float), np.asarray(signs, float)
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(
            f"positions have the shape {places.shape}; expected (n, 2): the models have seen edge"
            " dislocations in two dimensions"
        )
    if sign.shape != (len(places),):
        raise ValueError(
            f"signs have the shape {sign.shape}; expected ({len(places)},), one for each position"
        )
    other = np.flatnonzero(np.abs(sign) != 1)
    if len(other):
        raise ValueError(f"signs[{other[0]}] = {sign[other[0]]:g}; expected 1 or -1")
    lengths = np.broadcast_to(np.asarray(box, float), 2) if np.ndim(box) == 0 else np.asarray(box)
    if lengths.shape != (2,) or not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError(f"box = {box}; expected one positive length in b, or two")
    found = points(places[:, 0], places[:, 1], sign, [float(one) for one in lengths])
    if relax:
        check_state(found, moving=True)
        found = relaxed(found)
    return curve_of(model, found, branch=state, reverse=reverse)
