"""Each wing says what its models are trained for, and the rules of learning ask no more."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from snakemake.utils import update_config

from mechanist.settings.defaults import fill_defaults
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.learning import Learning
from mechanist.wings.run import WORKFLOW, Run, read_yaml


@dataclass
class Wildcards:
    """Wildcards of one job."""

    wing: str
    model: str = ""
    others: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        return self.others[name]

    def get(self, name: str, default: str) -> str:
        return self.others.get(name, default)


def configured(changes: dict[str, object] | None = None) -> Run:
    settings = read_yaml(WORKFLOW.parent / "config/config.yaml")
    update_config(settings, changes or {})
    schema: Any = json.loads((WORKFLOW / "schemas/config.schema.json").read_text())
    fill_defaults(settings, schema)
    return Run(settings, schema, checking=False, main=True)


@pytest.fixture(scope="module")
def learning() -> Learning:
    return configured().learning


def job(wing: str, model: str, system: str = "") -> Wildcards:
    return Wildcards(wing, model, {"system": system} if system else {})


def test_objects_within_samples_have_numbers_and_classes(learning: Learning) -> None:
    study = learning.study("train")(job("glass", "joint", "ka2d"))
    assert (study["subject"], study["reads"]) == ("objects", "tables")
    assert len(study["strains"]) > 1
    assert study["class_definitions"]
    curve = learning.study("curve")(job("glass", "joint", "ka2d"))
    assert len(curve["strains"]) == 1
    assert not curve["class_definitions"]
    assert learning.study("transfer")(job("glass", "joint", "ka2d"))["strains"] == study["strains"]


def test_whole_samples_have_further_targets(learning: Learning) -> None:
    study = learning.study("train")(job("dislocation", "pileup_cnn", "pileup"))
    assert (study["subject"], study["reads"]) == ("samples", "tables")
    assert study["other_targets"] == ["flow_stress"]
    assert not learning.study("train")(job("dislocation", "hand", "n100"))["other_targets"]
    shown = learning.study("transfer")(job("dislocation", "hand"))["strains"]
    assert set(shown) < set(learning.study("train")(job("dislocation", "hand", "n100"))["strains"])


def test_a_model_gets_the_files_that_it_reads(learning: Learning) -> None:
    tables = learning.study_files(job("dislocation", "hand", "n100"))
    assert tables["features"] == ["<results>/dislocation/n100/features/field.parquet"]
    assert "samples" not in tables
    states = learning.study_files(job("dislocation", "response_network", "n100"))
    assert states["samples"][0] == "<results>/dislocation/n100/samples/0000.h5"
    assert set(states) == {"targets", "splits", "samples"}
    elsewhere = learning.files_elsewhere(job("dislocation", "response_network", "n100"))
    assert elsewhere["other_targets"] == [
        f"<results>/dislocation/{system}/targets.parquet" for system in ("n36", "n200")
    ]
    assert elsewhere["other_samples"][0] == "<results>/dislocation/n36/samples/0000.h5"


def test_a_transfer_covers_loads_of_one_system_or_all_sizes(learning: Learning) -> None:
    loads = learning.transfer_files(job("glass", "joint", "ka2d"))
    assert loads["splits"] == ["<results>/glass/ka2d/splits.json"]
    sizes = learning.transfer_files(job("dislocation", "hand"))
    assert sizes["splits"] == [
        f"<results>/dislocation/{system}/splits.json" for system in ("n36", "n100", "n200")
    ]
    network = learning.transfer_files(job("dislocation", "response_network"))
    assert set(network) == {"predictions", "elsewhere"}


def test_curves_of_networks_show_the_targets_of_all_curves(learning: Learning) -> None:
    network = job("dislocation", "response_network", "n100")
    assert learning.curve_columns(network) == ["stress@0.010"]
    assert len(learning.study("train")(network)["strains"]) > 1


def test_more_samples_simulate_no_sample_again() -> None:
    more = configured({
        "glass": {"systems": {"ka2d": {"samples": 99}}},
        "dislocation": {"systems": {"n100": {"samples": 9000, "batch": 3}}},
        "crystal": {"systems": {"fcc8": {"samples": 99, "batch": 2}}},
    })  # fmt: skip
    first = configured()
    for wing, system, length in (("glass", "ka2d", "density"), ("dislocation", "n100", "dislocations")):  # fmt: skip
        asked = job(wing, "", system)
        before, after = (getattr(run, wing).simulated_system(asked) for run in (first, more))
        assert before == after
        assert length in before
    assert first.crystal.polycrystal(job("", "", "fcc8")) == more.crystal.polycrystal(
        job("", "", "fcc8")
    )
    assert first.crystal.timed_systems() == more.crystal.timed_systems()
    denser = configured({"glass": {"systems": {"ka2d": {"density": 1.3}}}})
    asked = job("glass", "", "ka2d")
    assert denser.glass.simulated_system(asked) != first.glass.simulated_system(asked)


def test_a_label_retrains_nothing(learning: Learning) -> None:
    entry = learning.model(job("dislocation", "hand", "n100"))
    assert not {"label", "role"} & set(entry)
    assert (entry["estimator"], entry["features"]) == ("ridge_gauss", ["field"])
    assert {"label", "role"} < set(learning.models(job("dislocation", ""))["hand"])
    run = configured()
    surrogate = run.crystal.surrogate_model(job("", "gru"))
    assert not {"label", "role"} & set(surrogate)
    assert surrogate["kind"] == "recurrent"
    assert run.crystal.timed_models()["gru"] == surrogate
    assert run.efficiency.tables["hand"] == entry


def test_wings_differ_in_how_predictions_are_scored(learning: Learning) -> None:
    assert learning.wings_of("objects") == "glass"
    assert learning.wings_of("samples") == "dislocation"
    assert "top_fractions" in learning.scoring(job("glass", "", "ka2d"))
    assert learning.scoring(job("dislocation", "")) == {"subject": "samples", "level": 0.95}
    for asked in (job("glass", "", "ka2d"), job("dislocation", "")):
        assert {"resamples", "seed"} < set(learning.comparing(asked))


def test_a_name_of_a_model_decides_what_it_reads(learning: Learning) -> None:
    assert set(learning.state_models.split("|")) == {"graph", "graph_blind", "response_network"}
    twice = {"glass": {"models": {"response_network": {
        "label": "x", "role": "data", "estimator": "ridge", "features": ["elastic_step"]}}}}  # fmt: skip
    with pytest.raises(SettingsError, match=r"\['response_network'\] read states in one wing"):
        _ = configured(twice).learning.state_models


def test_scores_of_structures_are_no_scores_of_trained_models(learning: Learning) -> None:
    trained = re.compile(f"results/dislocation/(?P<system>{learning.trained_systems})/scores/")
    for system in ("n100", "pileup", "pinned_down"):
        assert trained.match(f"results/dislocation/{system}/scores/rho.json")
    for system in ("pinned", "microstructures"):
        assert not trained.match(f"results/dislocation/{system}/scores/rho.json")
    made = configured().dislocation.structure_scores()
    assert "<results>/dislocation/pinned/scores/exponent.json" in made
    assert "<results>/dislocation/microstructures/scores/class_dummy.json" in made
    assert len(made) == len(set(made)) == 11


def test_the_tour_has_one_figure_of_every_wing() -> None:
    toured = [wing.tour() for wing in configured().wings.values()]
    assert [[Path(file).stem for file in files] for files in toured] == [
        ["strain"], ["strain"], ["paths"], ["curves"],
    ]  # fmt: skip
