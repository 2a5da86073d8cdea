"""What the rules ask that measure how much folds of atoms flatter a score."""

from mechanist.settings.entry_types.glass_folds_entries import FoldLeakEntry
from mechanist.settings.label_entry import LabelEntries
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.glass import GlassWing
from mechanist.wings.wing import Files, Wildcards, unlabelled


class FoldLeak:
    """Scores by folds of atoms beside scores by folds of whole glasses.

    Parameters
    ----------
    glass : GlassWing
        The wing whose first system is learnt from.
    """

    def __init__(self, glass: GlassWing) -> None:
        self.glass = glass

    @property
    def entry(self) -> FoldLeakEntry:
        """The settings.

        Raises
        ------
        SettingsError
            If there are none, or the descriptor is not one of those of the configuration.
        """
        entry = self.glass.block.get("fold_leak")
        if entry is None:
            raise SettingsError("glass/fold_leak is missing; expected its settings")
        if entry["descriptor"] not in self.glass.block["descriptors"]:
            raise SettingsError(
                f"glass/fold_leak/descriptor: {entry['descriptor']!r} is not among"
                f" glass/descriptors {sorted(self.glass.block['descriptors'])}; name one of them"
            )
        return entry

    def targets(self, wildcards: Wildcards | None = None) -> str:
        """Return the targets of the first system that runs."""
        del wildcards
        return self._file("targets.parquet")

    def splits(self, wildcards: Wildcards | None = None) -> str:
        """Return the splits of the first system that runs."""
        del wildcards
        return self._file("splits.json")

    def _file(self, name: str) -> str:
        return f"{self.glass.folder(self.glass.first())}/{name}"

    def features(self, wildcards: Wildcards | None = None) -> str:
        """Return the feature table that all models of the study read."""
        del wildcards
        return self._file(f"features/{self.entry['descriptor']}.parquet")

    def study(self, wildcards: Wildcards | None = None) -> dict[str, object]:
        """Return what is trained and scored."""
        del wildcards
        kept = {k: v for k, v in self.entry.items() if k not in {"descriptor", "models"}}
        models = {name: unlabelled(one) for name, one in self.entry["models"].items()}
        return {**kept, "models": models, "quantity": self.glass.quantity(self.glass.first())}

    def models(self, wildcards: Wildcards | None = None) -> LabelEntries:
        """Return labels and roles of the models."""
        del wildcards
        return self.entry["models"]

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return the figure, unless the configuration lacks the study."""
        del wildcards
        return (
            ["<results>/figures/trust/fold_leak.pdf"] if self.glass.block.get("fold_leak") else []
        )
