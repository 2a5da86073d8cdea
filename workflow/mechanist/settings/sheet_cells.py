"""Convert cells of a sample sheet to the entries of the configuration that they define."""

import re
from typing import Final

from mechanist.settings.sheet_errors import DECIMAL_POINT, CellError

#: Cells that mark a column as not applicable.
NOTHING: Final = ("", "-")
_FRAME: Final = re.compile(r"(t?)(\d{1,18})", re.ASCII)
_NEGATIVE: Final = re.compile(r"t?-\d+", re.ASCII)
#: First and last frame of a range, both included, and the step between frames.
_RANGE: Final = re.compile(r"(t?)(\d{1,18})\.\.(t?)(\d{1,18})(?:\.\.(\d{1,18}))?", re.ASCII)
_MOST_FRAMES: Final = 1_000_000
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SPACE: Final = 3
#: Valid forms of a load.
LOADS: Final = (
    "inferred, simple_shear xy, uniaxial -z, or a displacement gradient of nine numbers"
    " as in 0 1 0; 0 0 0; 0 0 0"
)


def name_of(cell: str) -> str:
    """Return a name that is valid in file names.

    Raises
    ------
    CellError
        If it holds other characters than a to z, 0 to 9 and underscores.
    """
    if _NAME.fullmatch(cell):
        return cell
    raise CellError(
        f"{cell!r}, expected a name", "Use letters a to z, digits and underscores, a letter first."
    )


def pairs_of(cell: str) -> dict[str, str]:
    """Return pairs such as ``1=Cu 2=Zr``.

    Raises
    ------
    CellError
        If a word is not a pair, or a name occurs twice.
    """
    pairs: dict[str, str] = {}
    for word in cell.replace(",", " ").split():
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise CellError(f"{word!r}, expected name=value", "Write pairs, as in 1=Cu 2=Zr.")
        if set(word) & set(";") or "=" in value:
            raise CellError(
                f"{word!r}, expected name=value", "Separate pairs by blanks, as in 1=Cu 2=Zr."
            )
        if key in pairs:
            raise CellError(f"{key!r} occurs twice", "Give it one value.")
        pairs[key] = value
    return pairs


def dimension_of(cell: str) -> int:
    """Return 2 or 3."""
    if cell in {"2", "3"}:
        return int(cell)
    raise CellError(f"{cell!r}, expected 2 or 3", "It is never guessed.")


def load_of(cell: str) -> dict[str, object] | None:
    """Return a load as in the configuration, or None if it is to be inferred.

    Parameters
    ----------
    cell : str
        ``inferred``; ``simple_shear xy`` or ``uniaxial z``, with a minus before the axes to reverse
        it; or the nine numbers of a displacement gradient, rows separated by semicolons.

    Raises
    ------
    CellError
        If it is none of these.
    """
    words = cell.split()
    if words == ["inferred"]:
        return None
    if len(words) == 2 and words[0] in {"simple_shear", "uniaxial"}:
        key = "plane" if words[0] == "simple_shear" else "axis"
        sense = -1 if words[1].startswith("-") else 1
        return {"type": words[0], key: words[1].removeprefix("-"), "sense": sense}
    rows = [row.split() for row in cell.split(";")]
    for token in (token for row in rows for token in row):
        if _COMMA.fullmatch(token):
            raise CellError(f"{token!r}, expected a number", DECIMAL_POINT)
    good = [[float(t) for t in row if _NUMBER.fullmatch(t)] for row in rows]
    if [len(row) for row in good] == [_SPACE] * _SPACE == [len(row) for row in rows]:
        return {"type": "tensor", "gradient": good}
    raise CellError(f"{cell!r}, expected a load", f"Write {LOADS}.")


def loads_of(cell: str) -> str | list[dict[str, object]]:
    """Return ``scan``, or loads separated by commas, as in ``simple_shear xy, uniaxial -x``.

    Raises
    ------
    CellError
        If one of them is not a load, or none is given.
    """
    if cell == "scan":
        return cell
    found = []
    for part in cell.split(","):
        load = load_of(part.strip())
        if load is None:
            raise CellError(
                f"{part.strip()!r}, expected a load",
                "Nothing can be inferred from a single state: write scan, or loads such as"
                " simple_shear xy, uniaxial -x",
            )
        found.append(load)
    return found


def frame_of(cell: str) -> int | dict[str, int]:
    """Return a frame: ``3`` by its index from 0, ``t3000`` by its timestep."""
    match = _FRAME.fullmatch(cell)
    if match:
        return {"timestep": int(match[2])} if match[1] else int(match[2])
    raise CellError(
        f"{cell!r}, expected a frame",
        "Write an index from 0, as in 3, or a timestep, as in t3000; ranges as in 1..10.",
    )


def reference_of(cell: str) -> tuple[str | None, int | dict[str, int]]:
    """Return file and frame of the reference; the file is None if only a frame is given.

    Parameters
    ----------
    cell : str
        A frame as for :func:`frame_of`, a file, or both as in ``before.dump@3``.
    """
    if _FRAME.fullmatch(cell):
        return None, frame_of(cell)
    if _NEGATIVE.fullmatch(cell):
        raise CellError(
            f"{cell!r}, expected a frame", "Frames are counted from 0, from the first on."
        )
    path, at, frame = cell.rpartition("@")
    return (path, frame_of(frame)) if at else (cell, 0)


def target_of(cell: str) -> tuple[str, str | None, float | None]:
    """Return name, file and value of the target.

    Parameters
    ----------
    cell : str
        A column of the sample's own file; a file and a column or array, ``values.npz@propensity``; or
        a name and one number for the whole sample, ``failure_strain=0.073``.

    Raises
    ------
    CellError
        If a part is missing, or the number has no name.
    """
    name, equals, value = cell.partition("=")
    if _COMMA.fullmatch(value.strip() or name):
        raise CellError(f"{cell!r}, expected a number", DECIMAL_POINT)
    if equals or _NUMBER.fullmatch(cell):
        if not (name.strip() and _NUMBER.fullmatch(value.strip())):
            raise CellError(
                f"{cell!r}, expected a column, or a name and a number",
                "Write one number for a whole sample with its name, as in failure_strain=0.073.",
            )
        return name.strip(), None, float(value)
    path, at, column = cell.rpartition("@")
    if at and not (path and column):
        raise CellError(f"{cell!r}, expected a file and a column", "Write values.npz@propensity.")
    return (column, path, None) if at else (cell, None, None)


def frames_of(cell: str) -> str | list[int | dict[str, int]]:
    """Return ``all``, ``none`` (an empty list), or frames and ranges separated by blanks.

    A range includes both ends: ``3..9``, every third as in ``0..9..3``, and by timestep
    ``t1000..t5000..1000``.
    """
    if cell == "all":
        return cell
    if cell == "none":
        return []
    return [frame for word in cell.replace(",", " ").split() for frame in _frames(word)]


def _frames(word: str) -> list[int | dict[str, int]]:
    """Return the frames of one word."""
    match = _RANGE.fullmatch(word)
    if match is None:
        return [frame_of(word)]
    by_step = match[1] == "t"
    first, last, step = int(match[2]), int(match[4]), int(match[5] or 1)
    if match[1] != match[3] or first > last or not step or (by_step and match[5] is None):
        raise CellError(
            f"{word!r}, expected a range of frames",
            "Write both ends by index as in 3..9 or 0..9..3, or by timestep with the number of steps"
            " between frames as in t1000..t5000..1000.",
        )
    numbers = range(first, last + 1, step)
    if len(numbers) > _MOST_FRAMES:
        raise CellError(f"{word!r} names {len(numbers)} frames", "Write all, or a shorter range.")
    return [{"timestep": number} if by_step else number for number in numbers]
