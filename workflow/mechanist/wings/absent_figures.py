"""Which figures a glass lacks, because of its material or because it is a user's, and why."""

from collections.abc import Mapping
from typing import Final

from mechanist.core.narrowing import mapping, whole
from mechanist.settings.availability import LOAD_NEEDED, Availability
from mechanist.settings.entry_types.glass_figures_entries import GlassFiguresEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.models.learning_block import LearningBlock
from mechanist.settings.target_names import AT_REST

_NO_HYBRID: Final = "needs the hybrid model, which is unavailable"
_WHOLE: Final = "shows particles, but the target is one number for each sample"
_NO_INDICATORS: Final = "needs indicators, which are unavailable"
#: Figures that no system of a user's has, and why.
NEVER_OF_OWN: Final[Mapping[str, str]] = {
    "response": "needs stresses, which trajectories do not hold",
    "thesis": _NO_HYBRID,
    "indicator": _NO_INDICATORS,
}


def absent_figures(
    settings: SettingsEntry, system: str, limited: Availability, *, own: bool
) -> dict[str, str]:
    """Return the figures that a system lacks, and why.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    system : str
        Name of the system.
    limited : Availability
        Descriptors and models that it can have.
    own : bool
        Whether it is a user's system.
    """
    glass = settings["glass"]
    shown = {
        "definition": glass["figures"]["definition"]["models"],
        "strain": glass["figures"]["curves"]["models"],
        "parity": glass["figures"]["parity"]["models"],
        "transfer": glass["transfer"],
        "learning_curve": glass["learning_curve"]["models"],
    }
    absent = _of_own(settings, system) if own else _of_material(glass["figures"], limited)
    if "structure_functions" not in limited.descriptors:
        absent["angular"] = "needs structure functions"
    for figure, models in shown.items():
        if not set(models) & set(limited.models) and absent.get(figure) != LOAD_NEEDED:
            absent[figure] = "shows none of the available models"
    if own and mapping(mapping(glass["systems"][system])["own"]).get("whole"):
        particles = ("glass", "angular", "learning_curve", *shown)
        absent |= dict.fromkeys(particles, _WHOLE)
    return absent


def _of_material(figures: GlassFiguresEntry, limited: Availability) -> dict[str, str]:
    """Return the figures that a simulated system lacks because of its material, and why."""
    absent = {}
    if f"models/{figures['hybrid']}" in limited.left_out:
        absent["thesis"] = _NO_HYBRID
    if any(f"descriptors/{e['descriptor']}" in limited.left_out for e in figures["indicators"]):
        absent["indicator"] = _NO_INDICATORS
    return absent


def _of_own(settings: SettingsEntry, system: str) -> dict[str, str]:
    """Return the figures that a user's system lacks whatever models they show, and why."""
    glass = settings["glass"]
    entry = glass["systems"][system]
    own = mapping(mapping(entry)["own"])
    groups = whole(own["groups"])
    absent = dict(NEVER_OF_OWN)
    at_rest = entry["deformation"]["frames"] == [AT_REST]
    if len(entry["deformation"]["frames"]) == 1:
        absent["strain"] = LOAD_NEEDED if at_rest else "needs several strains (glass/own)"
    learning = LearningBlock.model_validate(settings["learning"])
    folds = min(learning.folds_of_studies.models, groups)
    most = groups * (folds - 1) // folds
    if len({min(size, most) for size in glass["learning_curve"]["sizes"]}) == 1:
        absent["learning_curve"] = f"needs more groups than {groups}"
    # Whichever fold is tested, each load must be left to learn from.
    by_load = {load: whole(count) for load, count in mapping(own["groups_by_load"]).items()}
    if len(by_load) == 1 or min(by_load.values()) <= -(-groups // folds):
        reason = f"needs several loads in more groups each than {by_load}"
        absent["transfer"] = LOAD_NEEDED if at_rest else reason
    if at_rest:
        absent["angular"] = LOAD_NEEDED
    return absent
