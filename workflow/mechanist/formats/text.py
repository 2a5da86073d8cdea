"""Read text files by numbered line: plain, or packed by gzip or zstd."""

import contextlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.boundary import remedy_of
from mechanist.core.errors import CutError, FormatError
from mechanist.core.typing import IntArray

#: First bytes of packed files.
GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = b"[Content_Types].xml"  # in files of Excel
_PACKED: Final = {
    b"BZh": "bunzip2",
    b"\xfd7zXZ": "unxz",
    b"\x5d\x00\x00": "unlzma",
    b"\x1f\x9d": "uncompress",
    b"\x04\x22\x4d\x18": "unlz4",
    _ZIP: "unzip",
    b"7z\xbc\xaf": "7z x",
    b"Rar!": "unrar x",
}
_TAR: Final = (b"ustar", 257)  # what stands where in an archive
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # byte-order marks of UTF-16
_NEWLINE: Final = 0x0A
#: What may follow the last line.
BLANK: Final = b" \t\r\n"
#: Of zlib, for data with a gzip header and its checksum.
WINDOW: Final = zlib.MAX_WBITS | 16
_LINES_AT_ONCE: Final = 10_000  # written
#: Problem of a file whose last line is not whole.
UNFINISHED: Final = "the file ends within this line, without a newline"
#: Remedy for files that end too early.
CUT: Final = "It looks cut short: fetch the whole file again, or delete the unfinished frame."


@dataclass(frozen=True, eq=False)
class TextFile:
    """A text file in memory, its lines counted from 1.

    Parameters
    ----------
    path : Path
        Named in error messages.
    data : bytes
        Unpacked content, which ends with a newline.
    ends : ndarray of shape (n_lines,), int64
        Position of each newline.
    lenient : bool
        Whether a reader may drop a truncated last frame.
    cut : str
        What is already missing: an unfinished line, or the end of packed data; else empty.
    open_end : bool
        Whether the last line had no newline, which was added: its last number may lack digits.
    removed : tuple of int
        Lines of the file, ascending, that ``data`` lacks; errors count them all the same.
    """

    path: Path
    data: bytes
    ends: IntArray
    lenient: bool = False
    cut: str = ""
    open_end: bool = False
    removed: tuple[int, ...] = ()

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
        CutError
            If the file ends before it, or within it.
        """
        if number > len(self):
            raise self.cut_error("the file ends in the middle of a frame")
        if self.open_end and number == len(self):
            raise self.cut_error(UNFINISHED)
        return self.block(number, 1).decode().strip()

    def error(
        self, problem: str, *, remedy: str, line: int | None = None, column: str | None = None
    ) -> FormatError:
        """Return an error that names this file."""
        at = None if line is None else self.line_in_file(line)
        return FormatError(self.path, problem, remedy=remedy, line=at, column=column)

    def line_in_file(self, line: int) -> int:
        """Return the number that a line has in the file."""
        for gone in self.removed:
            line += line >= gone
        return line

    def without(self, lines: Sequence[int]) -> "TextFile":
        """Return the file without some lines, given by their numbers in ascending order."""
        gone = set(lines)
        kept = [self.block(k, 1) for k in range(1, len(self) + 1) if k not in gone]
        data = b"".join(kept)
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
        removed = tuple(sorted({*self.removed, *map(self.line_in_file, lines)}))
        return replace(self, data=data, ends=ends, removed=removed)

    def cut_error(self, problem: str) -> CutError:
        """Return the error for a file that ends too early."""
        return CutError(self.path, problem, remedy=CUT, line=self.line_in_file(len(self)))


def open_text(
    path: Path,
    *,
    lenient: bool = False,
    exported: bool = False,
    any_end: bool = False,
    latin: bool = False,
) -> TextFile:
    """Read a plain or packed text file; its first bytes determine the packing.

    Byte-order marks are passed over, UTF-16 with one is converted, and so are the line ends of old
    Macs, CR alone, where a file has no others.

    Parameters
    ----------
    path : Path
        Plain text, or text packed by gzip or zstd.
    lenient : bool
        Whether an unfinished last line, or packed data whose end is missing, is dropped and noted
        in ``cut`` instead of refused. Other damage is refused in any case.
    exported : bool
        Whether the file may look as the software of instruments writes it: with letters in Latin-1
        (such as the name of an operator), and without a last newline. The reader must then check
        that all rows are there.
    any_end : bool
        Whether blank last lines are passed over, and a last line without a newline is kept and noted
        in ``open_end``, for formats that state how many rows follow. If ``lenient``, an unfinished
        line is dropped all the same.
    latin : bool
        Whether letters of free text may be in Latin-1 instead of UTF-8.

    Raises
    ------
    FormatError
        If the file is absent, empty, packed in another way, damaged, not UTF-8 text, or does not
        end with a newline: a number that lost its last digits would still read as a number.
    """
    data, cut = unpacked(path, lenient=lenient)
    data = plain_text(data)
    if exported:
        data = in_utf8(data)
        data = data if data.endswith(b"\n") or not data else data + b"\n"
    open_end = False
    if latin and not data.isascii() and b"\0" not in data:
        data = in_utf8(data)
    if any_end:
        content = data.rstrip(BLANK)
        open_end = not lenient and b"\n" not in data[len(content) :]
        if open_end or b"\n" in data[len(content) :]:
            data = content + b"\n" if content else b""
    if not data:
        raise FormatError(path, "the file is empty", remedy="Fetch or write it again.")
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    if not data.endswith(b"\n"):
        error = CutError(path, UNFINISHED, remedy=CUT, line=len(ends) + 1)
        if not lenient or not len(ends):
            _check_characters(path, data, ends)
            raise error
        data, cut = data[: int(ends[-1]) + 1], cut or f"the file ends within line {error.line}"
    _check_characters(path, data, ends)
    return TextFile(path, data, ends, lenient, cut, open_end)


def plain_text(data: bytes) -> bytes:
    """Return text without a byte-order mark, not in UTF-16, and with line ends that hold a newline."""
    if data.startswith(_WIDE):
        with contextlib.suppress(UnicodeDecodeError):
            data = data.decode("utf-16").encode()
    data = data.removeprefix(_BYTE_ORDER_MARK)
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def in_utf8(data: bytes) -> bytes:
    """Return text in UTF-8; what is not in UTF-8 is taken for Latin-1."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data


def _check_characters(path: Path, data: bytes, ends: IntArray) -> None:
    try:
        if (nul := data.find(b"\0")) >= 0:
            raise UnicodeDecodeError("utf-8", data, nul, nul + 1, "text holds no zero bytes")
        if not data.isascii():
            data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(
            path,
            f"not UTF-8 text: byte {data[error.start]:#04x} ({error.reason})",
            remedy="Give a text file; convert a binary dump with the program that wrote it.",
            line=int(np.searchsorted(ends, error.start)) + 1,
        ) from error


def unpacked(path: Path, *, lenient: bool = False) -> tuple[bytes, str]:
    """Return the content of a file, and what is missing from it if that is tolerated.

    Raises
    ------
    FormatError
        If the file cannot be read, is packed by other means than gzip or zstd, or is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(
            path,
            f"cannot be read ({error.strerror})",
            remedy=remedy_of(error),
        ) from error
    if data.startswith(_ZIP) and _WORKBOOK in data:
        remedy = "Save the sheet as text (CSV UTF-8)."
        raise FormatError(path, "a workbook of a spreadsheet program", remedy=remedy)
    for magic, command in _PACKED.items():
        if data.startswith(magic):
            remedy = f"Unpack it with {command}; plain text, gzip and zstd are supported."
            raise FormatError(path, "packed in an unsupported form", remedy=remedy)
    if not data.startswith((GZIP, ZSTD)):
        _check_no_archive(path, data)
        return data, ""
    kind = "gzip" if data.startswith(GZIP) else "zstd"
    try:
        content, whole = _inflated(data, kind)
    except ValueError as error:
        remedy = "Fetch the whole file again."
        raise FormatError(path, f"damaged {kind} file ({error})", remedy=remedy) from error
    _check_no_archive(path, content)
    if whole:
        return content, ""
    remedy = "It looks cut short: fetch the whole file again."
    missing = CutError(path, f"damaged {kind} file (its end is missing)", remedy=remedy)
    if lenient:
        return content, missing.problem
    raise missing


def _check_no_archive(path: Path, content: bytes) -> None:
    mark, place = _TAR
    if content[place : place + len(mark)] == mark:
        remedy = "Unpack it with tar -xf, and name the file that it holds."
        raise FormatError(path, "this is an archive of files (tar)", remedy=remedy)


def _inflated(data: bytes, kind: str) -> tuple[bytes, bool]:
    """Return unpacked data and whether their end was present.

    Raises
    ------
    ValueError
        If the data are damaged in other ways than a missing end.
    """
    magic = GZIP if kind == "gzip" else ZSTD
    parts, whole = [], True
    while data and whole:  # members may follow each other
        if not data.startswith(magic):
            if not data.strip(b"\0"):
                break  # padding
            raise ValueError(f"{len(data)} bytes of other data follow")
        part, whole, data = _member(data, kind)
        parts.append(part)
    return b"".join(parts), whole


def _member(data: bytes, kind: str) -> tuple[bytes, bool, bytes]:
    """Return the content of the first member, whether it is complete, and the data after it."""
    import zstandard

    one = (
        zlib.decompressobj(WINDOW)
        if kind == "gzip"
        else zstandard.ZstdDecompressor().decompressobj()
    )
    try:
        return one.decompress(data), one.eof, one.unused_data
    except (zlib.error, zstandard.ZstdError) as error:
        raise ValueError(str(error)) from error


def row_slices(count: int) -> Iterator[slice]:
    """Yield slices of some rows each, whose text is held in memory at once."""
    return (slice(start, start + _LINES_AT_ONCE) for start in range(0, count, _LINES_AT_ONCE))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines of text in one step, gzipped if the name ends in ``.gz``.

    Equal lines give equal bytes. Lines are written as they come, so that they need not all be in
    memory.
    """
    packer = zlib.compressobj(9, wbits=WINDOW) if path.suffix == ".gz" else None
    source = iter(lines)
    with replacing(path) as temporary, temporary.open("wb") as file:
        while some := list(islice(source, _LINES_AT_ONCE)):
            data = "".join(f"{line}\n" for line in some).encode()
            file.write(packer.compress(data) if packer else data)
        if packer:
            file.write(packer.flush())
