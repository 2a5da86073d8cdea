"""Read the column ``options`` of a sample sheet: keys and values in braces, as in YAML.

Numbers, ``true``, ``false`` and ``null`` are recognised as YAML 1.2 defines them. The older rules of
the YAML library would read ``1e-3`` as a word, ``1:30`` and ``010`` as other numbers, and ``no`` as
false.
"""

import math
import re
from collections.abc import Iterator
from typing import Final

import yaml

from mechanist.settings.sheet_errors import DECIMAL_POINT, CellError

_INTEGER: Final = re.compile(r"[+-]?(0|[1-9]\d*)", re.ASCII)
_REAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?", re.ASCII)
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_LONGEST: Final = 18  # digits of an integer; longer ones are read as real numbers
_REMEDY: Final = "Write further keys as in the configuration: {bounds: unextended, lenient: true}."


class _Loader(yaml.SafeLoader):
    """Reads every plain word by :func:`_value`."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  (the library's own kind of class attribute)


def _construct(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    word = loader.construct_scalar(node)
    return _value(str(word)) if node.style is None else word


_Loader.add_constructor("tag:yaml.org,2002:str", _construct)


def _value(word: str) -> str | int | float | bool | None:
    """Return what a word without quotation marks means."""
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if _INTEGER.fullmatch(word) and len(word) <= _LONGEST:
        return int(word)
    if _REAL.fullmatch(word) and not (word.isdigit() and word[0] == "0"):
        if not math.isfinite(float(word)):
            raise CellError(f"{word!r} is larger than any number", "Correct it.")
        return float(word)
    return word


def options_of(cell: str) -> dict[str, object]:
    """Return further keys, written as in the configuration on one line.

    Raises
    ------
    CellError
        If the cell is not a mapping, a key occurs twice, or a number has a decimal comma.
    """
    try:
        node = yaml.compose(cell, Loader=_Loader)
        options = yaml.load(cell, Loader=_Loader)  # noqa: S506  (derives from the safe loader)
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise CellError(f"{cell!r} cannot be read ({said})", _REMEDY) from error
    if not isinstance(options, dict):
        raise CellError(f"{cell!r}, expected keys and values in braces", _REMEDY)
    for key in _repeated(node):
        raise CellError(f"{key!r} occurs twice", "Give it one value.")
    strange = [*(key for key in options if not isinstance(key, str)), *_valueless(options)]
    if strange:
        raise CellError(f"{strange[0]} is given where a key is expected", DECIMAL_POINT)
    for word in _words(options):
        if _COMMA.fullmatch(word):
            raise CellError(f"{word!r}, expected a number", DECIMAL_POINT)
    return options


def _repeated(node: yaml.Node | None) -> Iterator[str]:
    """Yield keys that occur twice in one mapping, of which YAML keeps the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        yield from (key for k, key in enumerate(keys) if key in keys[:k])
        for _, value in node.value:
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated(value)


def _valueless(value: object) -> Iterator[object]:
    """Yield numbers without a value in place of keys: what follows a decimal comma."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is None and _REAL.fullmatch(str(key)):
                yield key
            yield from _valueless(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _valueless(inner)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _words(inner)
