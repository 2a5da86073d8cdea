"""The confusion scheme on a classifier that is told, so that every number follows by counting."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mechanist.assess import confusion
from mechanist.assess.confusion import ConfusionOptions, agreement, confuse

LEVELS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
#: Two samples a level; the feature is the level, and the classifier parts them at 2.5.
PARAMETER = np.repeat(LEVELS, 4)
OPTIONS = ConfusionOptions(
    folds=2, repeats=3, permutations=9, resamples=7, penalty=4.5, scale="linear"
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the classifier: it says yes from a feature of 2.5 on, whatever it was trained on."""
    made: list[dict[str, Any]] = []

    def told(
        train: np.ndarray, labels: np.ndarray, test: np.ndarray, *, penalty: float,
        weights: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        made.append(
            {"n": len(train), "tested": len(test), "penalty": penalty, "sum": weights.sum()}
        )
        return np.repeat(test[:, :1] - 2.5, labels.shape[1], axis=1)

    monkeypatch.setattr(confusion, "logistic_scores", told)
    return made


def test_accuracies_are_counted(calls: list[dict[str, Any]]) -> None:
    """At the boundary of 2.5 all are right; at the others the levels between are wrong."""
    found = confuse(PARAMETER[:, None], PARAMETER, options=OPTIONS)
    assert found.boundaries.tolist() == [1.5, 2.5, 3.5, 4.5]
    np.testing.assert_allclose(found.accuracy, [0.8, 1.0, 0.8, 0.6])
    np.testing.assert_allclose(found.majority, [0.8, 0.6, 0.6, 0.8])
    assert found.excess == pytest.approx(0.4)
    # within a level all samples are alike, so that drawing them anew changes nothing
    for same in (found.low, found.high):
        np.testing.assert_allclose(same, found.accuracy)
    assert found.drawn_locations.shape == (7,)
    np.testing.assert_allclose(found.drawn_locations, found.peak.location)
    assert found.location_low == found.location_high == pytest.approx(found.peak.location)
    assert (found.peak_share, found.n) == (1.0, 20)
    # a feature that is a line of the parameter has no scatter: its drift is itself
    for same in (found.drift_mean, found.drift_low, found.drift_high):
        np.testing.assert_allclose(same, found.accuracy)
    assert found.prominence_p == 1.0
    # permuted features seldom part the levels, never all of nine times
    assert found.excess_p == pytest.approx(1 / 10)
    assert (found.null_low <= found.null_mean).all()
    assert (found.null_mean <= found.null_high).all()
    assert (found.null_low < found.null_high).any()
    # three divisions of the data, one for each null curve and draw; two folds each
    assert len(calls) == 2 * (3 + 2 * 9 + 7)
    assert {one["penalty"] for one in calls} == {4.5}
    assert {one["n"] + one["tested"] for one in calls} == {20}
    assert {one["sum"] for one in calls[:6]} == {10.0}  # two of the four samples a level


def test_without_a_middle_peak_there_is_no_location(calls: list[dict[str, Any]]) -> None:
    found = confuse(0 * PARAMETER[:, None], PARAMETER, options=OPTIONS)
    np.testing.assert_allclose(found.accuracy, [0.2, 0.4, 0.6, 0.8])  # never yes
    assert found.peak_share == 0.0
    assert np.isnan([found.location_low, found.location_high, found.peak.location]).all()
    assert found.excess == 0.0
    assert found.excess_p == 1.0


def test_scatter_about_levels_is_enlarged_by_their_number(
    calls: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 20 samples in 5 levels the scatter grows by the root of 20 / 15."""
    seen: list[np.ndarray] = []
    told = confusion.logistic_scores

    def watched(train: np.ndarray, labels: np.ndarray, test: np.ndarray, **given: Any) -> Any:
        seen.append(np.sort(np.concatenate([train, test])[:, 0]))
        return told(train, labels, test, **given)

    monkeypatch.setattr(confusion, "logistic_scores", watched)
    wobble = np.tile([-0.3, -0.1, 0.1, 0.3], 5)
    options = ConfusionOptions(folds=2, repeats=1, permutations=1, resamples=1, scale="linear")
    confuse((2 * PARAMETER + wobble)[:, None], PARAMETER, options=options)
    drifting = seen[4]  # after two folds of the data and two of the permutation
    line = np.sort(2 * PARAMETER)
    spread = np.sort(drifting)
    assert abs(spread - line).max() <= 0.3 * np.sqrt(20 / 15) + 1e-9
    assert ((spread - line) ** 2).sum() > 0
    assert spread.sum() == pytest.approx(line.sum())
    again = ConfusionOptions(folds=2, repeats=1, permutations=40, resamples=1, scale="linear")
    seen.clear()
    confuse((0 * PARAMETER + wobble)[:, None], PARAMETER, options=again)
    flat = np.concatenate(seen[2 + 80 : 2 + 160])
    assert np.abs(flat).max() == pytest.approx(0.3 * np.sqrt(20 / 15))


def test_a_drift_on_a_logarithmic_axis_is_a_line_there(
    calls: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ConfusionOptions(folds=2, repeats=1, permutations=1, resamples=1, scale="log")
    levels = np.repeat([1.0, 2.0, 4.0, 8.0], 4)
    found = confuse(np.log2(levels)[:, None] + 1.6, levels, options=options)
    assert found.boundaries == pytest.approx(np.sqrt([2, 8, 32]))
    np.testing.assert_allclose(found.drift_mean, found.accuracy)
    linear = ConfusionOptions(folds=2, repeats=1, permutations=1, resamples=1, scale="linear")
    bent = confuse(np.log2(levels)[:, None] + 1.6, levels, options=linear)
    assert np.abs(bent.drift_mean - bent.accuracy).max() > 0.1


def test_what_is_done_by_default() -> None:
    assert vars(ConfusionOptions()) == {
        "folds": 5, "repeats": 4, "permutations": 60, "resamples": 120, "penalty": 10.0,
        "scale": "log", "level": 0.95, "seed": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("features", "parameter", "message"),
    [
        (np.zeros(20), PARAMETER, r"features \(20,\), parameter \(20,\); expected \(n, d\)"),
        (np.zeros((20, 1)), PARAMETER[:-1], r"parameter \(19,\); expected \(n, d\) and \(n,\)"),
        (np.zeros((20, 1)), np.where(PARAMETER == 5, np.nan, PARAMETER), "not finite"),
        (np.zeros((20, 1)), PARAMETER - 2, "lowest level is -1; expected positive"),
        (np.zeros((20, 1)), PARAMETER - 1, "lowest level is 0; expected positive"),
        (np.zeros((20, 1)), PARAMETER, "level 1 has 4 samples; expected at least 5, one per fold"),
    ],
)
def test_what_cannot_be_confused_is_refused(
    features: np.ndarray, parameter: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        confuse(features, parameter, options=ConfusionOptions(scale="log"))


def test_transitions_that_no_draw_shows_agree_within_an_unknown_interval() -> None:
    def found(drawn: list[float], location: float) -> Any:
        return SimpleNamespace(
            drawn_locations=np.array(drawn), peak=SimpleNamespace(location=location)
        )

    ((_, _, row),) = agreement([found([np.nan, np.nan], 6.0), found([2.0, 2.0], 4.0)])
    np.testing.assert_array_equal(row, [1.5, np.nan, np.nan])
