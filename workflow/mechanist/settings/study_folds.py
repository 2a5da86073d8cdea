"""One number of folds stands for all studies; rules read the number of each."""

from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.models.learning_block import LearningBlock


def spread_folds(settings: SettingsEntry) -> None:
    """Write the number of folds of every study into a configuration.

    Parameters
    ----------
    settings : mapping
        A checked configuration. If its ``learning/folds`` is one number, a mapping of all studies to
        this number takes its place.
    """
    folds = LearningBlock.model_validate(settings["learning"]).folds_of_studies
    settings["learning"]["folds"] = {
        "models": folds.models,
        "surrogates": folds.surrogates,
        "interactions": folds.interactions,
        "confusion": folds.confusion,
        "microstructures": folds.microstructures,
        "heat_maps": folds.heat_maps,
    }
