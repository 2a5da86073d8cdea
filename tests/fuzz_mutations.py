"""Damage files as transfers, editors, killed jobs and other programs do."""

import gzip
import random
import re
from collections.abc import Callable
from typing import Final

#: What stands in place of a number.
TOKENS: Final = (
    "nan", "NaN", "inf", "-inf", "Infinity", "1e400", "-1", "0", "1", "2", "3", "-0", "", "-", "+1",
    "1.5", "1,5", "2.5D-1", "1e3", "1E-3", ".5", "5.", "0x10", "1_0", "1e", "--1", "1.2.3",
    "99999999999999999999", "9223372036854775808", "1000000000", "-7", "1e300", "1e-300", "T", "F",
    "None", "null", "*", "********", "\uff11", "\u00b5", '"', "'", "#", "a b", "{", "1;2",
)  # fmt: skip
_NUMBER: Final = re.compile(rb"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?")
_WORD: Final = re.compile(rb"[A-Za-z_]{2,}")


def _place(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def _span(data: bytes, rng: random.Random) -> tuple[int, int]:
    first = _place(data, rng)
    return first, min(len(data), first + rng.choice((1, 1, 2, 4, 16, 100)))


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 3, 20))):
        at = rng.randrange(len(changed))
        changed[at] = rng.choice((changed[at] ^ (1 << rng.randrange(8)), rng.randrange(256)))
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _delete(data: bytes, rng: random.Random) -> bytes:
    first, last = _span(data, rng)
    return data[:first] + data[last:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    first, last = _span(data, rng)
    return data[:last] + data[first:]


def _blank(data: bytes, rng: random.Random) -> bytes:
    first, last = _span(data, rng)
    return data[:first] + rng.choice((b"\0", b" ", b"\xff")) * (last - first) + data[last:]


def _move(data: bytes, rng: random.Random) -> bytes:
    first, last = _span(data, rng)
    rest = data[:first] + data[last:]
    at = _place(rest, rng)
    return rest[:at] + data[first:last] + rest[at:]


def _double(data: bytes, rng: random.Random) -> bytes:
    return data + data[: rng.choice((len(data), len(data) // 2))]


BYTES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _flip, _flip, _flip, _cut, _delete, _repeat, _blank, _move, _double,
)  # fmt: skip


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def edit(data: bytes, rng: random.Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, rng)
        return b"\n".join(lines)

    return edit


def _swap_lines(lines: list[bytes], rng: random.Random) -> None:
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def _repeat_line(lines: list[bytes], rng: random.Random) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))


def _delete_line(lines: list[bytes], rng: random.Random) -> None:
    del lines[rng.randrange(len(lines))]


def _insert_line(lines: list[bytes], rng: random.Random) -> None:
    lines.insert(
        rng.randrange(len(lines) + 1), rng.choice((b"", b"  ", b"# a", b"a b c", b"\t", b"1 2 3"))
    )


def _swap_fields(lines: list[bytes], rng: random.Random) -> None:
    k = rng.randrange(len(lines))
    fields = re.split(rb"([ \t,;]+)", lines[k])
    if len(fields) > 2:
        i, j = rng.randrange(0, len(fields), 2), rng.randrange(0, len(fields), 2)
        fields[i], fields[j] = fields[j], fields[i]
        lines[k] = b"".join(fields)


def _drop_field(lines: list[bytes], rng: random.Random) -> None:
    k = rng.randrange(len(lines))
    fields = lines[k].split()
    if fields:
        fields.insert(
            rng.randrange(len(fields) + 1), rng.choice(fields)
        ) if rng.random() < 0.5 else fields.pop(rng.randrange(len(fields)))
        lines[k] = b" ".join(fields)


def _header(lines: list[bytes], rng: random.Random) -> None:
    """Change a word of the first lines to another of them, or its case, or a letter of it."""
    k = rng.randrange(min(len(lines), 14))
    words = _WORD.findall(b" ".join(lines[:14]))
    found = list(_WORD.finditer(lines[k]))
    if found:
        match = rng.choice(found)
        new = rng.choice(
            (rng.choice(words), match[0].swapcase(), match[0][1:], match[0] + b"x", b"", b"\xfc")
        )
        lines[k] = lines[k][: match.start()] + new + lines[k][match.end() :]


def _number(data: bytes, rng: random.Random) -> bytes:
    """Put something else in place of a number."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    # headers and last rows matter more than their share of the numbers
    match = rng.choice(rng.choice((found, found, found[:30], found[-12:])))
    new = rng.choice(TOKENS).encode()
    if rng.random() < 0.4:  # another number of the file, or one digit changed
        digit = str(rng.randrange(10)).encode()
        at = rng.randrange(len(match[0]))
        new = rng.choice((rng.choice(found)[0], match[0][:at] + digit + match[0][at + 1 :]))
    return data[: match.start()] + new + data[match.end() :]


def _separators(data: bytes, rng: random.Random) -> bytes:
    old, new = rng.choice((
        (b" ", b"\t"), (b" ", b","), (b",", b";"), (b".", b","), (b"\n", b"\r\n"), (b"\n", b"\r"),
        (b",", b", "), (b"\t", b" "), (b"\n", b"\n\n"), (b" ", b"  "), (b"\n", b" \n"), (b"\t", b","),
    ))  # fmt: skip
    if rng.random() < 0.5:
        return data.replace(old, new)
    parts = data.split(old)
    at = rng.randrange(len(parts))
    return old.join(parts[:at]) + (new if at else b"") + old.join(parts[at:])


def _encoding(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("latin-1")
    return rng.choice((
        b"\xef\xbb\xbf" + data, text.encode("utf-16"), text.encode("utf-16-le"), data.rstrip(b"\n"),
        data + b"\n", data + b"\n\n \n", gzip.compress(data, mtime=0), gzip.compress(data, mtime=0)[:-9], data + b"\x1a",
    ))  # fmt: skip


TEXT: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _flip, _cut, _delete, _repeat, _blank, _move, _double, _number, _number, _number, _number, _number,
    _lines(_swap_lines), _lines(_repeat_line), _lines(_delete_line), _lines(_insert_line),
    _lines(_swap_fields), _lines(_drop_field), _lines(_header), _lines(_header), _separators, _encoding,
)  # fmt: skip


def mutated(data: bytes, rng: random.Random, *, text: bool) -> bytes:
    """Return a file with one, two or three kinds of damage."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if data:
            data = rng.choice(TEXT if text else BYTES)(data, rng)
    return data
