"""Predictions of one configuration: values by hand, and refusals before anything is computed."""

from dataclasses import replace

import numpy as np
import pytest

from glasses import glass
from kept_models import SHEAR, kept_model
from mechanist.describe.descriptor import load_descriptor
from mechanist.mechanics.loads import uniaxial
from mechanist.predict.outputs import prediction_metadata
from mechanist.predict.particle_predictions import as_seen_by, predict_particles


def test_predictions_are_linear_in_the_features_of_all_descriptors() -> None:
    model, c = kept_model("rotation_invariants", "joint_invariants"), glass(2)[0]
    blind = load_descriptor("rotation_invariants")(c).values
    tension = uniaxial("x", 2)
    aware = load_descriptor("joint_invariants")(c, load=tension).values
    expected = np.hstack([blind, aware]) @ model.slopes + [-1.0, 0.5]
    found = predict_particles(model, c, {"shear": SHEAR, "pull": 3 * tension}).table
    assert found["load"].tolist() == ["shear"] * len(c) + ["pull"] * len(c)
    rows = found[found["load"] == "pull"]
    np.testing.assert_allclose(rows["log10_d2min@0.020"], expected[:, 0])
    np.testing.assert_allclose(rows["log10_d2min@0.040"], expected[:, 1])
    np.testing.assert_allclose(rows["log10_d2min@0.020|lower"], expected[:, 0] - 0.5)
    np.testing.assert_allclose(rows["log10_d2min@0.020|upper"], expected[:, 0] + 0.75)
    assert rows["log10_d2min@0.040|lower"].isna().all()
    odds = -2 + 0.8 * (expected[:, 0] - expected[:, 0].mean())
    np.testing.assert_allclose(rows["plastic@0.020"], 1 / (1 + np.exp(-odds)))


def test_every_column_is_described_with_and_without_an_interval() -> None:
    model = kept_model("joint_invariants")
    table = predict_particles(model, glass(2)[0], {"shear": SHEAR}).table
    said = prediction_metadata(model)
    assert set(table.columns) <= {*said, "load", "object"}
    assert "holds the truth of 90%" in said["log10_d2min@0.020|lower"].description
    upper = said["log10_d2min@0.040|upper"]
    assert upper.description.endswith("too few samples to calibrate it.")
    assert upper.unit == "log10(sigma^2)"


def test_a_classifier_says_why_it_has_no_intervals() -> None:
    classifier = replace(
        kept_model("joint_invariants"), quantity="log_odds", intervals=(None, None)
    )
    for name, column in prediction_metadata(classifier).items():
        if name.endswith(("|lower", "|upper")):
            assert column.description.endswith("which is missing: the truth is a class.")


def test_a_load_blind_model_predicts_once() -> None:
    model, c = kept_model("rotation_invariants"), glass(2)[0]
    found = predict_particles(model, c, {"shear": SHEAR, "pull": uniaxial("x", 2)}).table
    assert len(found) == len(c)
    assert set(found["load"]) == {"any"}


def test_seen_glass_is_inside_and_another_density_is_outside() -> None:
    model, c = kept_model("rotation_invariants"), glass(2)[0]
    same = predict_particles(model, c, {})
    assert (same.outside, same.reasons) == (False, [])
    wider = predict_particles(model, c.moved(1.03 * c.positions, 1.03 * c.cell), {})
    assert wider.outside
    assert any("its density is 1.131, those seen have 1.2" in r for r in wider.reasons)


def test_an_unseen_type_of_load_is_outside() -> None:
    model, c = kept_model("joint_invariants", dimension=3), glass(3)[0]
    known = replace(model.known, loads={"shear": (-0.5, 0.0, 0.5)}, limit=1e9)
    pull = {"pull": uniaxial("z", 3)}
    found = predict_particles(replace(model, known=known), c, pull)
    assert found.reasons == ["no load seen has the principal strains of 'pull'"]
    assert (
        predict_particles(
            replace(model, known=replace(known, loads=model.known.loads)), c, pull
        ).reasons
        == []
    )


def test_species_in_another_order_and_lengths_in_another_unit_are_converted() -> None:
    model, c = kept_model("rotation_invariants"), glass(2)[0]
    a, b = c.species_names
    other = replace(
        c.moved(2.5 * c.positions, 2.5 * c.cell), species=1 - c.species, species_names=(b, a)
    )
    scaled = replace(model, known=replace(model.known, length=2.5, units="metal"))
    seen = as_seen_by(scaled, other, units="metal")
    np.testing.assert_allclose(seen.positions, c.positions)
    assert seen.species_names == (a, b)
    np.testing.assert_array_equal(seen.species, c.species)


def test_what_a_model_cannot_see_is_refused() -> None:
    model, c = kept_model("joint_invariants"), glass(2)[0]
    with pytest.raises(
        ValueError, match=r"dimension 3; model 'joint' of system 'flat' has\s+seen samples in 2"
    ):
        as_seen_by(model, glass(3)[0], units="lj")
    with pytest.raises(ValueError, match=r"units 'metal'.*'lj'"):
        as_seen_by(model, c, units="metal")
    with pytest.raises(ValueError, match=r"species \['Cu'\].*knows"):
        as_seen_by(model, replace(c, species_names=("A", "Cu")), units="lj")
    with pytest.raises(ValueError, match="reads the load, but none is given"):
        predict_particles(model, c, {})
    with pytest.raises(ValueError, match="trace"):
        predict_particles(model, c, {"swelling": np.eye(3)})


def test_a_descriptor_that_has_changed_since_is_refused() -> None:
    model, c = kept_model("rotation_invariants"), glass(2)[0]
    (one,) = model.descriptors
    renamed = replace(one, features=("another", *one.features[1:]))
    with pytest.raises(ValueError, match=r"the first that differ are .*'another'"):
        predict_particles(replace(model, descriptors=(renamed,)), c, {})
