"""A result file says what it holds: columns with unit, meaning, range, and values found."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from mechanist.audit.card import AuditCard, Criterion, Finding, Verdict, write_card
from mechanist.contract.data_dictionary import dictionary
from mechanist.contract.described_file import columns_of, describe_file, main
from mechanist.core.errors import FormatError
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.described_columns import Column, text
from mechanist.formats.tables import keyed, stacked, write_table

SHARE = Column("1", "Share of the particle.", "0 to 1")
RINGS = Column("1/sigma", "Number of neighbours by distance.", ">= 0")


def table_file(path: Path, shares: tuple[float, ...] = (0.25, 1.0)) -> Path:
    values = np.column_stack([shares, [1.0, 2.0], [3.0, 4.0]])
    table = stacked([keyed(values, ["share", "ring_1", "ring_2"], sample="s")])
    write_table(path, table, columns={"share": SHARE, "ring_1": RINGS, "ring_2": RINGS})
    return path


def lines_of(path: Path) -> dict[str, str]:
    """Return the lines of a description by their first word."""
    return {line.split()[0]: line for line in describe_file(path).splitlines() if line.strip()}


def test_a_table_is_described_by_its_own_metadata_and_its_values(tmp_path: Path) -> None:
    path = table_file(tmp_path / "t.parquet")
    told = lines_of(path)
    assert describe_file(path).startswith(f"{path}: 2 rows, 5 columns")
    assert told["share"].split("  ")[0] == "share"
    for part in ("0 to 1", "0.25 to 1", "Share of the particle."):
        assert part in told["share"]
    assert "ring_1 ... ring_2 (2 columns)" in told["ring_1"]
    assert "OUTSIDE" not in describe_file(path)


def test_values_that_the_range_forbids_are_counted(tmp_path: Path) -> None:
    path = table_file(tmp_path / "t.parquet", (0.5, 1.5))
    assert "1 OUTSIDE" in lines_of(path)["share"]
    columns, rows = columns_of(path)
    assert rows == 2
    assert {one.name: one.outside for one in columns} == {
        "sample": 0, "object": 0, "share": 1, "ring_1": 0, "ring_2": 0
    }  # fmt: skip


def test_a_table_of_someone_else_is_not_described(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_parquet(tmp_path / "t.parquet")
    told = lines_of(tmp_path / "t.parquet")
    assert told["a"].endswith("not described")
    assert told["b"].endswith("not described")


def test_a_csv_file_is_described_by_the_file_beside_it(tmp_path: Path) -> None:
    table = pd.DataFrame({"name": ["001", None], "share": [0.5, 0.75]})
    path = tmp_path / "t.csv"
    columns = {"name": text("Name of it."), "share": SHARE}
    write_csv(path, table, title="A table", columns=columns, comment="two rows")
    assert path.read_text() == "# two rows\nname,share\n001,0.5\n,0.75\n"
    told = lines_of(path)
    assert "001, 1 missing" in told["name"]
    assert told["share"].endswith("Share of the particle.")
    (tmp_path / "t.csv-metadata.json").unlink()
    assert lines_of(path)["share"].endswith("not described")
    with pytest.raises(FormatError, match=r"t\.csv.*\['share'\] are not described"):
        write_csv(path, table, title="A table", columns={"name": columns["name"]})


def test_arrays_are_listed_once_with_shape_and_the_nearest_unit(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file.attrs["schema"] = "mechanist.fields/1"
        for k in range(3):
            group = file.create_group(f"{k}")
            group.attrs["units"] = '{"x": "mm"}'
            group["fields/x"] = np.zeros((4, 5))
        file["bare"] = np.zeros(2)
    said = describe_file(tmp_path / "f.h5")
    (of_x,) = [line for line in said.splitlines() if line.startswith("0/fields/x")]
    assert of_x.split() == ["0/fields/x", "3", "4", "x", "5", "float64", "mm"]
    (bare,) = [line for line in said.splitlines() if line.startswith("bare")]
    assert bare.split() == ["bare", "1", "2", "float64"]
    assert "Field data for equation discovery in HDF5" in said  # the description of the format


def test_records_are_described_by_their_keys(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('[{"value": 0.5, "parts": [1, 2]}, {}]')
    said = describe_file(tmp_path / "r.json")
    assert "a list of 2 records" in said
    assert "list of 2" in said.splitlines()[-1]


def test_an_audit_is_told_by_its_criteria(tmp_path: Path) -> None:
    about = {"pass": 1e-9, "fail": 1e-6}
    good = Finding(
        name="permutation", verdict=Verdict.PASS, value=2e-15, threshold=about, unit="spreads"
    )
    bad = Finding(name="kinks", verdict=Verdict.FAIL, value=0.8, unit="1", note="shell_3 has most")
    card = AuditCard(
        name="Shells", kind="shells", wing="glass", parameters={}, claims={}, seed=1, n_features=4,
        criteria=(Criterion("i", (good,)), Criterion("ii", (good, bad)),
                  *(Criterion(number, (good,)) for number in ("iii", "iv", "v"))),
    )  # fmt: skip
    write_card(tmp_path / "shells.json", card)
    said = describe_file(tmp_path / "shells.json").splitlines()
    assert said[0].endswith("audit of Shells (shells), 4 features")
    rows = [" ".join(line.split()) for line in said]
    assert "i Symmetry pass permutation 2e-15 spreads; pass 1e-09, fail 1e-06" in rows
    assert "ii Continuity fail kinks 0.8; shell_3 has most" in rows


def test_scores_are_told_with_their_intervals(tmp_path: Path) -> None:
    one = {"metric": "auc", "target": "plastic", "subset": "all", "unit": "1", "value": 0.71239,
           "low": 0.7, "high": None, "level": 0.95}  # fmt: skip
    (tmp_path / "s.json").write_text(json.dumps([one]))
    said = describe_file(tmp_path / "s.json").splitlines()
    assert said[0].endswith("1 scores with intervals of the level 0.95")
    assert said[-1].split() == ["plastic", "auc", "all", "0.7124", "0.7", "to", "none", "1"]
    (tmp_path / "s.json").write_text(json.dumps([{"metric": "auc"}]))
    assert "a list of 1 records" in describe_file(tmp_path / "s.json")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [("none.csv", None, "no such file"), ("a.pdf", "x", r"of the kind '\.pdf' are not described"),
     ("a.h5", "x", "not a readable file"), ("a.json", "{", "not a readable file"),
     ("a.parquet", "x", "not a readable table"), ("a.npz", "x", "not a readable file")],
)  # fmt: skip
def test_a_file_that_cannot_be_described_is_named(
    tmp_path: Path, name: str, content: str | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(FormatError, match=problem) as refused:
        describe_file(tmp_path / name)
    assert name in str(refused.value)


def test_the_command_prints_files_and_says_how_it_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(table_file(tmp_path / "t.parquet"))]) == 0
    assert "Share of the particle." in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert "described_file FILE" in capsys.readouterr().out
    assert main([]) == 2
    assert main([str(tmp_path / "none.csv")]) == 1
    assert "no such file" in capsys.readouterr().err


def test_the_dictionary_lists_tables_of_equal_columns_once(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"glass/{name}").mkdir(parents=True)
        table_file(tmp_path / f"glass/{name}/t.parquet")
    page = dictionary(tmp_path)
    assert page.count("### ") == 1
    assert "### glass/first/t.parquet and 1 more of this kind" in page
    row = "| `ring_1 ... ring_2 (2 columns)` | 1/sigma | >= 0 | Number of neighbours by distance. |"
    assert page.splitlines().count(row) == 1
