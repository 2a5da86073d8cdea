"""Damaged files of every format are refused with file and remedy, or read as what they say.

The full form is ``python tests/benchmarks/fuzz_readers.py --inputs 100000``.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import fuzz_run
from fuzz_run import WRONG, run_apart, same, tried
from fuzz_targets import TARGETS, Target
from mechanist.core.errors import FormatError
from mechanist.imports import import_summary
from sheet_formats import accepted_formats

SEED = 1
#: Inputs of each reader, fewer for slow ones.
INPUTS = 120
#: Inputs that once ended wrongly, by reader: of the seed above.
KEPT: dict[str, tuple[int, ...]] = {
    # a type 0 of an array crashes the MATLAB reader of SciPy; a name that is no text
    "mat": (112, 1256),
    "map (.ctf)": (1420, 4251),  # blanks in place of all tabs
    # keys that touch values; control characters that Python counts as blank
    "extxyz": (1891, 1971, 2253, 5349),
    "pickle (glass)": (2732,),  # arrays that NumPy does not write so
    "pickle (field)": (4147,),
    "csv": (5375,),  # one line that ends in CR alone
    "gsd": (925, 5463),  # indices of 2^59 entries and more
}


@pytest.mark.parametrize("name", TARGETS)
def test_no_damage_gives_a_traceback_or_a_changed_value(name: str, tmp_path: Path) -> None:
    number = round(INPUTS * TARGETS[name].share)
    indices = sorted({*range(number), *KEPT.get(name, ())})
    outcomes = dict(run_apart(name, tmp_path, SEED, indices))
    assert list(outcomes) == indices
    assert {index: one for index, one in outcomes.items() if one.kind in WRONG} == {}
    kinds = [one.kind for one in outcomes.values()]
    assert "library crash" not in kinds
    assert kinds.count("accepted") > number / 50  # else the damage says nothing about values
    assert sum(kind.startswith("refused") for kind in kinds) > number / 5


def test_every_format_is_damaged() -> None:
    tried_forms = {
        (t.block[0], str(t.entry.get("format", ""))) for t in TARGETS.values() if t.block
    }
    single = {("dislocation", ""), ("crystal", "")}  # their entries state no format
    known = {("dislocation", "dislocation_text"), ("crystal", "paradis")}
    # Any brightness of a pixel may be right; damaged tables of tracks and maps are in tests/unit/formats.
    known |= {("experiment", one) for one in ("pictures", "tracks", "displacements")}
    assert single <= tried_forms
    missing = set(accepted_formats()) - known - tried_forms
    assert missing == set(), "add a target for these to tests/fuzz_targets.py"


def test_wrong_outcomes_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = TARGETS["csv"]
    path = tmp_path / "input.csv"
    target.write(path)
    original = target.read(path)
    assert tried(target, path, original).kind == "accepted"
    changed = replace(target, read=lambda path: {**original, "u": original["u"] + 1e-3})
    outcome = tried(changed, path, original)
    assert (outcome.kind, outcome.said) == ("changed value", "differs in ['u']")

    def fail(target: Target, path: Path) -> None:
        raise FormatError(path, "is bad", remedy="")

    monkeypatch.setattr(fuzz_run, "_checked", fail)
    assert tried(target, path, original).kind == "traceback"


def test_an_unforeseen_error_is_counted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_summary, "import_fields", fail)
    target = TARGETS["csv"]
    path = tmp_path / "input.csv"
    target.write(path)
    assert tried(target, path, {}).kind == "refused by the boundary"


def test_comparison_sees_shape_name_type_and_value() -> None:
    one = {"a": np.arange(3.0), "b": np.array(["x", "y"])}
    assert same(one, {"a": np.arange(3) * (1 + 1e-12), "b": np.array(["x", "y"])})
    assert not same(one, {"a": np.arange(3.0)})
    assert not same(one, one | {"b": np.array(["x", "z"])})
    assert not same(one, one | {"a": np.array([0, 1, 2 + 1e-6])})
    assert not same(one, one | {"a": np.array([0, 1, np.nan])})
    assert not same(one, one | {"a": np.arange(4.0)})
