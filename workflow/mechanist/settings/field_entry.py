"""Check the configuration entry of field data to import, before any file is read.

An entry with all possible keys::

    path: run.mat                 # or a list of paths, one trajectory each
    format: mat                   # mat, npz, npy, hdf5, csv; by default that of the suffix
    axes: {x: x, t: t}            # name here: array (or column) in the file, or {start: 0, step: dx},
                                  # where start and step are numbers or names of scalars in the file
    order: [t, x]                 # order of the arrays' dimensions, `column` among them if a source
                                  # names one; needed only where lengths leave several orders open
    fields: {u: usol}             # name here: array, or {array: psi, part: real} (real, imaginary),
                                  # or {array: X, column: 0}: one of the components, from 0;
                                  # in MATLAB files also run.u and U{1}; table.u is a member of a
                                  # compound array
    inputs: {V: potential}        # known fields without an equation
    periodic: [x]
    drop_last: [x]                # periodic axes whose last point repeats the first: it is dropped
    unchecked: [x]                # periodic axes whose ends are not compared
    resample: [t]                 # axes to interpolate to a uniform grid, however uneven they are
    uneven: [t]                   # times are used as they are, without interpolation
    missing: [-999]               # numbers that stand for missing values: they are cut off where they fill
                                  # the ends of an axis, and refused elsewhere
    not_missing: [-999]           # numbers that look like codes for missing values, but are values
    units: {u: m/s, x: m, t: s}
    trajectories: 0               # the dimension (csv: the column) that numbers trajectories
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

PARTS: Final = ("real", "imaginary")
#: Name, in an order of dimensions, of the dimension that numbers components.
COLUMN: Final = "column"
#: Numbers with an exponent but no point, such as 1e-3, are text in YAML 1.1.
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Source:
    """An array of the file, or its real or imaginary part, or one of its components, from 0."""

    array: str
    part: str | None = None
    column: int | None = None


@dataclass(frozen=True)
class Spaced:
    """A uniform axis: first value and spacing, as numbers or names of scalars in the file."""

    start: float | str
    step: float | str


@dataclass(frozen=True, kw_only=True)
class FieldEntry:
    """Field data to import; see the module for the meaning of its keys."""

    paths: tuple[Path, ...]
    axes: dict[str, str | Spaced]
    fields: dict[str, Source]
    inputs: dict[str, Source] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    periodic: frozenset[str] = frozenset()
    drop_last: frozenset[str] = frozenset()
    unchecked: frozenset[str] = frozenset()
    resample: frozenset[str] = frozenset()
    uneven: frozenset[str] = frozenset()
    missing: tuple[float, ...] = ()
    not_missing: tuple[float, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    trajectories: int | str | None = None
    format: str | None = None

    @classmethod
    def from_mapping(cls, entry: Mapping[str, Any]) -> "FieldEntry":
        """Check an entry of the configuration.

        Raises
        ------
        ValueError
            If the entry is invalid; the message names the key, the value and what is allowed.
        """
        known = {f.name for f in fields(cls)} - {"paths"} | {"path"}
        unknown = sorted(set(entry) - known)
        if unknown:
            raise ValueError(f"unknown keys {unknown} in an import entry; it takes {sorted(known)}")
        absent = [key for key in ("path", "axes", "fields") if not entry.get(key)]
        if absent:
            raise ValueError(f"an import entry lacks {absent}; these are required")
        axes = {name: _axis(name, value) for name, value in _mapping(entry, "axes").items()}
        if list(axes)[-1] != "t":
            raise ValueError(
                f"axes: {list(axes)}; list space first and t last, and state the order of the"
                " arrays' dimensions in `order`"
            )
        named = {n: _source(n, v) for n, v in _mapping(entry, "fields").items()}
        inputs = {n: _source(n, v) for n, v in _mapping(entry, "inputs").items()}
        columns = any(one.column is not None for one in [*named.values(), *inputs.values()])
        periodic = frozenset(_among(entry, "periodic", list(axes)))
        resample = frozenset(_among(entry, "resample", list(axes)))
        uneven = frozenset(_among(entry, "uneven", ["t"]))
        if resample & uneven:
            raise ValueError(
                "resample and uneven both name 't'; expected one of them: times are interpolated to a"
                " uniform grid, or used as they are"
            )
        return cls(
            paths=_paths(entry["path"]),
            axes=axes,
            fields=named,
            inputs=inputs,
            order=_order(entry, list(axes), columns=columns),
            periodic=periodic,
            drop_last=frozenset(_among(entry, "drop_last", sorted(periodic))),
            unchecked=frozenset(_among(entry, "unchecked", sorted(periodic))),
            resample=resample,
            uneven=uneven,
            missing=_numbers(entry, "missing"),
            not_missing=_numbers(entry, "not_missing"),
            units={str(n): str(u) for n, u in _mapping(entry, "units").items()},
            trajectories=entry.get("trajectories"),
            format=entry.get("format"),
        )

    def arrays(self) -> list[str]:
        """Return the names of all arrays that the entry reads."""
        axes = [
            part
            for axis in self.axes.values()
            for part in ([axis] if isinstance(axis, str) else [axis.start, axis.step])
            if isinstance(part, str)
        ]
        sources = {**self.fields, **self.inputs}.values()
        return [*axes, *(source.array for source in sources)]


def _mapping(entry: Mapping[str, object], key: str) -> Mapping[str, Any]:
    value = entry.get(key) or {}
    if isinstance(value, Mapping):
        return value
    raise ValueError(f"{key}: {value!r}; expected names, each with its name in the file")


def _paths(value: str | list[str]) -> tuple[Path, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(Path(one) for one in values)


def files_of(entry: Mapping[str, object]) -> list[str]:
    """Return every file that an entry reads: a .npy file stands for its neighbours, too."""
    value = entry["path"]
    paths = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    if entry.get("format") not in (None, "npy"):
        return paths
    found = []
    for path in paths:
        found.append(path)
        if Path(path).suffix.lower() == ".npy":
            parsed = FieldEntry.from_mapping({k: v for k, v in entry.items() if k != "truth"})
            folder = Path(path).parent
            names = (_single(folder, name) for name in parsed.arrays())
            found += sorted({str(one) for one in names} - {path})
    return found


def _single(folder: Path, name: str) -> Path:
    """Return the file of an array of a folder; of a member, that of the compound array."""
    file = folder / f"{name.removesuffix('.npy')}.npy"
    parts = name.split(".")
    wholes = (folder / f"{'.'.join(parts[:k])}.npy" for k in range(len(parts) - 1, 0, -1))
    return file if file.exists() else next((one for one in wholes if one.exists()), file)


def _axis(name: str, value: str | Mapping[str, float | str]) -> str | Spaced:
    if isinstance(value, str):
        return value
    spaced = isinstance(value, Mapping) and "step" in value and set(value) <= {"start", "step"}
    if not spaced:
        raise ValueError(
            f"axes: {name}: {value!r}; expected the name of an array, or {{start: 0, step: 0.1}}"
        )
    parts = {"start": value.get("start", 0.0), "step": value["step"]}
    for key, part in parts.items():
        if type(part) not in (int, float, str):
            raise ValueError(f"axes: {name}: {key}: {part!r}; expected a number or a name")
        if isinstance(part, str) and _NUMBER.fullmatch(part):
            parts[key] = float(part)
    return Spaced(**parts)


def _source(name: str, value: object) -> Source:
    if isinstance(value, str):
        return Source(value)
    if isinstance(value, Mapping) and "array" in value and set(value) <= {"array", "part", COLUMN}:
        part, column = value.get("part"), value.get(COLUMN)
        counted = column is None or (type(column) is int and column >= 0)
        if (part is None or part in PARTS) and counted:
            return Source(str(value["array"]), part, column)
    raise ValueError(
        f"fields: {name}: {value!r}; expected the name of an array, {{array: name, part: real}}"
        f" with a part among {list(PARTS)}, or {{array: name, column: 0}} with a component from 0"
    )


def _among(entry: Mapping[str, object], key: str, names: list[str]) -> list[str]:
    value = entry.get(key) or []
    if not isinstance(value, list | tuple) or not set(value) <= set(names):
        kind = "periodic axes" if key in {"drop_last", "unchecked"} else "axes"
        raise ValueError(f"{key}: {value!r}; expected a list of {kind} among {names}")
    return list(value)


def _numbers(entry: Mapping[str, object], key: str) -> tuple[float, ...]:
    value = entry.get(key) or []
    if not isinstance(value, list | tuple) or any(type(one) not in (int, float) for one in value):
        raise ValueError(f"{key}: {value!r}; expected a list of numbers, as in [-999, 1.0e+20]")
    return tuple(float(one) for one in value)


def _order(entry: Mapping[str, object], axes: list[str], *, columns: bool) -> tuple[str, ...]:
    """Return the declared order of dimensions, empty if none is declared."""
    order = _among(entry, "order", [*axes, COLUMN] if columns else axes)
    if order and sorted(name for name in order if name != COLUMN) != sorted(axes):
        raise ValueError(f"order: {order}; expected each of {axes} once")
    if order.count(COLUMN) > 1:
        raise ValueError(f"order: {order}; expected {COLUMN!r} once")
    return tuple(order)
