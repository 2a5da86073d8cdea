"""Increments of a DAMASK 3 result: those that are stored, and those that are kept."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.formats.damask_cells import INCREMENT


def stored_increments(path: Path, file: h5py.File) -> list[int]:
    """Return the numbers of stored increments in order.

    Raises
    ------
    FormatError
        If the first is not 0, or times do not increase.
    """
    numbers = sorted(int(key.removeprefix(INCREMENT)) for key in file if key.startswith(INCREMENT))
    if not numbers or numbers[0] != 0:
        remedy = "A result cut from a restart lacks the initial state: give the whole result."
        raise FormatError(path, f"increments are {numbers}, expected 0 as the first", remedy=remedy)
    times = [float(file[f"{INCREMENT}{number}"].attrs.get("t/s", np.nan)) for number in numbers]
    wrong = np.flatnonzero(~(np.diff(times) > 0))
    if len(wrong):
        k = int(wrong[0])
        raise FormatError(
            path,
            f"increment {numbers[k]} is at {times[k]:g} s, increment {numbers[k + 1]} at"
            f" {times[k + 1]:g} s; expected increasing times",
            remedy="Several runs seem to share this file: write each result to its own file.",
        )
    return numbers


def chosen_increments(path: Path, stored: list[int], increments: Sequence[int] | None) -> list[int]:
    """Return the increments to keep: the first, and those that are named, or all.

    Raises
    ------
    FormatError
        If one that is named is not stored.
    """
    if increments is None:
        return stored
    missing = sorted(set(increments) - set(stored))
    if missing:
        problem = f"increments {missing} are not stored; stored are {stored}"
        raise FormatError(path, problem, remedy="Name stored increments, or rerun with f_out: 1.")
    return sorted({0, *increments})
