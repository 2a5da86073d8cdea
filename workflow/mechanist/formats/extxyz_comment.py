"""Read the second line of extended XYZ frames: https://github.com/libAtoms/extxyz.

Programs write this line in several dialects, and users add free words to it. It is therefore read
leniently, but only for the keys that are used; whatever else it holds is passed over. These few
are then held to the format strictly.
"""

import re
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.lammps_box import Box
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import Kind, parse_reals

#: Kind of the columns of each property, by its letter.
KINDS: Final[dict[str, Kind]] = {"S": "text", "R": "real", "I": "integer", "L": "text"}
#: Logical values.
LOGICAL: Final = {**dict.fromkeys(("T", "True", "TRUE", "true"), True),
                  **dict.fromkeys(("F", "False", "FALSE", "false"), False)}  # fmt: skip
_FLAGS: Final = {**LOGICAL, "1": True, "0": False}
_USED: Final = ("Lattice", "Properties", "pbc", "Origin", "timestep")
_NEEDED: Final = ("Lattice", "Properties")
_ANY_CASE: Final = ("timestep", "pbc")
_SPECIES: Final = ("species", "type")
_POSITIONS: Final = ("R", 3)
_IDS: Final = ("I", 1)
_PARTNER: Final = {"[": "]", "{": "}"}
_EQUALS: Final = re.compile(r"\s*=\s*")
_PLAIN: Final = re.compile(r"[^\s=]+")
_VALUE: Final = re.compile(r"\S*")
#: What may follow a closed value: a blank, after a comma or semicolon at most, or the end.
_AFTER: Final = re.compile(r"[,;]?(?!\S)")
_MARKS: Final = ",;:'\"[]{}()"
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_ROWS: Final = re.compile(r"\[\s*\[([^\[\]]*)\]\s*,\s*\[([^\[\]]*)\]\s*,\s*\[([^\[\]]*)\]\s*\]")

#: Name, letter and number of columns of each property.
Properties = list[tuple[str, str, int]]


def read_comment(text: TextFile, line: int) -> dict[str, str]:
    """Return the used keys of a comment line with their values, without quotation marks.

    Values may stand in quotation marks of both kinds, in braces or in brackets, which are both
    returned as brackets; elsewhere they end at a blank. ``timestep`` and ``pbc`` may be written in any case.

    Raises
    ------
    FormatError
        If a used key is stated twice or touches other text, a free word holds a double quotation
        mark, or ``Lattice`` or ``Properties`` is missing.
    """
    content = text.line(line)
    info: dict[str, str] = {}
    alike: dict[str, str] = {}  # needed keys that are written in another case
    position = 0
    while position < len(content):
        key, after = _word(content, position)
        equals = _EQUALS.match(content, after)
        if equals is None:  # a free word
            if (
                '"' in key and content[position] != '"'
            ):  # what stood before the mark may be a used key
                raise text.error(
                    f"{key[:40]!r} holds a quotation mark without a partner",
                    remedy="Close all quotation marks, and open them after `=` alone.",
                    line=line,
                )
            position = after if after > position else position + 1
            continue
        value, position = _value(content, equals.end())
        key = key.lower() if key.lower() in _ANY_CASE else key
        alike[key.capitalize()] = key
        if key in _USED and key in info:
            raise text.error(f"{key!r} is stated twice", remedy="State it once.", line=line)
        if key not in _USED and key.strip(_MARKS) in _USED:
            problem = f"the key {key!r} is none, expected {key.strip(_MARKS)!r} after a blank"
            raise text.error(problem, remedy="Separate keys by blanks alone.", line=line)
        if key in _USED:
            info[key] = value
            if not _AFTER.match(content, position):
                seen = content[position : position + 20]
                problem = f"{seen!r} directly after the value of {key}, expected a blank"
                raise text.error(
                    problem,
                    remedy="Close all quotation marks, and separate entries by blanks.",
                    line=line,
                )
    for key in _NEEDED:
        if key not in info:
            raise text.error(
                f"no {key}=... in {content[:60]!r}",
                remedy=f"Write {key} in place of {alike[key]}, if it is meant."
                if key in alike
                else "Write extended XYZ, whose second line states Lattice and Properties; plain"
                " XYZ lacks them. Close all quotation marks.",
                line=line,
            )
    return info


def _word(content: str, start: int) -> tuple[str, int]:
    """Return a key or a free word, and the position after it."""
    quoted = _quoted(content, start)
    if quoted is not None:
        return quoted
    found = _PLAIN.match(content, start)
    return (found[0], found.end()) if found else ("", start)


def _value(content: str, start: int) -> tuple[str, int]:
    """Return a value, and the position after it."""
    quoted = _quoted(content, start)
    if quoted is not None:
        return quoted
    end = _closing(content, start)
    if end is not None:
        return f"[{content[start + 1 : end - 1]}]", end
    found = _VALUE.match(content, start)
    return (found[0], found.end()) if found else ("", start)


def _quoted(content: str, start: int) -> tuple[str, int] | None:
    """Return what stands in quotation marks at ``start``, and the position after them."""
    mark = content[start : start + 1]
    if mark not in {'"', "'"}:
        return None
    position, kept = start + 1, ""
    while position < len(content) and content[position] != mark:
        position += content[position] == "\\"  # the next character is literal
        kept += content[position : position + 1]
        position += 1
    return (kept, position + 1) if position < len(content) else None


def _closing(content: str, start: int) -> int | None:
    """Return the position after the bracket that closes the one at ``start``, if there is one."""
    if content[start : start + 1] not in _PARTNER:
        return None
    expected: list[str] = []
    position = start
    while position < len(content):
        quoted = _quoted(content, position)
        if quoted is not None:
            position = quoted[1]
            continue
        character = content[position]
        position += 1
        if character in _PARTNER:
            expected.append(_PARTNER[character])
        elif expected and character == expected[-1]:
            expected.pop()
            if not expected:
                return position
    return None


def whole_timestep(info: dict[str, str]) -> int | None:
    """Return the timestep, or None if none is stated or it is not a whole number."""
    stated = info.get("timestep", "")
    return int(stated.partition(".")[0]) if _WHOLE.fullmatch(stated) else None


def read_properties(text: TextFile, line: int, info: dict[str, str]) -> Properties:
    """Return the properties of each particle, in the order of their columns.

    Raises
    ------
    FormatError
        If they are not of the format, or positions or ids are not of their kind.
    """
    fields = info["Properties"].strip("[]").split(":")
    found = [
        (name, letter, int(width) if width.isdecimal() else 0)
        for name, letter, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    ]
    names = [name for name, _, _ in found]
    sound = all(name and letter in KINDS and width > 0 for name, letter, width in found)
    if len(fields) % 3 or not sound or len(set(names)) != len(names):
        raise text.error(
            f"Properties={info['Properties']}, expected name:kind:columns for each property, with"
            f" different names and a kind of {', '.join(KINDS)}",
            remedy="Write for example Properties=species:S:1:pos:R:3:id:I:1.",
            line=line,
        )
    known = {name: (letter, width) for name, letter, width in found}
    for name, expected in (("pos", _POSITIONS), ("id", _IDS)):
        seen = known.get(name, expected if name == "id" else None)
        if seen != expected:
            letter, width = expected
            problem = f"Properties={info['Properties']}, expected {name}:{letter}:{width}"
            remedy = "Write positions, and ids if any, in this form."
            raise text.error(problem, remedy=remedy, line=line, column=name)
    return found


def label_of(text: TextFile, line: int, properties: Properties) -> str:
    """Return the property that holds the species.

    Raises
    ------
    FormatError
        If there is none.
    """
    for name in _SPECIES:
        if any(p[0] == name and p[1] in "SI" and p[2] == 1 for p in properties):
            return name
    remedy = "Write a property species:S:1; any names will do."
    seen = [name for name, _, _ in properties]
    raise text.error(f"no species among the properties {seen}", remedy=remedy, line=line)


def read_cell(text: TextFile, line: int, info: dict[str, str]) -> Box:
    """Return cell, origin and periodicity.

    Raises
    ------
    FormatError
        If a number is missing, the cell is empty or left-handed, or a flag is not logical.
    """
    cell = _numbers(text, line, info, "Lattice", 9).reshape(3, 3)
    if not np.linalg.det(cell) > 0:
        problem = f"the cell has volume {np.linalg.det(cell):g}, expected a positive one"
        remedy = "Give right-handed cell vectors, one after the other."
        raise text.error(problem, remedy=remedy, line=line, column="Lattice")
    origin = _numbers(text, line, info, "Origin", 3) if "Origin" in info else np.zeros(3)
    flags = _items(info.get("pbc", "T T T"))
    if len(flags) != 3 or any(flag not in _FLAGS for flag in flags):
        remedy = "Write three values, each T or F."
        raise text.error(f"pbc={info['pbc']!r}", remedy=remedy, line=line, column="pbc")
    return Box(cell, origin, (_FLAGS[flags[0]], _FLAGS[flags[1]], _FLAGS[flags[2]]))


def _numbers(
    text: TextFile, line: int, info: dict[str, str], key: str, expected: int
) -> FloatArray:
    """Return the numbers of a list or, row by row, of a list of three lists of three."""
    value = info[key].removeprefix("_JSON ").strip()
    rows = _ROWS.fullmatch(value)
    if rows is not None and [len(_items(f"[{row}]")) for row in rows.groups()] == [3, 3, 3]:
        value = f"[{','.join(rows.groups())}]"
    fields = _items(value)
    if "[" in value[1:]:
        problem = f"{key}={info[key][:60]}, expected {expected} numbers, or three rows of three"
        raise text.error(problem, remedy="Close every bracket.", line=line, column=key)
    if len(fields) != expected:
        problem = f"{key} has {len(fields)} numbers, expected {expected}"
        raise text.error(problem, remedy="Quote all of them together.", line=line)
    return parse_reals(text, line, fields, key)


def _items(value: str) -> list[str]:
    """Return the items of a list; commas separate them in brackets, before blanks, or without any."""
    if value[:1] == "[" and value[-1:] == "]" and "[" not in value[1:]:
        return [item.strip("\"'") for item in value[1:-1].replace(",", " ").split()]
    return (
        re.split(r",\s*", value)
        if not re.search(r"\s", value)
        else re.sub(r",\s", " ", value).split()
    )
