"""Check that the panels of the block ``trust`` name systems, models and targets that exist."""

from collections.abc import Iterator
from typing import Final

from mechanist.settings.models.settings_model import Settings
from mechanist.settings.names import unknown_names
from mechanist.settings.strain_references import panel_problems

#: Systems of the dislocation wing that have their own block and models.
_PARTS: Final = ("pileup",)


def trust_problems(settings: Settings) -> Iterator[str]:
    """Yield a line for each name in ``trust/panels`` that refers to nothing.

    Parameters
    ----------
    settings : Settings
    """
    wings = {
        name: block
        for name, block in settings
        if hasattr(block, "systems") and hasattr(block, "models")
    }
    for name, panel in settings.trust.panels.items() if settings.trust else ():
        place = f"trust/panels/{name}"
        if panel.wing not in wings:
            yield from unknown_names(f"{place}/wing", [panel.wing], wings)
            continue
        wing = wings[panel.wing]
        parts = [part for part in _PARTS if hasattr(wing, part)]
        unknown = list(unknown_names(f"{place}/system", [panel.system], [*wing.systems, *parts]))
        yield from unknown
        models = getattr(wing, panel.system).models if panel.system in parts else wing.models
        yield from unknown_names(f"{place}/models", panel.models or [], models)
        if not unknown:
            yield from panel_problems(place, panel, settings)
