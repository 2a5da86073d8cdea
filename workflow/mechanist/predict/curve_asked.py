"""What a user asks: the stress-strain curve of one relaxed dislocation configuration."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import UNDEFORMED
from mechanist.imports.dislocation_points import read_points
from mechanist.predict.curve_model import CurveModel
from mechanist.predict.curve_prediction import check_branch, check_state
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
)

#: Mean speed, in b per unit of time, below which a configuration that is to be relaxed is at rest.
RELAXED: Final = 1e-8


@dataclass(frozen=True, eq=False)
class AskedCurve:
    """One configuration to predict.

    Parameters
    ----------
    configuration : Configuration
        At rest, lengths in b.
    branch : str
        What it has been through.
    reverse : bool
        Whether it is loaded along -x.
    annihilated : int or None
        Dislocations lost in relaxation; None if it was not relaxed.
    """

    configuration: Configuration
    branch: str
    reverse: bool
    annihilated: int | None


def read_asked_curve(model: CurveModel, entry: DislocationPredictionEntry) -> AskedCurve:
    """Read the configuration of an entry, and check that the model can predict it.

    Parameters
    ----------
    model : CurveModel
    entry : mapping
        File, how it is read, and what is asked.

    Raises
    ------
    FormatError
        If the file is damaged, or holds something else than edge dislocations of one slip system.
    ValueError
        If the configuration, its history or the load is none that the model knows.
    """
    branch, reverse = entry.get("state") or UNDEFORMED, is_reverse(entry)
    check_branch(model, branch, reverse=reverse)
    found = read_points(entry)
    if not entry.get("relax"):
        check_state(found)
        return AskedCurve(found, branch, reverse, None)
    check_state(found, moving=True)
    rested = relaxed(found)
    return AskedCurve(rested, branch, reverse, len(found) - len(rested))


def is_reverse(entry: DislocationPredictionEntry) -> bool:
    """Return whether the load of an entry pushes positive dislocations along -x.

    Raises
    ------
    ValueError
        If it is another load than simple shear of the slip system.
    """
    load = entry.get("load")
    if load is None:
        return False
    if load["type"] != "simple_shear" or load["plane"] != "xy":
        raise ValueError(
            f"load {dict(load)}; expected simple_shear xy or, reversed, simple_shear -xy: these"
            " dislocations glide along x, and the models have seen no other load"
        )
    return load.get("sense", 1) == -1


def relaxed(configuration: Configuration) -> Configuration:
    """Return the configuration after its dislocations came to rest without load.

    Raises
    ------
    ValueError
        If they do not come to rest.
    """
    from mechanist.simulate.dislocation_dynamics import ConvergenceError, Glide, Integration
    from mechanist.simulate.dislocation_loading import relax

    side = float(configuration.cell[0, 0])
    square = configuration.moved(configuration.positions, np.diag([side, side, 1.0]))
    glide = Glide(square, Integration(), None)
    try:
        relax(glide, RELAXED)
    except ConvergenceError as error:
        raise ValueError(f"the configuration does not come to rest: {error}") from error
    return glide.system.configuration()
