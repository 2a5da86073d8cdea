"""Pickles of numbers are read, and nothing that a pickle names is ever run."""

import collections
import datetime
import gzip
import pickle
import pickletools
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.array_files import open_arrays
from mechanist.formats.safe_pickle import ALLOWED
from mechanist.formats.trajectory_files import read_frames
from mechanist.imports.fields import import_fields
from mechanist.imports.trajectory_samples import import_sample

N = 40
RNG = np.random.default_rng(0)
PLACES = RNG.uniform(0, 4, (N, 3))
TYPES = np.arange(N) % 2
#: A file of Bapst et al. 2020: 2 times and 3 runs in place of 10 and 30.
GLASS: dict[str, Any] = {
    "positions": PLACES, "box": np.array([4.0, 4.0, 4.0]), "types": TYPES,
    "trajectory_start_velocities": [RNG.normal(size=(N, 3)) for _ in range(3)],
    "trajectory_target_positions": [[PLACES + 0.1 * k for _ in range(3)] for k in (1, 2)],
    "metadata": {"temperature": 0.44, "pressure": None},
}  # fmt: skip
GLASS_ENTRY: dict[str, Any] = {
    "format": "pickle", "species": {"0": "A", "1": "B"}, "dimension": 3, "units": "lj", "frames": [],
}  # fmt: skip


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_glass_in_every_protocol(tmp_path: Path, protocol: int, packed: bool) -> None:
    data = pickle.dumps(GLASS, protocol=protocol)
    path = tmp_path / "glass.pickle"
    path.write_bytes(gzip.compress(data) if packed else data)
    (frame,) = read_frames(path, "pickle")
    np.testing.assert_array_equal(frame.positions, PLACES)
    np.testing.assert_array_equal(frame.cell, np.diag([4.0, 4.0, 4.0]))
    np.testing.assert_array_equal(frame.species, TYPES)
    assert frame.labels == ("0", "1")
    assert frame.notes == ("`box` is read as `cell`", "`types` is read as `species`")
    sample = import_sample(GLASS_ENTRY | {"path": str(path)}, name="a", system="b")
    assert sample.reference.species_names == ("A", "B")


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Rename a module in a pickle of protocol 2, whose names are lines."""
    assert old in data
    return data.replace(b"c" + old + b"\n", b"c" + new + b"\n")


@pytest.mark.parametrize("core", [b"numpy.core.multiarray", b"numpy._core.multiarray"])
def test_both_ages_of_numpy(tmp_path: Path, core: bytes) -> None:
    data = pickle.dumps(GLASS, protocol=2)
    (tmp_path / "a.pkl").write_bytes(renamed(data, b"numpy._core.multiarray", core))
    np.testing.assert_array_equal(read_frames(tmp_path / "a.pkl", "pickle")[0].positions, PLACES)


def test_python_2_kept_bytes_as_text(tmp_path: Path) -> None:
    raw = PLACES[:2].astype("<f8").tobytes()
    short = b"U" + bytes([len(raw)]) + raw  # SHORT_BINSTRING, text of Python 2
    data = (
        b"\x80\x02}U\x01ucnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x02K\x03\x86cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89" + short + b"tbs."
    )
    (tmp_path / "a.pkl").write_bytes(data)
    np.testing.assert_array_equal(open_arrays(tmp_path / "a.pkl", "pickle").array("u"), PLACES[:2])


@pytest.mark.parametrize(
    "values",
    [
        PLACES.astype(">f4"), np.asfortranarray(PLACES), PLACES[::2], PLACES[:, :0], TYPES.astype("u1"),
        np.array(["Cu", "Zr"]), np.array([b"Cu", b"Zr"]), np.array([True, False]), PLACES + 1j,
        np.float64(2.5), np.int64(7), np.zeros((0, 3)), np.array(3.5),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_arrays_of_all_kinds(tmp_path: Path, values: Any, protocol: int) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"run": {"u": values}}, protocol=protocol))
    found = open_arrays(tmp_path / "a.pkl", "pickle").array("run/u")
    np.testing.assert_array_equal(found, values)
    assert found.dtype == values.dtype
    assert found.flags.writeable


def test_lists_are_arrays_and_what_is_not_named_may_be_anything(tmp_path: Path) -> None:
    held = collections.OrderedDict(
        x=[0.0, 1.0, 2.0, 3.0], t=list(range(3)), u=[np.arange(3.0) + k for k in range(4)],
        odd=[[1], [1, 2]], none=None, objects=np.array([None, "a"], dtype=object), word="core",
        pairs=np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]), raw=bytearray(b"abc"),
    )  # fmt: skip
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps(held))
    entry = {"path": str(path), "axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}}
    (data,) = import_fields(entry)
    np.testing.assert_array_equal(data.fields["u"][3], [3.0, 4.0, 5.0])
    for name in ("odd", "none", "objects", "word", "pairs"):
        with pytest.raises(FormatError, match=f"'{name}' is no array of numbers or texts"):
            open_arrays(path, "pickle").array(name)


class Call:
    """An object whose pickle calls a function when it is read by pickle.load."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.reduced = (function, arguments)

    def __reduce__(self) -> Any:
        return self.reduced


def touching(path: Path) -> dict[str, bytes]:
    """Return pickles that would create a file, by the name that they use."""
    target = str(path)
    command = f"touch {target}"
    return {
        "posix.system": b"\x80\x02cposix\nsystem\nX" + len(command).to_bytes(4, "little")
        + command.encode() + b"\x85R.",
        "io.open": pickle.dumps({"u": Call(open, target, "w")}),
        "builtins.exec": pickle.dumps({"u": PLACES, "v": Call(exec, f"open({target!r}, 'w')")}),
        "builtins.eval": pickle.dumps([Call(eval, f"open({target!r}, 'w')")]),
        "subprocess.Popen": pickle.dumps({"u": Call(subprocess.Popen, ["touch", target])}),
        "builtins.getattr": pickle.dumps(Call(getattr, "a", "upper")),
        "numpy.save": pickle.dumps({"u": Call(np.save, target, PLACES)}),
        "numpy.lib.npyio.NpzFile": b"cnumpy.lib.npyio\nNpzFile\n.",
        "numpy.f2py.diagnose.run": b"cnumpy.f2py.diagnose\nrun\n(tR.",
        "builtins.__import__": b"\x80\x04\x8c\x08builtins\x8c\x0a__import__\x93\x8c\x02os\x85R.",
        "numpy.core.multiarray.fromfile": b"cnumpy.core.multiarray\nfromfile\n.",
        "__main__.Model": b"c__main__\nModel\n)\x81.",
        "torch._utils._rebuild_tensor_v2": b"ctorch._utils\n_rebuild_tensor_v2\n(tR.",
        "pandas.core.frame.DataFrame": b"cpandas.core.frame\nDataFrame\n)\x81.",
        "datetime.date": pickle.dumps({"when": datetime.date(2020, 1, 1)}),
        "decimal.Decimal": pickle.dumps({"u": Decimal("0.1")}),
    }  # fmt: skip


@pytest.mark.parametrize("name", touching(Path("x")))
def test_nothing_that_a_pickle_names_is_run(tmp_path: Path, name: str) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "a.pkl"
    path.write_bytes(touching(mark)[name])
    with pytest.raises(FormatError, match="it names ") as caught:
        open_arrays(path, "pickle")
    assert not mark.exists()
    seen = name.replace("numpy.save", "numpy.")
    assert seen in caught.value.problem
    assert "which is not allowed" in caught.value.problem
    assert caught.value.remedy.startswith("Nothing of it was run")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_payloads_are_live(tmp_path: Path) -> None:
    for name in ("posix.system", "io.open", "builtins.exec"):
        mark = tmp_path / name
        pickle.loads(touching(mark)[name])
        assert mark.exists(), name


def test_only_names_of_arrays_are_known() -> None:
    assert {module.partition(".")[0] for module, _ in ALLOWED} == {
        "numpy", "_codecs", "builtins", "__builtin__", "collections",
    }  # fmt: skip
    assert len(ALLOWED) == 14


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot be read"),
        (b"not a pickle\n", "cannot be read"),
        (pickle.dumps(GLASS)[:-50], "cannot be read"),
        (pickle.dumps(PLACES), "holds one array, expected a dictionary"),
        (pickle.dumps([PLACES]), "holds a list, expected a dictionary"),
        (b"\x80\x02X\x01\x00\x00\x00aQ.", "it names objects outside the file"),
        (b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x03\x00\x00\x00hex\x86R.", "bytes in the coding 'hex'"),
        (pickle.dumps(GLASS, protocol=2).replace(b"(K\x01K(", b"(K\x5bK(", 1), "an array of an unknown version"),
        (pickle.dumps(GLASS, protocol=2).replace(b"X\x01\x00\x00\x00<", b"X\x01\x00\x00\x00x", 1), "a type of an unknown version"),
        (b"\x80\x02cnumpy\nndarray\nJ\xff\xff\xff\x7f\x85R.", r"an array that NumPy does not write so: \(\)"),
        (pickle.dumps(GLASS, protocol=4).replace(b"C\x01b", b"C\x01\xe2", 1), "an array that NumPy does not write so"),
    ],
)  # fmt: skip
def test_damaged_and_other_pickles(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.pkl").write_bytes(data)
    with pytest.raises(FormatError, match=message) as caught:
        open_arrays(tmp_path / "a.pkl", "pickle")
    assert caught.value.remedy


def test_a_type_with_a_forged_state_is_rebuilt_from_its_bytes(tmp_path: Path) -> None:
    """Objects behind a type that claims to be plain: NumPy itself would follow them as pointers."""
    good = pickle.dumps({"u": np.array([None, None], dtype=object)}, protocol=2)
    assert any(op.name == "BINUNICODE" and arg == "O8" for op, arg, _ in pickletools.genops(good))
    forged = good.replace(b"]q", b"C\x10AAAAAAAAAAAAAAAA]q", 1)
    (tmp_path / "a.pkl").write_bytes(forged)
    with pytest.raises(FormatError):
        open_arrays(tmp_path / "a.pkl", "pickle").array("u")
