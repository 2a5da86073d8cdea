"""Look values up in the configuration by path, with wildcards of a job in it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

_REQUIRED = object()


class Items(Protocol):
    """Wildcards of a job, by name."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return pairs of name and value."""
        ...


def lookup(
    path: str, within: Mapping[str, object], default: object = _REQUIRED
) -> object | Callable[[Items], object]:
    """Return the value at a path of the configuration, or an input function that returns it.

    Snakemake's own ``lookup`` glob-matches every path of the configuration, which took a third of the
    time of a start. This one goes straight along the keys.

    Parameters
    ----------
    path : str
        Keys with slashes between them, such as ``glass/systems/{system}``.
    within : mapping
        The configuration.
    default : optional
        Value where a key is missing.

    Raises
    ------
    KeyError
        If a key is missing and there is no default: the path up to it, and the keys that exist there.
    """

    def value(wildcards: Items) -> object:
        found: object = within
        place = path.format(**dict(wildcards.items()))
        for depth, key in enumerate(keys := place.split("/")):
            level = found if isinstance(found, Mapping) else {}
            if key not in level:
                if default is not _REQUIRED:
                    return default
                seen = "/".join(keys[:depth]) or "the configuration"
                raise KeyError(
                    f"{place}: {seen} has no key {key!r}; expected one of {sorted(level)}"
                )
            found = level[key]
        return found

    return value if "{" in path else value({})
