"""Files of kept models of curves: they come back as they were, and a stranger's are refused."""

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from curve_models import curve_model, fit, score_map
from mechanist.core.errors import FormatError
from mechanist.predict.curve_files import read_curve_model, write_curve_model


class Bomb:
    """Leaves a file if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.trace, "executed"))


def scored() -> object:
    return curve_model(
        branches={
            "undeformed": fit(scores=score_map()),
            "prestrained": fit(band=None, limit=np.inf),
        }
    )


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    model = scored()
    write_curve_model(tmp_path, model)  # type: ignore[arg-type]
    found = read_curve_model(tmp_path)
    assert list(found.branches) == ["undeformed", "prestrained"]
    one = found.branches["undeformed"]
    assert one.stress(np.array([0.25])).tolist() == pytest.approx([0.01, 0.1])
    assert one.scores is not None
    assert one.band is not None
    assert (one.band.lower.tolist(), one.band.upper.tolist(), one.band.factor, one.limit) == (
        [-0.001, -0.01],
        [0.003, 0.02],
        2.0,
        3.0,
    )
    other = found.branches["prestrained"]
    assert (other.scores, other.band, other.limit) == (None, None, np.inf)
    assert (found.strains, found.level, found.known.side) == ((0.001, 0.01), 0.9, (20.0, 20.0))
    assert found.facts["samples"] == 3


def test_equal_models_give_equal_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_curve_model(tmp_path / folder, curve_model())
    for name in ("model.json", "numbers.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def edit(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    card = json.loads((folder / "model.json").read_text())
    change(card)
    (folder / "model.json").write_text(json.dumps(card))


def renew(folder: Path, content: bytes) -> None:
    """Replace the numbers, and let the card state their hash, as a deceiver would."""
    (folder / "numbers.npz").write_bytes(content)
    edit(folder, lambda card: card.update(sha256=hashlib.sha256(content).hexdigest()))


def packed(**parts: object) -> bytes:
    memory = io.BytesIO()
    np.savez(memory, **parts)  # type: ignore[arg-type]
    return memory.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_curve_model(tmp_path / "kept", scored())  # type: ignore[arg-type]
    return tmp_path / "kept"


def arrays(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "numbers.npz") as file:
        return dict(file)


@pytest.mark.parametrize("slot", ["undeformed_slopes", "undeformed_values", "prestrained_mean"])
def test_nothing_in_the_numbers_is_executed(folder: Path, tmp_path: Path, slot: str) -> None:
    trace = tmp_path / "trace"
    parts = arrays(folder)
    parts[slot] = np.array([Bomb(trace)], dtype=object)
    renew(folder, packed(**parts))
    with pytest.raises(FormatError, match=r"numbers\.npz: .*"):
        read_curve_model(folder)
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
        read_curve_model(folder)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda p: p.update(undeformed_slopes=np.zeros((3, 2))),
            r"undeformed_slopes has type float64 and shape \(3, 2\), expected float64 and \(1, 2\)",
        ),
        (
            lambda p: p.update(undeformed_constant=np.full(2, np.nan)),
            "undeformed: constant holds 2 numbers that are not finite",
        ),
        (
            lambda p: p.update(undeformed_deviation=np.zeros(1)),
            "undeformed: deviation holds a number that is not positive",
        ),
        (
            lambda p: p.update(undeformed_lower=np.full(2, 9.0)),
            "undeformed: the band has the factor 2",
        ),
        (
            lambda p: p.update(undeformed_values=np.array([[0.4, 0.1, 0.0]])),
            "values of the knots descend",
        ),
        (lambda p: p.pop("prestrained_mean"), "it holds .*expected"),
        (lambda p: p.update(extra=np.zeros(2)), r"it holds .*'extra\.npy'"),
    ],
)
def test_numbers_that_are_not_those_of_the_card_are_refused(
    folder: Path, change: Callable[[dict[str, np.ndarray]], object], said: str
) -> None:
    parts = arrays(folder)
    change(parts)
    renew(folder, packed(**parts))
    with pytest.raises(FormatError, match=said):
        read_curve_model(folder)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(folder: Path) -> None:
    names = list(arrays(folder))
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(f"{name}.npy", bytes(20_000_000))
    renew(folder, memory.getvalue())
    with pytest.raises(FormatError, match="bytes"):
        read_curve_model(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(schema="mechanist.kept_model/1"), "schema .*expected 'mechanist.curve"),
        (lambda c: c.pop("branches"), "the entry 'branches' is missing"),
        (lambda c: c.update(branches={}), "numbers|no branch"),
        (lambda c: c.update(strains=[0.01, 0.001]), "strains .*expected positive and ascending"),
        (lambda c: c.update(level=1.5), r"level = 1\.5; expected a probability"),
        (lambda c: c["branches"]["undeformed"].update(knots=-1), "knots = -1; expected a number"),
        (lambda c: c["branches"]["undeformed"].update(knots=10**9), "knots = 1000000000"),
        (lambda c: c["branches"]["undeformed"].update(factor=0.5), r"factor 0\.5"),
        (lambda c: c["branches"]["undeformed"].update(limit=float("nan")), "nan; expected"),
        (lambda c: c["known"].update(side=[1.0]), "unpack|expected"),
        (lambda c: c["descriptors"][0].update(kind="os.system"), "'os.system'; expected a name"),
    ],
)
def test_a_card_that_is_not_one_is_refused(
    folder: Path, change: Callable[[dict[str, object]], object], said: str
) -> None:
    edit(folder, change)
    with pytest.raises(FormatError, match=said):
        read_curve_model(folder)


@pytest.mark.parametrize("name", ["model.json", "numbers.npz"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_missing_or_damaged_file_is_named(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FormatError, match=name):
        read_curve_model(folder)
