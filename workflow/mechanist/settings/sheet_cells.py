"""Convert cells of a sample sheet to the entries of the configuration that they define."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

#: Cells that mark a column as not applicable.
NOTHING: Final = ("", "-")
_FRAME: Final = re.compile(r"(t?)(\d+)", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_POINT: Final = "Write decimal points; commas separate values."
_SPACE: Final = 3
#: Valid forms of a load.
LOADS: Final = (
    "inferred, simple_shear xy, uniaxial -z, or a displacement gradient of nine numbers"
    " as in 0 1 0; 0 0 0; 0 0 0"
)


class _Loader(yaml.SafeLoader):
    """Reads 1e-3 as a number, as YAML 1.2 does; in YAML 1.1 it is text, as it has no point."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+$"),
    list("+-.0123456789"),
)


class CellError(ValueError):
    """A cell is invalid for its column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}")


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
        if key in pairs:
            raise CellError(f"{key!r} occurs twice", "Give it one value.")
        pairs[key] = value
    return pairs


def dimension_of(cell: str) -> int:
    """Return 2 or 3."""
    if cell in {"2", "3"}:
        return int(cell)
    raise CellError(f"{cell!r}, expected 2 or 3", "It is never guessed.")


def load_of(cell: str) -> dict[str, Any] | None:
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
            raise CellError(f"{token!r}, expected a number", _POINT)
    good = [[float(t) for t in row if _NUMBER.fullmatch(t)] for row in rows]
    if [len(row) for row in good] == [_SPACE] * _SPACE == [len(row) for row in rows]:
        return {"type": "tensor", "gradient": good}
    raise CellError(f"{cell!r}, expected a load", f"Write {LOADS}.")


def frame_of(cell: str) -> int | dict[str, int]:
    """Return a frame: ``3`` by its index from 0, ``t3000`` by its timestep."""
    match = _FRAME.fullmatch(cell)
    if match:
        return {"timestep": int(match[2])} if match[1] else int(match[2])
    raise CellError(
        f"{cell!r}, expected a frame", "Write an index from 0, as in 3, or a timestep, as in t3000."
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
    path, at, frame = cell.rpartition("@")
    return (path, frame_of(frame)) if at else (cell, 0)


def frames_of(cell: str) -> str | list[int | dict[str, int]]:
    """Return ``all``, ``none`` (an empty list), or frames separated by blanks."""
    if cell == "all":
        return cell
    return [] if cell == "none" else [frame_of(word) for word in cell.replace(",", " ").split()]


def options_of(cell: str) -> dict[str, Any]:
    """Return further keys, written as in the configuration on one line.

    Raises
    ------
    CellError
        If the cell is not a mapping, a key occurs twice, or a number has a decimal comma.
    """
    remedy = "Write further keys as in the configuration: {bounds: unextended, lenient: true}."
    try:
        options = yaml.load(cell, Loader=_Loader)  # noqa: S506  (a safe loader)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise CellError(f"{cell!r} cannot be read ({said})", remedy) from error
    if not isinstance(options, dict):
        raise CellError(f"{cell!r}, expected keys and values in braces", remedy)
    for key in _repeated(yaml.compose(cell)):
        raise CellError(f"{key!r} occurs twice", "Give it one value.")
    strange = [key for key in options if not isinstance(key, str)]
    if strange:
        raise CellError(f"{strange[0]!r} is given where a key is expected", _POINT)
    return options


def _repeated(node: yaml.Node | None) -> Iterator[str]:
    """Yield keys that occur twice in one mapping, of which YAML keeps the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        yield from (key for k, key in enumerate(keys) if key in keys[:k])
        for _, value in node.value:
            yield from _repeated(value)
