"""Scripts of continuum laws: what is scored of laws that were followed."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mechanist.formats.tables import write_table
from scripts.equations import continuum_scores


def test_each_law_has_a_file_and_one_that_blows_up_has_no_score(tmp_path: Path) -> None:
    table = pd.DataFrame({
        "law": ["good", "good", "good", "bad", "bad"],
        "held": [True, True, False, True, True],
        "stable": [True, True, True, True, False],
        "mode_error": [0.1, 0.3, 9.0, 0.2, float("nan")],
    })  # fmt: skip
    write_table(tmp_path / "forward.parquet", table, check=False)
    outs = [tmp_path / "good.json", tmp_path / "bad.json"]
    continuum_scores.main(tmp_path / "forward.parquet", outs, level=0.95, resamples=50)
    good, bad = (json.loads(out.read_text()) for out in outs)
    # The mean of 0.01 and 0.09; the third row is of the training set.
    assert [one["value"] for one in good] == [pytest.approx(0.05)]
    assert bad == []
