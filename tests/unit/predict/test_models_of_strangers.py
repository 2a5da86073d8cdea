"""Files of a stranger, of every kind of kept model: nothing outside the folder is read, written or executed."""

import hashlib
import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from mechanist.api import load_curve_model, load_model, load_surrogate
from mechanist.core.code_hash import LIBRARY
from mechanist.core.errors import FormatError

RELEASED: Final = LIBRARY.parent / "models"
#: A released model of each kind, how it is loaded, and one of its arrays.
KINDS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "ka2d/joint": (load_model, "slopes"),
    "n100/both": (load_curve_model, "undeformed_slopes"),
    "crystal/fcc8/gru": (load_surrogate, "readout"),
}


class Bomb:
    """Leaves a file if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.trace, "executed"))


class Model:
    """A copy of a released model, in a folder of its own."""

    def __init__(self, name: str, place: Path) -> None:
        self.load, self.array = KINDS[name]
        self.folder = place / "kept"
        shutil.copytree(RELEASED / name, self.folder)
        self.trace = place / "trace"

    @property
    def numbers(self) -> Path:
        return self.folder / "numbers.npz"

    def parts(self) -> dict[str, bytes]:
        """Return the content of each member of the file of arrays."""
        with zipfile.ZipFile(self.numbers) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        card = json.loads((self.folder / "model.json").read_text())
        change(card)
        (self.folder / "model.json").write_text(json.dumps(card))

    def renew(self, content: bytes) -> None:
        """Replace the numbers, and let the card state their hash, as a deceiver would."""
        self.numbers.write_bytes(content)
        self.edit(lambda card: card.update(sha256=hashlib.sha256(content).hexdigest()))

    def repack(self, parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", compression) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        self.renew(memory.getvalue())

    def files(self) -> set[Path]:
        """Return all files around the model."""
        return {path for path in self.folder.parent.rglob("*") if path.is_file()}


@pytest.fixture(params=list(KINDS))
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Model:
    return Model(request.param, tmp_path)


def array(values: np.ndarray) -> bytes:
    memory = io.BytesIO()
    np.lib.format.write_array(memory, values)
    return memory.getvalue()


def test_an_honest_copy_and_one_packed_anew_load(model: Model) -> None:
    """The positive control of all others here."""
    assert model.load(model.folder)
    model.repack(model.parts())
    assert model.load(model.folder)


@pytest.mark.parametrize("place", ["../", "/tmp/", "..\\", "C:\\", "kept/../../"])
@pytest.mark.parametrize("instead", [True, False])
def test_arrays_that_would_lie_outside_the_folder_are_refused(
    model: Model, place: str, instead: bool
) -> None:
    name, parts = f"{model.array}.npy", model.parts()
    parts[f"{place}{name}"] = parts.pop(name) if instead else parts[name]
    before = model.files()
    model.repack(parts)
    with pytest.raises(FormatError, match=r"numbers\.npz: (it holds|\d+ bytes)"):
        model.load(model.folder)
    assert model.files() == before


def test_a_pickle_in_place_of_the_numbers_is_not_executed(model: Model) -> None:
    bomb = pickle.dumps(Bomb(model.trace), protocol=0)
    model.renew(bomb)
    with pytest.raises(FormatError, match=r"numbers\.npz: it is no file of arrays"):
        model.load(model.folder)
    assert not model.trace.exists()
    pickle.loads(bomb)
    assert model.trace.exists(), "the bomb works"


def test_a_pickle_in_place_of_an_array_is_not_executed(model: Model) -> None:
    memory = io.BytesIO()
    np.lib.format.write_array(memory, np.array([Bomb(model.trace)], dtype=object))
    for content in (memory.getvalue(), pickle.dumps(Bomb(model.trace), protocol=0)):
        model.repack({**model.parts(), f"{model.array}.npy": content})
        with pytest.raises(FormatError, match=r"numbers\.npz: it is no file of arrays"):
            model.load(model.folder)
    assert not model.trace.exists()


def test_shapes_and_numbers_that_no_model_has_are_refused(model: Model) -> None:
    known = np.load(io.BytesIO(model.parts()[f"{model.array}.npy"]))
    empty = np.full_like(known, np.nan)
    for wrong, said in (
        (known[:-1], r"has type \w+ and shape"),
        (known.astype(np.complex128)[..., :1], r"has type complex128 and shape"),
        (empty, r"not finite"),
    ):
        model.repack({**model.parts(), f"{model.array}.npy": array(wrong)})
        with pytest.raises(FormatError, match=said):
            model.load(model.folder)


def forged(content: bytes, **fields: int) -> bytes:
    """Return a zip file whose members claim other values in their local and their central headers."""
    places = {"flags": (6, 8), "method": (8, 10)}
    found = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        locals_ = [entry.header_offset for entry in archive.infolist()]
        place = archive.start_dir
    for at, marker, column in [*((at, b"PK\3\4", 0) for at in locals_), (place, b"PK\1\2", 1)]:
        assert found[at : at + 4] == marker
        for name, value in fields.items():
            where = at + places[name][column]
            found[where : where + 2] = value.to_bytes(2, "little")
    return bytes(found)


@pytest.mark.parametrize("fields", [{"flags": 1}, {"method": 99}, {"method": 8}])
def test_encrypted_members_and_unknown_compression_are_refused(
    model: Model, fields: dict[str, int]
) -> None:
    model.renew(forged(model.numbers.read_bytes(), **fields))
    with pytest.raises(FormatError, match=r"numbers\.npz: it is no file of arrays"):
        model.load(model.folder)


@pytest.mark.parametrize("size", [10**9, 10**15, 10**30, -1])
def test_an_array_that_claims_an_impossible_size_is_refused(model: Model, size: int) -> None:
    memory = io.BytesIO()
    claim = {"descr": "<f8", "fortran_order": False, "shape": (size,)}
    np.lib.format.write_array_header_1_0(memory, claim)
    model.repack({**model.parts(), f"{model.array}.npy": memory.getvalue() + bytes(80)})
    with pytest.raises(FormatError, match=r"numbers\.npz: "):
        model.load(model.folder)


@pytest.mark.parametrize("stated", ["0" * 64, "", "../numbers.npz"])
def test_a_card_that_lies_about_the_hash_is_refused(model: Model, stated: str) -> None:
    model.edit(lambda card: card.update(sha256=stated))
    with pytest.raises(FormatError, match=r"numbers\.npz: sha256 [0-9a-f]{64}, expected"):
        model.load(model.folder)


def test_one_changed_bit_of_the_numbers_is_noticed(model: Model) -> None:
    content = bytearray(model.numbers.read_bytes())
    content[len(content) // 2] ^= 1
    model.numbers.write_bytes(bytes(content))
    with pytest.raises(FormatError, match=r"numbers\.npz: sha256 [0-9a-f]{64}, expected"):
        model.load(model.folder)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(model: Model) -> None:
    bomb = dict.fromkeys(model.parts(), bytes(5_000_000))
    model.repack(bomb, zipfile.ZIP_DEFLATED)
    with pytest.raises(FormatError, match=r"bytes once unpacked, expected at most|bytes, expected"):
        model.load(model.folder)


@pytest.mark.parametrize("name", ["ka2d/joint", "n100/both"])
def test_a_descriptor_that_is_a_file_is_neither_read_nor_executed(
    name: str, tmp_path: Path
) -> None:
    model = Model(name, tmp_path)
    program = tmp_path / "evil.py"
    program.write_text(f"open({str(model.trace)!r}, 'w').close()\n")
    for kind in (str(program), str(program.with_suffix("")), "../evil", "..evil", "evil.py"):
        model.edit(lambda card, kind=kind: card["descriptors"][0].update(kind=kind))  # type: ignore[misc]
        with pytest.raises(FormatError, match=r"model\.json: .*evil.*; expected a name"):
            model.load(model.folder)
    assert not model.trace.exists()


@pytest.mark.parametrize("place", ["reads/fields", "reads/central", "guess"])
def test_a_field_of_crystals_that_is_a_file_is_refused(place: str, tmp_path: Path) -> None:
    model = Model("crystal/fcc8/gru", tmp_path)

    def point_elsewhere(card: dict[str, Any]) -> None:
        *outer, last = place.split("/")
        for key in outer:
            card = card[key]
        card[last] = ["../../evil"]

    model.edit(point_elsewhere)
    with pytest.raises(FormatError, match=r"model\.json: .*\.\./\.\./evil"):
        model.load(model.folder)
