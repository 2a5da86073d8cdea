"""Parameters of laws as one table of numbers, for user-material codes.

A CSV file with the columns ``name,i,j,k,value,unit``: a row for each number, with indices counted
from 1 on as in Fortran, empty where a parameter has fewer. Of parameters with three indices, rows
that are zero are left out. Lines above the columns begin with ``#``; the first of them names what
the table holds, and the others explain it.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.described_columns import Column, text

COLUMNS: Final = ("name", "i", "j", "k", "value", "unit")
MEANINGS: Final[Mapping[str, Column]] = {
    "name": text("Name of the parameter; the lines above the table explain it."),
    "i": text("First index, counted from 1; empty if the parameter has none."),
    "j": text("Second index, counted from 1; empty if the parameter has none."),
    "k": text("Third index, counted from 1; empty if the parameter has none."),
    "value": text("Value, a number in the unit of the row or a word."),
    "unit": text("Unit of the value; empty for words and 1 for pure numbers."),
}
#: Parameters whose values are words.
WORDS: Final = ("family", "systems", "lattice")
_AGAIN: Final = "Delete it and run the workflow again."
_KIND: Final = "# Parameters of "


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter with its unit.

    Parameters
    ----------
    values : float, ndarray, str or sequence of str
        A number, an array of up to three indices, a word, or a word for each index.
    unit : str
        Empty if it has none.
    """

    values: float | FloatArray | str | Sequence[str]
    unit: str = ""


def write_parameters(
    path: Path, kind: str, parameters: Mapping[str, Parameter], *, notes: Sequence[str] = ()
) -> None:
    """Write a table.

    Parameters
    ----------
    path : Path
    kind : str
        What it holds, such as ``"a hardening law"``.
    parameters : mapping of str to Parameter
    notes : sequence of str
        Lines that explain the parameters.
    """
    rows = []
    for name, parameter in parameters.items():
        values = np.asarray(parameter.values)
        for index in np.argwhere(values) if values.ndim == 3 else np.ndindex(values.shape):
            places = [str(int(one) + 1) for one in index]
            value = values[tuple(index)]
            shown = str(value) if name in WORDS else repr(float(value))
            rows.append((name, *places, *[""] * (3 - len(places)), shown, parameter.unit))
    title = f"{_KIND.removeprefix('# ')}{kind}"
    comment = "\n".join([title, *notes])
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    write_csv(path, table, title=title, columns=MEANINGS, comment=comment)


@dataclass(frozen=True, eq=False)
class ParameterTable:
    """What a table holds.

    Parameters
    ----------
    path : Path
        Named in messages.
    rows : dict of str to dict of tuple of int to str
        Values by name and indices, these counted from 0 on.
    """

    path: Path
    rows: dict[str, dict[tuple[int, ...], str]]

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a parameter in the order of its index."""
        rows = self._rows(name)
        return tuple(rows[index] for index in sorted(rows))

    def number(self, name: str) -> float:
        """Return a parameter without indices."""
        return float(self.array(name, ()))

    def array(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """Return a parameter with indices; of three indices, rows that are absent are zero.

        Raises
        ------
        FormatError
            If a row is missing, has other indices, or its value is not a finite number.
        """
        rows = self._rows(name) if len(shape) < 3 else self.rows.get(name, {})
        wanted = set(np.ndindex(shape))
        wrong = sorted(set(rows) - wanted) or (sorted(wanted - set(rows)) if len(shape) < 3 else [])
        if wrong:
            place = tuple(one + 1 for one in wrong[0])
            problem = f"{name} of shape {shape} has too many or too few rows, the first at {place}"
            raise FormatError(self.path, problem, remedy=_AGAIN)
        values = np.zeros(shape)
        for index, shown in rows.items():
            values[index] = _finite(self.path, name, shown)
        return values

    def _rows(self, name: str) -> dict[tuple[int, ...], str]:
        if name not in self.rows:
            problem = f"no rows of {name!r}; there are {sorted(self.rows)}"
            raise FormatError(self.path, problem, remedy=_AGAIN)
        return self.rows[name]


def read_parameters(path: Path, kind: str) -> ParameterTable:
    """Read a table that :func:`write_parameters` wrote.

    Raises
    ------
    FormatError
        If the file cannot be read, holds something else, or a row is damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(path, f"not readable ({error})", remedy=_AGAIN) from error
    if not lines or lines[0] != f"{_KIND}{kind}":
        seen = lines[0] if lines else "an empty file"
        raise FormatError(path, f"expected '{_KIND}{kind}', seen {seen!r}", remedy=_AGAIN, line=1)
    start = sum(line.startswith("#") for line in lines)
    if lines[start : start + 1] != [",".join(COLUMNS)]:
        problem = f"expected the columns {','.join(COLUMNS)} below the lines that begin with '#'"
        raise FormatError(path, problem, remedy=_AGAIN, line=start + 1)
    rows: dict[str, dict[tuple[int, ...], str]] = {}
    for number, row in enumerate(csv.reader(lines[start + 1 :]), start=start + 2):
        try:
            name, *indices, value, _ = row
            index = tuple(int(one) - 1 for one in indices if one)
            if len(indices) != 3 or min(index, default=0) < 0 or index in rows.get(name, {}):
                raise ValueError(f"indices {indices}, seen before or not counted from 1 on")
        except ValueError as error:
            problem = f"not a row of {','.join(COLUMNS)} ({error})"
            raise FormatError(path, problem, remedy=_AGAIN, line=number) from error
        rows.setdefault(name, {})[index] = value
    return ParameterTable(path, rows)


def _finite(path: Path, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise FormatError(path, f"{name} = {text!r}; expected a finite number", remedy=_AGAIN)
    return value
