"""Ends of text trajectories: blank lines, missing newlines, and files that were cut."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.trajectory_files import read_frames

HEAD = "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n3\nITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\n"
FILES = {
    "lammps_dump": f"{HEAD}ITEM: ATOMS id type x y z\n1 1 1 1 1.25\n2 1 2 2 2.5\n3 2 3 3 3.125\n",
    "extxyz": '3\nLattice="10 0 0 0 10 0 0 0 10" Properties=id:I:1:species:S:1:pos:R:3\n'
    "1 1 1 1 1.25\n2 1 2 2 2.5\n3 2 3 3 3.125\n",
    "lammps_data": "title\n\n3 atoms\n2 atom types\n0 10 xlo xhi\n0 10 ylo yhi\n0 10 zlo zhi\n\n"
    "Atoms # atomic\n\n1 1 1 1 1.25\n2 1 2 2 2.5\n3 2 3 3 3.125\n",
}
FIXED = {
    form: text.replace("1.25", "1.250").replace("2.5\n", "2.500\n") for form, text in FILES.items()
}
ENDS = ["\n\n", "\n\n\n \t \n", "\n   ", "\r\n\r\n", "\n\t\n\n"]


def z_of(folder: Path, form: str, content: str) -> tuple[float, tuple[str, ...]]:
    path = folder / f"a.{form}"
    path.write_bytes(content.encode())
    *_, frame = read_frames(path, form)
    assert len(frame) == 3
    np.testing.assert_array_equal(frame.positions[:, 0], [1, 2, 3])
    return float(frame.positions[2, 2]), frame.notes


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("end", ENDS)
def test_blank_lines_at_the_end_are_passed_over(tmp_path: Path, form: str, end: str) -> None:
    assert z_of(tmp_path, form, FILES[form].removesuffix("\n") + end) == (3.125, ())
    assert z_of(tmp_path, form, FILES[form].replace("\n", "\r\n") + end) == (3.125, ())


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("end", ["", " ", "\t"])
def test_a_missing_newline_is_accepted_and_said(tmp_path: Path, form: str, end: str) -> None:
    for files in (FILES, FIXED):
        z, notes = z_of(tmp_path, form, files[form].removesuffix("\n") + end)
        assert z == 3.125
        (note,) = notes
        assert (
            "the last line ends without a newline; its last field is read as it stands, '3.125'"
            in note
        )


@pytest.mark.parametrize("form", FILES)
def test_a_file_cut_in_its_last_line_is_refused(tmp_path: Path, form: str) -> None:
    for content, cuts in ((FILES[form], (4, 5, 6, 7, 12)), (FIXED[form], (2, 3, 4, 5, 6, 7, 12))):
        for cut in cuts:
            with pytest.raises(
                FormatError, match="the file ends within this line, without a newline"
            ):
                z_of(tmp_path, form, content[:-cut])


@pytest.mark.parametrize("form", FILES)
def test_a_file_cut_elsewhere_is_refused(tmp_path: Path, form: str) -> None:
    content = FILES[form]
    for kept in range(1, len(content) - len("3 2 3 3 3.125\n")):
        with pytest.raises(FormatError):
            z_of(tmp_path, form, content[:kept])


@pytest.mark.parametrize("form", ["lammps_dump", "extxyz"])
def test_blank_lines_between_frames_are_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(FormatError, match="no blank lines"):
        z_of(tmp_path, form, f"{FILES[form]}\n{FILES[form]}")
    assert z_of(tmp_path, form, FILES[form] * 2 + "\n") == (3.125, ())


@pytest.mark.parametrize("content", ["", "\n", "  \n\n", " "])
@pytest.mark.parametrize("form", FILES)
def test_blank_files_are_empty(tmp_path: Path, form: str, content: str) -> None:
    with pytest.raises(FormatError, match="the file is empty"):
        z_of(tmp_path, form, content)


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize(
    "saved",
    [
        lambda t: t.encode("utf-8-sig"),
        lambda t: t.encode("utf-16"),
        lambda t: b"\xfe\xff" + t.replace("\n", "\r\n").encode("utf-16-be"),
        lambda t: t.replace("\n", "\r").encode(),
        lambda t: gzip.compress(t.encode("utf-16")),
    ],
    ids=["utf-8 with mark", "utf-16 le", "utf-16 be, crlf", "cr", "utf-16 in gzip"],
)
def test_text_as_other_systems_save_it(
    tmp_path: Path, form: str, saved: Callable[[str], bytes]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(saved(FILES[form]))
    (frame,) = read_frames(path, form)
    assert frame.positions[2, 2] == 3.125
    np.testing.assert_array_equal(frame.positions[:, 0], [1, 2, 3])
    path.write_bytes(saved(FILES[form].replace("3.125", "3.1x5")))
    with pytest.raises(FormatError, match=r"'3\.1x5', expected a finite number"):
        read_frames(path, form)


@pytest.mark.parametrize(
    ("begin", "command"),
    [
        (b"BZh91AY&SY", "bunzip2"),
        (b"\xfd7zXZ\x00", "unxz"),
        (b"\x5d\x00\x00\x80\x00", "unlzma"),
        (b"\x1f\x9d\x90I", "uncompress"),
        (b"\x04\x22\x4d\x18d", "unlz4"),
        (b"7z\xbc\xaf\x27\x1c", "7z x"),
        (b"a.dump".ljust(257, b"\0") + b"ustar", "tar -xf"),
        (gzip.compress(b"a.dump".ljust(257, b"\0") + b"ustar", mtime=0), "tar -xf"),
    ],
)
@pytest.mark.parametrize("form", FILES)
def test_other_packings_are_named(tmp_path: Path, form: str, begin: bytes, command: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(begin + b"\0" * 300 if command != "tar -xf" else begin)
    with pytest.raises(FormatError) as caught:
        read_frames(path, form)
    assert command in caught.value.remedy


@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_letters_of_free_text_may_be_in_either_coding(tmp_path: Path, coding: str) -> None:
    for form, old, new in (
        ("extxyz", "Properties", "operator=M\u00fcller Properties"),
        ("lammps_data", "title", "gesch\u00e4rft"),
        ("lammps_data", "2 2 2.5\n", "2 2 2.5 # \u00e4\n"),
    ):
        path = tmp_path / f"a.{form}"
        path.write_bytes(FILES[form].replace(old, new).encode(coding))
        (frame,) = read_frames(path, form)
        assert frame.positions[2, 2] == 3.125
        path.write_bytes(FILES[form].replace("3.125", "3.12\u00fc").encode(coding))
        with pytest.raises(FormatError, match="', expected a finite number"):
            read_frames(path, form)
        path.write_bytes(FILES[form].replace("3.125", "3.1\0\u00fc").encode(coding))
        with pytest.raises(FormatError, match="not UTF-8 text: byte"):
            read_frames(path, form)
