"""One key holds the folds of all studies: one number for all, or one for each."""

import copy
from pathlib import Path

import pytest
import yaml

from mechanist.settings.study_folds import spread_folds

CONFIG = Path(__file__).parents[3] / "config"
STUDIES = ("models", "surrogates", "interactions", "confusion", "microstructures", "heat_maps")


def default() -> dict:
    return yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8"))


def test_one_number_stands_for_all_studies() -> None:
    settings = default()
    settings["learning"]["folds"] = 3
    spread_folds(settings)
    assert settings["learning"]["folds"] == {
        "models": 3, "surrogates": 3, "interactions": 3, "confusion": 3, "microstructures": 3,
        "heat_maps": 3,
    }  # fmt: skip


def test_a_number_for_each_study_stays() -> None:
    settings = default()
    given = copy.deepcopy(settings["learning"]["folds"])
    assert len(set(given.values())) > 1
    spread_folds(settings)
    assert settings["learning"]["folds"] == given


@pytest.mark.parametrize("name", ["config", "smoke", "paper"])
def test_no_other_key_holds_folds(name: str) -> None:
    """Attribution counts the folds whose networks it retrains, which are among those of models."""
    settings = yaml.safe_load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8"))
    found = set(_places(settings, ""))
    assert found - {"/attribution/dislocation/folds"} <= {"/learning/folds"}
    assert "/learning/folds" in found


def _places(entry: object, place: str) -> list[str]:
    if isinstance(entry, list):
        return [found for one in entry for found in _places(one, place)]
    if not isinstance(entry, dict):
        return []
    here = [f"{place}/folds"] if "folds" in entry else []
    return here + [
        found
        for key, value in entry.items()
        if key != "folds"
        for found in _places(value, f"{place}/{key}")
    ]
