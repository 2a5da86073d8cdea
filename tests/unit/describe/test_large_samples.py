"""Descriptors of large samples: the same to the last bit by parts, in bounded memory, or refused."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers import disordered
from kept_models import SHEAR, kept_model
from listed_pairs import configurations
from mechanist.describe.descriptor import load_descriptor
from mechanist.describe.shared.nonaffine import d2min, listed_d2min
from mechanist.formats.configuration import Configuration
from mechanist.mechanics import neighbours
from mechanist.mechanics.neighbours import find_neighbours, kept_neighbours, neighbours_by_part
from mechanist.predict.block_predictions import predicted_values

ROOT = Path(__file__).parents[3]
TERMS = {2: ("qe", "vev", "bv", "s", "b2"), 3: ("qe", "vev", "qqe", "bv", "s", "b2", "qe2")}
#: Names of configurations whose particles have neighbours enough for any descriptor.
NAMES = ("dense", "not wrapped", "in empty space")


def features(c: Configuration) -> dict[str, np.ndarray]:
    """Return the features of the descriptors that read neighbours by parts."""
    joint = {"terms": TERMS[c.dimension], "squares": True, "force_mismatch": True}
    asked = {
        "structure_functions": {},
        "rotation_invariants": {},
        "joint_invariants": joint,
        "local_structure": {},
    }
    return {
        kind: load_descriptor(kind, parameters)(c, load=SHEAR).values
        for kind, parameters in asked.items()
    }


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_features_by_parts_are_those_of_one_list(
    dimension: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = configurations(dimension)[name]
    monkeypatch.setitem(neighbours_by_part.__kwdefaults__, "pairs", 10**9)
    with kept_neighbours(c):
        whole = features(c)
    monkeypatch.setitem(neighbours_by_part.__kwdefaults__, "pairs", 90)
    for kind, values in features(c).items():
        np.testing.assert_array_equal(values, whole[kind], err_msg=kind)
        assert np.ptp(values, axis=0).max() > 0


@pytest.mark.parametrize("dimension", [2, 3])
def test_d2min_by_parts_is_that_at_once(dimension: int, monkeypatch: pytest.MonkeyPatch) -> None:
    c = configurations(dimension)["dense"]
    rng = np.random.default_rng(4)
    shaken = [
        c.moved(
            c.positions + size * rng.normal(size=c.positions.shape) * [1, 1, dimension == 3], c.cell
        )
        for size in (0.02, 0.1)
    ]
    known = find_neighbours(c, 2.0)
    once = [d2min(c, state, 2.0) for state in shaken]
    listed = [d2min(c, state, 2.0, neighbours=known) for state in shaken]
    monkeypatch.setitem(neighbours_by_part.__kwdefaults__, "pairs", 90)
    monkeypatch.setattr("mechanist.mechanics.half_pairs._WHOLE", 0)
    monkeypatch.setattr("mechanist.mechanics.half_pairs.HalfPairs.parts.__defaults__", (90,))
    for state, expected in zip(shaken, once, strict=True):
        found = d2min(c, state, 2.0)
        np.testing.assert_array_equal(found.total, expected.total)
        np.testing.assert_array_equal(found.deformation, expected.deformation)
    for found, expected in zip(listed_d2min(c, shaken, 2.0), listed, strict=True):
        np.testing.assert_array_equal(found.total, expected.total)
        np.testing.assert_array_equal(found.deformation, expected.deformation)
        np.testing.assert_array_equal(found.counts, expected.counts)
    assert np.abs(once[1].total - once[0].total).max() > 0.1


#: Run by a process of its own: prints the megabytes that each task adds, as it is and all at once.
PROGRAM = """
import gc, json, sys
import numpy as np
from helpers import disordered
from kept_models import SHEAR, kept_model
from mechanist.describe.descriptor import load_descriptor
from mechanist.describe.shared.nonaffine import d2min
from mechanist.mechanics import half_pairs, neighbours
from mechanist.mechanics.neighbours import kept_neighbours, neighbours_by_part
from mechanist.predict.block_predictions import predicted_values

def field(name):
    lines = open("/proc/self/status").read().splitlines()
    return next(int(one.split()[1]) / 1024 for one in lines if one.startswith(name))

def added(work):
    gc.collect()
    open("/proc/self/clear_refs", "w").write("5")  # forget the largest memory so far
    work()
    return field("VmHWM") - base

def shaken(c):
    return c.moved(c.positions + 0.05 * rng.normal(size=c.positions.shape), c.cell)

rng = np.random.default_rng(1)
model = kept_model("rotation_invariants", "joint_invariants", dimension=2)
small = disordered(rng, n=300)
flat, wide = disordered(rng, n=16_000, dimension=2), disordered(rng, n=60_000)
cubes = {"structure_functions": disordered(rng, n=4000), "joint_invariants": disordered(rng, n=12_000)}
moved = shaken(wide)
tasks = {
    "structure_functions": lambda c=cubes["structure_functions"]: load_descriptor("structure_functions")(c),
    "joint_invariants": lambda c=cubes["joint_invariants"]: load_descriptor("joint_invariants")(c, load=SHEAR),
    "d2min": lambda: d2min(wide, moved, 2.0),
    "predict": lambda: predicted_values(model, flat, [SHEAR], particles=size),
}
size = 2000
for one in cubes:
    load_descriptor(one)(small, load=SHEAR)
d2min(small, shaken(small), 2.0)
predicted_values(model, disordered(rng, n=300, dimension=2), [SHEAR])
base = field("VmRSS")
found = {name: [added(work)] for name, work in tasks.items()}
neighbours_by_part.__kwdefaults__["pairs"] = 10**9
half_pairs._WHOLE, size = 10**9, 10**9
for name, work in tasks.items():
    found[name].append(added(work))
print(json.dumps(found))
"""
#: Megabytes that a task may add; a million particles take proportionally more only for the result.
LIMITS = {"structure_functions": 45, "joint_invariants": 70, "d2min": 90, "predict": 60}


@pytest.fixture(scope="module")
def megabytes() -> dict[str, list[float]]:
    """Return what each task adds to the memory of a process, by parts and all at once."""
    paths = os.pathsep.join([str(ROOT / "workflow"), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            **os.environ,
            "PYTHONPATH": paths,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("task", LIMITS)
def test_memory_is_that_of_the_result_and_one_part(
    megabytes: dict[str, list[float]], task: str
) -> None:
    by_parts, at_once = megabytes[task]
    assert by_parts < LIMITS[task]
    assert at_once > LIMITS[task]  # the limit notices a list of everything


@pytest.mark.parametrize("kind", ["structure_functions", "rotation_invariants", "joint_invariants", "local_structure"])  # fmt: skip
def test_features_that_do_not_fit_are_refused_before_any_work(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = configurations(3)["dense"]
    width = load_descriptor(kind)(c, load=SHEAR).values.shape[1]
    monkeypatch.setattr("mechanist.core.memory._SMALL", 0)
    monkeypatch.setattr("mechanist.core.memory.free_memory", lambda: 8 * len(c) * width)

    def none(*args: object) -> None:
        raise AssertionError("neighbours were searched")

    monkeypatch.setattr(neighbours, "CellGrid", none)
    told = (
        rf"^{width} features of 300 particles take .* MB of memory; .* MB are free\. Ask for fewer"
    )
    with pytest.raises(ValueError, match=told):
        load_descriptor(kind)(c, load=SHEAR)
    monkeypatch.setattr("mechanist.core.memory.free_memory", lambda: 80 * len(c) * width)
    with pytest.raises(AssertionError, match="neighbours were searched"):
        load_descriptor(kind)(c, load=SHEAR)


def test_predictions_that_do_not_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    c = disordered(np.random.default_rng(0), n=200, dimension=2)
    model = kept_model("rotation_invariants")
    assert np.isfinite(predicted_values(model, c, [None])[0]).all()
    monkeypatch.setattr("mechanist.core.memory._SMALL", 0)
    monkeypatch.setattr("mechanist.core.memory.free_memory", lambda: 1000)
    with pytest.raises(
        ValueError, match=r"predictions of 200 particles under 1 loads.*fewer loads"
    ):
        predicted_values(model, c, [None])


def test_a_cutoff_over_half_of_the_box_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    c = configurations(3)["crystal"]  # repeats after 5
    neighbours._say_images.cache_clear()
    with caplog.at_level(logging.WARNING, logger="mechanist"):
        find_neighbours(c, 2.5)
        list(neighbours_by_part(c, 2.5))
        assert not caplog.messages
        find_neighbours(c, 2.6)
        list(neighbours_by_part(c, 2.6))
        d2min(c, c, 2.6)
    assert [text[:61] for text in caplog.messages] == [
        "the cutoff 2.6 is more than half of a box that repeats after 5"[:61]
    ]
