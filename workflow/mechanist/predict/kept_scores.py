"""The out-of-fold scores that the card of a kept model shows."""

import json
from pathlib import Path
from typing import Final

from mechanist.core.narrowing import Json
from mechanist.settings.target_names import is_class

#: Keys of a score that the card keeps.
_KEYS: Final = ("metric", "target", "value", "low", "high", "level", "n_samples")
_METRICS: Final = ("pearson", "spearman", "r2_within")
_OF_CLASSES: Final = ("auc", "balanced_accuracy")
#: The area under the curve for the most plastic tenth, or for another fraction.
_AREA: Final = "auc_top"


def kept_scores(path: Path, *, classes: bool = False) -> list[Json]:
    """Return scores of the numbers that a model predicts, over all objects, or of its classes.

    Parameters
    ----------
    path : Path
        Score file of the model.
    """
    scores: list[dict[str, Json]] = json.loads(path.read_text(encoding="utf-8"))
    return [
        {key: score[key] for key in _KEYS}
        for score in scores
        if score["subset"] == "all"
        and is_class(str(score["target"])) == classes
        and (
            score["metric"] in (_OF_CLASSES if classes else _METRICS)
            or str(score["metric"]).startswith(_AREA)
        )
    ]
