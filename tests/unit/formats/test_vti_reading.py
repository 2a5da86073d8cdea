"""Images of VTK are read in every form that the format has, and damaged ones are refused."""

import base64
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.vti import write_vti
from mechanist.formats.vti_reading import read_vti

SHAPE = (2, 3, 4)
X, Y, Z = np.indices(SHAPE)
GRAIN = (100 * X + 10 * Y + Z).astype(np.int32)
#: Numbers of the file, x fastest.
FILED = GRAIN.ravel(order="F")


def plain(order: str = "<", word: str = "u4", alone: bool = False) -> bytes:
    """Return the array in base64, with its count of bytes coded alone or with the numbers."""
    content = FILED.astype(order + "i4").tobytes()
    head = np.array(len(content), order + word).tobytes()
    if alone:
        return base64.b64encode(head) + base64.b64encode(content)
    return base64.b64encode(head + content)


def packed(size: int, *, raw: bool = False, word: str = "u4", told: int | None = None) -> bytes:
    """Return the array packed by zlib in blocks of so many bytes."""
    content = FILED.astype("<i4").tobytes()
    blocks = [content[k : k + size] for k in range(0, len(content), size)]
    parts = [zlib.compress(one) for one in blocks]
    last = len(blocks[-1]) if len(blocks[-1]) < size else 0
    numbers = [len(blocks), told or size, last, *map(len, parts)]
    head, body = np.array(numbers, "<" + word).tobytes(), b"".join(parts)
    return head + body if raw else base64.b64encode(head) + base64.b64encode(body)


def image(
    inside: bytes,
    *,
    form: str = "binary",
    attributes: str = 'byte_order="LittleEndian" header_type="UInt32"',
    more: str = "",
    appended: bytes = b"",
    array: str = 'type="Int32" Name="grain"',
) -> bytes:
    return (
        f'<?xml version="1.0"?><VTKFile type="ImageData" version="0.1" {attributes}>'
        f'<ImageData WholeExtent="0 2 0 3 0 4" Origin="0 0 0" Spacing="0.5 0.25 2" {more}>'
        f'<Piece Extent="0 2 0 3 0 4"><CellData><DataArray {array} format="{form}">'
    ).encode() + inside + b"</DataArray></CellData></Piece></ImageData>" + appended + b"</VTKFile>"  # fmt: skip


ZLIB = 'byte_order="LittleEndian" header_type="UInt32" compressor="vtkZLibDataCompressor"'
BIG = 'byte_order="BigEndian" header_type="UInt64"'


@pytest.mark.parametrize(
    "content",
    [
        image(" ".join(map(str, FILED)).encode(), form="ascii"),
        image(plain()),
        image(b"\n   " + plain(alone=True) + b"\n  "),
        image(plain(">", "u8"), attributes=BIG),
        image(packed(40), attributes=ZLIB),
        image(packed(48), attributes=ZLIB),
        image(packed(4096), attributes=ZLIB),
        image(
            b"",
            form='appended" offset="3',
            appended=b'<AppendedData encoding="raw">\n _<<&' + packed(40, raw=True) + b"<</AppendedData>",
            attributes=ZLIB,
        ),
        image(
            b"",
            form='appended" offset="8',
            appended=b'<AppendedData encoding="base64">_QUJDQUJD' + plain() + b"</AppendedData>",
        ),
    ],
    ids=["text", "plain", "head alone", "big", "last short", "even", "one", "raw", "appended"],
)  # fmt: skip
def test_numbers_are_read_in_every_form(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.vti").write_bytes(content)
    found = read_vti(tmp_path / "one.vti")
    assert (found.shape, found.steps.tolist()) == (SHAPE, [0.5, 0.25, 2.0])
    assert dict(found.components) == {"grain": 1}
    np.testing.assert_array_equal(found.field("grain"), GRAIN)


def test_what_the_workflow_writes_is_read_again(tmp_path: Path) -> None:
    fields = {
        "grain": GRAIN,
        "orientation": np.stack([X, Y, Z, X + Y], axis=-1).astype(np.float64),
        "a & b": X.astype(np.float32),
    }
    write_vti(tmp_path / "one.vti", fields, np.array([0.5, 0.25, 2.0]))
    found = read_vti(tmp_path / "one.vti")
    assert dict(found.components) == {"grain": 1, "orientation": 4, "a & b": 1}
    for name, values in fields.items():
        np.testing.assert_array_equal(found.field(name), values)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nothing", "it is no XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + image(plain()), "declares a document type"),
        (image(plain()).replace(b"ImageData", b"RectilinearGrid"), "it holds 'RectilinearGrid'"),
        (image(plain()).replace(b"<Piece", b'<Piece Extent="0 1 0 1 0 1"/><Piece'), "has 2 pieces"),
        (
            image(plain(), attributes=ZLIB.replace("ZLib", "LZ4")),
            "packed by 'vtkLZ4DataCompressor'",
        ),
        (image(plain(), more='Direction="0 1 0 1 0 0 0 0 1"'), "its axes have the directions"),
        (image(plain()).replace(b"0.5 0.25 2", b"0.5 0 2"), "expected three positive numbers"),
        (image(plain()).replace(b"0.5 0.25 2", b"0.5 0.25"), "expected 3 numbers"),
        (image(plain()).replace(b"LittleEndian", b"Middle"), "byte_order of VTKFile is 'Middle'"),
        (image(plain(), array='type="String" Name="grain"'), "type of grain is 'String'"),
        (image(plain(), array='type="Float64" Name="grain"'), "96 bytes, expected 192"),
        (image(plain()[:40]), "too early"),
        (image(b"!" + plain()[1:]), "array 'grain' is damaged"),
        (image(b"1 2 3", form="ascii"), "has 3 numbers, expected 24"),
        (image(b"x " * 24, form="ascii"), "array 'grain' is damaged"),
        (image(b"", form='appended" offset="0'), "beyond the appended data"),
        # A count of blocks that no file can hold, and a bomb: more bytes than the block promises.
        (image(base64.b64encode(b"\xff" * 12), attributes=ZLIB), "more than the file can hold"),
        (image(packed(4096, told=10**6), attributes=ZLIB).replace(b"0 4", b"0 9"), "when unpacked"),
        (image(packed(48, told=40), attributes=ZLIB), "80 bytes when unpacked, expected 96"),
    ],
)
def test_what_is_no_image_or_damaged_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "one.vti").write_bytes(content)
    with pytest.raises(FormatError, match=re.escape(said)):
        read_vti(tmp_path / "one.vti").field("grain")


def test_a_block_that_unpacks_to_more_than_it_promises_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(10**7))
    head = np.array([1, 96, 0, len(bomb)], "<u4").tobytes()
    content = base64.b64encode(head) + base64.b64encode(bomb)
    (tmp_path / "one.vti").write_bytes(image(content, attributes=ZLIB))
    with pytest.raises(FormatError, match="block 0 does not unpack to the 96 bytes"):
        read_vti(tmp_path / "one.vti").field("grain")


def test_an_array_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "one.vti").write_bytes(image(plain()))
    with pytest.raises(FormatError, match=r"no array 'u' of cells, expected one of \['grain'\]"):
        read_vti(tmp_path / "one.vti").field("u")
