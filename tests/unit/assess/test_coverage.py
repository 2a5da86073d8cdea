"""Nominal 95 % intervals over 20 samples cover the truth; intervals over objects do not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.coverage import OBJECTS, SAMPLES, STATISTICS, coverage, intervals
from mechanist.assess.metric_functions import correlation, r_squared
from mechanist.assess.resampling import Interval
from mechanist.assess.synthetic_predictions import World, same_rank_no_skill
from scripts.trust import interval_coverage as trust_coverage

WORLDS = [
    World(noise=1.2),
    World(noise=0.5, slope=0.6, shared=0.2),
    same_rank_no_skill(0.6),
    World(noise=2.0, shared=0.5, slope=-1.0, tails="heavy"),
]


@pytest.mark.parametrize("world", WORLDS, ids=repr)
def test_the_truth_of_a_world_is_what_many_samples_score(world: World) -> None:
    many = World(**(vars(world) | {"n_samples": 40_000, "n_objects": 2}))
    truth, said = (values.ravel() for values in many.draw(np.random.default_rng(0)))
    assert r_squared(truth, said) == pytest.approx(world.r2, abs=0.15 if world.r2 < -1 else 0.03)
    assert correlation(truth, said) == pytest.approx(world.pearson, abs=0.02)
    assert ((truth - said) ** 2).mean() == pytest.approx(world.mse, rel=0.04)
    if world.tails == "normal":
        assert np.median(np.abs(truth - said)) == pytest.approx(world.median_error, rel=0.02)


def test_objects_of_a_sample_share_what_the_world_says() -> None:
    truth, _ = World(n_samples=4000, n_objects=2, shared=0.4).draw(np.random.default_rng(1))
    assert correlation(truth[:, 0], truth[:, 1]) == pytest.approx(0.4, abs=0.04)


def test_a_model_can_correlate_and_explain_nothing() -> None:
    world = same_rank_no_skill(0.6)
    assert (world.pearson, world.r2) == (pytest.approx(0.6), pytest.approx(0.0))
    with pytest.raises(ValueError, match=r"pearson = 1.2; expected"):
        same_rank_no_skill(1.2)


@pytest.mark.parametrize("world", [World(), same_rank_no_skill(0.6)], ids=["plain", "no_skill"])
def test_intervals_over_20_samples_hold_the_truth_and_over_objects_do_not(world: World) -> None:
    """Use 200 draws; with 95 % true coverage, one test in a thousand finds less than 90 %."""
    table = coverage(world, repeats=200, resamples=200, seed=1).set_index(
        ["resampled", "statistic"]
    )
    assert set(table["n_samples"]) == {20}
    assert set(table["interval"]) == {"mean_interval", "moment_intervals", "statistic_interval"}
    for name in STATISTICS:
        assert table.loc[(SAMPLES, name), "covered"] >= 0.90, name
        assert table.loc[(OBJECTS, name), "covered"] < 0.90, name
    control = table.loc[OBJECTS, "covered"]
    assert control[["r2", "pearson", "mse"]].max() < 0.80


def test_independent_objects_may_be_resampled(tmp_path: Path) -> None:
    """The control fails only because objects of a sample are correlated."""
    table = coverage(World(shared=0.0), repeats=160, resamples=100, seed=2)
    assert (table["covered"] > 0.82).all()


def test_the_table_says_what_was_drawn(tmp_path: Path) -> None:
    worlds = [{"n_samples": 5}, {"n_samples": 20, "tails": "heavy"}]
    out = tmp_path / "coverage.csv"
    trust_coverage.main(
        out, out.with_suffix(".md"), worlds=worlds, repeats=8, resamples=50, level=0.9, seed=3
    )
    table = pd.read_csv(out)
    assert set(table["n_samples"]) == {5, 20}
    assert set(table["level"]) == {0.9}
    assert not ((table["tails"] == "heavy") & (table["statistic"] == "median_error")).any()
    text = out.with_suffix(".md").read_text()
    n_rows = table.groupby(["tails", "n_samples", "statistic"]).ngroups
    assert text.count("_interval") == n_rows
    again = tmp_path / "again.csv"
    trust_coverage.main(
        again, again.with_suffix(".md"), worlds=worlds, repeats=8, resamples=50, level=0.9, seed=3
    )
    assert again.read_bytes() == out.read_bytes()


def test_what_is_counted_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of eight draws of a truth of one, five hold it, two lie below it and one above."""
    ends = [(0.0, 1.0), (1.0, 4.0), (0.5, 2.0), (0.9, 1.1), (-1.0, 3.0), (0.0, 0.9), (0.1, 0.2),
            (1.5, 9.0)]  # fmt: skip
    seeds = []

    def made(
        truth: np.ndarray, said: np.ndarray, level: float, resamples: int, seed: int
    ) -> dict[str, Interval]:
        if truth.shape[1] > 1:
            seeds.append((seed, level, resamples))
        low, high = ends[seed - 3]
        return {"mse": Interval(1.0, low, high, level, len(truth), "told")}

    monkeypatch.setattr("mechanist.assess.coverage.intervals", made)
    monkeypatch.setattr(World, "mse", 1.0)
    table = coverage(World(n_samples=4, n_objects=3), repeats=8, resamples=9, seed=3)
    assert seeds == [(3 + k, 0.95, 9) for k in range(8)]
    whole, control = (table[table["resampled"] == unit].iloc[0] for unit in (SAMPLES, OBJECTS))
    assert (whole["repeats"], whole["covered"], whole["below"], whole["above"]) == (
        8, 5 / 8, 2 / 8, 1 / 8,
    )  # fmt: skip
    assert whole["error"] == pytest.approx(np.sqrt(5 / 8 * 3 / 8 / 8))
    assert whole["width"] == pytest.approx((1.0 + 1.5) / 2)
    assert (whole["method"], whole["truth"], whole["level"]) == ("told", 1.0, 0.95)
    # one draw in four is a control: the first and the fifth
    assert (control["repeats"], control["covered"], control["width"]) == (2, 1.0, 2.5)


def test_intervals_of_few_groups_by_hand() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    found = intervals(truth, said, 0.9, 50, 3)
    squares = ((truth - said) ** 2).mean(axis=1)
    assert found["mse"].value == pytest.approx(squares.mean())
    assert found["mse"].method == "t_log"
    assert found["r2"].value == pytest.approx(r_squared(truth.ravel(), said.ravel()))
    assert found["pearson"].value == pytest.approx(correlation(truth.ravel(), said.ravel()))
    assert found["median_error"].value == np.median(np.abs(truth - said))
    assert {one.n for one in found.values()} == {6}
    assert {one.level for one in found.values()} == {0.9}
