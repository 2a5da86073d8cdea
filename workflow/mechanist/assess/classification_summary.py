"""Summary of the classification of microstructures: each problem with its dummy and its rival."""

import json
from pathlib import Path
from typing import TypedDict

from mechanist.assess.resampling import Interval
from mechanist.core.atomic import write_text


class Accuracy(TypedDict):
    """A held-out accuracy, or a difference of two, with its interval over groups."""

    accuracy: float
    low: float
    high: float
    level: float
    n: int
    method: str


class ScalarAccuracy(Accuracy):
    """Accuracy of mean densities alone: fields of a single voxel."""

    voxels: int
    fields: str


class AccuracyGain(Accuracy):
    """Accuracy of more fields minus that of fewer, at one resolution."""

    voxels: int
    more: str
    less: str


class Best(TypedDict):
    """The resolution at which the last set of fields is most accurate."""

    voxels: int
    voxel: float
    fields: str


class ProblemSummary(TypedDict):
    """One problem; ``matrix`` has the shares of the predicted classes of every class."""

    classes: list[str]
    samples: int
    side: float
    dummy: float
    scalars: ScalarAccuracy
    best: Best
    matrix: list[list[float]]
    differences: list[AccuracyGain]


class ClassificationSummary(TypedDict):
    """Content of the file."""

    options: dict[str, object]
    problems: dict[str, ProblemSummary]


def accuracy_of(interval: Interval) -> Accuracy:
    """Return an interval as the summary and the table of accuracies hold it."""
    return {
        "accuracy": interval.value,
        "low": interval.low,
        "high": interval.high,
        "level": interval.level,
        "n": interval.n,
        "method": interval.method,
    }


def write_classification(path: Path, summary: ClassificationSummary) -> None:
    """Write a summary as JSON."""
    write_text(path, json.dumps(summary, indent=1) + "\n")


def read_classification(path: Path) -> ClassificationSummary:
    """Read a file written by :func:`write_classification`."""
    summary: ClassificationSummary = json.loads(path.read_text(encoding="utf-8"))
    return summary
