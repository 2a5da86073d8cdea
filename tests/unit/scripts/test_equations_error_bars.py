"""The script behind error bars and verdicts, and its figures, on a law that is solved exactly."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.draw.style import SUFFIXES
from mechanist.formats.field_files import FieldData, write_fields
from mechanist.formats.tables import read_table
from scripts.equations import error_bars, figure_error_bars, figure_verdicts


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Error bars and verdicts of a damped oscillator: x' = v, v' = -4 x - 0.2 v."""
    folder = tmp_path_factory.mktemp("oscillator")
    time = np.linspace(0.0, 20.0, 2001)
    pace = np.sqrt(4.0 - 0.01)
    x = np.exp(-0.1 * time) * np.cos(pace * time)
    v = np.exp(-0.1 * time) * (-0.1 * np.cos(pace * time) - pace * np.sin(pace * time))
    truth = {"x_t": {"v": 1.0}, "v_t": {"x": -4.0, "v": -0.2, "x^2": 0.0}}
    fields = FieldData("free", {"t": time}, {"x": x, "v": v})
    write_fields(folder / "data.h5", [fields], truth={"divergence": truth})
    bars, verdicts = folder / "error_bars.parquet", folder / "verdicts.parquet"
    error_bars.main(
        folder / "data.h5", bars, verdicts,
        case="oscillator", method="weak", library={"kind": "polynomial", "degree": 2},
        levels=[0.05], seeds=3, seed=7, controls=2,
    )  # fmt: skip
    return bars, verdicts


def test_error_bars_have_a_row_for_each_true_term(tables: tuple[Path, Path]) -> None:
    table = read_table(tables[0])
    assert set(table["noise"]) == {0.05}
    assert sorted(set(table["seed"])) == [7, 8, 9]
    first = table[table["seed"] == 7]
    assert list(zip(first["target"], first["term"], first["truth"], strict=True)) == [
        ("x_t", "v", 1.0),
        ("v_t", "v", -0.2),
        ("v_t", "x", -4.0),
    ]
    assert table["right"].all()
    assert (table["value"] - table["truth"]).abs().max() < 0.05


def test_verdicts_say_what_a_library_lacks(tables: tuple[Path, Path]) -> None:
    table = read_table(tables[1])
    whole, lacking = table[table["missing"] == ""], table[table["missing"] != ""]
    # two equations; without noise once, and three draws of it
    assert len(whole) == 8
    assert whole["right"].all()
    assert (whole["verdict"] == "complete").all()
    assert whole["terms"].tolist() == [1, 2] * 4
    # three true terms; without noise once, and the first two draws
    assert len(lacking) == 9
    assert sorted(set(lacking["seed"])) == [7, 8]
    assert not lacking["right"].any()
    # x is most of the acceleration, and no other term of the library can stand in for it
    strong = lacking[(lacking["target"] == "v_t") & (lacking["missing"] == "x")]
    assert set(strong["verdict"]) <= {"incomplete", "nothing found"}
    assert strong["unexplained"].min() > 0.5


def test_both_figures_are_drawn_with_what_they_show(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    figure_error_bars.main(bars=[tables[0]], stem=tmp_path / "error_bars")
    figure_verdicts.main(verdicts=[tables[1]], stem=tmp_path / "verdicts")
    for name in ("error_bars", "verdicts"):
        for suffix in SUFFIXES:
            assert (tmp_path / f"{name}{suffix}").stat().st_size > 0
    shown = pd.read_csv(tmp_path / "verdicts.csv")
    one = shown[(shown["noise"] == 0.05) & (shown["verdict"] == "complete")]
    assert one.set_index("library")["equations"].to_dict() == {
        "all true terms in the library": 6,
        "one true term missing": 6,
    }
