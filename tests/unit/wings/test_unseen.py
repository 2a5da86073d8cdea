"""What rules are told about glasses that kept models have not seen, and which settings are refused."""

import json
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from snakemake.utils import update_config

from mechanist.settings.defaults import fill_defaults
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.run import WORKFLOW, Run, read_yaml
from mechanist.wings.unseen import Unseen
from mechanist.wings.wing import Wildcards


def configured(changes: dict[str, Any]) -> Unseen:
    settings = read_yaml(WORKFLOW.parent / "config/config.yaml")
    update_config(settings, {"glass": changes})
    schema: Any = json.loads((WORKFLOW / "schemas/config.schema.json").read_text())
    fill_defaults(settings, schema)
    return Run(settings, schema, checking=False, main=True).unseen


def wildcards(**values: str) -> Wildcards:
    return cast("Wildcards", SimpleNamespace(**values))


KA2D = wildcards(system="ka2d", kind="dense", model="joint")


def test_a_kind_is_the_system_with_what_it_states_changed() -> None:
    changes: dict[str, Any] = {"dense": {"label": "denser", "density": 1.3}}
    changes["quick"] = {"label": "quicker", "quench": {"quench_steps": 7}}
    changes["other"] = {"label": "other", "material": "falk_langer", "minority_fraction": 0.5}
    unseen = configured({"unseen": {"samples": 3, "changes": {"ka2d": changes},
                                    "run": {"ka2d": ["dense", "quick"]}}})  # fmt: skip
    dense = unseen.simulated(KA2D)
    assert dense == {
        "material": "kob_andersen",
        "dimension": 2,
        "particles": 1000,
        "density": 1.3,
        "minority_fraction": 0.35,
        "quench": {"hot": 1.0, "cold": 0.05, "timestep": 0.005, "melt_steps": 3000, "quench_steps": 20000},
        "deformation": {"step": 0.002, "frames": [0.02, 0.04], "probe": 0.002, "force_tolerance": 1.0e-4},
        "loads": {"shear_forward": {"type": "simple_shear", "plane": "xy", "sense": 1}},
    }  # fmt: skip
    quick = unseen.simulated(wildcards(system="ka2d", kind="quick"))
    assert quick["quench"] == {**cast("dict[str, float]", dense["quench"]), "quench_steps": 7}
    assert unseen.kinds(KA2D) == ["dense", "quick"]
    assert unseen.labels(KA2D) == {"dense": "denser", "quick": "quicker"}
    assert unseen.made == [
        f"<results>/glass/{{system}}/unseen/{{kind}}/000{k}.h5" for k in range(3)
    ]
    assert re.fullmatch(unseen.kinds_made, "quick")
    assert not re.fullmatch(unseen.kinds_made, "other")
    assert re.fullmatch(unseen.tested, "ka2d")


def test_the_code_of_another_potential_is_part_of_the_simulation() -> None:
    unseen = configured({})
    here = unseen.simulation_code(wildcards(system="ka2d", kind="dense"))
    assert here == unseen.simulation_code(wildcards(system="ka2d", kind="small"))
    assert here != unseen.simulation_code(wildcards(system="ka2d", kind="falk_langer"))


def test_a_test_reads_kept_models_rivals_and_all_glasses() -> None:
    unseen = configured({"unseen": {"samples": 2, "run": {"ka2d": ["alike"]}}})
    files = unseen.files(KA2D)
    folder = "<results>/glass/ka2d"
    assert files["kept"] == [
        f"{folder}/kept/{name}/model.json" for name in ("joint", "load_blind", "hybrid")
    ]
    assert files["features"] == [
        f"{folder}/features/{name}.parquet" for name in ("elastic_step", "linear_response")
    ]
    assert files["unseen"] == [f"{folder}/unseen/alike/000{k}.h5" for k in range(2)]
    assert f"{folder}/predictions/elastic_step.parquet" in files["predictions"]
    assert list(unseen.rivals(KA2D)) == ["elastic_step", "linear_response"]
    assert list(unseen.rival_descriptors(KA2D)) == ["elastic_step", "linear_response"]
    assert unseen.strains(KA2D) == [0.02, 0.04]
    assert unseen.shown_target(KA2D) == "log10_d2min@0.040"
    assert unseen.card_inputs(KA2D)["unseen"] == f"{folder}/unseen.csv"
    assert unseen.figures() == ["<results>/figures/ka2d/unseen.pdf"]
    assert unseen.study(KA2D)["class_definitions"] == []
    assert unseen.cards()[0] == f"{folder}/kept/joint/card.md"
    assert unseen.rival_labels(KA2D) == {
        "elastic_step": "Elastic step",
        "linear_response": "Linear response",
    }


def test_a_system_without_kinds_has_a_card_without_a_test() -> None:
    unseen = configured({"run": ["ka2d", "ka3d"], "unseen": {"run": {"ka2d": ["alike"]}}})
    assert unseen.systems() == ["ka2d"]
    solid = wildcards(system="ka3d", model="joint")
    assert sorted(unseen.card_inputs(solid)) == ["model", "numbers"]
    assert unseen.figures() == ["<results>/figures/ka2d/unseen.pdf"]
    assert "<results>/glass/ka3d/kept/joint/card.md" in unseen.cards()
    assert configured({"run": ["ka3d"], "kept": {"models": []}}).systems() == []


def test_a_rival_that_is_kept_is_tested_once() -> None:
    unseen = configured({"kept": {"models": ["linear_response"]}})
    assert list(unseen.rivals(KA2D)) == ["elastic_step"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rivals": ["elastic"]}, "glass/unseen/rivals: no such name 'elastic'"),
        ({"rivals": ["hybrid_xgboost"]}, r"'xgboost'; expected 'ridge', whose fit to all samples"),
        ({"run": {"ka9d": ["alike"]}}, "glass/unseen/run: no such name 'ka9d'"),
        ({"run": {"ka2d": ["alik"]}}, "glass/unseen/run/ka2d: no such name 'alik'"),
        ({"load": "torsion"}, r"glass/unseen/load \(in ka2d\): no such name 'torsion'"),
        ({"strains": [0.05]}, r"glass/unseen/strains: none of \[0.05\] is stored by glass/systems"),
        (
            {"changes": {"ka2d": {"alike": {"label": "a", "material": "glue"}}}},
            "glass/unseen/changes/ka2d/alike/material: no such name 'glue'",
        ),
        (
            {"changes": {"nowhere": {"alike": {"label": "a"}}}},
            "glass/unseen/changes: no such name 'nowhere'",
        ),
    ],
)
def test_names_that_refer_to_nothing_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        configured({"unseen": change})


def test_a_strain_that_is_not_stored_is_left_out() -> None:
    assert configured({"unseen": {"strains": [0.04, 0.05]}}).strains(KA2D) == [0.04]
