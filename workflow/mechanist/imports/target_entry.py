"""What an entry of the configuration says about the target of a glass, checked before any file is read."""

import math
import re
from collections.abc import Mapping
from typing import Final

from mechanist.core.narrowing import text
from mechanist.settings.target_names import NO_LOAD

#: Keys that say more about a target.
TARGET_KEYS: Final = ("target_path", "target_value", "target_name", "target_unit")
_PLAIN: Final = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
#: Names that mean something else in tables.
RESERVED: Final = ("sample", "load", "object", "fold", "target", "truth", "prediction", "plastic")


def check_target(entry: Mapping[str, object]) -> None:
    """Refuse a target that has no name in tables, whose load has no frames, or that has two sources.

    Parameters
    ----------
    entry : mapping
        Entry of the configuration for one trajectory.

    Raises
    ------
    ValueError
        The message names the key, its value and a remedy.
    """
    if entry.get("load_name") == NO_LOAD:
        raise ValueError(
            f"load_name: {NO_LOAD!r} stands for a target without a load; choose another"
        )
    target, rest = entry.get("target"), entry.get("frames", "all") == []
    if target is None:
        given = [key for key in TARGET_KEYS if key in entry]
        if given:
            raise ValueError(f"{given[0]}: {entry[given[0]]!r} is given without `target`; add it")
        return
    if rest and entry.get("load") is not None:
        raise ValueError(
            f"target: {target!r} has a load but no frames under it (`frames: []`, in the sheet `deformed:"
            " none`). Choose frames, or leave `load` out if the target belongs to no load"
        )
    if rest and entry.get("load_name") is not None:
        raise ValueError(
            f"load_name: {entry['load_name']!r} names no load, since there are no frames under load;"
            " leave it out"
        )
    if not rest and entry.get("target_path") is not None:
        raise ValueError(
            f"target_path: {str(entry['target_path'])!r} can hold only a target that belongs to no load"
            " (`frames: []`, in the sheet `deformed: none`); a target under load is a column of its frames"
        )
    value = entry.get("target_value")
    if value is not None:
        _check_value(entry, value, rest=rest)
    name = text(entry.get("target_name") or target)
    if (rest or "target_name" in entry) and (not _PLAIN.fullmatch(name) or name in RESERVED):
        raise ValueError(
            f"{'target_name' if 'target_name' in entry else 'target'}: {name!r} cannot be the name of the"
            " target in tables; expected letters, digits, points, minus signs and underscores, a letter"
            f" first, and none of {list(RESERVED)}. State another as `target_name`"
        )


def _check_value(entry: Mapping[str, object], value: object, *, rest: bool) -> None:
    """Refuse one number for a whole sample that is no number, or not the only target."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(
            f"target_value: {value!r}; expected a finite number; leave out samples without"
        )
    if not rest:
        raise ValueError(
            f"target_value: {value!r} belongs to the whole sample, not to a frame under load; choose no"
            " frames (`frames: []`, in the sheet `deformed: none`)"
        )
    if entry.get("target_path") is not None:
        raise ValueError(f"target_value: {value!r} is given beside `target_path`; leave one out")
