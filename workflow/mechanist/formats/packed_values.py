"""Values that HDF5 attributes say are packed or missing, as netCDF files and climate models write.

The attributes are those of the CF conventions (section 8.1 and 2.5.1,
https://cfconventions.org/cf-conventions/cf-conventions.html) and of netCDF: ``scale_factor``,
``add_offset``, ``_Unsigned``, ``_FillValue``, ``missing_value``, ``valid_min``, ``valid_max`` and
``valid_range``. All limits are in the units of the stored values.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import BoolArray

#: What netCDF stores in values that were never written.
NEVER_WRITTEN: Final = 9.969209968386869e36
_SHIFTS: Final = ("scale_factor", "add_offset")
_MARKS: Final = ("_FillValue", "missing_value")
_LIMITS: Final = ("valid_range", "valid_min", "valid_max")


def unpacked_values(
    path: Path,
    name: str,
    values: NDArray[np.generic],
    attributes: Mapping[str, object],
    notes: list[str],
) -> NDArray[np.generic]:
    """Return the values that an array stands for.

    Parameters
    ----------
    path, name
        File and array, named in errors.
    values : ndarray
        As stored.
    attributes : mapping
        Attributes of the array.
    notes : list of str
        Receives a sentence if values are converted.

    Returns
    -------
    ndarray
        The same array if nothing is packed, else double-precision numbers.

    Raises
    ------
    FormatError
        If a value is marked as missing or lies outside the valid range, or an attribute is no
        number.
    """
    if values.dtype.kind not in "fiu" or not values.size:
        return values
    given = {key: _numbers(path, name, key, attributes[key])
             for key in (*_SHIFTS, *_LIMITS, *_MARKS) if key in attributes}  # fmt: skip
    other = {"true": "u", "false": "i"}.get(_text(attributes.get("_Unsigned")).lower())
    if other and values.dtype.kind in "iu":  # limits and marks are stored in the same way
        bits = values.dtype.itemsize
        values = values.view(f"{values.dtype.str[0]}{other}{bits}")
        given |= {
            key: marks.view(f"{marks.dtype.str[0]}{other}{bits}")
            for key, marks in given.items()
            if key not in _SHIFTS and marks.dtype.kind in "iu" and marks.dtype.itemsize == bits
        }
    _refuse_missing(path, name, values, given)
    shifts = {key: _shift(path, name, key, given[key]) for key in _SHIFTS if key in given}
    if not shifts:
        return values
    notes.append(f"array {name!r} is unpacked by " + ", ".join(f"{k} {v:g}" for k, v in shifts.items()))  # fmt: skip
    scaled = values.astype(np.float64) * shifts.get("scale_factor", 1.0)
    return np.asarray(scaled + shifts.get("add_offset", 0.0))


def of_member(
    path: Path, array: str, way: tuple[str, ...], attributes: Mapping[str, object]
) -> dict[str, object]:
    """Return the attributes of a member of a compound array.

    Raises
    ------
    FormatError
        If the array has a scale, an offset, a mark or a limit that does not say for which members.
    """
    found: dict[str, object] = {}
    for key, value in attributes.items():
        held = np.asarray(value)
        for name in way:
            held = held[name] if name in (held.dtype.names or ()) else np.empty(0)
        if held.size and held.dtype.names is None:
            found[key] = held
        elif key in (*_SHIFTS, *_LIMITS, *_MARKS, "_Unsigned"):
            raise FormatError(
                path,
                f"array {array!r} has the attribute {key!r}, {np.asarray(value).tolist()!r}, which does not say of which of"
                f" its members; {'.'.join(way)!r} is to be read",
                remedy=f"Store {'.'.join(way)} as an array of its own, with its attributes, or delete"
                " the attribute if it is of no effect.",
            )
    return found


def _refuse_missing(
    path: Path, name: str, values: NDArray[np.generic], given: Mapping[str, NDArray[np.generic]]
) -> None:
    for key in _MARKS:
        for mark in given.get(key, ()):
            _refuse(path, name, values, _equal(values, mark), f"{key} is {mark:g}")
    if values.dtype.kind == "f" and "_FillValue" not in given:
        never = _equal(values, NEVER_WRITTEN)
        _refuse(path, name, values, never, "netCDF marks values that were never written so")
    low = np.append(given.get("valid_min", []), given.get("valid_range", [])[:1])
    high = np.append(given.get("valid_max", []), given.get("valid_range", [])[1:])
    for limit in low:
        _refuse(path, name, values, values < limit, f"the least valid value is {limit:g}")
    for limit in high:
        _refuse(path, name, values, values > limit, f"the largest valid value is {limit:g}")


def _equal(values: NDArray[np.generic], mark: float) -> BoolArray:
    """Return where values are a mark, which was rounded to their type."""
    if np.isnan(mark):
        return np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    with np.errstate(over="ignore"):
        rounded = values.dtype.type(mark) if values.dtype.kind == "f" else mark
    return np.asarray(values == rounded)


def _refuse(path: Path, name: str, values: NDArray[np.generic], wrong: BoolArray, why: str) -> None:
    if not wrong.any():
        return
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    raise FormatError(
        path,
        f"{int(wrong.sum())} of {values.size} values of array {name!r} are missing, the first is"
        f" {values[at]:g} at index {at} ({why})",
        remedy="Fill or cut out missing values, and store the result.",
    )


def _shift(path: Path, name: str, key: str, value: NDArray[np.generic]) -> float:
    shift = float(value[0])
    if len(value) == 1 and np.isfinite(shift) and (shift or key != "scale_factor"):
        return shift
    raise FormatError(
        path,
        f"attribute {key!r} of array {name!r} is {value.tolist()}, expected one finite number"
        + (" other than 0" if key == "scale_factor" else ""),
        remedy="Correct the attribute, or store the array without it.",
    )


def _numbers(path: Path, name: str, key: str, value: object) -> NDArray[np.generic]:
    numbers = np.atleast_1d(np.asarray(value)).ravel()
    if numbers.dtype.kind in "fiu" and numbers.size:
        return numbers
    raise FormatError(
        path,
        f"attribute {key!r} of array {name!r} is {value!r}, expected a number",
        remedy="Correct the attribute, or store the array without it.",
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
