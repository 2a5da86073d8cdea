"""Names in the table of a test on unseen glasses, for those who write it and those who show it."""

from typing import Final

#: Share of particles whose truth lies in the interval of the prediction.
COVERAGE: Final = "coverage"
#: Share of glasses that the model reports as unlike those that it has seen.
OUTSIDE: Final = "outside"
#: Mean distance of the glasses, in units of the limit of the model.
DISTANCE: Final = "distance"
#: Mean of truth minus prediction.
SHIFT: Final = "shift"
#: Share of glasses that the model refuses to predict.
REFUSED: Final = "refused"
#: Columns of the table.
ROWS: Final = (
    "model", "train", "test", "subset", "target", "metric", "unit", "value", "low", "high", "level",
    "n_samples", "reason",
)  # fmt: skip
