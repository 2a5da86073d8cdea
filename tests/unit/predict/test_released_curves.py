"""Released models of curves: their bands hold what the engine measures, and flag what they have not seen."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from mechanist.api import load_curve_model, predict_curve
from mechanist.core.code_hash import LIBRARY
from mechanist.formats.dislocation_batches import Branch, signs
from mechanist.predict.curve_model import CurveModel
from mechanist.predict.curve_prediction import PredictedCurve
from mechanist.simulate.dislocation_samples import simulate_sample
from mechanist.simulate.dislocation_system import DislocationSystem

RELEASED = LIBRARY.parent / "models/n100"
MODELS = sorted(path.parent for path in RELEASED.glob("*/model.json"))
#: New random numbers, which no run of the workflow draws.
SEED = 990_001
SYSTEM = DislocationSystem(name="new", dislocations=100, density=0.04)
COUNT = 12


@lru_cache
def simulated(branch: str, count: int = COUNT) -> list[Branch]:
    samples = [simulate_sample(SYSTEM, k, seed=SEED) for k in range(count)]
    return [one.branches[branch] for one in samples if branch in one.good_branches]


def predicted(model: CurveModel, branch: Branch, state: str) -> PredictedCurve:
    c = branch.start
    side = float(c.cell[0, 0])
    return predict_curve(model, c.positions[:, :2], signs(c), side, state=state)


def test_there_are_released_models() -> None:
    assert [path.name for path in MODELS] == ["both", "first_burst", "taylor"]


@pytest.mark.parametrize("state", ["undeformed", "prestrained"])
@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_curves_of_the_engine_lie_in_the_bands(folder: Path, state: str) -> None:
    model = load_curve_model(folder)
    inside, whole, flagged = [], [], 0
    branches = simulated(state)
    assert len(branches) >= COUNT - 2
    for branch in branches:
        found, truth = predicted(model, branch, state), branch.stress_at(model.strains)
        table = found.table
        inside.append((table["lower"] <= truth) & (truth <= table["upper"]))
        whole.append(((table["curve_lower"] <= truth) & (truth <= table["curve_upper"])).all())
        flagged += found.outside
    assert np.mean(inside) > 0.75
    assert np.mean(whole) > 0.65
    assert flagged <= 3


def test_curves_of_other_samples_lie_in_no_narrow_band() -> None:
    """The negative control: at small strains, the band is that of this sample and of no other."""
    model = load_curve_model(RELEASED / "both")
    branches = simulated("undeformed")
    tables = [predicted(model, branch, "undeformed").table.iloc[:3] for branch in branches]
    truths = [branch.stress_at(model.strains[:3]) for branch in branches]
    held = np.array(
        [
            [np.mean((t["lower"] <= truth) & (truth <= t["upper"])) for t in tables]
            for truth in truths
        ]
    )
    own, others = np.diag(held).mean(), held[~np.eye(len(held), dtype=bool)].mean()
    assert own > 0.7
    assert others < 0.35


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dislocations": 36}, "side of the box"),
        ({"dislocations": 36, "density": 36 / 50**2}, "density"),
        ({"density": 0.02}, "side of the box"),
    ],
)
def test_other_sizes_and_densities_are_flagged(change: dict[str, float], said: str) -> None:
    system = replace(SYSTEM, prestrain=None, **change)  # type: ignore[arg-type]
    model = load_curve_model(RELEASED / "both")
    (branch,) = simulate_sample(system, 0, seed=SEED).branches.values()
    found = predicted(model, branch, "undeformed")
    assert any(said in reason for reason in found.reasons)


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_held_out_coverage_is_that_of_the_level(folder: Path) -> None:
    model = load_curve_model(folder)
    assert (model.system, model.name, model.level) == ("n100", folder.name, 0.9)
    held = model.facts["held_out"]
    assert isinstance(held, dict)
    assert sorted(held) == ["prestrained", "undeformed"]
    for one in held.values():
        assert isinstance(one, dict)
        shares = one["by_strain"]
        assert isinstance(shares, list)
        assert all(0.85 <= float(str(share)) <= 0.95 for share in shares)
        assert 0.85 <= float(str(one["whole"])) <= 0.95
