"""Summary of the confusion scheme: where creep changes, by each set of features and by mechanics."""

import json
from pathlib import Path
from typing import TypedDict

from mechanist.core.atomic import write_text


class Midpoint(TypedDict):
    """Location of the transition by an order parameter, with its interval."""

    location: float
    location_low: float
    location_high: float


class Peak(TypedDict):
    """The middle peak of the accuracy of one set of features, and its significance.

    The location and its bounds are None where there are none.
    """

    location: float | None
    location_low: float | None
    location_high: float | None
    prominence: float
    prominence_p: float
    excess: float
    excess_p: float
    peak_share: float
    n: int


class Ratio(TypedDict):
    """Ratio of the locations by two sets of features, with its interval."""

    first: str
    second: str
    ratio: float | None
    low: float | None
    high: float | None


class ConfusionSummary(TypedDict):
    """Content of the file; ``midpoints`` are those of the order parameters."""

    unit: str
    options: dict[str, object]
    features: dict[str, Peak]
    agreement: list[Ratio]
    midpoints: dict[str, Midpoint]


def write_confusion(path: Path, summary: ConfusionSummary) -> None:
    """Write a summary as JSON."""
    write_text(path, json.dumps(summary, indent=1) + "\n")


def read_confusion(path: Path) -> ConfusionSummary:
    """Read a file written by :func:`write_confusion`."""
    summary: ConfusionSummary = json.loads(path.read_text(encoding="utf-8"))
    return summary
