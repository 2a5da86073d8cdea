"""Read VTK image files (``.vti``) of fields on a regular grid, such as those of ParaView and DAMASK.

The format is that of https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html: one piece;
numbers as text, or in base64 behind their count of bytes, within the element or appended (there also
raw); plain, or packed by zlib in blocks. What a file promises is held against what it holds before
anything is unpacked.
"""

import base64
import binascii
import math
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

#: Types of numbers by their names in the file.
_TYPES: Final = {
    "Float32": "f4", "Float64": "f8",
    "Int8": "i1", "Int16": "i2", "Int32": "i4", "Int64": "i8",
    "UInt8": "u1", "UInt16": "u2", "UInt32": "u4", "UInt64": "u8",
}  # fmt: skip
_HEADERS: Final = {"UInt32": "u4", "UInt64": "u8"}
_ORDERS: Final = {"LittleEndian": "<", "BigEndian": ">"}
_ZLIB: Final = "vtkZLibDataCompressor"
_APPENDED: Final = b"<AppendedData"
_AXES: Final = 3
_EVEN: Final = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
_SAVE: Final = "Save it anew as an image of VTK (.vti), in one piece."
_CUT: Final = "Save or fetch the whole file again."


@dataclass(frozen=True, eq=False)
class VoxelImage:
    """A regular grid of cells, and the arrays that a file holds of them.

    Parameters
    ----------
    path : Path
    shape : tuple of int
        Cells along x, y and z.
    steps : ndarray of shape (3,)
        Edges of a cell, in the unit of the file.
    components : mapping of str to int
        How many numbers each array has of a cell, by its name, in the order of the file.
    """

    path: Path
    shape: tuple[int, int, int]
    steps: FloatArray
    components: Mapping[str, int]
    _elements: Mapping[str, ET.Element]
    _form: "_Form"

    def field(self, name: str) -> NDArray[np.generic]:
        """Return an array of shape (nx, ny, nz), or (nx, ny, nz, k) of k > 1 numbers a cell.

        Raises
        ------
        FormatError
            If there is no such array, or it does not hold what the file promises.
        """
        if name not in self._elements:
            problem = f"no array {name!r} of cells, expected one of {list(self.components)}"
            raise FormatError(self.path, problem, remedy="Name one of them.")
        k = self.components[name]
        values = self._form.numbers(name, self._elements[name], math.prod(self.shape) * k)
        nx, ny, nz = self.shape
        ordered = np.moveaxis(values.reshape(nz, ny, nx, k), (0, 1, 2), (2, 1, 0))
        return np.ascontiguousarray(ordered[..., 0] if k == 1 else ordered)


@dataclass(frozen=True, eq=False)
class _Form:
    """How the numbers of a file are written."""

    path: Path
    order: str
    header: str
    packed: bool
    appended: bytes | None
    raw: bool

    def numbers(self, name: str, element: ET.Element, count: int) -> NDArray[np.generic]:
        """Return so many numbers of an element."""
        kind = _stated(self.path, element, "type", _TYPES)
        form = element.get("format", "ascii")
        if form == "ascii":
            return self._of_text(name, element.text or "", _TYPES[kind], count)
        dtype = np.dtype(self.order + _TYPES[kind])
        try:
            if form == "appended":
                begin = int(element.get("offset", ""))
                if self.appended is None or not 0 <= begin <= len(self.appended):
                    raise ValueError("its place lies beyond the appended data")
                content, raw = self.appended[begin:], self.raw
            else:
                content, raw = "".join((element.text or "").split()).encode(), False
            data = self._bytes(content, raw, count * dtype.itemsize)
        except (ValueError, binascii.Error, zlib.error) as error:
            raise FormatError(
                self.path, f"array {name!r} is damaged: {error}", remedy=_CUT
            ) from error
        return np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))

    def _of_text(self, name: str, text: str, kind: str, count: int) -> NDArray[np.generic]:
        words = text.split()
        if len(words) != count:
            problem = f"array {name!r} has {len(words)} numbers, expected {count}"
            raise FormatError(self.path, problem, remedy=_CUT)
        try:
            return np.array(words, dtype=kind)
        except (ValueError, OverflowError) as error:
            problem = f"array {name!r} is damaged: {error}"
            raise FormatError(self.path, problem, remedy=_CUT) from error

    def _bytes(self, content: bytes, raw: bool, expected: int) -> bytes:
        """Return the bytes of an array, which begins where ``content`` begins."""
        word = np.dtype(self.order + self.header)
        if not self.packed:
            head, rest = _split(content, raw, word.itemsize)
            stated = int(np.frombuffer(head, word)[0])
            if stated != expected:
                raise ValueError(f"{stated} bytes, expected {expected}")
            return rest(0, expected)
        head, _ = _split(content, raw, word.itemsize)
        blocks = int(np.frombuffer(head, word)[0])
        # Every block has a word in the header, which must lie within the file.
        if blocks > len(content) // word.itemsize:
            raise ValueError(f"{blocks} packed blocks, more than the file can hold")
        head, rest = _split(content, raw, (3 + blocks) * word.itemsize)
        _, size, last, *lengths = (int(n) for n in np.frombuffer(head, word))
        full = blocks - 1 if last else blocks
        if full * size + last != expected:
            raise ValueError(f"{full * size + last} bytes when unpacked, expected {expected}")
        found, begin = [], 0
        for k, length in enumerate(lengths):
            room = last if last and k == blocks - 1 else size
            unpacker = zlib.decompressobj()
            part = unpacker.decompress(rest(begin, length), room + 1)
            if len(part) != room:
                raise ValueError(f"block {k} does not unpack to the {room} bytes that it promises")
            found.append(part)
            begin += length
        return b"".join(found)


class _Rest:
    """Bytes behind a header, in base64 or raw."""

    def __init__(self, content: bytes, begin: int, skipped: int, raw: bool) -> None:
        self._content, self._begin, self._skipped, self._raw = content, begin, skipped, raw

    def __call__(self, begin: int, length: int) -> bytes:
        first = self._skipped + begin
        if self._raw:
            found = self._content[self._begin + first : self._begin + first + length]
        else:
            start = self._begin + first // 3 * 4
            stop = self._begin + -(-(first + length) // 3) * 4
            text = base64.b64decode(self._content[start:stop], validate=True)
            found = text[first % 3 : first % 3 + length]
        if len(found) != length:
            raise ValueError(f"it ends {length - len(found)} bytes too early")
        return found


def _split(content: bytes, raw: bool, length: int) -> tuple[bytes, _Rest]:
    """Return a header of so many bytes, and what stands behind it.

    In base64, the header may be coded by itself, as its padding shows, or together with the rest.
    """
    whole = _Rest(content, 0, 0, raw)
    head = whole(0, length)
    if raw:
        return head, _Rest(content, length, 0, raw)
    signs = -(-length // 3) * 4
    alone = content[:signs].endswith(b"=")
    return head, _Rest(content, signs, 0, raw) if alone else _Rest(content, 0, length, raw)


def read_vti(path: Path) -> VoxelImage:
    """Read grid and names of arrays; their numbers are read when they are asked for.

    Raises
    ------
    FormatError
        If it is no image of VTK in one piece whose axes are x, y and z, or it is packed otherwise
        than by zlib.
    """
    data = path.read_bytes()
    at = data.find(_APPENDED)
    head = data if at < 0 else data[:at] + b"</VTKFile>"
    if b"<!DOCTYPE" in head or b"\0" in head:
        problem = "it declares a document type, or is no text in UTF-8; expected an image of VTK"
        raise FormatError(path, problem, remedy=_SAVE)
    try:
        root = ET.fromstring(head)  # noqa: S314 -- without a document type there are no entities
    except ET.ParseError as error:
        raise FormatError(path, f"it is no XML ({error}), expected an image of VTK", remedy=_SAVE) from error  # fmt: skip
    kind = root.get("type") if root.tag == "VTKFile" else root.tag
    image = root.find("ImageData")
    if kind != "ImageData" or image is None:
        problem = f"it holds {kind!r}, expected 'ImageData': fields on a regular grid"
        remedy = "Save the image that it was made from: cells on a regular grid, as .vti."
        raise FormatError(path, problem, remedy=remedy)
    return _image(path, root, image, data if at >= 0 else None, at)


def _image(
    path: Path, root: ET.Element, image: ET.Element, data: bytes | None, at: int
) -> VoxelImage:
    """Return the image of an element."""
    pieces = image.findall("Piece")
    if len(pieces) != 1:
        raise FormatError(path, f"it has {len(pieces)} pieces, expected 1", remedy=_SAVE)
    packed = root.get("compressor")
    if packed not in (None, _ZLIB):
        problem = f"it is packed by {packed!r}, expected {_ZLIB!r} or none"
        raise FormatError(path, problem, remedy="Save it with the compressor ZLib, or with none.")
    axes = _numbers(path, image, "Direction", 9, " ".join(map(str, _EVEN)))
    if not np.allclose(axes, _EVEN):
        problem = f"its axes have the directions {axes}, expected those of x, y and z"
        raise FormatError(path, problem, remedy="Turn image and orientations to x, y and z first.")
    extent = _numbers(path, pieces[0], "Extent", 6, image.get("WholeExtent"))
    sides = [max(1, int(extent[2 * k + 1] - extent[2 * k])) for k in range(_AXES)]
    steps = np.array(_numbers(path, image, "Spacing", _AXES, "1 1 1"))
    if (steps <= 0).any():
        problem = f"Spacing is {steps.tolist()}, expected three positive numbers"
        raise FormatError(path, problem, remedy=_SAVE)
    elements = {
        one.get("Name", ""): one
        for part in pieces[0].findall("CellData")
        for one in part.findall("DataArray")
    }
    components = {}
    for name, one in elements.items():
        said = one.get("NumberOfComponents", "1")
        if not said.isdecimal() or int(said) < 1:
            problem = f"NumberOfComponents of {name!r} is {said!r}, expected a number from 1"
            raise FormatError(path, problem, remedy=_SAVE)
        components[name] = int(said)
    appended, raw = _appended(path, data, at)
    form = _Form(
        path=path,
        order=_ORDERS[_stated(path, root, "byte_order", _ORDERS)],
        header=_HEADERS[_stated(path, root, "header_type", _HEADERS, "UInt32")],
        packed=packed is not None,
        appended=appended,
        raw=raw,
    )
    return VoxelImage(path, (sides[0], sides[1], sides[2]), steps, components, elements, form)


def _appended(path: Path, data: bytes | None, at: int) -> tuple[bytes | None, bool]:
    """Return the appended data and whether they are raw."""
    if data is None:
        return None, False
    begin = data.find(b"_", data.find(b">", at))
    found = re.search(rb'encoding="(raw|base64)"', data[at : max(at, begin)])
    if begin < 0 or found is None:
        problem = "its appended data are neither raw nor in base64"
        raise FormatError(path, problem, remedy=_SAVE)
    return data[begin + 1 :], found[1] == b"raw"


def _stated(
    path: Path, element: ET.Element, key: str, known: Mapping[str, str], default: str = ""
) -> str:
    """Return an attribute that must be one of some names."""
    said = element.get(key, default)
    if said not in known:
        problem = f"{key} of {element.get('Name', element.tag)} is {said!r}, expected one of {list(known)}"
        raise FormatError(path, problem, remedy=_SAVE)
    return said


def _numbers(
    path: Path, element: ET.Element, key: str, count: int, default: str | None
) -> list[float]:
    """Return an attribute of so many finite numbers."""
    said = element.get(key, default) or ""
    try:
        found = [float(word) for word in said.split()]
    except ValueError:
        found = []
    if len(found) != count or not np.isfinite(found).all():
        problem = f"{key} of {element.tag} is {said!r}, expected {count} numbers"
        raise FormatError(path, problem, remedy=_SAVE)
    return found
