"""Tables say what their columns are, and refuse columns that nobody describes."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.described_columns import Column
from mechanist.formats.predictions import read_log_odds, read_units, write_predictions
from mechanist.formats.tables import column_metadata, keyed, read_table, stacked, write_table

TABLE = stacked([keyed(np.eye(2), ["energy", "share"], sample="s", load="l")])
ENERGY = Column("epsilon", "Energy of the particle.")
SHARE = Column("1", "Share of the particle.", "0 to 1")


def test_a_table_states_unit_meaning_and_range_of_all_columns_keys_included(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, TABLE, columns={"energy": ENERGY, "share": SHARE})
    told = column_metadata(path)
    assert list(TABLE.columns) == ["sample", "load", "object", "energy", "share"]
    assert set(told) == {"sample", "load", "object", "energy", "share"}
    assert told["energy"] == {
        "unit": "epsilon", "description": "Energy of the particle.", "range": "any"
    }  # fmt: skip
    assert told["share"]["range"] == "0 to 1"
    assert "independent" in told["sample"]["description"]
    assert told["object"]["range"] == "whole numbers >= 0"
    assert read_table(path).equals(TABLE)


def test_a_sentence_is_no_unit() -> None:
    with pytest.raises(ValueError, match=r"unit 'A length\.' .* expected a unit, then a sentence"):
        Column("A length.", "sigma")


def test_a_column_that_nobody_describes_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with pytest.raises(FormatError, match=r"t\.parquet.*\['share'\] are not described"):
        write_table(path, TABLE, columns={"energy": ENERGY})
    assert not list(tmp_path.iterdir())


def test_a_target_named_like_a_column_of_predictions_keeps_its_own_unit(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    table = keyed(np.ones((1, 2)), ["truth", "prediction"], sample="s", load="l")
    table = table.assign(fold=np.int8(0), target="truth")
    write_predictions(path, table, units={"truth": "GPa"}, log_odds=["fold"])
    assert read_units(path) == {"truth": "GPa", "fold": "1"}
    assert read_log_odds(path) == {"fold"}
    told = column_metadata(path)
    assert set(told) == {"sample", "load", "object", "fold", "target", "truth", "prediction"}
    assert told["truth"]["unit"] == "of the target"
    assert told["fold"]["range"] == "whole numbers >= -1"
