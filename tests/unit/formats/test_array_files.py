"""Files of named arrays: every version is read, packed values are unpacked, damage is located."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from array_writers import (
    PACKED,
    U,
    V,
    hdf5,
    matlab,
    matlab73,
    read,
    refused,
)
from mechanist.core.errors import FormatError


@pytest.mark.parametrize("name", ["a.npz", "a.h5", "a.mat", "a.csv", "a.npy"])
def test_what_is_no_file_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    assert "there is no such file" in str(refused(path))
    path.mkdir()
    assert "is a folder, expected a file" in str(refused(path))
    path.rmdir()
    os.mkfifo(path)
    assert "is no regular file" in str(refused(path))
    path.unlink()
    path.write_text("")

    def forbidden(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "cannot be read ([Errno 13] Permission denied). Allow yourself to read it" in str(
        refused(path)
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_files_without_permission_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", u=U)
    (tmp_path / "a.npz").chmod(0)
    assert "Permission denied" in str(refused(tmp_path / "a.npz"))


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.xlsx", "Save the sheet as CSV"), ("a.ods", "Save the sheet as CSV"), ("a.pkl", "np.savez"),
     ("a.tsv", "Save it as CSV"), ("a", "Declare the `format`")],
)  # fmt: skip
def test_other_formats_are_refused_with_a_way_out(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"PK\3\4")
    assert words in refused(tmp_path / name).remedy


@pytest.mark.parametrize(
    "name", ["a.npz", "v5.mat", "v7.mat", "v4.mat", "v73.mat", "a.h5", "a.npy"]
)
def test_mutated_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    """Bytes of good files are changed, cut or repeated: no other error than that of the file."""
    path = tmp_path / name
    writers: dict[str, Callable[[Path], object]] = {
        "a.npz": lambda p: np.savez(p, u=U, x=V), "v5.mat": matlab, "a.npy": lambda p: np.save(p, U),
        "v7.mat": lambda p: matlab(p, do_compression=True), "v73.mat": matlab73,
        "v4.mat": lambda p: savemat(p, {"u": U}, format="4"),
        "a.h5": lambda p: hdf5(p, PACKED, scale_factor=0.5, _FillValue=np.int16(9)),
    }  # fmt: skip
    writers[name](path)
    good = path.read_bytes()
    rng = np.random.default_rng(5)
    names = {"a.npy": ["a"], "v5.mat": ["run.u", "U{2}"], "v7.mat": ["run.u", "U{2}"],
             "v73.mat": ["run.u", "U{2}"]}.get(name, ["u"])  # fmt: skip
    outcomes = []
    for _ in range(150):
        data = bytearray(good)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            data[place] = rng.integers(256)
        if rng.random() < 0.3:
            del data[rng.integers(len(data)) :]
        path.write_bytes(data)
        for array in names:
            try:
                read(path, array)
                outcomes.append(True)
            except FormatError:
                outcomes.append(False)
    assert {True, False} == set(outcomes)
