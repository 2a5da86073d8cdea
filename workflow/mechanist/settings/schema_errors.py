"""Check a configuration against its JSON Schema; report problems, places and allowed values."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import jsonschema

_COMMA: Final = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?", re.ASCII)
_EXPONENT: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+", re.ASCII)


class SettingsError(ValueError):
    """A configuration does not fit its schema; the message has one line for each problem."""


def check_settings(settings: Any, schema: Mapping[str, Any]) -> None:
    """Refuse a configuration that does not fit its schema.

    Parameters
    ----------
    settings : mapping
        The configuration, or any other content of a JSON file.
    schema : mapping
        JSON Schema, draft 2020-12.

    Raises
    ------
    SettingsError
        If it does not fit; the message names each key, the value seen and what is allowed.
    """
    problems = setting_problems(settings, schema)
    if problems:
        raise SettingsError(
            "the configuration is not valid:\n" + "\n".join(f"  {p}" for p in problems)
        )


def setting_problems(settings: Any, schema: Mapping[str, Any]) -> list[str]:
    """Return a line for each problem of content that does not fit its schema.

    Parameters
    ----------
    settings, schema
        As for :func:`check_settings`.

    Returns
    -------
    list of str
        Path of the offending key, value seen and what is allowed; empty if there are none.
    """
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(
        validator.iter_errors(settings), key=lambda e: [str(p) for p in e.absolute_path]
    )
    return [problem for error in errors for problem in _problems(error)]


def _problems(error: jsonschema.ValidationError) -> Iterator[str]:
    """Turn one validation error into readable lines."""
    place = "/".join(str(part) for part in error.absolute_path) or "(top level)"
    # jsonschema types these by what they are before validation
    expected, schema, seen = cast(
        "tuple[Any, Any, Any]", (error.validator_value, error.schema, error.instance)
    )
    match error.validator:
        case "additionalProperties":
            known = sorted(schema.get("properties", {}))
            patterns = schema.get("patternProperties", {})
            for key in sorted(set(seen) - set(known), key=str):
                close = difflib.get_close_matches(str(key), known, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                allowed = ", ".join(known) or f"names like {', '.join(patterns)}"
                yield f"{place}: unknown key {key!r}{hint} Allowed: {allowed}"
        case "enum":
            allowed = ", ".join(map(repr, expected))
            yield f"{place}: value {seen!r} is not allowed. Allowed: {allowed}"
        case "type":
            kind = type(seen).__name__
            yield f"{place}: value {seen!r} is of type {kind}. Expected: {expected}{_hint(seen)}"
        case "required":
            missing = [key for key in expected if key not in seen]
            yield f"{place}: missing {', '.join(map(repr, missing))}"
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            bounds = ", ".join(
                f"{key} {schema[key]}"
                for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
                if key in schema
            )
            yield f"{place}: value {seen!r} is out of range. Allowed: {bounds}"
        case "oneOf" | "anyOf" if error.context:
            best = jsonschema.exceptions.best_match([error])
            if best is error:
                yield f"{place}: {error.message}"
            else:
                yield from _problems(best)
        case _:
            yield f"{place}: {error.message}"


def _hint(seen: Any) -> str:
    """Return how to write a number that YAML, or its reader, takes for a word."""
    if not isinstance(seen, str):
        return ""
    if _COMMA.fullmatch(seen):
        return ". Write a decimal point instead of the comma"
    if _EXPONENT.fullmatch(seen):
        mantissa, _, exponent = seen.lower().partition("e")
        point = mantissa if "." in mantissa else f"{mantissa}.0"
        sign = exponent if exponent[0] in "+-" else f"+{exponent}"
        return f". In YAML, write {point}e{sign}"
    return ""
