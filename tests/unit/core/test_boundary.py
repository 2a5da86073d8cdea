"""Errors of libraries become errors of the file, with a true remedy, and stay visible."""

import csv
import logging
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.boundary import reading, remedy_of
from mechanist.core.errors import FormatError
from mechanist.formats.text import open_text
from mechanist.mechanics.slip_systems import slip_systems


def unpacked() -> None:
    struct.unpack("<d", b"abc")


def out_of_bounds() -> None:
    np.zeros(2)[[5]]


def mismatched() -> None:
    np.zeros(2) + np.zeros(3)


def not_text() -> None:
    b"\xff".decode()


def enormous() -> None:
    np.empty(10**17)


def absent_key() -> None:
    {}["a"]


@pytest.mark.parametrize(
    ("cause", "name", "remedy"),
    [
        (unpacked, "error", "looks damaged"),
        (out_of_bounds, "IndexError", "report it with the file and the traceback in the log"),
        (mismatched, "ValueError", "report it"),
        (not_text, "UnicodeDecodeError", "Save text as UTF-8"),
        (enormous, "MemoryError", "more memory than there is"),
        (absent_key, "KeyError", "report it"),
    ],
)
def test_errors_of_libraries_name_file_kind_place_and_remedy(
    cause: Callable[[], None], name: str, remedy: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO, "mechanist"),
        pytest.raises(FormatError) as caught,
        reading(Path("a.dump")),
    ):
        cause()
    assert str(caught.value).startswith(f"a.dump: cannot be read: {name} at test_boundary.py:")
    assert remedy in caught.value.remedy
    assert type(caught.value.__cause__).__name__ == name
    assert f"in {cause.__name__}" in caplog.text
    assert "Traceback" in caplog.text


def test_errors_that_readers_raise_pass_unchanged() -> None:
    with pytest.raises(FormatError) as caught, reading(Path("a.dump")):
        raise FormatError(Path("b.dump"), "is bad", remedy="Mend it.", line=3)
    assert str(caught.value) == "b.dump:3: is bad. Mend it."
    with pytest.raises(ValueError, match="slip systems 'hcp7'") as other, reading(Path("a.dump")):
        slip_systems("hcp7")
    assert not isinstance(other.value, FormatError)


def test_stopping_the_program_is_no_error_of_a_file() -> None:
    with pytest.raises(KeyboardInterrupt), reading(Path("a.dump")):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (PermissionError(13, "Permission denied"), "chmod u+r"),
        (FileNotFoundError(2, "No such file"), "Correct the path"),
        (IsADirectoryError(21, "Is a directory"), "Correct the path"),
        (OSError(5, "Input/output error"), "its disk can be read"),
        (EOFError(), "fetch or export it again"),
        (zlib.error("bad"), "fetch or export it again"),
        (zipfile.BadZipFile("bad"), "fetch or export it again"),
        (csv.Error("bad"), "fetch or export it again"),
        (RecursionError(), "report it"),
    ],
)
def test_remedies_fit_the_error(error: Exception, remedy: str) -> None:
    assert remedy in remedy_of(error)


def test_a_text_file_without_permission_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(
        FormatError, match=r"a\.ang: cannot be read \(Permission denied\).*chmod u\+r"
    ):
        open_text(tmp_path / "a.ang")
