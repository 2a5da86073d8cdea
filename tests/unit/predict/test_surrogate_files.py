"""Kept surrogates: fitted on all samples, they come back as they were; a stranger's are refused."""

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_models import CubeModel, cross_fit, fit_model
from mechanist.learn.splits import make_splits
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.surrogate_card import surrogate_card
from mechanist.predict.surrogate_files import read_surrogate, write_surrogate
from mechanist.predict.surrogate_keeping import SurrogateKeeping, keep_surrogate
from voxels import voxels

COPPER: Any = {
    "systems": "fcc12",
    "elastic": {"c11": 168400.0, "c12": 121400.0, "c44": 75400.0},
    "flow": {"rate": 0.001, "exponent": 20},
    "hardening": {"kind": "voce", "tau0": 16.0, "tau_sat": 100.0, "h0": 180.0, "a": 1.0},
}
MODELS = {
    "mechanism": CubeModel(kind="mechanism", guess=("elastic_rotation",)),
    "ridge": CubeModel(kind="ridge", fields=("orientation",), central=("elastic_rotation",)),
    "recurrent": CubeModel(
        kind="recurrent", guess=("elastic_rotation",), fields=("orientation",),
        options={"width": 4, "epochs": 1},
    ),
}  # fmt: skip
SAMPLES = [voxels(k, name=f"cell-{k:04d}", noise=0.02) for k in range(12)]


def table(samples: list[VoxelPaths], paths: list[np.ndarray], folds: list[int]) -> pd.DataFrame:
    parts = []
    for sample, path, fold in zip(samples, paths, folds, strict=True):
        columns = {"sample": sample.name, "object": np.arange(sample.n_voxels), "fold": fold}
        values = {
            f"{axis}@{strain:.3f}": path[:, k, i]
            for k, strain in enumerate(sample.strains)
            for i, axis in enumerate("xyz")
        }
        parts.append(pd.DataFrame({**columns, **values}))
    return pd.concat(parts, ignore_index=True)


def kept(kind: str) -> KeptSurrogate:
    model = MODELS[kind]
    splits = make_splits([sample.name for sample in SAMPLES], folds=2, seed=1)
    paths, _ = cross_fit(model, SAMPLES, splits, seed=1)
    said = table(SAMPLES, paths, [splits.fold_of[sample.name] for sample in SAMPLES])
    keeping = SurrogateKeeping(
        system="cell", name="one", label="One", material_name="copper", material=COPPER, axis="z",
        passes=5, level=0.8,
    )  # fmt: skip
    return keep_surrogate(model, SAMPLES, said, keeping, seed=1, facts={"code": "abc"})


@pytest.fixture(scope="module", params=list(MODELS))
def model(request: pytest.FixtureRequest) -> KeptSurrogate:
    return kept(request.param)


@pytest.fixture(scope="module")
def network() -> KeptSurrogate:
    return kept("recurrent")


def test_a_surrogate_predicts_as_the_model_fitted_to_all_samples(
    model: KeptSurrogate, tmp_path: Path
) -> None:
    write_surrogate(tmp_path / "one", model)
    write_surrogate(tmp_path / "two", model)
    for name in ("model.json", "numbers.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    found = read_surrogate(tmp_path / "one")
    other = voxels(99, shape=(5, 4, 3))
    (expected,) = fit_model(MODELS[model.kind], SAMPLES, seed=1).predict([other])
    np.testing.assert_allclose(found.fitted.predict([other])[0], expected, atol=2e-6)
    assert (found.intervals, found.errors, found.seen) == (
        model.intervals,
        model.errors,
        model.seen,
    )
    assert (found.names, found.radius) == (model.names, model.radius)
    assert found.facts == dict(model.facts)
    assert found.material == COPPER


def test_intervals_hold_rotations_of_other_samples(model: KeptSurrogate) -> None:
    inside, below = [], []
    for k in range(100, 112):
        sample = voxels(k, noise=0.02)
        (said,) = model.fitted.predict([sample])
        true = sample.paths()
        residual = np.degrees(np.linalg.norm(true[:, -1], axis=1))
        residual -= np.degrees(np.linalg.norm(said[:, -1], axis=1))
        interval, error = model.intervals[-1], model.errors[-1]
        assert interval is not None
        assert error is not None
        inside.append(np.mean((residual >= interval.lower) & (residual <= interval.upper)))
        below.append(np.mean(np.degrees(np.linalg.norm(said - true, axis=-1)[:, -1]) <= error))
    assert 0.75 < np.mean(inside) < 0.95
    assert 0.75 < np.mean(below) < 0.95
    assert model.facts["samples"] == 12
    assert model.seen.grain_diameters == {"cell": pytest.approx((6 / np.pi) ** (1 / 3))}


def test_few_samples_give_no_interval() -> None:
    said = table(SAMPLES[:3], [sample.paths() for sample in SAMPLES[:3]], [0, 0, 1])
    keeping = SurrogateKeeping(
        system="cell", name="one", label="One", material_name="copper", material=COPPER, axis="z",
        passes=5, level=0.9,
    )  # fmt: skip
    found = keep_surrogate(MODELS["mechanism"], SAMPLES[:3], said, keeping, seed=1, facts={})
    assert set(found.intervals) == set(found.errors) == {None}
    assert "too few samples: 9 are needed" in surrogate_card(found)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CubeModel(kind="trees", fields=("orientation",)), "kind 'trees' of model 'one'"),
        (CubeModel(kind="persistence"), "kind 'persistence' of model 'one'"),
        (CubeModel(kind="mechanism", guess=("mechanism",)), r"reads \['mechanism'\]"),
        (
            CubeModel(
                kind="recurrent", fields=("orientation",), radius=0,
                options={"cell": "lstm", "width": 4, "epochs": 1},
            ),
            "cell 'lstm'; only 'gru' can be kept",
        ),
    ],
)  # fmt: skip
def test_a_model_that_is_no_numbers_is_not_kept(wrong: CubeModel, said: str) -> None:
    keeping = SurrogateKeeping(
        system="cell", name="one", label="One", material_name="copper", material=COPPER, axis="z",
        passes=5, level=0.9,
    )  # fmt: skip
    with pytest.raises(ValueError, match=said):
        keep_surrogate(wrong, SAMPLES[:3], pd.DataFrame(), keeping, seed=1, facts={})


def test_the_card_says_what_the_model_reads_and_how_good_it_is(network: KeptSurrogate) -> None:
    card = surrogate_card(network)
    assert "reads `elastic_rotation`, `orientation`, from a cube of 3 voxels a side" in card
    assert "takes" not in card.splitlines()[0]
    assert "12 independent polycrystals of 64 voxels" in card
    assert f"{network.intervals[0].lower:+.3f}" in card  # type: ignore[union-attr]


# Files of a stranger


class Bomb:
    """Leaves a file if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.trace, "executed"))


@pytest.fixture
def folder(network: KeptSurrogate, tmp_path: Path) -> Path:
    write_surrogate(tmp_path / "kept", network)
    return tmp_path / "kept"


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    card = json.loads((folder / "model.json").read_text())
    change(card)
    (folder / "model.json").write_text(json.dumps(card))


def renew(folder: Path, **parts: Any) -> None:
    """Replace arrays, and let the card state the hash, as a deceiver would."""
    with np.load(folder / "numbers.npz") as file:
        arrays = {**file, **parts}
    memory = io.BytesIO()
    np.savez(memory, **{name: array for name, array in arrays.items() if array is not None})
    (folder / "numbers.npz").write_bytes(memory.getvalue())
    edit(folder, lambda card: card.update(sha256=hashlib.sha256(memory.getvalue()).hexdigest()))


@pytest.mark.parametrize("slot", ["coefficients", "encoder_in", "sizes"])
def test_nothing_in_the_numbers_is_executed(folder: Path, tmp_path: Path, slot: str) -> None:
    trace = tmp_path / "trace"
    renew(folder, **{slot: np.array([Bomb(trace)], dtype=object)})
    with pytest.raises(FormatError, match=r"numbers\.npz: it is no file of arrays"):
        read_surrogate(folder)
    (folder / "model.json").write_bytes(pickle.dumps(Bomb(trace), protocol=0))
    with pytest.raises(FormatError, match=r"model\.json: it is not JSON"):
        read_surrogate(folder)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"readout": np.zeros((2, 4), np.float32)}, r"readout has type float32 and shape \(2, 4\)"),
        ({"readout": np.zeros((3, 4))}, "readout has type float64"),
        ({"readout": np.full((3, 4), np.nan, np.float32)}, "readout holds 12 numbers"),
        ({"coefficients": np.full((3, 3, 1), np.inf)}, "coefficients holds 9 numbers"),
        ({"sizes": np.zeros(3)}, "expected positive numbers"),
        ({"direct": None}, "numbers.npz: it holds"),
        ({"more": np.zeros(3)}, "numbers.npz: it holds"),
    ],
)
def test_numbers_that_are_not_those_of_the_card_are_refused(
    folder: Path, parts: dict[str, Any], said: str
) -> None:
    renew(folder, **parts)
    with pytest.raises(FormatError, match=said):
        read_surrogate(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda c: c.update(schema="mechanist.kept_model/1"),
            "expected 'mechanist.kept_surrogate/1'",
        ),
        (lambda c: c.pop("strains"), "the entry 'strains' is missing"),
        (lambda c: c.update(strains=[0.01, 0.03, 0.04]), "multiples of a positive first strain"),
        (lambda c: c.update(kind="trees"), "kind 'trees'"),
        (lambda c: c.update(kind="mechanism"), "kind 'mechanism', reads True"),
        (lambda c: c.update(guess=["os.system"]), r"guess \['os\.system'\]"),
        (lambda c: c["reads"].update(fields=["mechanism"]), r"fields \['mechanism'\]"),
        (lambda c: c["reads"].update(radius=99), "radius = 99; expected 0 to 5"),
        (lambda c: c["reads"].update(state=10**9), "state = 1000000000"),
        (lambda c: c["reads"]["scales"].update(orientation=0.0), "expected a positive number"),
        (lambda c: c["reads"]["widths"].update(orientation=5), "expected a multiple of 9"),
        (lambda c: c["material"].update(systems="fcc13"), "material/systems"),
        (lambda c: c["material"]["flow"].update(exponent=0), "material/flow/exponent"),
        (lambda c: c["intervals"].pop(), "expected one for each of 3 strains"),
        (lambda c: c["intervals"][0].update(lower=1e9), "expected lower <= upper"),
        (lambda c: c["errors"].__setitem__(0, -1.0), "expected a positive number"),
        (lambda c: c["seen"].update(grain_diameters={}), "grain_diameters is empty"),
        (lambda c: c.update(passes=0), "passes = 0"),
    ],
)
def test_a_card_that_is_not_one_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    edit(folder, change)
    with pytest.raises(FormatError, match=said):
        read_surrogate(folder)


def test_a_changed_number_is_noticed_and_a_missing_file_is_named(folder: Path) -> None:
    content = bytearray((folder / "numbers.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "numbers.npz").write_bytes(content)
    with pytest.raises(FormatError, match=r"numbers\.npz: sha256"):
        read_surrogate(folder)
    (folder / "numbers.npz").unlink()
    with pytest.raises(FormatError, match=r"numbers\.npz: it cannot be read"):
        read_surrogate(folder)
