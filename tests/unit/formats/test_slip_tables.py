"""Slip tables and law files: round trips, and errors that name the fault."""

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.slip_tables import SlipTable, columns_of, read_slip_table, write_slip_table
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_law_files import read_slip_law, write_slip_law


def _table(m: int = 6, n: int = 3) -> SlipTable:
    rng = np.random.default_rng(0)
    values = (
        rng.uniform(1.0, 2.0, size=(4, m, n)) * np.array([1e12, -1e-3, 20.0, 1e9])[:, None, None]
    )
    return SlipTable(np.arange(m) // 2, *values)


def _lines(path):
    return path.read_text().splitlines()


def test_a_table_survives_writing(tmp_path):
    path, table = tmp_path / "slip.csv", _table()
    write_slip_table(path, table, comment="two lines\nof remarks")
    read = read_slip_table(path, 3)
    assert _lines(path)[:2] == ["# two lines", "# of remarks"]
    assert (read.runs == table.runs).all()
    for name in ("densities", "rates", "stresses", "growths"):
        assert np.allclose(getattr(read, name), getattr(table, name), rtol=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rho_1", "rho_x", r"rho_1"),
        ("run,", "run,extra,", r"values, expected"),
        ("\n0,", "\n0.5,", r":2, column 'run': value is 0.5, expected a whole number"),
        ("\n0,", "\nzero,", r":2, column 'run': value is 'zero'"),
    ],
)
def test_damaged_tables_are_refused(tmp_path, old, new, message):
    path = tmp_path / "slip.csv"
    write_slip_table(path, _table())
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(FormatError, match=message):
        read_slip_table(path, 3)


def test_densities_must_be_positive_and_something_must_slip(tmp_path):
    path, table = tmp_path / "slip.csv", _table()
    densities = table.densities.copy()
    densities[3, 1] = 0.5
    write_slip_table(
        path, SlipTable(table.runs, densities, table.rates, table.stresses, table.growths)
    )
    assert read_slip_table(path, 3).densities[3, 1] == 0.5
    densities[3, 1] = 0.0
    write_slip_table(
        path, SlipTable(table.runs, densities, table.rates, table.stresses, table.growths)
    )
    with pytest.raises(FormatError, match=r":5, column 'rho_1': value is 0, expected a positive"):
        read_slip_table(path, 3)
    still = SlipTable(table.runs, table.densities, 0.0 * table.rates, table.stresses, table.growths)
    write_slip_table(path, still)
    with pytest.raises(FormatError, match="all slip rates are zero"):
        read_slip_table(path, 3)


def test_another_number_of_systems_is_refused(tmp_path):
    path = tmp_path / "slip.csv"
    write_slip_table(path, _table())
    with pytest.raises(FormatError, match=r"not one of 2 slip systems"):
        read_slip_table(path, 2)
    with pytest.raises(FormatError, match="rho_3"):
        read_slip_table(path, 4)
    with pytest.raises(FormatError, match=r"absent.csv: cannot be read .*No such file"):
        read_slip_table(tmp_path / "absent.csv", 3)
    assert len(columns_of(12)) == 49


def test_shapes_of_a_table_must_agree():
    table = _table()
    with pytest.raises(ValueError, match="shapes"):
        SlipTable(table.runs, table.densities[:, :2], table.rates, table.stresses, table.growths)
    with pytest.raises(ValueError, match="no states"):
        table.select(np.zeros(len(table), dtype=bool))


def _law() -> SlipLaw:
    storage = np.zeros((3, 3, 3))
    storage[0, 1, 0] = 2.5e8
    return SlipLaw(np.eye(3) * 0.1, storage, np.full(3, 10.0), np.ones(3))


def test_a_law_survives_writing(tmp_path):
    path, law = tmp_path / "law.json", _law()
    write_slip_law(path, "fcc12", law, about={"method": "tied"})
    read = read_slip_law(path)
    assert (read.systems, read.about) == ("fcc12", {"method": "tied"})
    for name in ("interactions", "storage", "recovery", "lengths"):
        assert np.array_equal(getattr(read.law, name), getattr(law, name))


def test_what_is_no_law_is_refused(tmp_path):
    path = tmp_path / "law.json"
    path.write_text("{}")
    with pytest.raises(FormatError, match="not a law of slip systems"):
        read_slip_law(path)
    with pytest.raises(ValueError, match=r"storage has shape \(2, 2, 2\); expected \(3, 3, 3\)"):
        SlipLaw(np.eye(3), np.zeros((2, 2, 2)), np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"interactions\[1, 2\] is not finite"):
        SlipLaw(np.where(np.arange(9).reshape(3, 3) == 5, np.nan, 1.0), np.zeros((3, 3, 3)),
                np.ones(3), np.ones(3))  # fmt: skip
    with pytest.raises(ValueError, match="burgers = 0"):
        Flow(burgers=0.0)
