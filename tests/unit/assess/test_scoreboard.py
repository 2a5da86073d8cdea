"""Published results are compared with ours, and listed even without a score of ours."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from mechanist.assess.published_results import check_published
from mechanist.assess.scoreboard import Scores, build, number
from mechanist.core.errors import FormatError
from published_boards import MODELS, TARGET, VALUES, alone, content, published, row, score_files
from scripts.report import scoreboard

ROOT = Path(__file__).parents[3]
NAN = float("nan")
PUBLISHED = ROOT / "config" / "published.yaml"
SCHEMA = ROOT / "workflow" / "schemas" / "published.schema.yaml"


def _schema() -> dict[str, Any]:
    return dict(yaml.safe_load(SCHEMA.read_text()))


def test_ours_baselines_rivals_and_the_best_stand_beside_a_published_value(tmp_path: Path) -> None:
    table = build(published(row()), Scores.read(score_files(tmp_path, VALUES)), MODELS)
    assert table[["kind", "model"]].to_records(index=False).tolist() == [
        ("published", ""), ("ours", "svm"), ("dummy", "dummy"), ("linear", "ridge"),
        ("rival", "step"), ("rival", "response"), ("other", "hybrid"),
    ]  # fmt: skip
    assert table.loc[table["kind"] == "published", ["value", "bound"]].to_numpy().tolist() == [
        [0.75, "<"]
    ]
    ours = table[table["kind"] == "ours"].iloc[0]
    assert (ours["value"], ours["low"], ours["n_samples"]) == (0.7, 0.69, 40)
    assert table.loc[table["best"], "model"].tolist() == ["hybrid"]  # the ceiling is not ranked


def test_the_table_holds_full_texts_in_place_of_keys() -> None:
    table = build(published(alone(source="Someone2020")), Scores({}), MODELS)
    about = table.iloc[0][["publication", "doi", "system", "task", "source"]].tolist()
    assert about == [
        "Someone, J. (2020)", "10.1234/x", "a glass in full", "classify in full",
        "Someone, J. (2020), 10.1234/x",
    ]  # fmt: skip


def test_the_best_of_an_error_is_the_smallest(tmp_path: Path) -> None:
    entry = row(ours={**row()["ours"], "metric": "mae"})
    scores = Scores.read(score_files(tmp_path, VALUES, metric="mae"))
    table = build(published(entry), scores, MODELS)
    assert table.loc[table["best"], "model"].tolist() == ["dummy"]


@pytest.mark.parametrize(
    ("value", "uncertainty", "ends", "text"),
    [
        (0.75, 0.05, [0.7, 0.8], "0.75 +- 0.05"),
        (-2.0, 0.5, [-2.5, -1.5], "-2 +- 0.5"),
        (0.75, None, [NAN, NAN], "0.75"),
        (None, 0.05, [NAN, NAN], "unknown"),
    ],
)
def test_a_published_uncertainty_is_an_interval(
    value: float | None, uncertainty: float | None, ends: list[float], text: str
) -> None:
    entry = alone(value=value) | ({} if uncertainty is None else {"uncertainty": uncertainty})
    del entry["text"]
    first = build(published(entry), Scores({}), MODELS).iloc[0]
    assert [first["low"], first["high"]] == pytest.approx(ends, nan_ok=True)
    assert first["text"] == text


def test_a_model_in_two_roles_is_shown_once_in_the_first(tmp_path: Path) -> None:
    entry = row(baselines={"dummy": "dummy", "linear": "step"}, rivals=["step", "svm"])
    table = build(published(entry), Scores.read(score_files(tmp_path, VALUES)), MODELS)
    assert table[["kind", "model"]].to_records(index=False).tolist() == [
        ("published", ""), ("ours", "svm"), ("dummy", "dummy"), ("linear", "step"),
        ("other", "hybrid"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "subset", "text"),
    [
        (TARGET, "all", "undefined"),  # scored, but not by this metric
        (TARGET, "pull", "not yet"),
        ("other@0.040", "all", "not yet"),
        ("other@0.040", "pull", "not yet"),
    ],
)
def test_only_a_model_that_was_scored_here_has_an_undefined_metric(
    tmp_path: Path, target: str, subset: str, text: str
) -> None:
    ours = {**row()["ours"], "metric": "mcc", "targets": [target], "subset": subset}
    scores = Scores.read(score_files(tmp_path, {"svm": 0.7}))
    table = build(published(row(ours=ours)), scores, MODELS)
    assert table.loc[table["kind"] == "ours", "text"].tolist() == [text]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"), (0.0050, "0.005"), (-0.0050, "-0.005"), (0.0049, "0.0049"),
        (-0.00123, "-0.0012"), (0.0064, "0.006"), (0.0123, "0.012"), (12.34567, "12.346"),
    ],
)  # fmt: skip
def test_numbers_keep_digits_where_three_decimals_would_lose_them(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("metric", ["location", "nonzero_percent"])
def test_a_metric_without_better_values_has_no_best(tmp_path: Path, metric: str) -> None:
    entry = row(ours={**row()["ours"], "metric": metric})
    scores = Scores.read(score_files(tmp_path, VALUES, metric=metric))
    assert not build(published(entry), scores, MODELS)["best"].any()


def test_published_rows_fit_their_schema() -> None:
    found = check_published(PUBLISHED, yaml.safe_load(PUBLISHED.read_text()), _schema())
    ids = {entry["id"] for entry in found.rows}
    assert {"cubuk_2015", "bapst_2020", "wang_jain_2019", "fan_ma_2021"} <= ids
    assert all(entry["value"] is None for entry in found.rows if entry["status"] == "unknown")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "guessed"}, "'guessed' is not allowed. Allowed: 'read', 'recalled', 'unknown'"),
        ({"status": "unknown"}, "rows/0/value"),
        ({"value": "0.75"}, "rows/0/value: value '0.75' is of type str"),
        ({"value": None}, "rows/0/value"),
        ({"verdict": "good"}, "unknown key 'verdict'"),
        ({"reference": "Nobody1900"}, "reference ['Nobody1900'] of a row is not listed"),
        ({"task": "guess"}, "task ['guess'] of a row is not listed under tasks"),
        ({"task": "guess"}, "tasks ['classify'] are used by no row"),
        ({"ours": {**row()["ours"], "metric": "luck"}}, "metric ['luck'] of ours is none of"),
    ],
)
def test_rows_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=r"published\.yaml") as error:
        check_published(PUBLISHED, content(row(**change)), _schema())
    assert message in str(error.value)


def test_a_doi_and_a_key_have_their_form() -> None:
    held = content(row())
    assert check_published(PUBLISHED, held, _schema())
    held["references"]["Someone2020"]["doi"] = "prl-114"
    with pytest.raises(FormatError, match="references/Someone2020/doi"):
        check_published(PUBLISHED, held, _schema())
    with pytest.raises(FormatError, match="someone et al"):
        check_published(
            PUBLISHED,
            content(row()) | {"references": {"someone et al": {"citation": "x", "doi": None}}},
            _schema(),
        )


def test_rows_need_ids_of_their_own_and_rivals_for_ours() -> None:
    with pytest.raises(FormatError, match="ids \\['someone'\\] repeat"):
        check_published(PUBLISHED, content(row(), deepcopy(row())), _schema())
    lonely = {k: v for k, v in row().items() if k != "rivals"}
    with pytest.raises(FormatError, match="rivals"):
        check_published(PUBLISHED, content(lonely), _schema())


def test_damaged_scores_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "glass" / "ka2d" / "scores" / "svm.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(FormatError, match="not a list of score records"):
        Scores.read([path])


def test_the_script_writes_table_text_and_page(tmp_path: Path) -> None:
    csv, text, page = (tmp_path / f"scoreboard.{suffix}" for suffix in ("csv", "md", "html"))
    scoreboard.main(
        PUBLISHED, SCHEMA, score_files(tmp_path, VALUES), [], csv, text, page,
        models=MODELS, level=0.95, metric="auc_top10",
    )  # fmt: skip
    table = pd.read_csv(csv)
    listed = yaml.safe_load(PUBLISHED.read_text())
    assert set(table["id"]) == {entry["id"] for entry in listed["rows"]}
    assert {"case", "metric", "model", "label", "value", "low", "high", "bound"} <= set(table)
    for written, line in ((text, "| [Wang2020] |"), (page, '<td><a href="#Wang2020">')):
        assert written.read_text().count(line) == 9


def test_the_best_is_of_the_same_system_and_may_be_a_model_that_is_not_listed(
    tmp_path: Path,
) -> None:
    paths = score_files(tmp_path, VALUES | {"stranger": 0.8})
    other = tmp_path / "glass" / "other" / "scores" / "svm.json"
    other.parent.mkdir(parents=True)
    other.write_text(paths[0].read_text().replace("0.7,", "0.99,"))
    table = build(published(row()), Scores.read([*paths, other]), MODELS)
    assert table.loc[table["best"], ["model", "label", "value"]].to_numpy().tolist() == [
        ["stranger", "stranger", 0.8]
    ]
    ours = table[table["kind"] == "ours"].iloc[0]
    assert ours["text"] == "0.700 [0.690, 0.710]"
    assert (ours["level"], ours["base_rate"], ours["n_objects"]) == (0.95, 0.09, 4000)


def test_one_end_alone_is_no_interval(tmp_path: Path) -> None:
    for end in ("low", "high"):
        paths = score_files(tmp_path, {"svm": 0.7})
        held = json.loads(paths[0].read_text())
        paths[0].write_text(json.dumps([one | {end: None} for one in held]))
        table = build(published(row()), Scores.read(paths), MODELS)
        assert table.loc[table["kind"] == "ours", "text"].item() == "0.700"
