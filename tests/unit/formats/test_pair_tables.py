"""Tables of pair potentials: written and read again, and refused with the line if they are wrong."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.pair_tables import PairTable, read_pair_tables, write_pair_tables

DISTANCES = np.linspace(0.5, 2.0, 16)


def table(name: str) -> PairTable:
    return PairTable(name, 0.5, 2.0, (2 - DISTANCES) ** 3, 3 * (2 - DISTANCES) ** 2)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pairs.table"
    write_pair_tables(path, [table("A_A"), table("B_A"), table("B_B")], comments=["a test"])
    found = read_pair_tables(path, ("A", "B"))
    assert set(found) == {"A_A", "A_B", "B_A", "B_B"}
    assert found["A_B"] is found["B_A"]
    assert found["A_B"].name == "B_A"
    for one in found.values():
        assert (one.first, one.last) == (0.5, 2.0)
        np.testing.assert_array_equal(one.energy, table("A_A").energy)
        np.testing.assert_array_equal(one.force, table("A_A").force)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda text: text.replace("A_B", "A_C"), r"no section 'A_B'; it has \['A_A', 'A_C', 'B_B'\]"),
        (lambda text: text.replace("N 16 R", "M 16 R", 1), r":3: no line `N <number>`"),
        (lambda text: text.replace("N 16 R", "N 17 R", 1), r":23: 'A_B' is not a number"),
        (lambda text: text.replace("N 16 R", "N 7 R", 1), r":3: the section 'A_A' has 7 lines"),
        (lambda text: text.replace("\n2 0.59999999999999998 ", "\n2 0.63 ", 1), r":6: distances of the section 'A_A' are not equally"),
        (lambda text: text.replace("\n3 ", "\n3 nan ", 1), r":8: .* is not a number"),
        (lambda text: text.rsplit("\n", 3)[0] + "\n", r"the section 'B_B' has 14 lines; expected 16"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, change, match: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "pairs.table"
    write_pair_tables(path, [table("A_A"), table("A_B"), table("B_B")], comments=["a test"])
    text = path.read_text()
    assert change(text) != text
    path.write_text(change(text))
    with pytest.raises(FormatError, match=match):
        read_pair_tables(path, ("A", "B"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not readable"):
        read_pair_tables(tmp_path / "none.table", ("A",))
