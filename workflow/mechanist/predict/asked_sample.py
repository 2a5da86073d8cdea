"""What the check of a sample to predict is told, without any package that computes."""

from typing import TypedDict

from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry


class AskedSample(TypedDict):
    """One sample to predict: its entry, and what the configuration says of it."""

    title: str
    """Path of the entry in the configuration."""
    place: str
    """Where the entry is given."""
    entry: GlassPredictionEntry
    model: str | None
    """Folder of the model that predicts it; None if the model is not made yet."""
    dimension: int
    """Dimension of the system that it names."""
    problems: list[str]
    """Names in the entry that refer to nothing."""
