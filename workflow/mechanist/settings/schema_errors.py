"""Check a configuration against its JSON Schema; report problems, places and allowed values."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Final

import jsonschema

from mechanist.core.narrowing import mapping, sequence

_COMMA: Final = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?", re.ASCII)


class SettingsError(ValueError):
    """A configuration does not fit its schema; the message has one line for each problem."""


def check_settings(settings: object, schema: Mapping[str, object]) -> None:
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


def setting_problems(settings: object, schema: Mapping[str, object]) -> list[str]:
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
    expected: object = error.validator_value
    schema: object = error.schema
    seen: object = error.instance
    match error.validator:
        case "additionalProperties":
            known = sorted(mapping(mapping(schema).get("properties", {})))
            patterns = mapping(mapping(schema).get("patternProperties", {}))
            named = [k for k in mapping(seen) if any(re.search(p, str(k)) for p in patterns)]
            for key in sorted(set(mapping(seen)) - set(known) - set(named), key=str):
                close = difflib.get_close_matches(str(key), known, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else ""
                allowed = ", ".join(known) or f"names like {', '.join(patterns)}"
                yield f"{place}: unknown key {key!r}{hint} Allowed: {allowed}"
        case "enum":
            allowed = ", ".join(map(repr, sequence(expected)))
            yield f"{place}: value {seen!r} is not allowed. Allowed: {allowed}"
        case "type":
            kind = type(seen).__name__
            hint = _point(seen) if "number" in str(expected) else ""
            yield f"{place}: value {seen!r} is of type {kind}. Expected: {expected}{hint}"
        case "required":
            missing = [key for key in sequence(expected) if key not in mapping(seen)]
            yield f"{place}: missing {', '.join(map(repr, missing))}"
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            bounds = ", ".join(
                f"{key} {mapping(schema)[key]}"
                for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
                if key in mapping(schema)
            )
            yield f"{place}: value {seen!r} is out of range. Allowed: {bounds}"
        case "oneOf" | "anyOf" if error.context:
            best = jsonschema.exceptions.best_match([error])
            if best is error:
                allowed = " or ".join(dict.fromkeys(_described(one) for one in sequence(expected)))
                yield f"{place}: value {seen!r} is not allowed. Expected: {allowed}"
            else:
                yield from _problems(best)
        case _:
            yield f"{place}: {error.message}"


def _described(schema: object) -> str:
    """Return what an alternative of a schema allows, in one or two words."""
    kind = str(mapping(schema).get("type", schema))
    items = mapping(mapping(schema).get("items", {})).get("type")
    return f"{kind} of {items}" if items else kind


def _point(seen: object) -> str:
    """Return how to write a number that YAML 1.1 reads as text, since it has no point or sign."""
    if not isinstance(seen, str):
        return ""
    if _COMMA.fullmatch(seen):
        return ". Write a decimal point instead of the comma"
    try:
        float(seen)
    except ValueError:
        return ""
    digits, _, power = seen.lower().partition("e")
    point = digits if "." in digits else f"{digits}.0"
    sign = "" if power[:1] in {"+", "-", ""} else "+"
    written = f"{point}e{sign}{power}" if power else point
    return f". YAML reads it as text: write {written}, without quotation marks"
