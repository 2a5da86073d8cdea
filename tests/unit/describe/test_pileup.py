"""Pileups: derivatives, no-passing rule, time integration as oracle, files, tables, figure."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.describe.pileup import Landscape, Mechanics, Positions
from mechanist.formats.pileup_batches import PileupSample, read_batch, read_statuses, write_batch
from mechanist.formats.tables import read_table
from mechanist.mechanics.pileup_forces import energy, forces, stiffness
from mechanist.simulate.pileup_path import advance, ramp, relax
from mechanist.simulate.pileup_ramps import PileupProtocol, draw_landscape, protocol_from, simulate
from scripts.dislocation import figure_pileup as dislocation_figure_pileup
from scripts.dislocation import pileup as dislocation_pileup
from scripts.dislocation import pileup_tables as dislocation_pileup_tables

#: Statuses, as files hold them.
PINNED, FLOWING = 0, 1

landscape, positions, mechanics = Landscape(), Positions(), Mechanics()
SMALL = PileupProtocol(dislocations=8)
STRAINS = (0.01, 0.1, 0.5, 5.0)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    coefficients = draw_landscape(SMALL, rng)
    return np.sort(rng.random(SMALL.dislocations)) * SMALL.length, coefficients


def settle(x, stress: float, coefficients, length: float, duration: float, step: float) -> None:
    """Integrate the overdamped motion in time by the explicit midpoint rule."""
    velocity = np.empty(x.size)
    for _ in range(round(duration / step)):
        forces(x, coefficients, length, velocity)
        forces(x + 0.5 * step * (velocity + stress), coefficients, length, velocity)
        x += step * (velocity + stress)


def sample_of(seed: int) -> PileupSample:
    return simulate(SMALL, name=f"toy-{seed:05d}", system="toy", seed=seed)


def test_force_and_stiffness_are_derivatives_of_the_energy() -> None:
    x, coefficients = drawn(1)
    n, step = len(x), 1e-5
    force, matrix = np.empty(n), np.empty((n, n))
    forces(x, coefficients, SMALL.length, force)
    stiffness(x, coefficients, SMALL.length, matrix)
    for i in range(n):
        shift = step * np.eye(n)[i]
        up, down = np.empty(n), np.empty(n)
        forces(x + shift, coefficients, SMALL.length, up)
        forces(x - shift, coefficients, SMALL.length, down)
        slope = energy(x + shift, coefficients, SMALL.length)
        slope -= energy(x - shift, coefficients, SMALL.length)
        assert force[i] == pytest.approx(-slope / (2 * step), rel=1e-5, abs=1e-8)
        np.testing.assert_allclose(matrix[i], (down - up) / (2 * step), rtol=1e-5, atol=1e-8)


def test_the_interaction_is_the_sum_over_periodic_images() -> None:
    x, flat = np.array([0.0, 3.0, 50.0]), np.zeros(16)
    force = np.empty(3)
    forces(x, flat, 100.0, force)
    images = 100.0 * np.arange(-200_000, 200_001)
    direct = sum((1 / (x[0] - x[j] - images)).sum() for j in (1, 2))
    assert force[0] == pytest.approx(direct, rel=1e-6)


def test_the_landscape_has_the_strength_that_was_asked_for() -> None:
    protocol = PileupProtocol(dislocations=2000)
    rng = np.random.default_rng(0)
    sample = simulate(SMALL, name="a", system="b", seed=0)
    wide = PileupSample(**{**vars(sample), "length": protocol.length,
                           "landscape": draw_landscape(protocol, rng)})  # fmt: skip
    assert landscape(wide).values.std() == pytest.approx(protocol.pinning, rel=0.15)


@pytest.mark.parametrize("seed", [3, 4])
def test_states_are_those_of_overdamped_motion(seed: int) -> None:
    x, coefficients = drawn(seed)
    assert relax(x, coefficients, SMALL.length, 1e-10)
    pinned = 0
    for stress in SMALL.pinning * np.array([0.1, 0.3, 0.4]):
        slow = x.copy()
        status, _ = advance(x, stress, coefficients, SMALL.length, 1e-10)
        if status != PINNED:
            break
        pinned += 1
        settle(slow, stress, coefficients, SMALL.length, 2e5, 4.0)
        np.testing.assert_allclose(x, slow, atol=1e-4)
    assert pinned


def test_a_state_does_not_depend_on_how_the_stress_was_raised() -> None:
    x, coefficients = drawn(5)
    assert relax(x, coefficients, SMALL.length, 1e-10)
    at_once, slowly = x.copy(), x.copy()
    goal = 0.35 * SMALL.pinning
    assert advance(at_once, goal, coefficients, SMALL.length, 1e-10)[0] == PINNED
    for part in np.linspace(0, 1, 30)[1:]:
        assert advance(slowly, part * goal, coefficients, SMALL.length, 1e-10)[0] == PINNED
    np.testing.assert_allclose(at_once, slowly, atol=1e-6)
    assert np.abs(at_once - x).max() > 0.1


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_the_flow_stress_belongs_to_the_landscape_alone(seed: int) -> None:
    _, coefficients = drawn(seed)
    rng = np.random.default_rng(seed + 1)
    pinning, finest = SMALL.pinning, 1e-3 * SMALL.pinning
    flows = []
    for _ in range(2):
        x = np.sort(rng.random(SMALL.dislocations)) * SMALL.length
        assert relax(x, coefficients, SMALL.length, 1e-10)
        status, _, _, _, last, _ = ramp(
            x, coefficients, SMALL.length, 1e-10, 0.02 * pinning, finest, 0.5
        )
        assert status == FLOWING
        flows.append(last)
    assert abs(flows[0] - flows[1]) <= 1.01 * finest
    other = draw_landscape(SMALL, rng)
    x = np.sort(rng.random(SMALL.dislocations)) * SMALL.length
    assert relax(x, other, SMALL.length, 1e-10)
    last = ramp(x, other, SMALL.length, 1e-10, 0.02 * pinning, finest, 0.5)[4]
    assert abs(last - flows[0]) > finest


def test_curves_rise_end_in_flow_and_repeat() -> None:
    sample, again = sample_of(7), sample_of(7)
    assert sample.status == "ok"
    assert (np.diff(sample.strain) >= 0).all()
    assert (np.diff(sample.stress) > 0).all()
    np.testing.assert_array_equal(sample.states, again.states)
    assert not np.array_equal(sample.landscape, sample_of(8).landscape)
    assert sample.stress_at([100.0])[0] == sample.flow_stress
    assert sample.stress[-1] < sample.flow_stress


@settings(max_examples=15, deadline=None, derandomize=True)
@given(cells=st.integers(1, 31), seed=st.integers(0, 5))
def test_features_move_with_the_sample(cells: int, seed: int) -> None:
    sample = sample_of(seed)
    node = sample.length / len(sample.landscape)
    moved = PileupSample(**{**vars(sample), "landscape": np.roll(sample.landscape, cells),
                            "start": sample.start + cells * node})  # fmt: skip
    for describe in (landscape, positions):
        before, after = describe(sample).values, describe(moved).values
        np.testing.assert_allclose(np.roll(before, 2 * cells, axis=1), after, atol=1e-12)
        assert np.abs(before - after).max() > 1e-6
    np.testing.assert_allclose(
        mechanics(sample).values, mechanics(moved).values, rtol=1e-7, atol=1e-10
    )
    assert positions(sample).values.sum() == pytest.approx(len(sample.start))


def test_susceptibility_is_the_slope_of_the_curve() -> None:
    sample = sample_of(2)
    x, stress = sample.start.copy(), 1e-5 * SMALL.pinning
    assert advance(x, stress, sample.landscape, sample.length, 1e-14)[0] == PINNED
    features = mechanics(sample)
    told = features.values[0, features.names.index("log_susceptibility")]
    assert np.exp(told) == pytest.approx((x - sample.start).mean() / stress, rel=1e-3)


def test_batches_survive_the_file_and_say_what_failed(tmp_path: Path) -> None:
    good = sample_of(1)
    bad = PileupSample(**{**vars(good), "name": "toy-9", "status": "failed", "reason": "lost"})
    write_batch(tmp_path / "a.h5", [good, bad])
    back = read_batch(tmp_path / "a.h5")[0]
    np.testing.assert_array_equal(back.landscape, good.landscape)
    np.testing.assert_allclose(back.states, good.states, rtol=1e-6)
    assert (back.flow_stress, back.provenance) == (good.flow_stress, good.provenance)
    assert [s.usable for s in read_statuses(tmp_path / "a.h5")] == [True, False]
    assert "lost" in read_statuses(tmp_path / "a.h5")[1].reason
    with pytest.raises(ValueError, match="occur twice"):
        write_batch(tmp_path / "b.h5", [good, good])
    (tmp_path / "c.h5").write_bytes(b"no")
    with pytest.raises(FormatError, match="not a readable batch"):
        read_batch(tmp_path / "c.h5")


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\['speed'\] are unknown"):
        protocol_from({"speed": 1})
    for key, value in {"dislocations": 2, "strength": 0.0, "finest_step": 1.0,
                       "correlation": 500.0}.items():  # fmt: skip
        with pytest.raises(ValueError, match=key):
            protocol_from({key: value})


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pileup") / "0000.h5"
    settings_ = {"dislocations": 8}
    dislocation_pileup.main(path, system="toy", settings=settings_, first=0, count=4, seed=1)
    return path


def test_scripts_make_the_same_samples_in_any_batch(batch: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.h5"
    dislocation_pileup.main(
        part, system="toy", settings={"dislocations": 8}, first=2, count=1, seed=1
    )
    whole = read_batch(batch)
    np.testing.assert_array_equal(read_batch(part)[0].stress, whole[2].stress)
    assert [s.name for s in whole] == [f"toy-{k:05d}" for k in range(4)]


def test_tables(batch: Path, tmp_path: Path) -> None:
    features = {name: tmp_path / f"{name}.parquet" for name in ("landscape", "mechanics")}
    dislocation_pileup_tables.main([batch], features, tmp_path / "t.parquet", strains=STRAINS)
    targets = read_table(tmp_path / "t.parquet")
    assert list(targets.columns[3:]) == [
        "stress@0.010", "stress@0.100", "stress@0.500", "stress@5.000", "flow_stress",
    ]  # fmt: skip
    np.testing.assert_array_equal(targets["stress@5.000"], targets["flow_stress"])
    assert read_table(features["landscape"]).shape == (4, 3 + 64)
    with pytest.raises(ValueError, match="'phase'"):
        dislocation_pileup_tables.main([batch], {"phase": tmp_path / "x"}, tmp_path / "t",
                                       strains=STRAINS)  # fmt: skip
    with pytest.raises(ValueError, match="expected positive"):
        dislocation_pileup_tables.main([batch], {}, tmp_path / "t", strains=[0.0])


def test_figure(batch: Path, tmp_path: Path) -> None:
    dislocation_pileup_tables.main([batch], {}, tmp_path / "t.parquet", strains=STRAINS[:2])
    targets = read_table(tmp_path / "t.parquet")
    names = ["stress@0.010", "stress@0.100", "flow_stress"]
    records = [
        {"metric": m, "target": t, "subset": "ramp", "unit": "1", "value": 0.5, "low": 0.4,
         "high": 0.6, "level": 0.95, "n_samples": 9}
        for m in ("r2", "pearson") for t in names
    ]  # fmt: skip
    (tmp_path / "cnn.json").write_text(json.dumps(records))
    table = targets[["sample"]].assign(
        target="flow_stress", truth=targets["flow_stress"], prediction=targets["flow_stress"]
    )
    table.to_parquet(tmp_path / "cnn.parquet")
    dislocation_figure_pileup.main(
        batch=batch, scores=[tmp_path / "cnn.json"], parity=tmp_path / "cnn.parquet",
        stem=tmp_path / "figure", models={"cnn": {"role": "data", "label": "CNN"}},
    )  # fmt: skip
    for suffix in (".pdf", ".svg", ".png", ".csv"):
        assert (tmp_path / f"figure{suffix}").stat().st_size > 0
