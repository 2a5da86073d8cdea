"""The summary of a predicted curve, apart from what computes it, so that drawing imports little."""

from typing import TypedDict


class CurveSummary(TypedDict):
    """What a reader must know of a predicted curve, as stored in ``summary.json``."""

    model: str
    label: str
    quantity: str
    unit: str
    level: float
    state: str
    reverse: bool
    dislocations: int
    positive: int
    side: float
    density: float
    residual_stress: float
    annihilated_in_relaxation: int | None
    rivals: dict[str, str]
    distance: float
    limit: float | None
    outside: list[str]
