"""Text files, plain or gzipped, by numbered line."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.formats.atomic import replacing
from mechanist.formats.errors import FormatError
from mechanist.typing import IntArray

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = {
    b"\x28\xb5\x2f\xfd": "zstd -d",
    b"BZh": "bunzip2",
    b"\xfd7zXZ": "unxz",
    b"PK\x03\x04": "unzip",
}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_NEWLINE: Final = 0x0A
#: Remedy for files that end too early.
CUT: Final = "It looks cut short: fetch the whole file again, or delete the unfinished frame."


@dataclass(frozen=True, eq=False)
class TextFile:
    """A text file in memory, its lines counted from 1.

    Parameters
    ----------
    path : Path
        Named in errors.
    data : bytes
        Unpacked content, which ends with a newline.
    ends : ndarray of shape (n_lines,), int64
        Position of each newline.
    """

    path: Path
    data: bytes
    ends: IntArray

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.ends)

    def block(self, first: int, count: int) -> bytes:
        """Return ``count`` whole lines from line ``first`` on."""
        begin = self.ends[first - 2] + 1 if first > 1 else 0
        return self.data[begin : self.ends[first + count - 2] + 1]

    def line(self, number: int) -> str:
        """Return line ``number`` without surrounding blanks.

        Raises
        ------
        FormatError
            If the file ends before it.
        """
        if number > len(self):
            raise self.error("the file ends in the middle of a frame", line=len(self), remedy=CUT)
        return self.block(number, 1).decode().strip()

    def error(
        self, problem: str, *, remedy: str, line: int | None = None, column: str | None = None
    ) -> FormatError:
        """Return an error that names this file."""
        return FormatError(self.path, problem, remedy=remedy, line=line, column=column)


def open_text(path: Path) -> TextFile:
    """Read a plain or gzipped text file; which of the two, its first bytes say.

    Raises
    ------
    FormatError
        If the file is absent, empty, otherwise packed, damaged, not UTF-8 text, or does not end
        with a newline: a number that lost its last digits would still read as a number.
    """
    data = _unpacked(path)
    if not data:
        raise FormatError(path, "the file is empty", remedy="Fetch or write it again.")
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    _check_characters(path, data, ends)
    if not data.endswith(b"\n"):
        raise FormatError(
            path,
            "the file ends within this line, without a newline",
            remedy=CUT,
            line=len(ends) + 1,
        )
    return TextFile(path, data, ends)


def _check_characters(path: Path, data: bytes, ends: IntArray) -> None:
    if data.startswith(_BYTE_ORDER_MARK):
        remedy = "Save the file as UTF-8 without one."
        raise FormatError(path, "the file begins with a byte-order mark", remedy=remedy, line=1)
    try:
        if (nul := data.find(b"\0")) >= 0:
            raise UnicodeDecodeError("utf-8", data, nul, nul + 1, "no text file holds it")
        if not data.isascii():
            data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(
            path,
            f"not UTF-8 text: byte {data[error.start]:#04x} ({error.reason})",
            remedy="Give a text file; a binary dump is converted by the program that wrote it.",
            line=int(np.searchsorted(ends, error.start)) + 1,
        ) from error


def _unpacked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(
            path,
            f"cannot be read ({error.strerror})",
            remedy="Correct the path; it is relative to the working directory.",
        ) from error
    for magic, command in _PACKED.items():
        if data.startswith(magic):
            remedy = f"Unpack it with {command}; plain and gzipped text are read."
            raise FormatError(path, "packed in a form that is not read", remedy=remedy)
    if not data.startswith(_GZIP):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        remedy = "It looks cut short: fetch the whole file again."
        raise FormatError(path, f"damaged gzip file ({error})", remedy=remedy) from error


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write lines of text in one step, gzipped if the name ends in ``.gz``.

    Equal lines give equal bytes.
    """
    data = "".join(f"{line}\n" for line in lines).encode()
    with replacing(path) as temporary:
        packed = path.suffix == ".gz"
        temporary.write_bytes(gzip.compress(data, mtime=0) if packed else data)
