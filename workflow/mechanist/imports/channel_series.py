"""Import a user's series of many channels, whose latent coordinates and law are looked for.

A file holds one array ``values`` of snapshots by channels (pictures may keep their two dimensions), the
times ``time`` of the snapshots or one distance between them in the entry, and optionally ``rates`` of
the shape of the values and ``series``, the number of the run that each snapshot belongs to.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.boundary import reading
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping
from mechanist.core.progress import LOGGER
from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.channel_rates import LOCAL, derivative_of, rates_of
from mechanist.discover.derivatives import Derivative
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.channels import Channels
from mechanist.formats.field_files import SPACING_TOLERANCE
from mechanist.formats.named_arrays import Arrays

VALUES: Final = "values"
#: Order of the laws that need accelerations.
SECOND: Final = 2
#: Fewest snapshots of a run that are left to learn from, after the ends without rates and those held out.
FEWEST: Final = 20
#: Factor between stated rates and differences of values, beyond which the two have other units of time.
OTHER_UNIT: Final = 1.25


class Parts(NamedTuple):
    """What is learnt from, and what is scored on."""

    known: Channels
    held: Channels


def read_channels(entry: Mapping[str, object]) -> Parts:
    """Read the series of an entry, and hold out the last snapshots of every run.

    Parameters
    ----------
    entry : mapping
        ``path``, ``held`` (snapshots at the end of every run that are held out), optionally ``array``
        (name of the array of values), ``step`` (time between snapshots, where the file has no
        ``time``), ``derivative`` (how rates are computed, if the file has none) and ``order`` (2 for
        accelerations too).

    Raises
    ------
    FormatError
        If an array is missing, of another shape, complex, not finite or the same at all times, times
        are uneven, rates belong to another sampling, or a run is too short.
    """
    path = Path(str(entry["path"]))
    with reading(path):
        file = open_arrays(path, format_of(path))
        shapes = file.shapes()
        alone = next(iter(shapes)) if len(shapes) == 1 else VALUES
        name = str(entry.get("array", alone))
        values = _numbers(file, name)
        if values.ndim < 2 or values[0].size < 2:
            raise FormatError(
                path,
                f"array {name!r} has the shape {values.shape}, expected snapshots by channels",
                remedy="Save snapshots along the first dimension and channels along the others.",
            )
        snapshots = values.reshape(len(values), -1)
        series = _series(file, len(values), "series" in shapes)
        step = _step(file, series, entry.get("step"), "time" in shapes)
        own = (
            _rates(file, name, values.shape).reshape(snapshots.shape) if "rates" in shapes else None
        )
    still = np.ptp(snapshots, axis=0) == 0
    if still.all():
        raise FormatError(
            path, f"array {name!r} is the same in all {len(values)} snapshots",
            remedy="Give a series that changes in time.",
        )  # fmt: skip
    if still.any():
        LOGGER.info(
            "%s: %d of %d channels never change and say nothing", path.name, still.sum(), still.size
        )
    stated = entry.get("derivative")
    derivative = LOCAL if stated is None else derivative_of(mapping(stated))
    both = int(str(entry.get("order", 1))) == SECOND
    held = int(str(entry["held"]))
    return _parts(path, _Series(snapshots, own, series, step), held, derivative, both=both)


def _numbers(file: Arrays, name: str) -> FloatArray:
    values: NDArray[np.generic] = file.array(name)
    if values.dtype.kind not in "fiu":
        raise FormatError(
            file.path, f"array {name!r} holds {values.dtype}, expected real numbers",
            remedy="Save real and imaginary parts as channels of their own.",
        )  # fmt: skip
    found = values.astype(np.float64)
    wrong = ~np.isfinite(found)
    if wrong.any():
        first = tuple(int(k) for k in np.argwhere(wrong)[0])
        raise FormatError(
            file.path,
            f"array {name!r} has {int(wrong.sum())} values that are not finite, the first at {first}",
            remedy="Leave out these snapshots or channels; numbers count from 0.",
        )
    return found


def _series(file: Arrays, frames: int, given: bool) -> IntArray:
    if not given:
        return np.zeros(frames, np.int64)
    found = _numbers(file, "series")
    if found.shape != (frames,) or (found != np.round(found)).any():
        raise FormatError(
            file.path, f"array 'series' has the shape {found.shape}, expected {frames} whole numbers",
            remedy="Give the number of the run that each snapshot belongs to.",
        )  # fmt: skip
    starts = np.flatnonzero(np.diff(found)) + 1
    if len(starts) + 1 != len(np.unique(found)):
        raise FormatError(
            file.path, "array 'series' comes back to an earlier run",
            remedy="Let the snapshots of one run follow each other.",
        )  # fmt: skip
    return found.astype(np.int64)


def _step(file: Arrays, series: IntArray, stated: object, given: bool) -> float:
    """Return the time between snapshots."""
    if given == (stated is not None):
        seen = "the file has `time` and the entry `step`" if given else "neither the file has `time` nor the entry `step`"  # fmt: skip
        raise FormatError(file.path, seen, remedy="State the times once.")
    if not given:
        return float(str(stated))
    time = _numbers(file, "time")
    if time.shape != series.shape:
        raise FormatError(
            file.path, f"array 'time' has the shape {time.shape}, expected {series.shape}",
            remedy="Give one time for each snapshot.",
        )  # fmt: skip
    steps = np.diff(time)[np.diff(series) == 0]
    if not len(steps) or not steps.min() > 0 or np.ptp(steps) > SPACING_TOLERANCE * steps.mean():
        between = f"{steps.min():g} to {steps.max():g}" if len(steps) else "none"
        raise FormatError(
            file.path, f"array 'time': distances between snapshots are {between}, expected one positive distance",
            remedy="Interpolate the snapshots onto even times.",
        )  # fmt: skip
    return float(steps.mean())


def _rates(file: Arrays, name: str, shape: tuple[int, ...]) -> FloatArray:
    rates = _numbers(file, "rates")
    if rates.shape != shape:
        raise FormatError(
            file.path, f"array 'rates' has the shape {rates.shape}, array {name!r} has {shape}",
            remedy="Give the rate of every value at the same snapshot, or leave the rates out.",
        )  # fmt: skip
    return rates


class _Series(NamedTuple):
    """Snapshots with the rates that are stated, the number of their run, and the time between them."""

    values: FloatArray
    rates: FloatArray | None
    runs: IntArray
    step: float


def _parts(path: Path, read: _Series, held: int, derivative: Derivative, *, both: bool) -> Parts:
    """Return both parts of all runs; the ends of runs, where no rate is computed, are in neither."""
    lost = derivative.reach(2) if both else 0 if read.rates is not None else derivative.reach(1)
    known, later = [], []
    least = held + 2 * lost + FEWEST
    for run in np.unique(read.runs):
        frames = np.flatnonzero(read.runs == run)
        if held < 1 or len(frames) < max(least, 2 * derivative.reach(2 if both else 1) + 1):
            raise FormatError(
                path, f"run {run} has {len(frames)} snapshots, expected at least {least}:"
                f" {FEWEST} to learn from, {held} held out and {2 * lost} at the ends",
                remedy="Give longer runs, or hold out fewer snapshots (`held`, at least 1).",
            )  # fmt: skip
        inner = frames[lost : len(frames) - lost]
        known.append(inner[:-held])
        later.append(inner[-held:])
    moved = (read.values, read.runs, read.step, derivative)
    rates = rates_of(*moved)
    if read.rates is not None:
        _same_sampling(path, read.rates, rates)
    whole = Channels(
        read.values,
        rates if read.rates is None else read.rates,
        np.empty((len(read.values), 0)),
        read.runs,
        rates_of(*moved, order=2) if both else None,
        read.step,
    )
    return Parts(whole.part(np.concatenate(known)), whole.part(np.concatenate(later)))


def _same_sampling(path: Path, own: FloatArray, computed: FloatArray) -> None:
    """Refuse rates that are not those of the values, up to noise."""
    factor = float((own * computed).sum() / max(float((computed**2).sum()), np.finfo(float).tiny))
    if not 1 / OTHER_UNIT < factor < OTHER_UNIT:
        raise FormatError(
            path,
            f"array 'rates' is {factor:.3g} times the differences of the values over the time between"
            " snapshots, expected 1",
            remedy="Give rates in the unit of the times and of the same snapshots, or leave them out.",
        )
