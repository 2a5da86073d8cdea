"""Targets that belong to no load: one value for each particle of the reference.

Examples are the propensity of Bapst et al. (2020), https://doi.org/10.1038/s41567-020-0842-8, a thermal
barrier, or a measured mobility. NaN means that a particle was not measured.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.target_files import NUMBERS, ONE_EACH, target_from_file
from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.settings.target_names import AT_REST

#: Fewest different values that can be ranked.
_FEWEST: Final = 2
_ARRAY_FORMATS: Final = ("hdf5", "npz", "pickle")
_RANK: Final = "A model learns differences between particles: write values that differ."


def rest_path(entry: ImportEntry, frame: TrajectoryFrame, reference: Configuration) -> LoadPath:
    """Return the path of a target that belongs to no load: its only frame is the reference.

    One number for the whole sample is a target of one value.

    Parameters
    ----------
    entry : ImportEntry
        With a target and without frames under load.
    frame : TrajectoryFrame
        The reference as its file states it.
    reference : Configuration
        The same, with named species.

    Raises
    ------
    FormatError
        If there is not one number for each particle, or all that were measured are equal.
    """
    name = str(entry.quantity)
    if entry.target_value is not None:
        values = np.array([float(entry.target_value)])
    elif entry.target_path is None:
        values = _own_column(entry, frame)
    else:
        values = target_from_file(entry.target_path, str(entry.target), frame)
    problem = "" if entry.target_value is not None else _unrankable(values)
    if problem:
        if entry.target_path is None:
            raise frame.error(problem, remedy=_RANK, column=entry.target)
        raise FormatError(entry.target_path, problem, remedy=_RANK, column=entry.target)
    zero = np.zeros((3, 3))
    state = Frame(AT_REST, reference, np.eye(3), {name: values})
    return LoadPath(gradient=zero, tensor=zero, curve={"strain": np.zeros(1)}, frames=(state,))


def _own_column(entry: ImportEntry, frame: TrajectoryFrame) -> FloatArray:
    """Return the target from a column of the file of the reference."""
    name = str(entry.target)
    if name not in frame.extra:
        raise _absent(entry, frame, name)
    values = frame.extra[name]
    if values.dtype.kind in "SUO":
        k, word = _first_text(values)
        raise frame.error(
            f"{word!r} for id {frame.ids[k]}, expected a number, since it is the target",
            remedy=ONE_EACH,
            particle=k,
            column=name,
        )
    if values.shape != (len(frame),) or values.dtype.kind not in NUMBERS:
        raise frame.error(
            f"holds {values.dtype} of shape {values.shape}, expected one real number for each of"
            f" {len(frame)} particles",
            remedy=ONE_EACH,
            column=name,
        )
    target = values.astype(float)
    endless = np.isinf(target)
    if endless.any():
        k = int(np.argmax(endless))
        raise frame.error(
            f"{values[k]} for id {frame.ids[k]}, expected a finite number, or NaN for a particle that"
            " was not measured",
            remedy="Find out why there is no value.",
            particle=k,
            column=name,
        )
    return target


def _absent(entry: ImportEntry, frame: TrajectoryFrame, name: str) -> FormatError:
    """Return the error for a target that the file of the reference does not hold for each particle."""
    form = entry.formats[frame.path]
    if form in _ARRAY_FORMATS:
        shape = open_arrays(frame.path, format_of(frame.path, form)).shapes().get(name)
        if shape is not None:
            return frame.error(
                f"the target has the shape {shape}, expected one number for each of {len(frame)}"
                " particles",
                remedy=ONE_EACH,
                column=name,
            )
    numbers = [n for n, v in frame.extra.items() if v.ndim == 1 and v.dtype.kind in NUMBERS]
    return frame.error(
        f"no column {name!r} in the frame of the reference; numeric columns: {numbers}",
        remedy="Correct `target`, or give the file that holds it (in the sheet as in values.npz@name).",
        column=name,
    )


def _first_text(values: NDArray[np.generic]) -> tuple[int, str]:
    """Return the place and the content of the first value that is no number."""
    for k, value in enumerate(values.ravel()):
        word = value.decode() if isinstance(value, bytes) else str(value)
        try:
            float(word)
        except ValueError:
            return k // max(1, values.size // len(values)), word
    return 0, str(values.ravel()[0])


def _unrankable(values: FloatArray) -> str:
    """Return why values cannot be a target, or nothing."""
    known = values[~np.isnan(values)]
    if not len(known):
        return f"all {len(values)} values are NaN, expected numbers for the particles that were measured"
    if len(np.unique(known)) < _FEWEST:
        some = (
            ""
            if len(known) == len(values)
            else f" of the {len(known)} particles that were measured"
        )
        return f"every value{some} is {known[0]:g}, expected a target that varies between particles"
    return ""
