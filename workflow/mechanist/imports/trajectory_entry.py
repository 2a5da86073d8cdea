"""Configuration of a trajectory to import, validated before any file is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, get_args

from mechanist.core.path_patterns import matching_files
from mechanist.formats.lammps_atom_styles import STYLES
from mechanist.formats.lammps_box import Bounds
from mechanist.formats.trajectory import IdPolicy
from mechanist.formats.trajectory_files import FORMATS, STREAMED, WITH_IDS
from mechanist.imports.target_entry import check_target

#: Largest volume change of isochoric loading, relative to the path's largest strain.
VOLUME_TOLERANCE: Final = 0.05
#: Frames from one to another, by index or by timestep, perhaps with a step.
FRAME_RANGE: Final = re.compile(r"(t?)(\d+)\.\.(?:\1)(\d+)(?:\.\.(\d+))?", re.ASCII)
_ALONG: Final = ("x", "y", "z")


@dataclass(frozen=True)
class FrameChoice:
    """A frame by its index in its file, counted from 0, or by its timestep."""

    index: int | None = None
    timestep: int | None = None

    def __str__(self) -> str:
        """Return the choice as written in the configuration."""
        return str(self.index) if self.timestep is None else f"{{timestep: {self.timestep}}}"

    def fits(self, index: int, timestep: int) -> bool:
        """Return whether this is the choice of the frame of an index and a timestep."""
        return timestep == self.timestep if self.index is None else index == self.index


@dataclass(frozen=True, kw_only=True)
class ImportEntry:
    """One trajectory to import as one sample under one load.

    Parameters
    ----------
    reference_path, deformed_path : tuple of Path
        Files of the state before loading and of the states under load, each of one or more frames. If
        they are the same, the configuration calls them ``path``; it may give a list, a pattern or a
        numbered range (see :mod:`mechanist.core.path_patterns`).
    format : str
        One of :data:`~mechanist.formats.trajectory_files.FORMATS`.
    species : dict of str to str
        Name of each label in the file.
    dimension : int
        2 or 3.
    units : str
        Unit system, such as ``lj`` or ``metal``.
    reference : FrameChoice
        State before loading, in ``reference_path``. Default: the first frame.
    frames : tuple of FrameChoice, optional
        States under load, in ``deformed_path``; empty to import the reference alone. Default: all
        frames, or in the reference's file all frames after the reference.
    load : dict, optional
        As for simulations (see :func:`mechanist.mechanics.loads.gradient_of`), but not ``random``.
        Default: inferred from the cells.
    load_name : str
        Name of the load in tables.
    bounds, ids : str
        How to read a file that departs from its format (see the readers).
    volume_tolerance : float
        Largest accepted volume change, relative to the largest equivalent shear strain.
    reference_format : str, optional
        Format of ``reference_path`` if it is not ``format``.
    lenient : bool
        Whether a truncated last frame is dropped and recorded, instead of raising an error.
    group : str, optional
        Group; samples that are not independent of each other share one. Default: its own group.
    atom_style : str, optional
        Style of the section Atoms of LAMMPS data files that do not state it.
    periodic : tuple of str
        Directions in which the sample repeats: all, or ``("x", "y")`` for a film in an otherwise
        empty box, whose length along z is no strain.
    target : str, optional
        Column with the quantity to predict for each particle: of the states under load or, if ``frames``
        is empty, of the reference, so that the target belongs to no load.
    target_path : Path, optional
        File that holds a target of the reference, if it is not that of the reference.
    target_value : float, optional
        One number for the whole sample, in place of a column.
    target_name, target_unit : str, optional
        What tables and figures call the target, and its unit. Default: its column, and none.
    not_missing : tuple of float
        Numbers that are values although they look like codes for missing ones.
    """

    reference_path: tuple[Path, ...]
    deformed_path: tuple[Path, ...]
    format: str
    species: dict[str, str]
    dimension: int
    units: str
    reference: FrameChoice = field(default_factory=lambda: FrameChoice(index=0))
    frames: tuple[FrameChoice, ...] | None = None
    load: dict[str, object] | None = None
    load_name: str = "imported"
    bounds: Bounds = "standard"
    ids: IdPolicy = "file"
    volume_tolerance: float = VOLUME_TOLERANCE
    reference_format: str | None = None
    lenient: bool = False
    group: str | None = None
    atom_style: str | None = None
    periodic: tuple[str, ...] = ()
    target: str | None = None
    not_missing: tuple[float, ...] = ()
    target_path: Path | None = None
    target_value: float | None = None
    target_name: str | None = None
    target_unit: str = ""

    @property
    def quantity(self) -> str | None:
        """Name of the target in tables and on figures; None without a target."""
        return self.target_name or self.target

    @property
    def at_rest(self) -> bool:
        """Whether the target is one of the reference, which belongs to no load."""
        return self.target is not None and self.frames == ()

    @property
    def strained_dimension(self) -> int:
        """Number of axes, from x on, whose change of shape counts as load."""
        return len(self.periodic) or self.dimension

    @property
    def formats(self) -> dict[Path, str]:
        """Format of each file, the reference's first."""
        first = self.reference_format or self.format
        return dict.fromkeys(self.reference_path, first) | dict.fromkeys(
            self.deformed_path, self.format
        )

    @classmethod
    def from_mapping(cls, entry: Mapping[str, Any]) -> "ImportEntry":
        """Build from an entry of the configuration and validate it.

        Raises
        ------
        ValueError
            If the entry is invalid; the message names the key, its value and the allowed values.
        """
        _check_keys(entry, {f.name for f in fields(cls)} | {"path"})
        _check_values(entry)
        values = dict(entry)
        if "path" in values:
            values["reference_path"] = values["deformed_path"] = values.pop("path")
        for key in ("reference_path", "deformed_path"):
            values[key] = tuple(Path(path) for path in matching_files(values[key]))
        values["target_unit"] = str(entry.get("target_unit", ""))
        if "target_path" in values:
            values["target_path"] = Path(values["target_path"])
        values["species"] = {str(label): name for label, name in entry["species"].items()}
        values["periodic"] = tuple(entry.get("periodic", ()))
        values["not_missing"] = tuple(float(one) for one in entry.get("not_missing", ()))
        values["volume_tolerance"] = float(entry.get("volume_tolerance", VOLUME_TOLERANCE))
        if "reference" in values:
            values["reference"] = _choice("reference", values["reference"])
        if values.get("frames", "all") == "all":
            values["frames"] = None
        else:
            listed = values["frames"]
            items = [listed] if isinstance(listed, str) else listed
            values["frames"] = tuple(choice for item in items for choice in _choices(item))
        if values["frames"] == () and {"target", "target_path"} & set(values) == {"target"}:
            # One frame holds all: no particle is matched with one elsewhere.
            values.setdefault("ids", "order")
        return cls(**values)


def _check_keys(entry: Mapping[str, object], known: set[str]) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ValueError(f"unknown keys {unknown} in an import entry; it takes {sorted(known)}")
    required = ("format", "species", "dimension", "units")
    missing = [key for key in required if key not in entry]
    if missing:
        raise ValueError(f"an import entry lacks {missing}; these are never guessed")
    paths = sorted({"path", "reference_path", "deformed_path"} & set(entry))
    if paths not in (["path"], ["deformed_path", "reference_path"]):
        raise ValueError(f"an import entry has {paths}; expected path, or reference_path together"
                         " with deformed_path")  # fmt: skip


def _check_values(entry: Mapping[str, Any]) -> None:
    allowed: dict[str, tuple[object, ...]] = {
        "format": FORMATS,
        "dimension": (2, 3),
        "bounds": get_args(Bounds),
        "ids": get_args(IdPolicy),
        "reference_format": FORMATS,
        "atom_style": STYLES,
    }
    for key, values in allowed.items():
        if key in entry and (isinstance(entry[key], bool) or entry[key] not in values):
            raise ValueError(f"{key}: {entry[key]!r}; expected one of {list(values)}")
    if entry.get("lenient", False) not in (True, False):
        raise ValueError(f"lenient: {entry['lenient']!r}; expected true or false")
    _check_use(entry)
    periodic = list(entry.get("periodic", _ALONG[: entry["dimension"]]))
    films = [list(_ALONG[:n]) for n in {2, entry["dimension"]}]
    if periodic not in films:
        raise ValueError(
            f"periodic: {periodic}; expected {' or '.join(map(str, sorted(films)))}: a sample may be open"
            " along z only"
        )
    species = entry["species"]
    if not isinstance(species, Mapping) or not species:
        raise ValueError(f"species: {species!r}; expected a name for each label, as in {{1: A}}")
    tolerance = entry.get("volume_tolerance", VOLUME_TOLERANCE)
    if not (isinstance(tolerance, int | float) and tolerance >= 0):
        raise ValueError(f"volume_tolerance: {tolerance!r}; expected a number of at least 0")
    frames = entry.get("frames", "all")
    if not isinstance(frames, list | tuple) and frames != "all" and not _is_range(frames):
        raise ValueError(f"frames: {frames!r}; expected a list, a range as in 1..10, or 'all'")
    check_target(entry)
    load = entry.get("load")
    if load is not None and load.get("type") == "random":
        raise ValueError("load type 'random' is for simulations; state the load, or leave it out")


def _check_use(entry: Mapping[str, object]) -> None:
    """Raise ValueError for keys that none of the entry's formats uses."""
    used = {entry["format"], entry.get("reference_format", entry["format"])}
    takers_of = {
        "bounds": ("lammps_dump",),
        "ids": WITH_IDS,
        "lenient": STREAMED,
        "atom_style": ("lammps_data",),
    }
    for key, takers in takers_of.items():
        if key in entry and not used & set(takers):
            raise ValueError(f"{key} is for {' and '.join(takers)} only; leave it out")
    if "reference_format" in entry and "path" in entry:
        raise ValueError("reference_format is for a separate reference_path only; leave it out")


def _is_range(value: object) -> bool:
    return isinstance(value, str) and FRAME_RANGE.fullmatch(value) is not None


def _choices(item: object) -> list[FrameChoice]:
    """Return the frames that an item of a list names: one, or a range with both ends."""
    match = FRAME_RANGE.fullmatch(item) if isinstance(item, str) else None
    if match is None:
        return [_choice("frames", item)]
    first, last, step = int(match[2]), int(match[3]), int(match[4] or 1)
    if first > last or not step:
        raise ValueError(
            f"frames: {item!r}; expected an ascending range, as in 1..10 or t0..t500..100"
        )
    numbers = range(first, last + 1, step)
    return [FrameChoice(timestep=n) if match[1] else FrameChoice(index=n) for n in numbers]


def _choice(key: str, value: object) -> FrameChoice:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return FrameChoice(index=value)
    if isinstance(value, Mapping) and set(value) == {"timestep"}:
        return FrameChoice(timestep=int(value["timestep"]))
    raise ValueError(f"{key}: {value!r}; expected an index from 0, or {{timestep: ...}}")
