"""What the cards of kept models of particles and of curves have in common, read strictly."""

import numpy as np

from mechanist.core.narrowing import Json, mapping, number, sequence, text, texts
from mechanist.predict.kept_model import Interval, KeptDescriptor


def descriptor_from(entry: object) -> KeptDescriptor:
    """Return a descriptor that a model reads."""
    found = mapping(entry)
    kind = text(found["kind"])
    if not kind.isidentifier():
        raise ValueError(f"descriptor {kind!r}; expected a name")
    return KeptDescriptor(kind, dict(mapping(found["parameters"])), texts(found["features"]))


def interval_from(entry: object) -> Interval | None:
    """Return an interval, or None if there were too few samples."""
    if entry is None:
        return None
    found = mapping(entry)
    lower, upper, level = (finite(found[key]) for key in ("lower", "upper", "level"))
    if not (lower <= upper and 0 < level < 1):
        raise ValueError(f"interval {dict(found)}; expected lower <= upper and 0 < level < 1")
    return Interval(lower, upper, level)


def facts_from(entry: object) -> dict[str, Json]:
    """Return what else a card says."""
    facts: dict[str, Json] = dict(mapping(entry))  # type: ignore[arg-type]
    return facts


def pair_from(entry: object) -> tuple[float, float]:
    """Return two finite numbers, the lower one first in good files."""
    low, high = (finite(value) for value in sequence(entry))
    return low, high


def positive(entry: object) -> float:
    """Return a finite positive number."""
    value = finite(entry)
    if not value > 0:
        raise ValueError(f"{value}; expected a positive number")
    return value


def finite(entry: object) -> float:
    """Return a finite number."""
    value = float(number(entry))
    if not np.isfinite(value):
        raise ValueError(f"{value}; expected a finite number")
    return value
