"""Scores of laws of latent coordinates: one record a part, with an interval over starts."""

import pandas as pd
import pytest

from mechanist.assess.latent_records import latent_records

RUNS = pd.DataFrame({
    "seed": [0, 1, 2, 3],
    "terms": [7, 7, 8, 7],
    "values": [1e-6, 1e-6, 4e-6, 4e-6],
    "rates": [1e-4, 1e-4, 1e-4, 1e-4],
    "latent_rates": [0.25, 0.5, 0.75, 1.0],
})  # fmt: skip


def test_every_part_has_its_mean_over_starts() -> None:
    found = {one["target"]: one for one in latent_records(RUNS, level=0.95, resamples=200)}
    assert list(found) == ["channels", "channel_rates", "latent_rates"]
    assert found["channels"]["value"] == pytest.approx(2.5e-6)
    assert found["channel_rates"]["value"] == pytest.approx(1e-4)
    assert {one["metric"] for one in found.values()} == {"unexplained"}
    assert {one["n_samples"] for one in found.values()} == {4}


def test_the_interval_of_one_start_is_open() -> None:
    (record, *_) = latent_records(RUNS.iloc[:1], level=0.95, resamples=200)
    assert record["value"] == 1e-6
    assert record["low"] is None
    assert record["high"] is None
