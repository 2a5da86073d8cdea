"""Check that the panels of the block ``trust`` name systems and models that exist."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mechanist.settings.names import unknown_names

#: Systems of the dislocation wing that have their own block and models.
_PARTS: Final = ("pileup",)


def trust_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each name in ``trust/panels`` that refers to nothing.

    Parameters
    ----------
    settings : mapping
        A whole configuration that fits its schema.
    """
    for name, panel in settings.get("trust", {}).get("panels", {}).items():
        place, wing, system = f"trust/panels/{name}", settings[panel["wing"]], panel["system"]
        parts = [part for part in _PARTS if part in wing]
        yield from unknown_names(f"{place}/system", [system], [*wing["systems"], *parts])
        models = wing[system]["models"] if system in parts else wing["models"]
        yield from unknown_names(f"{place}/models", panel.get("models", []), models)
