"""A metric is defined in one place: an entry of METRICS is scored, labelled, ranked and shown."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.assess import metrics
from mechanist.assess.evaluate import frame_scores, summarise
from mechanist.assess.metrics import METRICS, TARGET_UNIT, Metric, metric_named
from mechanist.assess.sample_moments import P, Y
from mechanist.assess.sample_scores import compare_samples, moment_table, sample_scores
from mechanist.assess.scoreboard import Scores, build
from mechanist.draw.board_lines import arrange
from mechanist.draw.board_markdown import markdown
from mechanist.draw.labels import metric_label
from mechanist.draw.paper_boards import scoreboard
from published_boards import MODELS, VALUES, published, row, score_files

NAME = "offset"
TARGET = "stress@0.010"


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Metric:
    """Add one metric: the mean of truth minus prediction, for whose size less is better."""
    metric = Metric(
        NAME,
        r"offset $\langle y - p \rangle$",
        "mean offset",
        unit=TARGET_UNIT,
        larger_is_better=False,
        numbers=lambda frame: float(frame.error.mean()),
        classes=lambda classes: float(classes.predicted.mean()),
        moments=lambda m: np.asarray(m[..., Y] - m[..., P]),
    )
    monkeypatch.setitem(METRICS, NAME, metric)
    return metric


def _predictions(target: str, offset: float = 0.5, n: int = 12) -> pd.DataFrame:
    truth = np.arange(n, dtype=float) if "|" not in target else np.arange(n) % 2.0
    noise = 0.1 * np.cos(np.arange(n))
    return pd.DataFrame(
        {
            "sample": [f"s-{k:04d}" for k in range(n)] if "|" not in target else "s-0000",
            "load": "ramp",
            "object": range(n),
            "target": target,
            "fold": 0,
            "truth": truth,
            "prediction": truth - offset + noise - noise.mean(),
        }
    )


def _found(records: list[dict[str, object]]) -> list[dict[str, object]]:
    return [record for record in records if record["metric"] == NAME]


def test_it_is_scored_in_frames(added: Metric) -> None:
    one = _predictions(TARGET).assign(sample="s-0000")
    table = frame_scores(one, top_fractions=[0.25])
    assert table.loc[table["metric"] == NAME, "value"].tolist() == [pytest.approx(0.5)]
    record, _ = _found(summarise(table, units={TARGET: "MPa"}, level=0.9, resamples=9, seed=1))
    assert (record["unit"], record["value"]) == ("MPa", pytest.approx(0.5))


def test_it_is_scored_for_classes(added: Metric) -> None:
    table = frame_scores(_predictions("plastic@0.040|0.50|0.50"), top_fractions=[0.25])
    assert table.loc[table["metric"] == NAME, "value"].tolist() == [pytest.approx(0.5)]


def test_it_is_scored_over_samples_and_compared(added: Metric) -> None:
    first, second = _predictions(TARGET), _predictions(TARGET, offset=0.2)
    (record,) = _found(sample_scores(first, units={TARGET: "MPa"}, level=0.9))
    assert (record["unit"], record["value"]) == ("MPa", pytest.approx(0.5))
    compared = compare_samples(
        *map(moment_table, (first, second)), units={}, level=0.9, permutations=10, seed=1
    )
    (difference,) = _found(compared)
    assert difference["difference"] == pytest.approx(0.3)


def test_it_is_labelled_ranked_and_shown(added: Metric, tmp_path: Path) -> None:
    assert metric_label(NAME) == added.label
    entry = row(ours={**row()["ours"], "metric": NAME})
    scores = Scores.read(score_files(tmp_path, VALUES, metric=NAME))
    table = build(published(entry), scores, MODELS)
    assert table.loc[table["best"], "model"].tolist() == ["dummy"]
    text = markdown(arrange(table, published(entry), MODELS, level=0.9))
    assert "| mean offset (sigma) |" in text
    blank = table.astype(object).where(table.notna(), None)
    (line,) = scoreboard(blank.to_dict("records"))["rows"]
    assert line[2] == "mean offset"
    assert line[5]["text"] == "0.690"  # the smaller of the rivals' values


def test_without_its_entry_it_is_nowhere() -> None:
    table = frame_scores(_predictions(TARGET).assign(sample="s-0000"), top_fractions=[])
    assert NAME not in set(table["metric"])
    assert _found(sample_scores(_predictions(TARGET), units={}, level=0.9)) == []
    assert metric_label(NAME) == NAME


def test_every_metric_is_complete() -> None:
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.range[0] < metric.range[1]
        assert metric_named(f"{name}_top10") is metric
        assert "$" not in metric.heading, f"{name} needs a heading for tables of text"
        assert metric.moments is None or metric.scale is not metrics.PLAIN


def test_no_other_module_lists_metrics() -> None:
    """A second list would have to be extended with every metric."""
    library = Path(metrics.__file__).parents[1]
    names = {f'"{name}":' for name in ("balanced_accuracy", "spearman", "rmse", "mcc")}
    lists = [
        path.name
        for path in library.rglob("*.py")
        if sum(name in path.read_text() for name in names) > 1
    ]
    assert lists == []
