"""Errors of curves of found laws, against those of the true law."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.curve_errors import curve_errors


def curves(end: float) -> pd.DataFrame:
    """Return a true curve up to a strain of 1, and one of twice its stress up to another strain."""
    parts = [("true", 1.0, 1.0), ("found", end, 2.0)]
    return pd.concat(
        pd.DataFrame({"law": law, "specimen": 0, "strain": [0.0, last], "stress": slope})
        for law, last, slope in parts
    )


@pytest.mark.parametrize(("end", "error"), [(0.9985, np.nan), (0.9995, 100.0)])
def test_a_curve_has_an_error_if_it_reaches_all_but_a_thousandth_of_the_true_strain(
    end: float, error: float
) -> None:
    found = curve_errors(curves(end), truth="true")
    assert found["law"].tolist() == ["found"]
    np.testing.assert_allclose(found["error_percent"], [error])
