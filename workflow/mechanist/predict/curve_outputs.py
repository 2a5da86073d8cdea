"""A predicted curve as a table with its rivals, and as a summary."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, Column
from mechanist.formats.dislocation_batches import signs
from mechanist.predict.curve_asked import AskedCurve
from mechanist.predict.curve_model import CurveModel
from mechanist.predict.curve_prediction import PredictedCurve, check_state, curve_of, speed
from mechanist.predict.curve_summary import CurveSummary


def curve_table(
    found: PredictedCurve, rivals: Mapping[str, CurveModel], asked: AskedCurve
) -> pd.DataFrame:
    """Return the curve with a column for each rival, NaN at strains that it does not predict.

    Parameters
    ----------
    found : PredictedCurve
    rivals : mapping of str to CurveModel
        Models that know the branch.
    asked : AskedCurve
    """
    table = found.table.copy()
    for name, rival in rivals.items():
        beside = curve_of(rival, asked.configuration, branch=asked.branch, reverse=asked.reverse)
        known = beside.table.set_index("strain")["stress"]
        table[name] = known.reindex(table["strain"]).to_numpy()
    return table


def curve_metadata(model: CurveModel, rivals: Mapping[str, CurveModel]) -> dict[str, Column]:
    """Return unit, meaning and allowed values of every column of the table."""
    share = f"{model.level:.0%}"
    said = {
        "stress": f"Predicted {model.quantity} at which the strain is first reached.",
        **{
            end: f"{end.capitalize()} end of the interval that holds the truth of {share} of the samples at this"
            " strain."
            for end in ("lower", "upper")
        },
        **{
            f"curve_{end}": f"{end.capitalize()} end of the interval that holds whole curves of {share} of the"
            " samples."
            for end in ("lower", "upper")
        },
        **{
            name: f"Stress by the model {rival.label}; missing at strains that it does not predict."
            for name, rival in rivals.items()
        },
    }
    columns = {name: Column(model.unit, text) for name, text in said.items()}
    return {"strain": Column(PURE, "Plastic strain.", NOT_NEGATIVE), **columns}


def curve_summary(
    model: CurveModel,
    rivals: Mapping[str, CurveModel],
    asked: AskedCurve,
    found: PredictedCurve,
) -> CurveSummary:
    """Return what a reader must know of a predicted curve."""
    glide = check_state(asked.configuration)
    return {
        "model": f"{model.system}/{model.name}",
        "label": model.label,
        "quantity": model.quantity,
        "unit": model.unit,
        "level": model.level,
        "state": asked.branch,
        "reverse": asked.reverse,
        "dislocations": len(glide),
        "positive": int(np.sum(signs(asked.configuration) > 0)),
        "side": glide.length,
        "density": glide.density,
        "residual_stress": speed(glide),
        "annihilated_in_relaxation": asked.annihilated,
        "rivals": {name: rival.label for name, rival in rivals.items()},
        "distance": found.distance,
        "limit": found.limit if np.isfinite(found.limit) else None,
        "outside": list(found.reasons),
    }
