"""Write the JSON Schema of the configuration, which is generated from the models of its blocks.

``python -m mechanist.settings.write_schema``, or ``make schema``, writes it together with the table of
keys in ``docs/configuration.md`` and the types of entries. Tests compare all with the models.
"""

import json
from pathlib import Path
from typing import Final, cast

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from mechanist.settings.json_schema import JsonSchema
from mechanist.settings.key_tables import key_tables
from mechanist.settings.models.settings_model import Settings
from mechanist.settings.write_entries import write_entries

ROOT: Final = Path(__file__).parents[3]
SCHEMA: Final = ROOT / "workflow" / "schemas" / "config.schema.json"
#: The page that explains every key.
KEYS: Final = ROOT / "docs" / "configuration.md"
#: Keywords that hold what pydantic says of Python alone.
_PYTHON: Final = ("title", "propertyNames")


class BlockSchema(GenerateJsonSchema):
    """Schema of a block in the words in which problems are reported best.

    It differs from pydantic's own: an optional key may be absent but not null; names of other than
    the allowed form are unknown keys; and an entry that states its type is checked against that type
    alone.
    """

    schema_dialect = "https://json-schema.org/draft/2020-12/schema"

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of the value: null stands for an absent key."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of a key with its default, if it has one."""
        if schema.get("default", None) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        """Return the allowed values alone: their types follow."""
        return {"enum": list(schema["expected"])}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of named entries, whose names have the allowed form."""
        made = _without(super().dict_schema(schema), *_PYTHON)
        return made | {"additionalProperties": False} if "patternProperties" in made else made

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model without the name of its class."""
        return _without(super().model_schema(schema), *_PYTHON)

    def field_title_should_be_set(self, schema: object) -> bool:
        """Return False: keys are their own titles."""
        del schema
        return False

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Return the schema of an entry that states its type under a key."""
        key = str(schema["discriminator"])
        choices = {str(tag): self.generate_inner(one) for tag, one in schema["choices"].items()}
        return {
            "type": "object",
            "required": [key],
            "properties": {key: {"enum": list(choices)}},
            "allOf": [
                {"if": {"required": [key], "properties": {key: {"const": tag}}}, "then": one}
                for tag, one in choices.items()
            ],
        }


def _without(schema: JsonSchemaValue, *keywords: str) -> JsonSchemaValue:
    return {key: value for key, value in schema.items() if key not in keywords}


def settings_schema(model: type[Settings] = Settings) -> JsonSchema:
    """Return the JSON Schema of the configuration."""
    made = model.model_json_schema(schema_generator=BlockSchema)
    whole = {"$schema": BlockSchema.schema_dialect, "title": "Mechanist configuration", **made}
    return cast("JsonSchema", whole)  # pydantic types what it makes as a plain dictionary


def schema_text() -> str:
    """Return the content of the file of the schema."""
    return json.dumps(settings_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the schema, the table of keys and the types of entries."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    KEYS.write_text(key_tables(settings_schema()), encoding="utf-8")
    write_entries()


if __name__ == "__main__":
    main()
