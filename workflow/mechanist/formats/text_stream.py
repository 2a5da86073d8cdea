"""Read a text file piece by piece, for readers that need not hold the whole of it.

Only plain cases are read here: ASCII text with ordinary line ends, plain or packed by gzip or zstd, whose
end is there. Whatever else a file may be is left to :func:`mechanist.formats.text.open_text`, which holds
the whole file, and says what is wrong with it and where.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from mechanist.formats.text import BLANK, GZIP, WINDOW, ZSTD

_NEWLINE: Final = ord("\n")
#: Bytes that are read, or of packed data unpacked, at a time.
_PIECE: Final = 2**20
#: Packed bytes that are read at a time.
_PACKED_PIECE: Final = 2**17
#: Most bytes that a packed byte may stand for.
_UNPACKED: Final = 1100
#: Lines, and all lines before the rows of a frame, are shorter than this, in bytes.
_LONGEST: Final = 2**16


class UnusualTextError(Exception):
    """Text that only a reader of the whole file can judge: it may be wrong, or a rare dialect."""


class TextStream:
    """The text of a file from a line on, which moves on as lines are taken.

    Parameters
    ----------
    path : Path
        Text, plain or packed by gzip or zstd.

    Attributes
    ----------
    line : int
        Number of the next line, from 1.
    most_lines : int
        More lines than the file can hold.

    Raises
    ------
    UnusualTextError
        Here or later, if the file is no such text.
    """

    def __init__(self, path: Path) -> None:
        self.line = 1
        self.most_lines = _UNPACKED * (path.stat().st_size if path.is_file() else 0)
        self._pieces = _pieces(path)
        self._next = next(self._pieces, b"")
        self._held = b""
        self._at = 0

    def at_end(self) -> bool:
        """Return whether nothing but blank lines follows."""
        while self._at == len(self._held):
            if not self._fill():
                return True
        return False

    def head(self, last: bytes) -> bytes:
        """Return the lines up to the one that ``last`` begins."""
        while True:
            place = self._held.find(last, self._at)
            end = self._held.find(b"\n", place) + 1 if place >= 0 else 0
            if end:
                return self._taken(end)
            if len(self._held) - self._at > _LONGEST or not self._fill():
                raise UnusualTextError

    def rows(self, count: int, stop: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield the next ``count`` lines, and how many, some at a time; ``stop`` is in none."""
        while count:
            # One letter is found faster than a word.
            rare = self._held.find(stop[:1], self._at)
            place = self._held.find(stop, rare) if rare >= 0 else -1
            end = place if place >= 0 else self._held.rfind(b"\n", self._at) + 1
            if end <= self._at:
                if place >= 0 or len(self._held) - self._at > _LONGEST or not self._fill():
                    raise UnusualTextError
                continue
            before = self.line
            lines = self._taken(end)
            number = self.line - before
            count -= number
            if count < 0 or not lines.endswith(b"\n"):
                raise UnusualTextError
            yield lines, number

    def _taken(self, end: int) -> bytes:
        lines = self._held[self._at : end]
        self.line += int(np.count_nonzero(np.frombuffer(lines, np.uint8) == _NEWLINE))
        self._at = end
        return lines

    def _fill(self) -> bool:
        """Hold more text, if there is more."""
        piece, self._next = self._next, next(self._pieces, b"")
        if not piece:
            return False
        while piece.endswith(b"\r") and self._next:
            piece, self._next = piece + self._next, next(self._pieces, b"")
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n")
        if b"\0" in piece or b"\r" in piece or not piece.isascii():
            raise UnusualTextError
        held = self._held[self._at :] + piece
        if not self._next:
            content = held.rstrip(BLANK)
            if b"\n" not in held[len(content) :]:
                raise UnusualTextError  # the last line may lack digits
            held = content + b"\n" if content else b""
        self._held, self._at = held, 0
        return bool(held)


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the content of a file, unpacked, in pieces that are not empty."""
    try:
        if not path.is_file():  # such as a pipe, which cannot be read twice
            raise UnusualTextError
        with path.open("rb") as file:
            magic = file.read(len(ZSTD))
            file.seek(0)
            if magic.startswith((GZIP, ZSTD)):
                yield from _unpacked(file, GZIP if magic.startswith(GZIP) else ZSTD)
                return
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise UnusualTextError from error


def _unpacked(file: BinaryIO, magic: bytes) -> Iterator[bytes]:
    """Yield the content of packed members, which may follow each other."""
    import zstandard

    data = file.read(_PACKED_PIECE)
    while data:
        if not data.startswith(magic):
            raise UnusualTextError
        one = (
            zlib.decompressobj(WINDOW)
            if magic == GZIP
            else zstandard.ZstdDecompressor().decompressobj()
        )
        while not one.eof:
            try:
                piece = one.decompress(data)
            except (zlib.error, zstandard.ZstdError) as error:
                raise UnusualTextError from error
            if piece:
                yield piece
            data = b"" if one.eof else file.read(_PACKED_PIECE)
            if not (data or one.eof):
                raise UnusualTextError  # the end is missing
        data = one.unused_data
        if len(data) < len(magic):
            data += file.read(_PACKED_PIECE)
