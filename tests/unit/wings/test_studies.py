"""Each wing says what its models are trained for, and the rules of learning ask no more."""

import json
from dataclasses import dataclass, field
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
    assert states["other_targets"] == [
        f"<results>/dislocation/{system}/targets.parquet" for system in ("n36", "n200")
    ]
    assert "features" not in states


def test_a_transfer_covers_loads_of_one_system_or_all_sizes(learning: Learning) -> None:
    loads = learning.transfer_files(job("glass", "joint", "ka2d"))
    assert loads["splits"] == ["<results>/glass/ka2d/splits.json"]
    sizes = learning.transfer_files(job("dislocation", "hand"))
    assert sizes["splits"] == [
        f"<results>/dislocation/{system}/splits.json" for system in ("n36", "n100", "n200")
    ]
    network = learning.transfer_files(job("dislocation", "response_network"))
    assert set(network) == {"predictions", "elsewhere"}


def test_a_label_retrains_nothing(learning: Learning) -> None:
    entry = learning.model(job("dislocation", "hand", "n100"))
    assert not {"label", "role"} & set(entry)
    assert (entry["estimator"], entry["features"]) == ("ridge_gauss", ["field"])
    assert {"label", "role"} < set(learning.models(job("dislocation", ""))["hand"])


def test_wings_differ_in_how_predictions_are_scored(learning: Learning) -> None:
    assert learning.wings_of("objects") == "glass"
    assert learning.wings_of("samples") == "dislocation"
    assert "top_fractions" in learning.scoring(job("glass", ""))
    assert "top_fractions" not in learning.scoring(job("dislocation", ""))


def test_a_name_of_a_model_decides_what_it_reads(learning: Learning) -> None:
    assert learning.state_models == "response_network"
    twice = {"glass": {"models": {"response_network": {
        "label": "x", "role": "data", "estimator": "ridge", "features": ["elastic_step"]}}}}  # fmt: skip
    with pytest.raises(SettingsError, match=r"\['response_network'\] read states in one wing"):
        _ = configured(twice).learning.state_models
