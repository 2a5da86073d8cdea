"""Every threshold of the audit from both sides, on features whose deviation is known."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mechanist.audit.continuity as of_continuity
import mechanist.audit.cost as of_cost
import mechanist.audit.reconstruction as of_reconstruction
from mechanist.audit.card import Criterion, Finding, Verdict, graded
from mechanist.audit.continuity import continuity
from mechanist.audit.cost import cost, growth
from mechanist.audit.inversion import Inversion, rank
from mechanist.audit.reconstruction import reconstruction
from mechanist.audit.size import size
from mechanist.audit.step_ladder import Roughness
from mechanist.audit.subject import (
    Environment,
    Missing,
    Operation,
    Replica,
    Subject,
    Transformed,
    Twins,
)
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import viewed
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName

PASS, WARN, FAIL, OPEN = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE
NONE = Missing("not here")
#: Four objects whose one feature is their coordinate, with a mean of 0 and a spread of 1.
STATE = np.array([1.0, -1.0, 1.0, -1.0])
SUBJECT: Subject[FloatArray] = Subject(
    name="line", kind="line", wing="test",
    card=Card(name="line", reference="none", units="1", symmetry="none", load_aware=False,
              subject=SubjectName.PARTICLE),
    features=lambda x, _: Features(x[:, None], ["x"]),
    probes=lambda rng: {"line": [STATE, -STATE]},
    load=lambda rng: None,
    operations=(),
    path=NONE, gradient=NONE,
    coordinates=lambda x: x, displaced=lambda _, x: x,
    sized=NONE, replicated=NONE, environment=NONE, reference=NONE,
)  # fmt: skip


def findings(criterion: Any, **changes: Any) -> dict[str, Finding]:
    rng = np.random.default_rng(0)
    result: Criterion = criterion(viewed(dataclasses.replace(SUBJECT, **changes), rng), rng)
    return {finding.name: finding for finding in result.findings}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.1, PASS),
        (0.2, PASS),
        (0.21, OPEN),
        (0.49, OPEN),
        (0.5, FAIL),
        (0.6, FAIL),
        (np.nan, FAIL),
    ],
)
def test_a_value_passes_up_to_one_threshold_and_fails_from_the_other(
    value: float, verdict: Verdict
) -> None:
    assert graded(value, good=0.2, bad=0.5) is verdict
    worst = WARN if verdict is FAIL else verdict
    assert graded(value, good=0.2, bad=0.5, worst=WARN) is worst


SAME = [(0.0, PASS), (0.9e-9, PASS), (1.1e-9, OPEN), (0.9e-6, OPEN), (1.1e-6, FAIL), (1.0, FAIL)]


@pytest.mark.parametrize(("change", "verdict"), SAME)
def test_what_must_not_change_may_change_by_a_billionth(change: float, verdict: Verdict) -> None:
    moved = Operation("moved", "inside", lambda x, load, _: Transformed(x + change, load))
    assert findings(symmetry, operations=(moved,))["moved"].verdict is verdict

    def replica(x: FloatArray) -> Replica[FloatArray]:
        return Replica(np.concatenate([x, x + change]), np.tile(np.arange(4), 2))

    assert findings(size, replicated=replica)["replicas"].verdict is verdict


@pytest.mark.parametrize(("change", "verdict"), [(0.0, WARN), (0.9e-3, WARN), (1.1e-3, PASS)])
def test_what_must_change_has_to_by_a_thousandth(change: float, verdict: Verdict) -> None:
    other = Operation("other", "outside", lambda x, load, _: Transformed(x + change, load))
    found = findings(symmetry, operations=(other,))["other"]
    assert found.verdict is verdict
    assert ("over-symmetric" in found.note) is (verdict is WARN)


@pytest.mark.parametrize(
    ("steps", "slopes", "jumps", "kinks"),
    [
        (0.149, 0.299, PASS, PASS),
        (0.151, 0.299, OPEN, PASS),
        (0.899, 0.299, OPEN, PASS),
        (0.901, 0.299, FAIL, Verdict.NOT_APPLICABLE),
        (0.149, 0.301, PASS, OPEN),
        (0.149, 0.699, PASS, OPEN),
        (0.149, 0.701, PASS, WARN),
        (0.149, 1.99, PASS, WARN),
        (0.149, 2.01, FAIL, Verdict.NOT_APPLICABLE),  # a jump that is small beside the steps
    ],
)
def test_ratios_of_grids_tell_smooth_kinked_and_jumping(
    monkeypatch: pytest.MonkeyPatch, steps: float, slopes: float, jumps: Verdict, kinks: Verdict
) -> None:
    seen = Roughness(np.array([steps]), np.array([slopes]), np.array([1.0]), np.array([0.5]))
    monkeypatch.setattr(of_continuity, "_followed", lambda *_: seen)
    found = findings(continuity, path=lambda rng: lambda s: STATE)
    assert (found["jumps"].verdict, found["kinks"].verdict) == (jumps, kinks)


@pytest.mark.parametrize(("moved", "judged"), [(0.9e-4, False), (1.1e-4, True)])
def test_a_feature_that_hardly_moves_on_a_path_is_not_judged(
    monkeypatch: pytest.MonkeyPatch, moved: float, judged: bool
) -> None:
    seen = Roughness(np.array([1.0]), np.array([4.0]), np.array([moved]), np.array([0.5]))
    monkeypatch.setattr(of_continuity, "_followed", lambda *_: seen)
    found = findings(continuity, path=lambda rng: lambda s: STATE)
    assert ("jumps" in found, "paths" in found) == (judged, not judged)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(0.0, PASS), (0.9e-6, PASS), (1.1e-6, OPEN), (0.9e-3, OPEN), (1.1e-3, FAIL), (-1.1e-3, FAIL)],
)
def test_a_gradient_is_right_to_a_millionth(error: float, verdict: Verdict) -> None:
    wrong = (1 + error) * np.eye(4)[:, None, :]
    assert findings(continuity, gradient=lambda x, _: wrong)["gradient"].verdict is verdict


def measured(exponent: float, scatter: FloatArray | None = None) -> Finding:
    """Return the finding on time, for costs that follow a power law in units of a nanosecond."""
    sizes, now = (100, 200, 400, 800), [0.0]
    errors = dict(zip(sizes, np.zeros(4) if scatter is None else scatter, strict=True))

    def features(x: FloatArray, _: object) -> Features:
        now[0] += 1e-9 * len(x) ** exponent * float(np.exp(errors.get(len(x), 0.0)))
        return Features(x[:, None], ["x"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_cost, "_yardstick", lambda clock: 1.0)  # reported alone, and slow
        return findings(
        lambda view, rng: cost(view, rng, clock=lambda: now[0]),
        features=features, sized=lambda n, _: np.tile([1.0, -1.0], n // 2), sizes=sizes,
    )["time"]  # fmt: skip


@pytest.mark.parametrize(
    ("exponent", "verdict"),
    [(1.0, PASS), (1.19, PASS), (1.21, WARN), (1.59, WARN), (1.61, FAIL), (2.0, FAIL)],
)
def test_exponents_of_cost(exponent: float, verdict: Verdict) -> None:
    found = measured(exponent)
    assert found.value == pytest.approx(exponent, abs=1e-6)
    assert found.verdict is verdict


@pytest.mark.parametrize(("half_width", "verdict"), [(0.39, WARN), (0.41, OPEN)])
def test_scatter_decides_where_the_interval_of_the_exponent_is_too_wide(
    half_width: float, verdict: Verdict
) -> None:
    pattern = np.array([1.0, -1.0, -1.0, 1.0])  # does not change the slope
    sizes = [100, 200, 400, 800]
    unit = growth(sizes, [n**1.4 * float(np.exp(e)) for n, e in zip(sizes, pattern, strict=True)])
    found = measured(1.4, pattern * half_width / unit.half_width)
    assert found.value == pytest.approx(1.4, abs=1e-6)
    assert found.verdict is verdict
    far = measured(3.0, pattern * half_width / unit.half_width)
    assert far.verdict is FAIL  # no threshold lies within its interval


@pytest.mark.parametrize(("small", "found"), [(0.9e-6, 2), (1.1e-6, 3)])
def test_singular_values_below_a_millionth_of_the_largest_do_not_count(
    small: float, found: int
) -> None:
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    assert rank(turn @ np.diag([5.0, 1.0, 5.0 * small]) @ turn.T) == found
    assert rank(np.zeros((3, 3))) == 0


@pytest.mark.parametrize(
    ("residual", "distance", "outcome"),
    [
        (0.9e-9, 0.9e-3, "recovered"),
        (0.9e-9, 1.1e-3, "wrong"),
        (1.1e-9, 0.9e-3, "stuck"),
        (np.nan, 0.0, "stuck"),
    ],
)
def test_outcomes_of_a_search(residual: float, distance: float, outcome: str) -> None:
    assert Inversion(residual, distance).outcome == outcome


RIGHT, WRONG, STUCK = Inversion(0.0, 0.0), Inversion(0.0, 1.0), Inversion(1.0, 1.0)


def rebuilt(
    monkeypatch: pytest.MonkeyPatch, ranks: list[int], ends: list[Inversion]
) -> dict[str, Finding]:
    """Return the findings on reconstruction for these ranks, of 4, and ends of searches."""
    said: Iterator[int] = iter(ranks)
    ended: Iterator[Inversion] = iter(ends)
    monkeypatch.setattr(of_reconstruction, "jacobian", lambda *_: None)
    monkeypatch.setattr(of_reconstruction, "rank", lambda _: next(said))
    monkeypatch.setattr(of_reconstruction, "invert", lambda *_, **__: next(ended))
    here = Environment(STATE, np.arange(4), np.arange(4), 4, lambda a, b: 0.0)
    return findings(
        lambda view, rng: reconstruction(
            view, rng, environments=len(ranks), inversions=len(ends)
        ),
        environment=lambda rng: here,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ranks", "verdict"),
    [([4] * 20, PASS), ([4] * 19 + [3], PASS), ([4] * 18 + [3] * 2, FAIL), ([5] * 20, PASS)],
)
def test_the_rank_is_full_at_nineteen_of_twenty(
    monkeypatch: pytest.MonkeyPatch, ranks: list[int], verdict: Verdict
) -> None:
    assert rebuilt(monkeypatch, ranks, [RIGHT] * 10)["rank"].verdict is verdict


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ([RIGHT] * 10, PASS),
        ([RIGHT] * 9 + [WRONG], PASS),
        ([RIGHT] * 8 + [WRONG] * 2, WARN),
        ([RIGHT] * 8 + [STUCK] * 2, OPEN),
        ([RIGHT] * 8 + [STUCK, WRONG], WARN),
    ],
)
def test_nine_of_ten_searches_recover_the_structure(
    monkeypatch: pytest.MonkeyPatch, ends: list[Inversion], verdict: Verdict
) -> None:
    assert rebuilt(monkeypatch, [4], ends)["inversion"].verdict is verdict


@pytest.mark.parametrize(("missed", "verdict"), [(0.049, PASS), (0.051, OPEN), (5.0, OPEN)])
def test_a_linear_map_may_miss_a_twentieth(
    monkeypatch: pytest.MonkeyPatch, missed: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(of_reconstruction, "rebuilding_error", lambda *_: missed)
    found = findings(
        reconstruction, probes=lambda rng: {"line": [STATE, -STATE, STATE]},
        reference=lambda x, _: Features(x[:, None], ["x"]),
    )  # fmt: skip
    assert found["rebuilding the richer description"].verdict is verdict


@pytest.mark.parametrize(
    ("apart", "verdict"),
    [(0.9e-6, WARN), (1.1e-6, OPEN), (0.9e-3, OPEN), (1.1e-3, PASS), (-1.1e-3, PASS)],
)
def test_twins_are_told_apart_by_a_thousandth(apart: float, verdict: Verdict) -> None:
    twins = Twins("pair", np.array([0.5, 0.5 + apart]), (0, 1))
    assert findings(reconstruction, twins=twins)["twins"].verdict is verdict


def spreads(kinds: dict[str, FloatArray]) -> dict[str, float]:
    rng = np.random.default_rng(0)
    subject = dataclasses.replace(SUBJECT, probes=lambda _: {k: [x] for k, x in kinds.items()})
    return {kind: float(values[0]) for kind, values in viewed(subject, rng).spreads.items()}


@pytest.mark.parametrize(("spread", "used"), [(0.0095, 0.01), (0.0105, 0.0105)])
def test_a_spread_is_at_least_a_hundredth_of_the_median(spread: float, used: float) -> None:
    found = spreads({"a": STATE, "b": STATE, "c": spread * STATE})
    assert found["c"] == pytest.approx(used, rel=1e-9)


@pytest.mark.parametrize(("spread", "used"), [(0.95e-6, 1e-6), (1.05e-6, 1.05e-6)])
def test_a_spread_is_at_least_a_millionth_of_the_largest_value(spread: float, used: float) -> None:
    assert spreads({"a": 1.0 + spread * STATE})["a"] == pytest.approx(used, rel=1e-4)
