"""Tables of pair potentials in LAMMPS's own format (``pair_style table``).

The format is described at https://docs.lammps.org/pair_table.html. A file has a section for each pair of
species, whose keyword is the two names joined by an underscore, and its distances are equally spaced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

#: Distances may differ from equal steps by this part of a step: numbers are rounded in files.
UNEVEN: Final = 1e-3
_REMEDY: Final = (
    "Write it as LAMMPS's `pair_style table` reads it, by `N <number> R <first> <last>`."
)
#: Distances of a section, at least.
FEWEST: Final = 8
#: Words of a line of a section: number, distance, energy, force.
_WORDS: Final = 4


@dataclass(frozen=True, eq=False)
class PairTable:
    """Energy and force of one pair of species at equally spaced distances.

    Parameters
    ----------
    name : str
        Keyword of its section.
    first, last : float
        First and last distance.
    energy, force : ndarray of shape (m,)
    """

    name: str
    first: float
    last: float
    energy: FloatArray
    force: FloatArray


def keyword(one: str, other: str) -> str:
    """Return the keyword of the section of a pair of species."""
    return f"{one}_{other}"


def write_pair_tables(path: Path, tables: Sequence[PairTable], *, comments: Sequence[str]) -> None:
    """Write tables, with comments at the head of the file."""
    lines = [f"# {comment}" for comment in comments]
    for table in tables:
        m = len(table.force)
        lines += ["", table.name, f"N {m} R {table.first:.17g} {table.last:.17g}", ""]
        distances = np.linspace(table.first, table.last, m)
        rows = zip(distances, table.energy, table.force, strict=True)
        lines += [f"{k} {r:.17g} {e:.17g} {f:.17g}" for k, (r, e, f) in enumerate(rows, 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_pair_tables(path: Path, species: Sequence[str]) -> dict[str, PairTable]:
    """Read the section of every pair of species.

    Parameters
    ----------
    path : Path
    species : sequence of str

    Returns
    -------
    dict
        A table for each pair, under both orders of its names.

    Raises
    ------
    FormatError
        If the file is missing, is no such table, lacks a pair, or its distances are not equally spaced.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(path, f"not readable ({error})", remedy=_REMEDY) from error
    sections = dict(_sections(path, lines))
    found: dict[str, PairTable] = {}
    for one, other in combinations_with_replacement(species, 2):
        names = (keyword(one, other), keyword(other, one))
        table = next((sections[name] for name in names if name in sections), None)
        if table is None:
            raise FormatError(
                path, f"no section {names[0]!r}; it has {sorted(sections)}",
                remedy="Name each section after its two species, joined by an underscore.",
            )  # fmt: skip
        found |= dict.fromkeys(names, table)
    return found


def _sections(path: Path, lines: Sequence[str]) -> Iterator[tuple[str, PairTable]]:
    """Yield the sections of a file."""
    told = [(k, words) for k, line in enumerate(lines, 1) if (words := line.split("#")[0].split())]
    at = 0
    while at < len(told):
        number, (name, *_) = told[at]
        try:
            entries = told[at + 1][1]
            count = int(dict(zip(entries[::2], entries[1::2], strict=False))["N"])
        except (IndexError, KeyError, ValueError) as error:
            problem = f"no line `N <number>` with a whole number follows the keyword {name!r}"
            raise FormatError(path, problem, remedy=_REMEDY, line=number) from error
        rows = told[at + 2 : at + 2 + count]
        values = np.array([_numbers(path, k, words) for k, words in rows]).reshape(-1, _WORDS)
        if len(rows) < max(count, FEWEST):
            raise FormatError(
                path, f"the section {name!r} has {len(rows)} lines; expected {count}, at least {FEWEST}",
                remedy=_REMEDY, line=number,
            )  # fmt: skip
        step = np.diff(values[:, 1])
        if step.min() <= 0 or np.ptp(step) > UNEVEN * step.mean():
            raise FormatError(
                path, f"distances of the section {name!r} are not equally spaced and increasing: steps from"
                f" {step.min():.6g} to {step.max():.6g}", remedy=_REMEDY, line=rows[0][0],
            )  # fmt: skip
        yield name, PairTable(name, values[0, 1], values[-1, 1], values[:, 2], values[:, 3])
        at += 2 + count


def _numbers(path: Path, line: int, words: Sequence[str]) -> list[float]:
    """Return the four finite numbers of a line."""
    try:
        found = [float(word) for word in words]
    except ValueError:
        found = []
    if len(found) != _WORDS or not np.isfinite(found).all():
        raise FormatError(
            path, f"{' '.join(words)!r} is not a number, a distance, an energy and a force",
            remedy=_REMEDY, line=line,
        )  # fmt: skip
    return found
