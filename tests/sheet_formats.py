"""Every format that a sheet or a configuration accepts, from the schema and the rules of wings."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mechanist.wings.sheets import SHEET_RULES

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "workflow/schemas/config.schema.json").read_text()
)


def _allowed(schema: Any) -> Iterator[str]:
    """Yield the values that a part of the schema allows."""
    if isinstance(schema, dict):
        for key, inner in schema.items():
            if key == "enum":
                yield from (value for value in inner if isinstance(value, str))
            elif key == "const" and isinstance(inner, str):
                yield inner
            elif key in {"anyOf", "oneOf", "items"}:
                yield from _allowed(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _allowed(inner)


def accepted_formats() -> list[tuple[str, str]]:
    """Return wing and name of every format."""
    found: dict[tuple[str, str], None] = {}
    for wing, rule in SHEET_RULES.items():
        block = SCHEMA["properties"][wing]["$ref"].rpartition("/")[2]
        for name, depth in rule.blocks.items():
            part = SCHEMA["$defs"][block]["properties"][name]
            for _ in range(depth):
                (part,) = part["patternProperties"].values()
            # Entries that their format tells apart have no definition in common.
            entry = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
            schema = entry["properties"].get("format", {})
            found |= dict.fromkeys((wing, one) for one in _allowed(schema))
        found |= dict.fromkeys((wing, one) for one in rule.formats)
    return list(found)
