"""One interface scores objects within samples and whole samples."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.evaluate import ALL
from mechanist.assess.scorer import Scorer, make_scorer
from mechanist.learn.study import OBJECTS, SAMPLES

OPTIONS = {"level": 0.9, "resamples": 50, "seed": 1}


def predictions(*, objects: int, samples: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        pd.DataFrame({
            "sample": f"s{k:02d}", "load": load, "object": np.arange(objects, dtype=np.int32),
            "fold": np.int8(k % 2), "target": "stress@0.010", "truth": rng.normal(size=objects),
        })
        for k in range(samples) for load in ("pull", "push")
    ]  # fmt: skip
    table = pd.concat(rows, ignore_index=True)
    return table.assign(prediction=table["truth"] + 0.5 * rng.normal(size=len(table)))


def scorer(subject: str) -> Scorer:
    return make_scorer(subject=subject, **OPTIONS)


def test_objects_are_scored_within_samples_and_averaged_over_loads() -> None:
    scores = scorer(OBJECTS).table(predictions(objects=30), units={})
    assert set(scores["subset"]) == {ALL, "pull", "push"}
    assert set(scorer(OBJECTS).curve_rows(scores)["subset"]) == {ALL}
    assert set(scorer(OBJECTS).transfer_rows(scores)["test"]) == {"pull", "push"}


def test_whole_samples_are_scored_against_each_other_under_every_load() -> None:
    scores = scorer(SAMPLES).table(predictions(objects=1), units={})
    assert set(scores["subset"]) == {"pull", "push"}
    for rows in (scorer(SAMPLES).curve_rows(scores), scorer(SAMPLES).transfer_rows(scores)):
        assert set(rows["load"]) == {"pull", "push"}
    with pytest.raises(ValueError, match="objects per sample"):
        scorer(SAMPLES).table(predictions(objects=3), units={})


@pytest.mark.parametrize(("subject", "objects"), [(OBJECTS, 30), (SAMPLES, 1)])
def test_a_worse_model_loses_every_comparison(subject: str, objects: int) -> None:
    good = predictions(objects=objects)
    bad = good.assign(prediction=np.random.default_rng(9).normal(size=len(good)))
    score = scorer(subject)
    frames = [score.frames(table) for table in (good, bad)]
    gains = [r for r in score.differences(*frames, units={}) if r["metric"] == "pearson"]
    assert gains
    assert all(record["difference"] > 0 for record in gains)
    same = score.differences(frames[0], frames[0], units={})
    assert all(record["difference"] == 0 for record in same)


def test_scores_of_whole_samples_draw_nothing_but_comparisons_do() -> None:
    plain = make_scorer(subject=SAMPLES, level=OPTIONS["level"])
    table = predictions(objects=1)
    pd.testing.assert_frame_equal(
        plain.table(table, units={}), scorer(SAMPLES).table(table, units={})
    )
    with pytest.raises(ValueError, match="resamples = 0"):
        plain.differences(plain.frames(table), plain.frames(table), units={})
    with pytest.raises(ValueError, match="resamples = 0"):
        make_scorer(subject=OBJECTS, level=0.9)


def test_an_unknown_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="subject 'voxels' is unknown"):
        scorer("voxels")
