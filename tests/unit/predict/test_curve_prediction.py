"""Predicted curves: a world whose curve is known, symmetry of the load, refusals and flags."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from curve_models import SLOPES, STRAINS, at_rest, curve_model, fit
from edge_dislocations import dislocations
from mechanist.api import load_curve_model, predict_curve
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.formats.dislocation_text import write_dislocation_text
from mechanist.predict.curve_asked import read_asked_curve, relaxed
from mechanist.predict.curve_files import write_curve_model
from mechanist.predict.curve_model import KnownStates
from mechanist.predict.curve_prediction import check_state, curve_of, speed


def density(c: Configuration) -> float:
    return len(c) / float(c.cell[0, 0]) ** 2


def flipped(c: Configuration) -> Configuration:
    """Return the configuration with all Burgers vectors reversed."""
    return replace(c, species=1 - c.species)


def test_taylors_law_is_predicted_as_it_is() -> None:
    c = at_rest()
    found = curve_of(curve_model(), c, branch="undeformed").table
    expected = np.array(SLOPES) * density(c) ** 0.5
    assert found["strain"].tolist() == list(STRAINS)
    np.testing.assert_allclose(found["stress"], expected, rtol=1e-6)
    np.testing.assert_allclose(found["lower"], expected - [0.001, 0.01], rtol=1e-6)
    np.testing.assert_allclose(found["upper"], expected + np.array([0.003, 0.02]), rtol=1e-6)
    # Twice as wide about the middles 0.001 and 0.005.
    np.testing.assert_allclose(
        found["curve_lower"], expected + np.array([-0.003, -0.025]), rtol=1e-6
    )
    np.testing.assert_allclose(found["curve_upper"], expected + np.array([0.005, 0.035]), rtol=1e-6)


def test_without_a_band_intervals_are_unknown() -> None:
    found = curve_of(curve_model(), at_rest(), branch="prestrained").table
    assert found[["lower", "upper", "curve_lower", "curve_upper"]].isna().all(axis=None)
    assert found["stress"].notna().all()


@pytest.mark.parametrize("kind", ["dislocation_density", "dislocation_fold"])
def test_a_reversed_load_is_that_on_reversed_burgers_vectors(kind: str) -> None:
    model, c = curve_model(kind), at_rest()
    forward, back = (curve_of(model, c, branch="undeformed", reverse=r) for r in (False, True))
    mirrored = curve_of(model, flipped(c), branch="undeformed")
    np.testing.assert_allclose(back.table["stress"], mirrored.table["stress"], rtol=1e-9)
    # The fold reads the direction of the load, the density does not.
    same = np.allclose(forward.table["stress"], back.table["stress"], rtol=1e-6)
    assert same == (kind == "dislocation_density")


def test_arrays_give_the_curve_of_the_configuration(tmp_path: object) -> None:
    c = at_rest()
    write_curve_model(tmp_path, curve_model("dislocation_fold"))  # type: ignore[arg-type]
    model = load_curve_model(str(tmp_path))
    side = float(c.cell[0, 0])
    found = predict_curve(model, c.positions[:, :2] - 3 * side, signs(c), side)
    same = curve_of(model, c, branch="undeformed").table
    np.testing.assert_allclose(found.table.to_numpy(), same.to_numpy(), rtol=1e-5)


def test_other_boxes_and_densities_are_outside() -> None:
    c = at_rest()
    side, rho = float(c.cell[0, 0]), density(c)
    seen = KnownStates((10, 20), (rho, rho), (side, side))
    model = curve_model(known=seen)
    assert curve_of(model, c, branch="undeformed").reasons == []
    wide = curve_model(known=replace(seen, side=(1.1 * side, 2 * side)))
    (reason,) = curve_of(wide, c, branch="undeformed").reasons
    assert reason.startswith(f"its side of the box is {side:.4g} b, those seen are")
    thin = curve_model(known=replace(seen, density=(1.01 * rho, 2 * rho)))
    (reason,) = curve_of(thin, c, branch="undeformed").reasons
    assert reason.startswith(f"its density is {rho:.4g} per b^2")
    strange = curve_model(branches={"undeformed": fit(mean=np.array([rho**0.5 + 0.1]))})
    found = curve_of(strange, c, branch="undeformed")
    assert found.distance == pytest.approx(5.0, rel=1e-5)
    assert found.outside
    assert "5 standard deviations" in found.reasons[-1]


def arrays(c: Configuration) -> dict[str, object]:
    return {
        "positions": c.positions[:, :2],
        "signs": signs(c),
        "box": float(c.cell[0, 0]),
    }


GOOD = at_rest()
SIDE = float(GOOD.cell[0, 0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"positions": np.zeros((4, 3))}, r"shape \(4, 3\); expected \(n, 2\)"),
        ({"signs": [1, -1]}, rf"signs have the shape \(2,\); expected \({len(GOOD)},\)"),
        ({"signs": signs(GOOD) * 2}, r"signs\[0\] = -?2; expected 1 or -1"),
        ({"signs": np.r_[0.0, signs(GOOD)[1:]]}, r"signs\[0\] = 0; expected 1 or -1"),
        ({"signs": np.ones(len(GOOD))}, "positive and 0 negative dislocations; expected equal"),
        ({"box": [SIDE, 1.5 * SIDE]}, "the box is .* b; the models have seen square boxes only"),
        ({"box": [SIDE, SIDE, SIDE]}, "expected one positive length in b, or two"),
        ({"box": -1.0}, "expected one positive length"),
        ({"positions": GOOD.positions[:, :2] * np.nan}, "not finite"),
        ({"positions": np.ones((len(GOOD), 2))}, "dislocations 0 and 1 coincide"),
        ({"positions": np.empty((0, 2)), "signs": []}, "holds no dislocations"),
        ({"state": "annealed"}, r"state 'annealed'; model 'taylor' .* knows \['prestrained'"),
        ({"state": "prestrained", "reverse": True}, "against its pre-strain"),
    ],
)
def test_what_no_model_knows_is_refused(change: dict[str, object], said: str) -> None:
    given = {**arrays(GOOD), **change}
    with pytest.raises(ValueError, match=said):
        predict_curve(curve_model(), **given)  # type: ignore[arg-type]


def test_moving_dislocations_are_refused_or_relaxed() -> None:
    moving = dislocations(0, n=16, apart=1.5)
    with pytest.raises(ValueError, match=r"not at rest: .* `relax: true`"):
        predict_curve(curve_model("dislocation_fold"), **arrays(moving))  # type: ignore[arg-type]
    found = predict_curve(curve_model("dislocation_fold"), **arrays(moving), relax=True)  # type: ignore[arg-type]
    rested = curve_of(curve_model("dislocation_fold"), relaxed(moving), branch="undeformed")
    np.testing.assert_allclose(found.table["stress"], rested.table["stress"], rtol=1e-9)


@pytest.mark.parametrize(("pairs", "relax", "lost"), [(0, True, 0), (1, True, 2), (0, False, None)])
def test_what_annihilates_in_relaxation_is_counted(
    tmp_path: Path, pairs: int, relax: bool, lost: int | None
) -> None:
    """A pair half a Burgers vector apart, far from others, is gone at once."""
    x, y, _ = GOOD.positions.T
    places = np.arange(SIDE)
    near = np.abs((y[:, None] - places + SIDE / 2) % SIDE - SIDE / 2).min(axis=0)
    free = places[np.argmax(near)]
    x, y = np.r_[x, [0.0, 0.5][: 2 * pairs]], np.r_[y, [free, free][: 2 * pairs]]
    sign = np.r_[signs(GOOD), [1, -1][: 2 * pairs]]
    write_dislocation_text(tmp_path / "a.dconf", planar(x, y, sign, SIDE))
    entry = {"path": str(tmp_path / "a.dconf"), "format": "dislocation_text", "relax": relax,
             "density": len(x) / SIDE**2}  # fmt: skip
    asked = read_asked_curve(curve_model(), entry)  # type: ignore[arg-type]
    assert asked.annihilated == lost
    assert len(asked.configuration) == len(GOOD)


@pytest.mark.parametrize(("digits", "at_rest_still"), [(5, True), (2, False)])
def test_a_state_written_with_five_digits_is_at_rest(digits: int, at_rest_still: bool) -> None:
    x, y, _ = np.round(GOOD.positions, digits).T
    written = planar(x, y, signs(GOOD), SIDE)
    if at_rest_still:
        exact = curve_of(curve_model("dislocation_fold"), GOOD, branch="undeformed").table
        found = curve_of(curve_model("dislocation_fold"), written, branch="undeformed").table
        np.testing.assert_allclose(found["stress"], exact["stress"], atol=1e-3)
    else:
        with pytest.raises(ValueError, match="not at rest"):
            curve_of(curve_model(), written, branch="undeformed")


def test_a_changed_descriptor_is_refused() -> None:
    model = curve_model()
    (one,) = model.descriptors
    renamed = replace(model, descriptors=(replace(one, features=("square",)),))
    with pytest.raises(ValueError, match="make it anew"):
        curve_of(renamed, GOOD, branch="undeformed")


@pytest.mark.parametrize(("stress", "rests"), [(4.75e-4, True), (5.25e-4, False)])
def test_a_state_is_at_rest_up_to_a_small_residual_stress(stress: float, rests: bool) -> None:
    """The residual stress, over the root of the density, grows with small displacements."""
    x, y, _ = GOOD.positions.T
    away = np.random.default_rng(0).normal(size=len(x))

    def moved(by: float) -> Configuration:
        return planar(x + by * away, y, signs(GOOD), SIDE)

    small = speed(check_state(moved(1e-4), moving=True)) / density(GOOD) ** 0.5
    state = moved(1e-4 * stress / small)
    if rests:
        check_state(state)
    else:
        with pytest.raises(ValueError, match="not at rest"):
            check_state(state)


@pytest.mark.parametrize(("share", "outside"), [(0.95, False), (1.05, True)])
@pytest.mark.parametrize("sense", [-1, 1])
def test_sides_may_deviate_by_a_hundredth_and_densities_by_half_of_it(
    share: float, outside: bool, sense: int
) -> None:
    rho = density(GOOD)
    side = SIDE / (1 + sense * share * 0.01)
    dense = rho / (1 + sense * share * 0.005)
    seen = KnownStates((10, 20), (rho, rho), (SIDE, SIDE))
    for known in (replace(seen, side=(side, side)), replace(seen, density=(dense, dense))):
        found = curve_of(curve_model(known=known), GOOD, branch="undeformed")
        assert bool(found.reasons) == outside
