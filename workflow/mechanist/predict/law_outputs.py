"""Write a followed law: arrays in one file of NumPy, and a summary that a person can read."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray
from mechanist.predict.followed_states import Followed
from mechanist.predict.found_law import Law

#: Endings of the arrays of an entry of the state: the law itself, mean and band of the draws, truth.
ENDINGS: Final = ("", ":mean", ":low", ":high", ":truth")


def write_followed(path: Path, followed: Followed, truth: Mapping[str, FloatArray]) -> None:
    """Write the arrays of a followed law to an ``.npz`` file; equal arrays give equal bytes.

    It holds ``t``, each axis by its name, ``lost``, and for each entry ``u`` of the state ``u``,
    ``u:mean``, ``u:low``, ``u:high`` and, if it was given, ``u:truth``.
    """
    arrays: dict[str, FloatArray] = {"t": followed.times, **followed.axes, "lost": followed.lost}
    parts = (followed.central, followed.mean, followed.low, followed.high, truth)
    for ending, part in zip(ENDINGS, parts, strict=True):
        arrays |= {name + ending: values for name, values in part.items()}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(values, dtype="<f8"))
            # numpy's own writer would store the time of writing
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, one.getvalue(), zipfile.ZIP_DEFLATED)
    with replacing(path) as temporary:
        temporary.write_bytes(whole.getvalue())


def read_followed(path: Path) -> dict[str, FloatArray]:
    """Return the arrays that :func:`write_followed` has written.

    Raises
    ------
    FormatError
        If the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: np.asarray(file[name], dtype=float) for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        problem = f"not a file of a followed law ({error})"
        raise FormatError(path, problem, remedy="Delete it and run the workflow again.") from error


def summary_of(law: Law, followed: Followed, truth: Mapping[str, FloatArray]) -> dict[str, Json]:
    """Return what is to be known about a followed law."""
    compared: dict[str, Json] = {}
    for name, true in truth.items():
        central = followed.central[name]
        # the first time is the initial state itself, which nothing predicts
        later = (..., slice(1, None))
        error = np.abs(central - true)[later]
        known = bool(np.isfinite(error).any())
        compared[name] = {
            "largest_error": float(np.nanmax(error)) if known else None,
            "spread_of_truth": float(true[later].std()),
            "share_within_band": _within(followed, name, true),
        }
    return {
        "law": law.name,
        "method": law.method,
        "equations": [one.text for one in law.equations],
        "entries": list(law.state),
        "axes": list(followed.axes),
        "verdicts": [one.verdict for one in law.equations],
        "level": followed.level,
        "widest_band": {
            name: _largest(followed.high[name] - low) for name, low in followed.low.items()
        },
        "lost": float(followed.lost.max()),
        "step_change": followed.step_change,
        "notes": list(followed.notes),
        "truth": compared,
        "units": dict(law.units),
    }


def _within(followed: Followed, name: str, true: FloatArray) -> float | None:
    if name not in followed.low:
        return None
    low, high = followed.low[name][..., 1:], followed.high[name][..., 1:]
    return float(((true[..., 1:] >= low) & (true[..., 1:] <= high)).mean())


def _largest(values: FloatArray) -> float | None:
    return float(np.nanmax(values)) if np.isfinite(values).any() else None
