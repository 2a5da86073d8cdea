"""Criterion iii of the audit, with operations counted instead of seconds."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import audit_toys as toys
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.cost import cost, growth
from mechanist.audit.subject import Missing


def counted(operations: Callable[[int], int]) -> Criterion:
    counter = toys.Counter(operations)
    return cost(toys.view(counter.columns), np.random.default_rng(0), clock=counter)


@pytest.mark.parametrize(
    ("operations", "exponent", "verdict"),
    [
        (lambda n: 100 * n, 1.0, Verdict.PASS),
        (lambda n: int(n**1.4), 1.4, Verdict.WARN),
        (lambda n: n**2, 2.0, Verdict.FAIL),
        (lambda n: n**3, 3.0, Verdict.FAIL),
    ],
    ids=["linear", "between", "pairs of all", "dense matrix"],
)
def test_growth_is_judged_by_its_exponent(
    operations: Callable[[int], int], exponent: float, verdict: Verdict
) -> None:
    criterion = counted(operations)
    assert criterion.verdict is verdict
    assert criterion.findings[0].value == pytest.approx(exponent, abs=0.02)
    assert criterion.measured


def test_scatter_about_the_line_leaves_it_open() -> None:
    erratic = {25: 25, 49: 400, 100: 90, 196: 4000}
    assert counted(lambda n: erratic.get(n, n)).verdict is Verdict.INCONCLUSIVE


def test_slow_sizes_are_left_out_and_too_few_say_nothing() -> None:
    slow = counted(lambda n: 2_000_000_000 if n > 40 else n)
    assert slow.verdict is Verdict.NOT_APPLICABLE
    assert "2 sizes could be measured" in slow.findings[0].note


def test_the_interval_holds_the_exponent() -> None:
    rng = np.random.default_rng(4)
    sizes = [100, 200, 400, 800, 1600]
    inside = 0
    for _ in range(200):
        fit = growth(sizes, [n**1.3 * float(np.exp(0.1 * rng.normal())) for n in sizes])
        inside += abs(fit.exponent - 1.3) <= fit.half_width
    assert 0.9 <= inside / 200 <= 0.99


def test_relative_cost_and_memory_are_told_but_decide_nothing() -> None:
    criterion = counted(lambda n: n)
    beside = {f.name: f.decides for f in criterion.findings}
    assert beside == {"time": True, "memory": False, "relative cost": False}


def test_what_has_no_sizes_is_not_applicable() -> None:
    view = toys.view(toys.smooth_count)
    view = replace(view, subject=replace(view.subject, sized=Missing("there is one size only")))
    criterion = cost(view, np.random.default_rng(0))
    assert criterion.verdict is Verdict.NOT_APPLICABLE
    assert criterion.findings[0].note == "there is one size only"
