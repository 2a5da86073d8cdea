"""Users' glasses: a common length unit, matching strains, and groups that stay in one fold."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import disordered
from mechanist.describe.descriptor import load_descriptor
from mechanist.describe.plasticity_targets import plastic_targets
from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath, Sample, read_sample, write_sample
from mechanist.imports.own_glasses import adopted, common_of
from mechanist.learn.splits import read_splits
from mechanist.mechanics.loads import deformation_gradient, simple_shear, strain_of
from scripts.glass import adopt as glass_adopt
from scripts.glass import left_out as glass_left_out
from scripts.glass import own as glass_own
from scripts.models import splits as models_splits

STRAINS = (0.0196, 0.0405, 0.08)
DESCRIPTORS = {
    "structure_functions": {},
    "rotation_invariants": {},
    "joint_invariants": {},
    "local_structure": {"potential": "none"},
}


def imported(
    name: str, *, seed: int = 0, length: float = 1.0, dimension: int = 2, group: str | None = None
) -> Sample:
    """Return an imported sheared sample, with lengths in units of ``1 / length``."""
    rng = np.random.default_rng(seed)
    start = disordered(rng, dimension=dimension)
    gradient = simple_shear("xy")
    noise = rng.normal(scale=0.05, size=start.positions.shape) * (
        [1, 1, 0] if dimension == 2 else 1
    )

    def scaled(positions: np.ndarray, cell: np.ndarray) -> Configuration:
        return start.moved(positions * length, cell * length)

    frames = []
    for strain in STRAINS:
        f = deformation_gradient(gradient, strain, dimension)
        moved = (start.positions + strain * noise) @ f.T
        frames.append(
            Frame(strain, scaled(moved, start.cell @ f.T), np.eye(3), {"told": noise[:, 0]})
        )
    path = LoadPath(gradient, strain_of(gradient), {}, tuple(frames))
    told = {"group": group or name}
    reference = scaled(start.positions, start.cell)
    return Sample(name, "mine", -1, reference, {"imported": path}, units="metal",
                  provenance={"import": told})  # fmt: skip


def ready(sample: Sample, length: float | None = None) -> Sample:
    unit = common_of([sample], length=length).length
    return adopted(sample, strains=[0.02, 0.04], tolerance=0.1, length=unit)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("kind", DESCRIPTORS)
def test_features_and_targets_do_not_know_the_unit_of_length(kind: str, dimension: int) -> None:
    describe = load_descriptor(kind, DESCRIPTORS[kind])
    one, other = (imported("a", dimension=dimension, length=unit) for unit in (1.0, 2.7))

    def features(sample: Sample) -> np.ndarray:
        return describe(sample.reference, load=sample.loads["imported"].tensor).values

    np.testing.assert_allclose(features(ready(one)), features(ready(other)), rtol=1e-6, atol=1e-8)
    # Control: read in their original units, the samples differ.
    assert not np.allclose(features(one), features(other), rtol=1e-2)
    told = [plastic_targets(ready(s), cutoff=2.0, strains=[0.02])[0] for s in (one, other)]
    np.testing.assert_allclose(told[0]["d2min@0.020"], told[1]["d2min@0.020"], rtol=1e-6)


def test_the_unit_is_that_of_density_or_what_is_stated() -> None:
    sample = imported("a", length=2.7)
    assert len(ready(sample).reference) / ready(sample).reference.measure == pytest.approx(1.2)
    stated = ready(sample, length=2.0)
    np.testing.assert_allclose(stated.reference.cell * 2.0, sample.reference.cell)
    assert stated.provenance["own"]["length"] == 2.0
    pair = [imported("a"), imported("b", seed=1, length=2.0)]
    mean = np.mean([len(s.reference) / s.reference.measure for s in pair])
    assert common_of(pair).length == pytest.approx((1.2 / mean) ** 0.5)


def test_frames_near_the_strains_are_taken_and_others_refused() -> None:
    path = ready(imported("a")).loads["imported"]
    assert [frame.strain for frame in path.frames] == [0.02, 0.04]
    assert set(path.frame(0.02).targets) == {"told"}
    sample = adopted(imported("a"), strains=[0.02, 0.06], tolerance=0.1, length=1.0)
    assert sample.loads["imported"].status == "failed"
    assert sample.loads["imported"].reason == (
        "frames are at strains 0.0196, 0.0405, 0.08: no stored strain within 10% of 0.06"
    )
    assert adopted(imported("a"), strains=[0.07], tolerance=0.2, length=1.0).good_loads
    both = adopted(imported("a"), strains=[0.039, 0.041], tolerance=0.1, length=1.0)
    assert "0.0405 is nearest to 0.039 already" in both.loads["imported"].reason
    bare = adopted(replace(imported("a"), loads={}), strains=[0.02], tolerance=0.1, length=1.0)
    assert (bare.status, bare.reason) == ("failed", "no frame under load")


def test_one_state_in_two_groups_is_refused() -> None:
    twin = replace(imported("b", group="a"), name="b")
    common_of([imported("a"), twin])  # one group: the samples need not be independent
    apart = replace(imported("b"), name="b")
    with pytest.raises(ValueError, match=r"'a' and 'b' of system 'mine' start from the same state"):
        common_of([imported("a"), apart])
    # The same state with other wrapping and particle order.
    order = np.random.default_rng(0).permutation(len(apart.reference))
    cell = apart.reference.cell
    turned = apart.reference.moved(apart.reference.positions[order] + cell[0], cell)
    with pytest.raises(ValueError, match="Give both one group, such as 'a'"):
        common_of([imported("a"), replace(apart, reference=turned)])


def test_samples_that_make_no_system_are_refused() -> None:
    a, b = imported("a"), imported("b", seed=1)
    with pytest.raises(ValueError, match="units: 'lj' in sample 'b', 'metal' in 'a'"):
        common_of([a, replace(b, units="lj")])
    named = replace(b.reference, species_names=("A", "C"))
    with pytest.raises(ValueError, match=r"species: .* in sample 'b'"):
        common_of([a, replace(b, reference=named)])


def test_scripts_leave_out_what_does_not_fit_and_keep_groups_together(tmp_path: Path) -> None:
    samples = [
        imported("a", seed=0, group="one"),
        imported("b", seed=1, group="one"),
        imported("c", seed=2),
        imported("d", seed=3),
        replace(imported("e", seed=4), loads={}),
    ]
    paths = [tmp_path / f"{sample.name}.h5" for sample in samples]
    for path, sample in zip(paths, samples, strict=True):
        write_sample(path, sample)
    common = tmp_path / "own.json"
    options = {"length": None, "tolerance": 0.1}
    with pytest.raises(
        ValueError, match=r"0 samples of 'mine' in 0 .*mine/strains.*\n  a: frames a"
    ):
        glass_own.main(paths, common, strains=[0.5], **options)
    assert not common.exists()
    glass_own.main(paths, common, strains=[0.02], **options)
    reasons = tmp_path / "left_out.json"
    glass_left_out.main(common, reasons, left_out={"models/hybrid": "needs more"})
    assert json.loads(reasons.read_text()) == {
        "samples/e": "no frame under load",
        "models/hybrid": "needs more",
    }
    made = [tmp_path / "made" / path.name for path in paths]
    for path, out in zip(paths, made, strict=True):
        glass_adopt.main(path, common, out, strains=[0.02], tolerance=0.1)
    assert read_sample(made[0]).units == "reduced"
    splits = tmp_path / "splits.json"
    for seed in range(10):
        models_splits.main(made, splits, folds=4, seed=seed, adapt=True)
        read = read_splits(splits)
        assert read.fold_of["a"] == read.fold_of["b"]
        assert len(read.folds) == 3
        assert read.excluded == {"e": "status failed: no frame under load"}
    with pytest.raises(ValueError, match="4 usable samples in 3 independent groups for 4 folds"):
        models_splits.main(made, splits, folds=4, seed=0)
