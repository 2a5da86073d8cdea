"""Batches of planar dislocation microstructures, curved lines as polygons, in one HDF5 file.

Layout (``mechanist.microstructures/1``)::

    /                      attributes: schema
    /samples/<name>        attributes: label, side, seed
        vertices           of all lines, concatenated, unwrapped
        counts             vertices of each line
        periods            of each line: zero for loops, else multiples of the side

Lengths are in b, which points along x; lines lie in the slip plane, whose x and y are periodic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

SCHEMA: Final = "mechanist.microstructures/1"
_REMEDY: Final = "Delete it and run the workflow again."
_MIN_VERTICES: Final = 2


class Line(NamedTuple):
    """A directed polygon on the periodic plane.

    ``vertices`` has shape (n, 2); ``period`` of shape (2,) leads from the first vertex to the
    image of it that closes the line: zero for a loop, else multiples of the side.
    """

    vertices: FloatArray
    period: FloatArray


@dataclass(frozen=True, eq=False)
class Microstructure:
    """One independent sample.

    Parameters
    ----------
    name : str
        Unique name.
    label : str
        Class that the sample was generated as.
    side : float
        Side of the square periodic cell, in b.
    lines : tuple of Line
    seed : int
        Seed of the random numbers of the sample.

    Raises
    ------
    ValueError
        If the side is not positive, a number is not finite, or a line does not close on the
        periodic plane.
    """

    name: str
    label: str
    side: float
    lines: tuple[Line, ...]
    seed: int = -1

    def __post_init__(self) -> None:
        """Validate the side, and the vertices and closure of each line."""
        if not self.side > 0:
            raise ValueError(f"{self.name}: side = {self.side}; expected a positive length")
        for k, line in enumerate(self.lines):
            if line.vertices.ndim != 2 or line.vertices.shape[1] != 2:
                raise ValueError(
                    f"{self.name}, line {k}: vertices.shape = {line.vertices.shape}; expected"
                    " (n, 2)"
                )
            if len(line.vertices) < _MIN_VERTICES or not np.isfinite(line.vertices).all():
                raise ValueError(
                    f"{self.name}, line {k}: {len(line.vertices)} vertices, or some not finite;"
                    f" expected at least {_MIN_VERTICES} finite ones"
                )
            cells = line.period / self.side
            if not np.allclose(cells, np.round(cells), atol=1e-9):
                raise ValueError(
                    f"{self.name}, line {k}: its ends lie {line.period} apart; expected multiples"
                    f" of the side {self.side:g}, as a line does not end inside a crystal"
                )


def write_microstructures(path: Path, samples: Sequence[Microstructure]) -> None:
    """Write samples in one step; equal samples give equal bytes.

    Raises
    ------
    ValueError
        If two samples share a name.
    """
    names = [sample.name for sample in samples]
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: sample names occur twice; expected unique ones")
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        for sample in samples:
            group = file.create_group(f"samples/{sample.name}")
            group.attrs["label"] = sample.label
            group.attrs["side"] = sample.side
            group.attrs["seed"] = sample.seed
            group["vertices"] = np.concatenate([line.vertices for line in sample.lines])
            group["counts"] = np.array([len(line.vertices) for line in sample.lines], np.int32)
            group["periods"] = np.array([line.period for line in sample.lines])


def read_microstructures(path: Path) -> list[Microstructure]:
    """Read all samples of a file, in order of their names.

    Raises
    ------
    FormatError
        If the file is not of this schema or is damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                raise FormatError(
                    path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=_REMEDY
                )
            return [_sample_from(name, group) for name, group in file["samples"].items()]
    except (OSError, KeyError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        problem = f"not readable microstructures ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error


def _sample_from(name: str, group: h5py.Group) -> Microstructure:
    vertices = np.split(group["vertices"][()], np.cumsum(group["counts"][()])[:-1])
    return Microstructure(
        name=name,
        label=str(group.attrs["label"]),
        side=float(group.attrs["side"]),
        lines=tuple(map(Line, vertices, group["periods"][()])),
        seed=int(group.attrs["seed"]),
    )
