"""Values of unknown type, such as those of a YAML or JSON file, as the types that code expects.

A file that a schema or a model of the settings has checked is still a tree of plain values. These
functions give them the types that the check has established; they change no value that has the
type already, and refuse one that has another.
"""

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import TypeAlias, TypeVar

#: What a JSON file can hold.
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"
Made = TypeVar("Made")


def text(value: object) -> str:
    """Return a value that is a text.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(value, str):
        raise _unlike(value, "a text")
    return value


def texts(values: object) -> tuple[str, ...]:
    """Return the members of a list of texts; raises as :func:`text`."""
    return tuple(text(value) for value in sequence(values))


def number(value: object) -> float:
    """Return a value that is a number, whole or not.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(value, Real):
        raise _unlike(value, "a number")
    return value  # type: ignore[return-value]  # int and float of Python and NumPy are `Real`


def optional_number(value: object) -> float | None:
    """Return a number, or None for None; raises as :func:`number`."""
    return None if value is None else number(value)


def numbers(values: object) -> tuple[float, ...]:
    """Return the members of a list of numbers; raises as :func:`number`."""
    return tuple(number(value) for value in sequence(values))


def whole(value: object) -> int:
    """Return a whole number.

    Raises
    ------
    TypeError
        If the value is no number, or has a fraction.
    """
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    raise _unlike(value, "a whole number")


def mapping(value: object) -> Mapping[str, object]:
    """Return a value that has named entries.

    Raises
    ------
    TypeError
        If it has none.
    """
    if not isinstance(value, Mapping):
        raise _unlike(value, "named entries")
    return value


def sequence(value: object) -> Sequence[object]:
    """Return a value that is a list.

    Raises
    ------
    TypeError
        If it is none; a text is none either.
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _unlike(value, "a list")
    return value


def built(factory: Callable[..., Made], values: Mapping[str, object]) -> Made:
    """Call a factory with named values, whose types a schema has checked."""
    return factory(**values)


def _unlike(value: object, expected: str) -> TypeError:
    return TypeError(f"{value!r} is of type {type(value).__name__}; expected {expected}")
