"""Quoted numbers are read from the right row, or their absence is explained."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.draw.numerals import TIMES, numeral, printed
from mechanist.settings.paper_numbers import Quantity, quantity
from mechanist.settings.paper_specification import (
    AbsentError,
    available,
    filled,
    read_specification,
    variables,
)
from mechanist.settings.result_rows import chosen, read_rows

CONFIG: dict[str, Any] = {
    "glass": {
        "run": ["ka2d"],
        "systems": {"ka2d": {"frames": [0.02, 0.06], "loads": {"a": 1, "b": 2}}},
    },
    "equations": {"run": ["kdv"]},
}
RECORDS = [
    {"metric": "auc", "target": "d@0.020", "value": 0.7, "low": 0.6, "high": 0.8, "n": 60},
    {"metric": "auc", "target": "d@0.060", "value": 0.5, "low": 0.4, "high": 0.6, "n": 60},
    {"metric": "r2", "target": "d@0.060", "value": -0.1, "low": None, "high": None, "n": 60},
]
VALUES = {"late": 0.06, "system": "ka2d"}

QUOTES_NOBODY = """
{parts: {}, variables: {}, sources: {}, tables: {}, equations: {}, figures: {},
 quantities: {a: {from: nobody}}}
"""


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "scores.json"
    path.write_text(json.dumps(RECORDS))
    return path


def read(scores: Path, **entry: Any) -> Quantity:
    return quantity({"from": "scores", **entry}, CONFIG, VALUES, {"scores": scores})


def test_a_row_is_found_by_what_variables_say(scores: Path) -> None:
    found = read(scores, where={"metric": "auc", "target": "d@{late:.3f}"})
    assert (found.value, found.low, found.high) == (0.5, 0.4, 0.6)


def test_the_interval_belongs_to_the_value_alone(scores: Path) -> None:
    found = read(scores, where={"metric": "auc", "target": "d@{late:.3f}"}, take="n")
    assert (found.value, found.low, found.high) == (60, None, None)


@pytest.mark.parametrize(
    ("reduce", "expected"), [("count", 3), ("min", -0.1), ("max", 0.7), ("distinct", 3)]
)
def test_several_rows_become_one_number(scores: Path, reduce: str, expected: float) -> None:
    assert read(scores, reduce=reduce).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"where": {"metric": "auc"}}, "2 rows, expected one"),
        ({"where": {"metric": "mae"}}, "no row of scores has a value"),
        ({"where": {"target": "d@{early:.3f}"}}, "no early"),
        ({"from": "others"}, "does not produce others"),
    ],
)
def test_absence_is_explained(scores: Path, entry: dict[str, Any], message: str) -> None:
    with pytest.raises(AbsentError, match=message):
        quantity({"from": "scores", **entry}, CONFIG, VALUES, {"scores": scores})


def test_all_kinds_of_files_give_the_same_rows(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"name": ["a", "b"], "value": [0.5, None], "n": [1, 2], "right": [True, False]}
    )
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    from_csv, from_parquet = (read_rows(tmp_path / f"t.{kind}") for kind in ("csv", "parquet"))
    assert from_csv[0] == from_parquet[0] == {"name": "a", "value": 0.5, "n": 1, "right": True}
    assert from_csv[1]["value"] is None
    (tmp_path / "t.yaml").write_text("rows: [{name: a}]")
    assert read_rows(tmp_path / "t.yaml") == [{"name": "a"}]
    (tmp_path / "t.json").write_text('{"parts": {"a": {"value": 1}}}')
    assert read_rows(tmp_path / "t.json", "parts/a") == [{"value": 1}]
    (tmp_path / "t.txt").write_text("1")
    with pytest.raises(FormatError, match=r"'\.txt' file"):
        read_rows(tmp_path / "t.txt")


def test_rows_are_chosen_by_lists_and_rounded_numbers() -> None:
    rows = [{"a": 0.1 + 0.2, "b": "x"}, {"a": 0.3, "b": "y"}, {"a": 1, "b": "x"}]
    assert len(chosen(rows, {"a": 0.3})) == 2
    assert len(chosen(rows, {"b": ["x", "y"], "a": 1})) == 1
    assert not chosen(rows, {"b": "z"})


def test_a_lone_variable_keeps_its_type() -> None:
    assert filled("{late}", VALUES) == 0.06
    assert filled("d@{late:.3f}", VALUES) == "d@0.060"
    assert filled(3, VALUES) == 3


def test_a_size_has_only_what_its_configuration_names() -> None:
    entries = {
        "kdv": {"path": "equations/kdv.json", "needs": ["equations/run/kdv"]},
        "burgers": {"path": "equations/burgers.json", "needs": ["equations/run/burgers"]},
        "chaos": {"path": "chaos.json", "needs": ["equations/chaos/systems"]},
        "block": {"path": "x.csv", "needs": ["glass"]},
        "unknown": {"path": "{nobody}.csv"},
        "root": {"path": "config/published.yaml", "root": True},
    }
    assert available(entries, CONFIG, VALUES, "<results>") == {
        "kdv": "<results>/equations/kdv.json",
        "block": "<results>/x.csv",
        "root": "config/published.yaml",
    }


def test_variables_build_on_each_other() -> None:
    spec = {
        "variables": {
            "glass": "glass/run/0",
            "last": "glass/systems/{glass}/frames/-1",
            "no": "a/b",
        }
    }
    assert variables(spec, CONFIG) == {"glass": "ka2d", "last": 0.06}


def test_the_configuration_is_a_source_too() -> None:
    entry = {"from": "config", "at": "glass/systems/{system}/loads", "reduce": "count"}
    assert quantity(entry, CONFIG, VALUES, {}).value == 2
    with pytest.raises(AbsentError, match="no glass/nothing"):
        quantity({"from": "config", "at": "glass/nothing"}, CONFIG, VALUES, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("quantities: {}", "expected"),
        (QUOTES_NOBODY, "a quotes from 'nobody'"),
    ],
)
def test_a_damaged_specification_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "numbers.yaml"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        read_specification(path)


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        (-0.25, ".2f", "\N{MINUS SIGN}0.25"),
        (-0.0001, "+.3f", "0.000"),
        (0.1, "+.1f", "+0.1"),
        (2.1e-9, "auto", f"2.1{TIMES}10⁻⁹"),
        (0.037, "auto", "0.037"),
        (17.2, "auto", "17"),
        (0.0, "auto", "0.0"),
        (59319, "", "59\N{NARROW NO-BREAK SPACE}319"),
        (1521, "", "1521"),
        (float("inf"), ".1f", "∞"),
        ("word", ".1f", "word"),
    ],
)
def test_numerals(value: Any, style: str, expected: str) -> None:
    assert numeral(value, style) == expected


@pytest.mark.parametrize(
    ("low", "high", "reference", "verdict"),
    [
        (0.1, 0.3, 0.0, "above"),
        (-0.1, 0.3, 0.0, "level"),
        (-0.3, -0.1, 0.0, "below"),
        (0.1, 0.3, 0.5, "below"),
    ],
)
def test_the_interval_decides_the_words(
    low: float, high: float, reference: float, verdict: str
) -> None:
    shown = printed(
        Quantity(0.2, low, high), {"style": ".1f", "reference": reference, "scale": 100}
    )
    assert shown["verdict"] == verdict
    assert shown["text"] == "20.0"
