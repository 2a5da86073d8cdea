"""Criterion ii of the audit: jumps fail, kinks warn, steep slopes are resolved by finer steps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import audit_toys as toys
from mechanist.audit.card import Finding, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.step_ladder import roughness
from mechanist.audit.subject import Missing, Subject
from mechanist.audit.view import View
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName


def findings(view: View) -> tuple[Verdict, dict[str, Finding]]:
    criterion = continuity(view, np.random.default_rng(1))
    return criterion.verdict, {f.name: f for f in criterion.findings}


def test_a_hard_cutoff_jumps() -> None:
    verdict, found = findings(toys.view(toys.hard_count))
    assert verdict is Verdict.FAIL
    assert found["jumps"].value == pytest.approx(1.0)
    assert found["kinks"].verdict is Verdict.NOT_APPLICABLE


def test_paths_are_walked_up_to_the_first_jump() -> None:
    _, hard = findings(toys.view(toys.hard_count))
    _, smooth = findings(toys.view(toys.smooth_count))
    assert (hard["jumps"].probe, smooth["jumps"].probe) == ("1 path", "2 paths")


def test_a_smooth_cutoff_passes() -> None:
    verdict, found = findings(toys.view(toys.smooth_count))
    assert verdict is Verdict.PASS
    assert found["jumps"].value == pytest.approx(0.1, abs=0.02)
    assert found["kinks"].value == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("columns", [toys.tent_count, toys.nearest])
def test_kinks_warn(columns: toys.Columns) -> None:
    verdict, found = findings(toys.view(columns))
    assert verdict is Verdict.WARN
    assert found["jumps"].verdict is Verdict.PASS
    assert found["kinks"].verdict is Verdict.WARN


def test_a_jump_too_small_for_steps_shows_in_slopes() -> None:
    _, found = findings(toys.view(toys.small_jump))
    assert found["jumps"].verdict is Verdict.FAIL


def test_a_feature_that_rests_is_not_judged() -> None:
    verdict, found = findings(toys.view(lambda c, _: c.species))
    assert verdict is Verdict.NOT_APPLICABLE
    assert found["paths"].note == "no feature changes on the paths"


CARD = Card(
    name="curve",
    reference="none",
    units="1",
    symmetry="none",
    load_aware=False,
    subject=SubjectName.PARTICLE,
)


def curve(f: Callable[[float], float], *, gradient: object = None, steps: int = 400) -> Subject:
    """Return a subject with one coordinate and one feature."""
    known = Missing("none") if gradient is None else gradient
    return Subject(
        name="curve",
        kind="curve",
        wing="test",
        card=CARD,
        features=lambda x, _: Features(np.array([[f(float(x[0]))]]), ["f"]),
        probes=lambda rng: {"line": [np.array([x]) for x in np.linspace(0.1, 0.9, 5)]},
        load=lambda rng: None,
        operations=(),
        path=lambda rng: lambda s: np.array([s]),
        gradient=known,  # type: ignore[arg-type]
        coordinates=lambda x: x,
        displaced=lambda _, x: x,
        sized=Missing("none"),
        replicated=Missing("none"),
        environment=Missing("none"),
        reference=Missing("none"),
        path_steps=steps,
    )


def view_of(subject: Subject) -> View:
    from mechanist.audit.view import viewed

    return viewed(subject, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("f", "verdict"),
    [
        (lambda x: np.sin(3 * x), Verdict.PASS),
        (lambda x: np.tanh((x - 0.503) / 2e-3), Verdict.PASS),  # looks rough at coarse resolution
        (lambda x: abs(x - 0.503), Verdict.WARN),
        (lambda x: np.sign(x - 0.503), Verdict.FAIL),
        (lambda x: 50 * x**2 + 0.01 * np.sign(x - 0.503), Verdict.FAIL),
        (lambda x: max(x - 0.503, 0.0) ** 2, Verdict.PASS),
    ],
    ids=["smooth", "steep", "kink", "jump", "small jump", "second derivative jumps"],
)
def test_curves_of_known_smoothness(f: Callable[[float], float], verdict: Verdict) -> None:
    assert continuity(view_of(curve(f)), np.random.default_rng(0)).verdict is verdict


@pytest.mark.parametrize(
    ("f", "steps", "slopes"),
    [
        (lambda x: x**2, 0.1, 0.25),
        (lambda x: abs(x - 0.5), 0.1, 1.0),
        # at 0.3 steps from a point of both grids, slopes change by 2 (1 - 0.3) and 2 (4 - 0.3)
        (lambda x: abs(x - 0.5003), 0.1, 4 * 1.4 / 7.4),
        (lambda x: float(x > 0.5003), 1.0, 4.0),
    ],
    ids=["smooth", "kink on the grid", "kink", "jump"],
)
def test_ratios_of_grids(f: Callable[[float], float], steps: float, slopes: float) -> None:
    def along(s: float) -> FloatArray:
        return np.array([[f(s)]])

    found = roughness(along, 0.0, 1.0, steps=1000, noise=np.array([1e-12]))
    assert found.steps[0] == pytest.approx(steps, rel=0.01)
    assert found.slopes[0] == pytest.approx(slopes, rel=1e-4)


@pytest.mark.parametrize("f", [lambda x: abs(x - 0.3003), lambda x: float(x > 0.3003)])
def test_the_worst_place_is_within_a_step(f: Callable[[float], float]) -> None:
    found = roughness(lambda s: np.array([[f(s)]]), 0.0, 1.0, steps=1000, noise=np.array([1e-12]))
    assert found.place[0] == pytest.approx(0.3003, abs=1e-3)


def test_noise_counts_as_smooth_and_odd_grids_are_refused() -> None:
    rng = np.random.default_rng(0)

    def along(s: float) -> FloatArray:
        return np.array([[s + 1e-9 * rng.normal()]])

    assert roughness(along, 0, 1, steps=400, noise=np.array([1e-7])).slopes[0] == 0.25
    assert roughness(along, 0, 1, steps=400, noise=np.array([1e-12])).slopes[0] > 1
    with pytest.raises(ValueError, match="steps = 30; expected a multiple of 20"):
        roughness(along, 0, 1, steps=30, noise=np.array([0.0]))


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.0, Verdict.PASS), (1 + 1e-4, Verdict.INCONCLUSIVE), (1.05, Verdict.FAIL)],
)
def test_a_wrong_gradient_is_found(factor: float, verdict: Verdict) -> None:
    def gradient(x: FloatArray, _: object) -> FloatArray:
        return np.array([[[factor * 3 * np.cos(3 * x[0])]]])

    subject = curve(lambda x: np.sin(3 * x), gradient=gradient)
    _, found = findings(view_of(subject))
    assert found["gradient"].verdict is verdict
    _, found = findings(view_of(replace(subject, coordinates=Missing("they are not free"))))
    assert found["gradient"].verdict is Verdict.NOT_APPLICABLE
