"""Scores are written only with their subset, unit, interval and groups."""

import json
from pathlib import Path

import pytest

from mechanist.assess.records import (
    COMPARISONS,
    ScoreRecord,
    check_records,
    difference_record,
    score_record,
    write_records,
)
from mechanist.assess.resampling import Interval
from mechanist.core.errors import FormatError

KNOWN = Interval(0.5, 0.4, 0.6, 0.95, 12, "t")


def _record(interval: Interval = KNOWN) -> ScoreRecord:
    return score_record("r2", "stress@0.010", "all", "1", interval, n_objects=12)


def test_a_whole_record_is_written_and_read_as_it_was(tmp_path: Path) -> None:
    write_records(tmp_path / "a.json", [_record()])
    assert json.loads((tmp_path / "a.json").read_text()) == [_record()]
    write_records(tmp_path / "empty.json", [])


def test_without_an_interval_both_ends_are_none() -> None:
    nan = float("nan")
    for ends in ((nan, nan), (nan, 0.6)):
        record = _record(Interval(0.5, *ends, 0.95, 1, "percentile"))
        assert (record["low"], record["high"], record["method"]) == (None, None, "none")
        check_records(Path("a.json"), [record])


@pytest.mark.parametrize("field", [*_record()])
def test_a_record_that_leaves_something_out_is_refused(tmp_path: Path, field: str) -> None:
    record = _record()
    del record[field]
    with pytest.raises(FormatError, match=rf"0: missing '{field}'.*scores.schema.yaml"):
        write_records(tmp_path / "a.json", [record])
    assert not (tmp_path / "a.json").exists()


@pytest.mark.parametrize(
    "change",
    [{"unit": ""}, {"subset": ""}, {"subset": None}, {"n_samples": 0}, {"low": None},
     {"method": "none"}, {"method": "guess"}, {"level": 1.0}, {"value": None}, {"extra": 1}],
)  # fmt: skip
def test_what_says_too_little_or_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(FormatError, match=r"a\.json: 0"):
        check_records(Path("a.json"), [_record() | change])


def test_one_question_has_one_answer() -> None:
    with pytest.raises(FormatError, match=r"r2 stress@0.010 all.*more than once"):
        check_records(Path("a.json"), [_record(), _record()])


def test_comparisons_have_a_form_of_their_own() -> None:
    record = difference_record("r2", "x", "all", "1", KNOWN, p_value=0.02, wins=0.8)
    record = {"first": "a", "second": "b", **record}
    check_records(Path("c.json"), [record], kind=COMPARISONS)
    for change in ({"p_value": 0.0}, {"wins": 1.1}, {"unit": ""}):
        with pytest.raises(FormatError):
            check_records(Path("c.json"), [record | change], kind=COMPARISONS)
