"""Every table of a run says what each of its columns means, and holds what it says."""

from pathlib import Path

import numpy as np
import pytest

from checkouts import ROOT, Checkout
from mechanist.contract.data_dictionary import dictionary
from mechanist.contract.described_file import columns_of
from mechanist.formats.described_columns import Column
from mechanist.formats.tables import keyed, stacked, write_table


def problems(path: Path) -> list[str]:
    """Return what a table does not say of its columns, and values that it should not hold."""
    found = []
    for one in columns_of(path)[0]:
        if not one.description or not one.range:
            found.append(f"{path.name}: {one.name} is not described")
        if not one.unit and one.range not in ("text", "true or false"):
            found.append(f"{path.name}: {one.name} has no unit")
        if "{" in one.unit:
            found.append(f"{path.name}: {one.name} has the unit {one.unit}")
        if one.outside:
            found.append(
                f"{path.name}: {one.name} is {one.found}, of which {one.outside} are not {one.range}"
            )
    return found


@pytest.mark.slow
def test_every_column_of_every_table_is_described_and_keeps_its_range(finished: Checkout) -> None:
    results = finished.root / "results/smoke"
    tables = [*results.rglob("*.parquet"), *results.rglob("*.csv")]
    assert len(tables) > 200
    assert [problem for path in tables for problem in problems(path)] == []


@pytest.mark.slow
def test_the_data_dictionary_is_that_of_a_run(finished: Checkout) -> None:
    page = (ROOT / "docs/data_dictionary.md").read_text(encoding="utf-8")
    assert page == dictionary(finished.root / "results/smoke"), "run `make dictionary`"


def test_a_table_with_a_fault_is_found(tmp_path: Path) -> None:
    table = stacked([keyed(np.array([[0.5, 2.0]]), ["share", "length"], sample="s")])
    path = tmp_path / "t.parquet"
    write_table(path, table)
    assert len(problems(path)) == 8  # four columns without a description and without a unit
    share, length = Column("1", "A share.", "0 to 1"), Column("b", "A length.", ">= 0")
    write_table(path, table, columns={"share": share, "length": length})
    assert problems(path) == []
    table["share"] = 1.5
    write_table(path, table, columns={"share": share, "length": Column("", "A length.")})
    assert problems(path) == [
        "t.parquet: share is 1.5 to 1.5, of which 1 are not 0 to 1",
        "t.parquet: length has no unit",
    ]
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "t.csv-metadata.json").write_text(
        '{"tableSchema": {"columns": [{"name": "a", "datatype": "integer",'
        ' "schema:unitText": "{unit}", "dc:description": "A.", "skos:scopeNote": "any"}]}}'
    )
    assert problems(tmp_path / "t.csv") == ["t.csv: a has the unit {unit}"]
