"""Read and write tracks of particles as CSV text: frame, particle, x, y, and what else is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.formats.csv_lines import lines_of, words_of

NEEDED: Final = ("frame", "particle", "x", "y")
OPTIONAL: Final = ("z", "radius", "species")
_REMEDY: Final = "See docs/formats.md, which describes the table of tracks."


@dataclass(frozen=True, eq=False)
class ParticleTracks:
    """Tracks of one sample.

    Parameters
    ----------
    table : DataFrame
        Columns :data:`NEEDED` and those of :data:`OPTIONAL` that are known, sorted by frame and
        particle; frames are numbered from 0.
    vanishing : int
        Particles that are missing in a later frame after they were seen.
    appearing : int
        Particles that are missing in an earlier frame.
    """

    table: pd.DataFrame
    vanishing: int
    appearing: int


def read_tracks(path: Path) -> ParticleTracks:
    """Return the tracks of a CSV file with a header.

    Parameters
    ----------
    path : Path
        A line for each particle in each frame; columns that are not known are left aside.

    Raises
    ------
    FormatError
        If a column is missing, a cell is no number, a particle is twice in a frame, a frame between
        others is missing, or there are fewer than two frames.
    """
    lines = [line.rstrip("\r\n") for line in lines_of(path)]
    kept = [(k, line) for k, line in enumerate(lines, start=1) if line.strip()]
    if not kept:
        raise FormatError(path, "the table is empty", remedy=_REMEDY)
    header = [word.strip().lower() for word in words_of(path, kept[0][0], kept[0][1], ())]
    columns = _columns(path, header, kept[0][0])
    rows = []
    for number, line in kept[1:]:
        words = words_of(path, number, line, header)
        if len(words) != len(header):
            problem = f"{len(words)} cells, expected {len(header)} as in the header"
            raise FormatError(path, problem, remedy="Correct the line.", line=number)
        rows.append([_cell(path, words[at], name, number) for name, at in columns.items()])
    table = pd.DataFrame(rows, columns=list(columns))
    table["line"] = [number for number, _ in kept[1:]]
    _check(path, table)
    table = table.drop(columns="line").sort_values(["frame", "particle"], ignore_index=True)
    table["frame"] -= table["frame"].min()
    seen = table.groupby("particle")["frame"].agg(["min", "max", "size"])
    last = int(table["frame"].max())
    return ParticleTracks(
        table,
        vanishing=int(
            ((seen["max"] < last) | (seen["max"] - seen["min"] + 1 > seen["size"])).sum()
        ),
        appearing=int((seen["min"] > 0).sum()),
    )


def write_tracks(path: Path, table: pd.DataFrame) -> None:
    """Write tracks in the form that :func:`read_tracks` reads, in one step."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def _columns(path: Path, header: Sequence[str], line: int) -> dict[str, int]:
    """Return where the columns stand that are read."""
    missing = [name for name in NEEDED if name not in header]
    if missing:
        problem = f"column {missing[0]!r} is missing; the header is {list(header)}"
        raise FormatError(path, problem, remedy=_REMEDY, line=line)
    found = {name: header.index(name) for name in (*NEEDED, *OPTIONAL) if name in header}
    twice = [name for name in found if header.count(name) > 1]
    if twice:
        problem = f"column {twice[0]!r} is there twice"
        raise FormatError(path, problem, remedy="Remove one of them.", line=line)
    return found


def _cell(path: Path, word: str, name: str, line: int) -> float | int | str:
    word = word.strip()
    if name == "species":
        if word:
            return word
        raise FormatError(path, "it is empty, expected a name", remedy="Fill it in.", line=line,
                          column=name)  # fmt: skip
    try:
        value = float(word)
    except ValueError:
        value = np.nan
    whole = name in ("frame", "particle")
    if not np.isfinite(value) or (whole and (value != int(value) or value < 0)):
        wanted = "a whole number from 0" if whole else "a finite number"
        raise FormatError(path, f"{word!r}, expected {wanted}", remedy="Correct the cell.",
                          line=line, column=name)  # fmt: skip
    return int(value) if whole else value


def _check(path: Path, table: pd.DataFrame) -> None:
    twice = table.duplicated(["frame", "particle"])
    if twice.any():
        row = table[twice].iloc[0]
        raise FormatError(
            path,
            f"particle {row['particle']} is twice in frame {row['frame']}",
            remedy="Give every particle of a frame a number of its own.",
            line=int(row["line"]),
            column="particle",
        )
    frames = np.unique(table["frame"])
    if len(frames) < 2:
        problem = f"it has {len(frames)} frame, expected at least 2"
        raise FormatError(path, problem, remedy="Tracks need two frames or more.")
    gap = np.flatnonzero(np.diff(frames) != 1)
    if len(gap):
        before, after = frames[gap[0]], frames[gap[0] + 1]
        raise FormatError(
            path,
            f"frame {before} is followed by frame {after}",
            remedy="Number frames one after the other, or add those that are missing.",
        )
