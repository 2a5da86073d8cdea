"""Tables of slip: densities, slip rates, stresses and density rates of every slip system, by state.

A CSV file, one line per state, with columns ``run`` (a whole number: states of one run are not
independent), and for each slip system ``i`` from 0 on, in the order of
:func:`mechanist.mechanics.slip_systems.slip_systems`: ``rho_i`` (1/m^2), ``gamma_dot_i`` (1/s),
``tau_i`` (resolved stress, MPa) and ``d_rho_i`` (1/(m^2 s)). Lines starting with # are comments.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.errors import FormatError
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.csv_grid import LongTable, read_long_table
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_crystals import SLIP

RUN: Final = "run"
DENSITY, RATE, STRESS, GROWTH = QUANTITIES = ("rho", "gamma_dot", "tau", "d_rho")


@dataclass(frozen=True, eq=False)
class SlipTable:
    """States of crystals that slip.

    Parameters
    ----------
    runs : ndarray of shape (m,), int64
        Independent run of each state.
    densities, rates, stresses, growths : ndarray of shape (m, n)
        Dislocation densities (1/m^2), slip rates (1/s), resolved stresses (MPa) and rates of the
        densities (1/(m^2 s)) of n slip systems.

    Raises
    ------
    ValueError
        If shapes do not agree or there is no state.
    """

    runs: IntArray
    densities: FloatArray
    rates: FloatArray
    stresses: FloatArray
    growths: FloatArray

    def __post_init__(self) -> None:
        """Check shapes."""
        shapes = [
            getattr(self, name).shape for name in ("densities", "rates", "stresses", "growths")
        ]
        if len(set(shapes)) != 1 or len(shapes[0]) != 2 or shapes[0][:1] != self.runs.shape:
            raise ValueError(
                f"shapes {shapes} for {self.runs.shape} runs; expected (states, systems) four times"
            )
        if not len(self.runs):
            raise ValueError("no states; expected at least one")

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def n_systems(self) -> int:
        """Number of slip systems."""
        return self.densities.shape[1]

    def select(self, rows: BoolArray | IntArray) -> "SlipTable":
        """Return the table of the given states."""
        return SlipTable(
            self.runs[rows], self.densities[rows], self.rates[rows], self.stresses[rows],
            self.growths[rows],
        )  # fmt: skip


def columns_of(n_systems: int) -> list[str]:
    """Return the names of all columns of a table."""
    return [RUN, *(f"{name}_{i}" for name in QUANTITIES for i in range(n_systems))]


def write_slip_table(path: Path, table: SlipTable, *, comment: str = "") -> None:
    """Write a table with numbers of ten digits.

    Parameters
    ----------
    path : Path
    table : SlipTable
    comment : str
        Written before the column names, each line after a #.
    """
    values = np.hstack([table.densities, table.rates, table.stresses, table.growths])
    frame = pd.DataFrame(values, columns=columns_of(table.n_systems)[1:])
    frame.insert(0, RUN, table.runs)
    columns = {name: SLIP[name.rstrip("0123456789").removesuffix("_")] for name in frame.columns}
    write_csv(
        path,
        frame,
        title="States of slip systems, by the number of the system in the names",
        columns=columns,
        float_format="%.10g",
        comment=comment,
    )


def read_slip_table(path: Path, n_systems: int) -> SlipTable:
    """Read a table of slip.

    Parameters
    ----------
    path : Path
        CSV file as described in the module.
    n_systems : int
        Number of slip systems that it must have.

    Raises
    ------
    FormatError
        If the file cannot be read, columns are missing or superfluous, a value is not a finite
        number, a run is not a whole number, a density is not positive, or all slip rates are zero.
    """
    names = columns_of(n_systems)
    try:
        read = read_long_table(path, names)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(path, f"not a readable text file ({error})",
                          remedy="Name a CSV file of slip.") from error  # fmt: skip
    header = next(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    superfluous = sorted({word.strip() for word in header.split(",")} - set(names))
    if superfluous:
        raise FormatError(
            path,
            f"column {superfluous[0]!r} is not one of {n_systems} slip systems",
            remedy="Name the right set of slip systems, or remove the column.",
        )
    whole = "expected a whole number"
    _refuse(read, RUN, lambda v: v != np.round(v), whole, "Number the independent runs.")
    for i in range(n_systems):
        _refuse(read, f"{DENSITY}_{i}", lambda v: v <= 0.0, "expected a positive density in 1/m^2",
                "Give a small density where there is none.")  # fmt: skip
    blocks = [
        np.column_stack([read.columns[f"{name}_{i}"] for i in range(n_systems)])
        for name in QUANTITIES
    ]
    if not blocks[1].any():
        raise FormatError(
            path, "all slip rates are zero", remedy="Give states of crystals that slip."
        )
    return SlipTable(read.columns[RUN].astype(np.int64), *blocks)


def _refuse(
    read: LongTable,
    name: str,
    wrong: Callable[[FloatArray], BoolArray],
    expected: str,
    remedy: str,
) -> None:
    bad = np.flatnonzero(wrong(read.columns[name]))
    if len(bad):
        raise FormatError(
            read.path,
            f"value is {read.columns[name][bad[0]]:g}, {expected}",
            remedy=remedy,
            line=int(read.lines[bad[0]]),
            column=name,
        )
