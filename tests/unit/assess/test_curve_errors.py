"""Errors of stress-strain curves by hand."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.curve_errors import curve_errors


def curve(law: str, strain: list[float], stress: list[float], specimen: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"law": law, "specimen": specimen, "strain": strain, "stress": stress})


def test_errors_are_root_mean_squares_over_that_of_the_true_stress() -> None:
    """True stresses 0, 3, 6 against 1, 3, 5 on the line between two points."""
    true = curve("truth", [0.0, 0.1, 0.2], [0.0, 3.0, 6.0])
    table = curve_errors(pd.concat([true, curve("line", [0.0, 0.2], [1.0, 5.0])]), truth="truth")
    assert table.to_numpy().tolist() == [["line", "a", pytest.approx(100 * np.sqrt(2 / 45))]]


@pytest.mark.parametrize(("end", "known"), [(0.1, True), (0.09995, True), (0.09985, False)])
def test_a_curve_may_lack_a_thousandth_of_the_strain(end: float, known: bool) -> None:
    true = curve("truth", [0.0, 0.1], [1.0, 1.0])
    table = curve_errors(pd.concat([true, curve("line", [0.0, end], [1.0, 1.0])]), truth="truth")
    assert np.isfinite(table["error_percent"].item()) == known


def test_laws_stay_in_their_order_and_meet_their_own_specimen() -> None:
    parts = [
        curve("truth", [0.0, 1.0], [k, k], specimen=name) for k, name in ((1.0, "x"), (2.0, "a"))
    ]
    parts += [curve(law, [0.0, 1.0], [3.0, 3.0], specimen=name) for law in "ba" for name in "xa"]
    rows = curve_errors(pd.concat(parts), truth="truth").to_numpy().tolist()
    assert rows == [["b", "x", 200.0], ["b", "a", 50.0], ["a", "x", 200.0], ["a", "a", 50.0]]
    assert list(curve_errors(pd.concat(parts[:2]), truth="truth")) == [
        "law", "specimen", "error_percent",
    ]  # fmt: skip
