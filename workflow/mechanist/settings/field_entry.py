"""Check the configuration entry of field data to import, before any file is read.

An entry with all possible keys::

    path: run.mat                 # or a list of paths, one trajectory each
    format: mat                   # mat, npz, hdf5, csv; by default that of the suffix
    axes: {x: x, t: t}            # name here: array (or column) in the file, or {start: 0, step: dx},
                                  # where start and step are numbers or names of scalars in the file
    order: [t, x]                 # order of the arrays' dimensions; by default that of `axes`
    fields: {u: usol}             # name here: array, or {array: psi, part: real} (real, imaginary)
    inputs: {V: potential}        # known fields without an equation
    periodic: [x]
    units: {u: m/s, x: m, t: s}
    trajectories: 0               # the dimension (csv: the column) that numbers trajectories
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

PARTS: Final = ("real", "imaginary")


@dataclass(frozen=True)
class Source:
    """An array of the file, or its real or imaginary part."""

    array: str
    part: str | None = None


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
        return cls(
            paths=_paths(entry["path"]),
            axes=axes,
            fields={n: _source(n, v) for n, v in _mapping(entry, "fields").items()},
            inputs={n: _source(n, v) for n, v in _mapping(entry, "inputs").items()},
            order=_order(entry, list(axes)),
            periodic=frozenset(_among(entry, "periodic", list(axes))),
            units={str(n): str(u) for n, u in _mapping(entry, "units").items()},
            trajectories=entry.get("trajectories"),
            format=entry.get("format"),
        )


def _mapping(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = entry.get(key) or {}
    if isinstance(value, Mapping):
        return value
    raise ValueError(f"{key}: {value!r}; expected names, each with its name in the file")


def _paths(value: Any) -> tuple[Path, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(Path(one) for one in values)


def _axis(name: str, value: Any) -> str | Spaced:
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
    return Spaced(**parts)


def _source(name: str, value: Any) -> Source:
    if isinstance(value, str):
        return Source(value)
    if isinstance(value, Mapping) and set(value) == {"array", "part"} and value["part"] in PARTS:
        return Source(str(value["array"]), str(value["part"]))
    raise ValueError(
        f"fields: {name}: {value!r}; expected the name of an array, or {{array: name, part: real}}"
        f" with a part among {list(PARTS)}"
    )


def _among(entry: Mapping[str, Any], key: str, axes: list[str]) -> list[str]:
    value = entry.get(key) or []
    if not isinstance(value, list | tuple) or not set(value) <= set(axes):
        raise ValueError(f"{key}: {value!r}; expected a list of axes among {axes}")
    return list(value)


def _order(entry: Mapping[str, Any], axes: list[str]) -> tuple[str, ...]:
    order = _among(entry, "order", axes) or axes
    if sorted(order) != sorted(axes):
        raise ValueError(f"order: {order}; expected each of {axes} once")
    return tuple(order)
