"""CPU seconds of a surrogate: how long it takes to fit, and to predict a sample of each system."""

import json
from pathlib import Path
from typing import TypedDict

from mechanist.core.atomic import write_text


class PredictionTimes(TypedDict):
    """CPU seconds to predict one sample, from one image of each cube and from all images.

    ``compilation`` is what the first prediction takes more than the next; ``voxels`` counts the
    voxels of the sample.
    """

    compilation: float
    one_image: float
    all_images: float
    voxels: int


class SurrogateTimes(TypedDict):
    """CPU seconds of one fit, and of predictions by the name of the system."""

    fit_seconds: float
    systems: dict[str, PredictionTimes]


def write_times(path: Path, times: SurrogateTimes) -> None:
    """Write the times of a surrogate as JSON."""
    write_text(path, json.dumps(times, indent=1, sort_keys=True) + "\n")


def read_times(path: Path) -> SurrogateTimes:
    """Read a file written by :func:`write_times`."""
    times: SurrogateTimes = json.loads(path.read_text(encoding="utf-8"))
    return times
