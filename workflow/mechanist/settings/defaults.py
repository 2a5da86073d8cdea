"""Defaults of the configuration, as its schema states them."""

import copy
from collections.abc import Mapping

from mechanist.settings.json_schema import JsonSchema


def fill_defaults(settings: dict[str, object], schema: JsonSchema) -> None:
    """Add the keys that have a default and are absent.

    Parameters
    ----------
    settings : dict
        A configuration that fits its schema.
    schema : mapping
        Its schema. Alternatives (``anyOf``, ``allOf``) are left as they are: none has defaults.
    """
    _fill(settings, schema, schema["$defs"])


def _fill(entry: object, part: JsonSchema, definitions: Mapping[str, JsonSchema]) -> None:
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    if isinstance(entry, list):
        for value in entry:
            _fill(value, part.get("items", {}), definitions)
    if not isinstance(entry, dict):
        return
    known = part.get("properties", {})
    for key, inner in known.items():
        if "default" in inner and key not in entry:
            entry[key] = copy.deepcopy(inner["default"])
    empty: JsonSchema = {}
    others = next(iter(part.get("patternProperties", {}).values()), empty)
    for key, value in entry.items():
        _fill(value, known.get(key, others), definitions)
