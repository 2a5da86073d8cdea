"""The audit of whole dislocation samples, on descriptors with known merits and flaws."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pytest

from mechanist.audit import reconstruction
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.dislocation_subject import dislocation_subject
from mechanist.audit.size import size
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.glide import Glide, read_glide
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs

Columns = Callable[[Glide, Configuration], list[float]]
CARD = Card(
    name="toy",
    reference="none",
    units="1",
    symmetry="none",
    load_aware=True,
    subject=SubjectName.DISLOCATION_SAMPLE,
)


@dataclass(frozen=True)
class Toy:
    """Descriptor whose columns are a given function."""

    columns: Columns
    card: ClassVar[Card] = CARD

    def __call__(
        self, configuration: Configuration, *, load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:  # fmt: skip
        values = np.array([self.columns(read_glide(configuration, load), configuration)])
        return Features(values, [f"toy_{k}" for k in range(values.shape[1])])


@dataclass(frozen=True)
class RestingToy(Toy):
    card: ClassVar[Card] = replace(CARD, needs_potential=True)


def wave(g: Glide, weight: FloatArray, k: int, m: int) -> float:
    """Return the power of a wave and of its mirror image, divided by the number of dislocations."""
    power = [abs(np.sum(weight * np.exp(2j * np.pi * (k * g.x + s * m * g.y)))) for s in (1, -1)]
    return float(sum(p**2 for p in power)) / len(g)


def lean(g: Glide) -> float:
    """Return the inclination of dipoles, a smooth sum over pairs that is odd in the load."""
    dx, dy = (a[:, None] - a for a in (g.x, g.y))
    ahead = g.forward[:, None] - g.forward
    return float(np.sum(ahead * np.sin(2 * np.pi * dx) * np.cos(2 * np.pi * dy))) / len(g)


def good(g: Glide, c: Configuration) -> list[float]:
    return [lean(g), wave(g, g.forward, 1, 1)]


def sign_blind(g: Glide, c: Configuration) -> list[float]:
    return [wave(g, np.ones(len(g)), 1, 1), wave(g, np.ones(len(g)), 1, 0)]


def absolute(g: Glide, c: Configuration) -> list[float]:
    return [float(np.sum(np.cos(2 * np.pi * g.x))), lean(g)]


def unwrapped(g: Glide, c: Configuration) -> list[float]:
    return [float(np.std(c.positions[:, 0])), lean(g)]


def labelled(g: Glide, c: Configuration) -> list[float]:
    return [float(np.cos(2 * np.pi * (g.x[0] - g.x[1]))), lean(g)]


def load_deaf(g: Glide, c: Configuration) -> list[float]:
    return [lean(replace(g, forward=signs(c)))]


def hard_count(g: Glide, c: Configuration) -> list[float]:
    dx, dy = (a[:, None] - a for a in (g.x, g.y))
    apart = np.hypot(dx - np.round(dx), dy - np.round(dy)) / g.spacing
    return [float(np.mean((apart < 0.7).sum(axis=1))), lean(g)]


@lru_cache
def view(columns: Columns, *, resting: bool = False) -> View:
    toy = (RestingToy if resting else Toy)(columns)
    subject = dislocation_subject("toy", descriptor=toy)
    return viewed(replace(subject, path_steps=60), np.random.default_rng(0))


def examined(examine: Callable[..., Criterion], columns: Columns, **options: bool) -> Criterion:
    return examine(view(columns, **options), np.random.default_rng(1))


def failing(criterion: Criterion, verdict: Verdict = Verdict.FAIL) -> set[str]:
    return {f.name for f in criterion.findings if f.verdict is verdict}


@pytest.mark.parametrize("resting", [False, True])
def test_what_has_the_symmetry_of_the_loaded_sample_passes(resting: bool) -> None:
    criterion = examined(symmetry, good, resting=resting)
    assert criterion.verdict is Verdict.PASS
    assert {f.verdict for f in criterion.findings} == {Verdict.PASS}


def test_what_ignores_signs_is_over_symmetric() -> None:
    criterion = examined(symmetry, sign_blind)
    assert criterion.verdict is Verdict.WARN
    assert failing(criterion, Verdict.WARN) == {
        "signs reversed alone", "load reversed alone", "x reversed alone",
    }  # fmt: skip
    assert "over-symmetric" in criterion.leading.note


@pytest.mark.parametrize(
    ("columns", "operation"),
    [(absolute, "translation"), (unwrapped, "periodic images"), (labelled, "permutation"),
     (load_deaf, "load and signs reversed")],
    ids=["absolute", "unwrapped", "labelled", "load_deaf"],
)  # fmt: skip
def test_a_broken_symmetry_fails_where_it_is_broken(columns: Columns, operation: str) -> None:
    criterion = examined(symmetry, columns)
    assert criterion.verdict is Verdict.FAIL
    assert operation in failing(criterion)
    assert operation not in failing(examined(symmetry, good))
    assert "x and signs reversed" not in failing(criterion)


def test_what_never_sees_the_load_cannot_tell_its_reverse() -> None:
    assert "load reversed alone" in failing(examined(symmetry, load_deaf), Verdict.WARN)


def test_a_count_within_a_radius_jumps_and_waves_do_not() -> None:
    assert examined(continuity, hard_count).verdict is Verdict.FAIL
    assert examined(continuity, good).verdict is Verdict.PASS
    assert examined(continuity, good, resting=True).verdict is Verdict.PASS


def test_totals_grow_with_the_cell_and_densities_do_not() -> None:
    assert "replicas" in failing(examined(size, lambda g, c: [float(len(g))]))
    assert "replicas" not in failing(examined(size, lambda g, c: [g.density]))
    assert "no dislocation" in failing(
        examined(size, lambda g, c: [float("nan") if len(g) == 0 else 1.0])
    )


def told(columns: Columns, *, resting: bool = False) -> float:
    """Return the share of the needed rank at two environments."""
    seen = view(columns, resting=resting)
    rng = np.random.default_rng(2)
    made = [seen.subject.environment(rng) for _ in range(2)]
    return float(reconstruction._rank(seen, made).value)


def planes(g: Glide, c: Configuration) -> list[float]:
    """Return the plane heights relative to the first, which determine a relaxed sample."""
    return (c.positions[1:8, 1] - c.positions[0, 1]).tolist()


def test_planes_tell_all_of_a_relaxed_sample_and_few_waves_do_not() -> None:
    assert told(planes, resting=True) == 1.0
    assert told(lambda g, c: planes(g, c)[:5], resting=True) < 1.0
    assert told(good) < 0.5
