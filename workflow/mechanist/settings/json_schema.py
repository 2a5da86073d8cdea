"""The parts of JSON Schema in which the configuration is described."""

from typing import Literal, TypeAlias, TypedDict

from mechanist.core.narrowing import Json

#: Keywords that limit a number.
Bound: TypeAlias = Literal[
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"
]

#: A schema of one value; a key of Python's own names cannot be written as a class.
JsonSchema = TypedDict(
    "JsonSchema",
    {
        "$schema": str,
        "$ref": str,
        "$defs": dict[str, "JsonSchema"],
        "title": str,
        "description": str,
        "type": str,
        "default": Json,
        "const": Json,
        "enum": list[Json],
        "pattern": str,
        "minimum": float,
        "exclusiveMinimum": float,
        "maximum": float,
        "exclusiveMaximum": float,
        "multipleOf": float,
        "items": "JsonSchema",
        "minItems": int,
        "maxItems": int,
        "uniqueItems": bool,
        "required": list[str],
        "properties": dict[str, "JsonSchema"],
        "patternProperties": dict[str, "JsonSchema"],
        "additionalProperties": "JsonSchema | bool",
        "anyOf": list["JsonSchema"],
        "allOf": list["JsonSchema"],
        "if": "JsonSchema",
        "then": "JsonSchema",
    },
    total=False,
)
