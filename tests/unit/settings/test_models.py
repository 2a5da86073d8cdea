"""Schema and table of keys are generated from the models, and all three agree on every key."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from mechanist.settings.defaults import fill_defaults
from mechanist.settings.key_tables import key_tables
from mechanist.settings.models.attribution_block import AttributionBlock, EfficiencyBlock
from mechanist.settings.models.block import Block
from mechanist.settings.models.crystal_block import CrystalBlock
from mechanist.settings.models.dislocation_block import DislocationBlock
from mechanist.settings.models.dislocation_systems import DislocationSystem
from mechanist.settings.models.equations_block import EquationsBlock
from mechanist.settings.models.experiment_block import ExperimentBlock
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.models.learning_block import LearningBlock
from mechanist.settings.models.settings_model import Settings
from mechanist.settings.models.trust_block import TrustBlock
from mechanist.settings.write_schema import KEYS, SCHEMA, schema_text, settings_schema

ROOT = Path(__file__).parents[3]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
NEW = settings_schema()
BLOCKS: dict[str, type[Block]] = {
    "glass": GlassBlock,
    "dislocation": DislocationBlock,
    "equations": EquationsBlock,
    "crystal": CrystalBlock,
    "experiment": ExperimentBlock,
    "trust": TrustBlock,
    "attribution": AttributionBlock,
    "efficiency": EfficiencyBlock,
    "learning": LearningBlock,
}
WRONG = (-1, 0.5, True, "Not a Name", [], ["twice", "twice"], {"unknown": 1})
#: Parts that hold named entries of one kind.
NAMED = ("systems", "descriptors", "models", "cases", "data")
#: Keys of every kind that the default size does not use.
IMPORTS = {
    "glass": {"one": {"a": {"format": "npz", "species": {1: "Cu"}, "dimension": 3, "units": "lj",
                            "frames": [1, {"timestep": 2}], "load": {"type": "random"}}}},
    "dislocation": {"one": {"path": ["a"], "system": {"density": 0.1, "prestrain": None}}},
    "equations": {"one": {"path": "a", "axes": {"t": "t"}, "fields": {}, "trajectories": 0}},
    "crystal": {"one": {"path": "a", "format": "map", "axis": 0, "turn": [0, 180, 0]}},
    "experiment": {"one": {"path": ["a"], "format": "pictures", "unit": "um", "cutoff": 2.0,
                           "crop": [0, 0, 9, 9], "gradient": [[1, 0.1], [0, 1]],
                           "detector": {"method": "trackpy", "diameter": 1.0}},
                   "two": {"path": "a", "format": "tracks", "unit": "um", "cutoff": 2.0, "view": [0, 0, 1, 1]},
                   "maps": {"path": "a", "format": "displacements", "unit": "mm", "cutoff": 2.0, "rest": [0],
                            "columns": {"x": "X", "frame": "t"}, "quality": {"column": "c", "least": 0.9},
                            "times": [0.1]}},
}  # fmt: skip


class Longer(Settings):
    """Settings with a key more."""

    another: int = 3


def test_the_files_are_what_the_models_say() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run `make schema`"
    assert KEYS.read_text(encoding="utf-8") == key_tables(NEW), "run `make schema`"


def test_a_changed_model_changes_the_schema() -> None:
    changed = settings_schema(Longer)
    assert changed["properties"].pop("another") == {"default": 3, "type": "integer"}
    assert changed["properties"] == NEW["properties"]


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in [("", NEW), *NEW["$defs"].items()]:
        for key, entry in part.get("properties", {}).items():
            yield f"{name}.{key}", entry


def test_every_key_is_explained_and_has_a_row() -> None:
    table = KEYS.read_text(encoding="utf-8")
    for place, entry in keys():
        part = NEW["$defs"][entry["$ref"].rpartition("/")[2]] if "$ref" in entry else {}
        assert (entry | part).get("description", "").endswith("."), place
        assert f"\n| `{place.rpartition('.')[2]}` | " in table, place


def small(entry: Any, key: object = None) -> Any:
    """Return an entry with few of those named entries that have the same keys."""
    if isinstance(entry, list):
        return [small(value) for value in entry[:3]]
    if not isinstance(entry, dict):
        return entry
    alike = {tuple(value): name for name, value in entry.items()} if key in NAMED else {}
    return {n: small(v, n) for n, v in entry.items() if not alike or n in alike.values()}


def places(entry: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys."""
    for key in list(entry if isinstance(entry, dict) else range(len(entry))):
        yield entry, key
        if isinstance(entry[key], dict | list):
            yield from places(entry[key])


def mutants(entry: Any) -> Iterator[str]:
    """Change every place of an entry, one after the other; yield what was changed."""
    for parent, key in places(entry):
        right = parent[key]
        for wrong in WRONG:
            parent[key] = copy.deepcopy(wrong)
            yield f"{key}: {wrong}"
        parent[key] = right
        if isinstance(parent, dict):
            kept = dict(parent)
            del parent[key]
            yield f"{key} removed"
            parent.clear()
            parent.update(kept)


def accepts(model: type[Block], entry: Any) -> bool:
    try:
        model.model_validate(entry)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("block", BLOCKS)
def test_schema_and_models_accept_and_refuse_the_same(block: str) -> None:
    model, definition = BLOCKS[block], NEW["$defs"][BLOCKS[block].__name__]
    entry = small(CONFIG[block]) | ({"imports": IMPORTS[block]} if block in IMPORTS else {})
    assert accepts(model, entry)
    verdicts = set()
    for key in entry:
        # the schema is slow: it sees the key that changes alone
        required = [key] if key in definition.get("required", []) else []
        only = {"$defs": NEW["$defs"], **definition, "required": required}
        validator = jsonschema.Draft202012Validator(only)
        part = {key: entry[key]}
        for what in mutants(part):
            accepted = accepts(model, {k: v for k, v in entry.items() if k != key} | part)
            assert accepted == validator.is_valid(part), f"{block}/{key}: {what}"
            verdicts.add(accepted)
    assert verdicts == {True, False}


def test_absent_keys_are_none_and_null_is_refused_by_the_schema() -> None:
    system = {"dislocations": 2, "samples": 1, "batch": 1}
    part = {"$defs": NEW["$defs"], "$ref": "#/$defs/DislocationSystem"}
    assert DislocationSystem.model_validate(system).density is None
    assert jsonschema.Draft202012Validator(part).is_valid(system | {"prestrain": None})
    assert not jsonschema.Draft202012Validator(part).is_valid(system | {"density": None})


def test_defaults_are_added_where_a_key_is_absent() -> None:
    settings = copy.deepcopy(CONFIG)
    del settings["learning"]["device"]
    fill_defaults(settings, NEW)
    dummy, joint = settings["glass"]["models"]["dummy"], settings["glass"]["models"]["joint"]
    assert dummy == CONFIG["glass"]["models"]["dummy"] | {
        "task": "regression",
        "features": [],
        "parameters": {},
    }
    assert joint["features"] == CONFIG["glass"]["models"]["joint"]["features"]
    assert dummy["parameters"] is not joint["parameters"]
    assert settings["learning"] == CONFIG["learning"]
    assert Settings.model_validate(settings) == Settings.model_validate(CONFIG)
