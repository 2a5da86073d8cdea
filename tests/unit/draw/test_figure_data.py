"""A figure's data table states what its numbers are, or is not written."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.draw.figure_data import check_figure_data, check_written, holds_scores
from mechanist.draw.style import SUFFIXES, new_figure, save_figure, styled
from mechanist.formats.described_columns import Column, text

SCORES = pd.DataFrame(
    {"model": ["a", "b"], "metric": "r2", "value": [0.4, 0.5], "low": [0.3, None], "high": [0.5, None],
     "subset": "all", "unit": "1", "level": 0.95, "n_samples": 12}
)  # fmt: skip
METADATA = ".csv-metadata.json"
OWN = {"of": text("Unit of the stress."), "stress": Column("MPa", "Stress.", ">= 0")}
CURVE = pd.DataFrame({"sample": ["g"], "strain": [0.1], "stress": [2.0]})


@styled()
def draw(stem: Path, data: pd.DataFrame | dict[str, pd.DataFrame], **units: str) -> Path:
    figure, _ = new_figure(height=1.0)
    save_figure(figure, stem, data, title="A figure", units=units, columns={"of": OWN["of"]})
    return stem.with_suffix(".csv")


def test_units_and_types_of_all_columns_lie_beside_the_table(tmp_path: Path) -> None:
    path = draw(tmp_path / "f", {"scores": SCORES, "curve": CURVE}, stress="MPa")
    told = json.loads(path.with_suffix(METADATA).read_text(encoding="utf-8"))
    assert told["url"] == "f.csv"
    columns = {column.pop("name"): column for column in told["tableSchema"]["columns"]}
    assert columns["panel"] == {
        "datatype": "string",
        "dc:description": "Panel of the figure that shows the row.",
        "skos:scopeNote": "text",
    }
    assert columns["stress"] == {
        "datatype": "number",
        "schema:unitText": "MPa",
        "dc:description": "Stress.",
        "skos:scopeNote": "any",
    }
    assert columns["value"]["schema:unitText"] == "1"  # that of all rows
    assert columns["level"]["skos:scopeNote"] == "0 to 1"
    assert list(columns) == list(pd.read_csv(path).columns)
    check_written(path)


@pytest.mark.parametrize("lost", ["subset", "unit", "low", "high", "level", "n_samples"])
def test_a_score_without_a_part_is_refused_and_nothing_is_written(
    tmp_path: Path, lost: str
) -> None:
    with pytest.raises(FormatError, match=rf"f\.csv.*'{lost}'"):
        draw(tmp_path / "f", SCORES.drop(columns=lost))
    assert not list(tmp_path.iterdir())
    with pytest.raises(FormatError, match=rf"f\.csv.*'{lost}'"):  # nor beside a complete panel
        draw(tmp_path / "f", {"a": SCORES, "b": SCORES.drop(columns=lost)})


@pytest.mark.parametrize("part", ["metric", "subset", "unit", "level", "n_samples"])
def test_a_part_is_there_on_every_row_with_an_interval(tmp_path: Path, part: str) -> None:
    holed = SCORES.astype({part: object})
    holed.loc[0, part] = None
    with pytest.raises(FormatError, match=f"'{part}' is empty in some rows of scores"):
        draw(tmp_path / "f", holed)


def test_numbers_of_others_come_with_what_they_told(tmp_path: Path) -> None:
    holed = SCORES.astype({"level": object}).assign(label=["published", "ours"])
    holed.loc[0, "level"] = None
    draw(tmp_path / "f", holed)
    with pytest.raises(FormatError, match="'level' is empty"):
        draw(tmp_path / "f", holed.assign(label="ours"))


def test_a_unit_that_differs_between_rows_is_that_of_their_column(tmp_path: Path) -> None:
    path = draw(tmp_path / "f", SCORES.assign(unit=["1", "MPa"]))
    told = json.loads(path.with_suffix(METADATA).read_text(encoding="utf-8"))
    units = {one["name"]: one.get("schema:unitText") for one in told["tableSchema"]["columns"]}
    assert units["value"] == "given in column 'unit'"
    assert units["n_samples"] == "1"
    check_written(path)


def test_a_column_that_nobody_describes_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"f\.csv.*column 'colour' is not described") as refused:
        draw(tmp_path / "f", SCORES.assign(colour="red"))
    assert "columns={...}" in str(refused.value)
    assert not list(tmp_path.iterdir())


@styled()
def test_a_script_describes_columns_of_its_own_and_overrides_general_ones(tmp_path: Path) -> None:
    figure, _ = new_figure(height=1.0)
    save_figure(figure, tmp_path / "f", CURVE, title="A figure", columns=OWN)
    told = json.loads((tmp_path / "f.csv-metadata.json").read_text(encoding="utf-8"))
    (stress,) = [one for one in told["tableSchema"]["columns"] if one["name"] == "stress"]
    assert stress["schema:unitText"] == "MPa"
    assert stress["skos:scopeNote"] == ">= 0"


def test_a_number_without_a_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"'stress' holds numbers without a unit.*\n?.*units="):
        draw(tmp_path / "f", CURVE)
    with pytest.raises(FormatError, match="unit of column 'stress' is expected in column 'of'"):
        draw(tmp_path / "f", CURVE, stress="{of}")
    draw(tmp_path / "f", CURVE.assign(of="MPa"), stress="{of}")


@pytest.mark.parametrize(
    ("columns", "scored"),
    [(("metric", "value"), True), (("model", "value"), True), (("series", "share"), True),
     (("strain", "mean", "low"), True), (("null_low", "x"), True),
     (("model", "sample", "value"), False), (("x", "y", "value"), False),
     (("model", "sample", "value", "low"), True)],
)  # fmt: skip
def test_scores_are_known_by_their_columns(columns: tuple[str, ...], scored: bool) -> None:
    assert holds_scores(columns) == scored


def test_a_companion_that_is_not_of_the_form_or_not_of_the_table_is_refused(tmp_path: Path) -> None:
    path = draw(tmp_path / "f", SCORES)
    beside = path.with_suffix(METADATA)
    told = json.loads(beside.read_text(encoding="utf-8"))
    with pytest.raises(FormatError, match="unknown key 'colour'"):
        check_figure_data(path, SCORES, told | {"colour": "red"})
    told["tableSchema"]["columns"].pop()
    beside.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(FormatError, match="columns are"):
        check_written(path)
    beside.unlink()
    with pytest.raises(FormatError, match=r"no f\.csv-metadata\.json beside it"):
        check_written(path)
    assert set(SUFFIXES) >= {".csv", ".csv-metadata.json"}
