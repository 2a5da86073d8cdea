"""Trees of XGBoost as numbers, see :mod:`mechanist.predict.trees`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.predict.trees import LEAF, Trees

if TYPE_CHECKING:
    from xgboost import Booster

#: Objectives of XGBoost whose sum of trees is the prediction: numbers, and log odds of classes.
_NUMBERS: Final = "reg:squarederror"
_ODDS: Final = "binary:logistic"


def trees_of(boosters: Sequence["Booster"]) -> tuple[Trees, FloatArray]:
    """Return the trees of XGBoost models, one for each strain, and what they start from.

    Raises
    ------
    ValueError
        If a model predicts anything but numbers or the odds of two classes.
    """
    nodes: list[FloatArray] = []
    roots, starts, count = [], [], 0
    for strain, booster in enumerate(boosters):
        learner = json.loads(booster.save_raw("json"))["learner"]
        objective = learner["objective"]["name"]
        base = float(str(learner["learner_model_param"]["base_score"]).strip("[]"))
        if objective not in (_NUMBERS, _ODDS):
            raise ValueError(f"objective {objective!r}; expected {_NUMBERS!r} or {_ODDS!r}")
        starts.append(base if objective == _NUMBERS else np.log(base / (1 - base)))
        for tree in learner["gradient_booster"]["model"]["trees"]:
            left, right = (np.array(tree[f"{side}_children"], float) for side in ("left", "right"))
            feature = np.where(left < 0, LEAF, np.array(tree["split_indices"], float))
            # Thresholds are of single precision, which their decimal form in JSON rounds.
            split = np.array(tree["split_conditions"], np.float32).astype(float)
            followers = [np.where(left < 0, 0, side + count) for side in (left, right)]
            nodes.append(np.column_stack([feature, split, *followers]))
            roots.append((count, strain))
            count += len(left)
    return Trees(np.vstack(nodes), np.array(roots, float)), np.array(starts)
