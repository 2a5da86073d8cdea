"""Systems of glasses that kept models have not seen: a system of the configuration with something changed."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Final, cast

from mechanist.settings.entry_types.glass_block_entries import GlassSystemEntry
from mechanist.settings.entry_types.glass_unseen_entries import (
    GlassChangeEntry,
    UnseenGlassesEntry,
)
from mechanist.settings.material_names import material_problems
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.names import unknown_names

#: The estimator whose fit to all samples predicts other systems.
RIDGE: Final = "ridge"
PLACE: Final = "glass/unseen"


def unseen_system(
    base: GlassSystemEntry, change: GlassChangeEntry, unseen: UnseenGlassesEntry
) -> GlassSystemEntry:
    """Return the entry of a system of unseen glasses, as under ``glass/systems``.

    Parameters
    ----------
    base : mapping
        Entry of the system that the models were trained on.
    change : mapping
        What is different.
    unseen : mapping
        The block ``glass/unseen``.
    """
    said = {key: value for key, value in change.items() if key not in {"label", "quench"}}
    made = {
        **deepcopy(base),
        **said,
        "samples": unseen["samples"],
        "quench": {**base["quench"], **change.get("quench", {})},
        "deformation": {**base["deformation"], "frames": shared_strains(base, unseen)},
        "loads": {unseen["load"]: base["loads"][unseen["load"]]},
    }
    if "material" in said:
        # Both belong to the material that is replaced.
        made.pop("model", None)
        if "material_parameters" not in said:
            made.pop("material_parameters", None)
    return cast("GlassSystemEntry", made)


def shared_strains(base: GlassSystemEntry, unseen: UnseenGlassesEntry) -> list[float]:
    """Return the strains at which unseen glasses are compared that the system of the models stores."""
    return sorted(set(unseen["strains"]) & set(base["deformation"]["frames"]))


def unseen_problems(glass: GlassBlock, library: Path) -> Iterator[str]:
    """Yield what is wrong with the names and numbers of the block ``glass/unseen``."""
    unseen = glass.unseen
    if unseen is None:
        return
    yield from unknown_names(f"{PLACE}/rivals", unseen.rivals, glass.models)
    for name in unseen.rivals:
        if name in glass.models and glass.models[name].estimator != RIDGE:
            yield (
                f"{PLACE}/rivals: {name!r} has the estimator {glass.models[name].estimator!r}; expected"
                f" {RIDGE!r}, whose fit to all samples predicts other systems"
            )
    yield from unknown_names(f"{PLACE}/changes", unseen.changes, glass.systems)
    yield from unknown_names(f"{PLACE}/run", unseen.run, unseen.changes)
    for system, names in unseen.run.items():
        if system not in glass.run or system not in unseen.changes or system not in glass.systems:
            continue  # nothing is made of it, or it was named above
        base, changes = glass.systems[system], unseen.changes[system]
        yield from unknown_names(f"{PLACE}/run/{system}", names, changes)
        yield from unknown_names(f"{PLACE}/load (in {system})", [unseen.load], base.loads)
        frames = base.deformation.frames
        if not set(unseen.strains) & set(frames):
            yield (
                f"{PLACE}/strains: none of {unseen.strains} is stored by"
                f" glass/systems/{system}/deformation/frames {frames}, so no model predicts there"
            )
        for name in names:
            if name in changes:
                said = changes[name].model_dump(exclude_unset=True, exclude={"label"})
                yield from material_problems(f"{PLACE}/changes/{system}/{name}", said, library)
