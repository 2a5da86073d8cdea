"""Files of kept models: they come back as they were, and a stranger's are refused with a reason."""

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kept_models import kept_model
from mechanist.core.errors import FormatError
from mechanist.predict.kept_files import read_kept, write_kept


class Bomb:
    """Leaves a file if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.trace, "executed"))


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    model = kept_model("rotation_invariants", "joint_invariants")
    write_kept(tmp_path, model)
    found = read_kept(tmp_path)
    for name in ("slopes", "constant"):
        np.testing.assert_array_equal(getattr(found, name), getattr(model, name))
    for name in ("mean", "deviation"):
        np.testing.assert_array_equal(getattr(found.known, name), getattr(model.known, name))
    assert found.descriptors == model.descriptors
    assert found.intervals == model.intervals
    assert found.odds == model.odds
    assert (found.known.loads, found.known.composition) == (
        model.known.loads,
        model.known.composition,
    )
    assert (found.strains, found.facts) == (model.strains, dict(model.facts))


def test_equal_models_give_equal_bytes_and_an_unknown_limit_stays_unknown(tmp_path: Path) -> None:
    model = kept_model("rotation_invariants")
    unknown = replace(model, known=replace(model.known, limit=float("inf")))
    for folder in ("one", "two"):
        write_kept(tmp_path / folder, unknown)
    for name in ("model.json", "numbers.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert read_kept(tmp_path / "one").known.limit == np.inf


def edit(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    card = json.loads((folder / "model.json").read_text())
    change(card)
    (folder / "model.json").write_text(json.dumps(card))


def renew(folder: Path, content: bytes) -> None:
    """Replace the numbers, and let the card state their hash, as a deceiver would."""
    (folder / "numbers.npz").write_bytes(content)
    edit(folder, lambda card: card.update(sha256=hashlib.sha256(content).hexdigest()))


def arrays(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "numbers.npz") as file:
        return dict(file)


def packed(**parts: object) -> bytes:
    memory = io.BytesIO()
    np.savez(memory, **parts)  # type: ignore[arg-type]
    return memory.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_kept(tmp_path / "kept", kept_model("rotation_invariants"))
    return tmp_path / "kept"


@pytest.mark.parametrize("slot", ["slopes", "constant", "mean", "deviation"])
def test_nothing_in_the_numbers_is_executed(folder: Path, tmp_path: Path, slot: str) -> None:
    trace = tmp_path / "trace"
    parts = arrays(folder)
    parts[slot] = np.array([Bomb(trace)], dtype=object)
    renew(folder, packed(**parts))
    with pytest.raises(FormatError, match=r"numbers\.npz: .*"):
        read_kept(folder)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["model.json", "numbers.npz"])
def test_a_pickle_in_place_of_a_file_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    trace = tmp_path / "trace"
    content = pickle.dumps(Bomb(trace), protocol=0)
    if name == "numbers.npz":
        renew(folder, content)
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(FormatError, match=name):
        read_kept(folder)
    assert not trace.exists()


def zeros(shape: tuple[int, ...], dtype: type = float) -> Callable[[dict[str, np.ndarray]], object]:
    return lambda parts: parts.update(slopes=np.zeros(shape, dtype))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (zeros((3, 2)), r"slopes has type float64 and shape \(3, 2\), expected float64 and"),
        (lambda p: p.update(slopes=p["slopes"].astype(np.float32)), "slopes has type float32"),
        (
            lambda p: p.update(slopes=np.full_like(p["slopes"], np.nan)),
            "slopes holds .* not finite",
        ),
        (
            lambda p: p.update(deviation=np.zeros_like(p["deviation"])),
            "deviation holds a number that is not",
        ),
        (lambda p: p.pop("mean"), r"it holds \['constant\.npy'"),
        (lambda p: p.update(extra=np.zeros(2)), r"it holds \['constant\.npy'.*'extra\.npy'"),
    ],
)
def test_numbers_that_are_not_those_of_the_card_are_refused(
    folder: Path, change: Callable[[dict[str, np.ndarray]], object], said: str
) -> None:
    parts = arrays(folder)
    change(parts)
    renew(folder, packed(**parts))
    with pytest.raises(FormatError, match=said):
        read_kept(folder)


def test_a_card_that_lies_about_the_hash_is_refused(folder: Path) -> None:
    parts = arrays(folder)
    parts["slopes"] = parts["slopes"] + 1
    (folder / "numbers.npz").write_bytes(packed(**parts))
    with pytest.raises(
        FormatError, match=r"sha256 [0-9a-f]{64}, expected [0-9a-f]{64} as model\.json"
    ):
        read_kept(folder)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(folder: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("slopes", "constant", "mean", "deviation"):
            archive.writestr(f"{name}.npy", bytes(20_000_000))
    assert len(memory.getvalue()) < 100_000
    renew(folder, memory.getvalue())
    with pytest.raises(FormatError, match="bytes"):
        read_kept(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda c: c.update(schema="mechanist.kept_model/9"),
            r"schema 'mechanist\.kept_model/9', expected",
        ),
        (lambda c: c.pop("odds"), "the entry 'odds' is missing"),
        (lambda c: c.update(strains="0.02"), "0.02"),
        (
            lambda c: c["descriptors"][0].update(kind="os.system"),
            r"descriptor 'os\.system'; expected a name",
        ),
        (lambda c: c["known"].update(density=[float("nan"), 1.0]), "nan; expected a finite number"),
        (lambda c: c["known"].update(length=0.0), r"0\.0; expected a positive number"),
        (lambda c: c["known"].update(dimension=4), "dimension = 4; expected 2 or 3"),
        (lambda c: c["intervals"][0].update(lower=3.0), "expected lower <= upper"),
        (lambda c: c["odds"][0].update(fraction=0.0), "expected a fraction between 0 and 1"),
        (lambda c: c["odds"].pop(), "expected one for each of 2 strains"),
        (lambda c: c["descriptors"][0]["features"].pop(), "expected"),
    ],
)
def test_a_card_that_is_not_one_is_refused(
    folder: Path, change: Callable[[dict[str, object]], object], said: str
) -> None:
    edit(folder, change)
    with pytest.raises(FormatError, match=said):
        read_kept(folder)


@pytest.mark.parametrize("name", ["model.json", "numbers.npz"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_missing_or_damaged_file_is_named(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FormatError, match=name):
        read_kept(folder)
