"""Metrics that a configuration may name are those that score files contain."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.assess.metrics import classification_scores, regression_scores
from mechanist.core.code_hash import LIBRARY
from mechanist.core.top_name import top_name
from mechanist.settings.metric_names import FILE, listed_metrics


@pytest.mark.parametrize("fractions", [[0.1], [0.05, 0.25]])
def test_the_parsed_names_are_those_of_scores(fractions: list[float]) -> None:
    truth = np.arange(40.0)
    listed = listed_metrics(LIBRARY)
    of_numbers = regression_scores(truth, truth[::-1], top_fractions=fractions)
    of_classes = classification_scores((truth > 20).astype(np.int64), truth - 20)
    ranked = {top_name(name, fraction) for name in listed.ranked for fraction in fractions}
    assert {*listed.numbers, *ranked} == {n for n in of_numbers if not n.startswith("base_rate")}
    assert {*listed.classes} == {*of_classes} - {"base_rate"}


def test_a_new_metric_is_known_by_its_entry(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.parent.mkdir()
    entry = 'Metric("bias", "bias", numbers=lambda n: float(n.error.mean())),'
    text = (LIBRARY / FILE).read_text(encoding="utf-8")
    file.write_text(text.replace("_ALL: Final = (", f"_ALL: Final = (\n    {entry}"))
    assert "bias" in listed_metrics(tmp_path).numbers
    assert "bias" not in listed_metrics(LIBRARY).numbers
    assert "brier" not in str(listed_metrics(LIBRARY)[1:])
    assert {"brier", "base_rate", "auc"} <= {*listed_metrics(LIBRARY).every}
