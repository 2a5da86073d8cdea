"""What the rules of trust ask: scores, predictions and splits, audited descriptors, data efficiency."""

from collections.abc import Mapping, Sequence

from mechanist.audit.registry import Entry as Described
from mechanist.audit.registry import auditor_module
from mechanist.core.code_hash import ScriptHash
from mechanist.settings.entry_types.attribution_block_entries import (
    DislocationEfficiencyEntry,
    GlassEfficiencyEntry,
)
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.entry_types.trust_block_entries import PanelEntry
from mechanist.settings.label_entry import LabelEntries
from mechanist.wings.dislocation import DislocationWing
from mechanist.wings.glass import GlassWing
from mechanist.wings.wing import Files, Wildcards, Wing, pattern, unlabelled


class Trust:
    """Panels of the figure that sets R2 beside Pearson's correlation.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    wings : mapping of str to Wing
        All wings by name.
    """

    def __init__(self, settings: SettingsEntry, wings: Mapping[str, Wing]) -> None:
        self.block = settings["trust"]
        self.wings = wings

    @property
    def panels(self) -> dict[str, PanelEntry]:
        """Panels of systems that run, in order."""
        panels = self.block["panels"]
        wings = self.wings
        return {n: p for n, p in panels.items() if p["system"] in wings[p["wing"]].systems()}

    @property
    def panel_entries(self) -> dict[str, Mapping[str, LabelEntry]]:
        """All models that each panel may show, for their labels and roles."""
        return {name: self._entries(panel) for name, panel in self.panels.items()}

    def _entries(self, panel: PanelEntry) -> Mapping[str, LabelEntry]:
        return self.wings[panel["wing"]].models(panel["system"])

    def _files(self, panel: PanelEntry, kind: str, suffix: str) -> Files:
        """Return one file for each model of a panel: those named, or all that predict numbers."""
        entries = self._entries(panel)
        numeric = [m for m in entries if entries[m].get("task") != "classification"]
        base = f"{self.wings[panel['wing']].folder(panel['system'])}/{kind}"
        return [f"{base}/{model}.{suffix}" for model in panel.get("models", numeric)]

    def scores(self, wildcards: Wildcards | None = None) -> dict[str, Files]:
        """Return score files by panel."""
        del wildcards
        return {name: self._files(p, "scores", "json") for name, p in self.panels.items()}

    def predictions(self, wildcards: Wildcards | None = None) -> Files:
        """Return the predictions of all models of all panels."""
        del wildcards
        panels = self.panels.values()
        return [file for p in panels for file in self._files(p, "predictions", "parquet")]

    def splits(self, wildcards: Wildcards | None = None) -> Files:
        """Return the splits of all systems of the panels."""
        del wildcards
        folders = {self.wings[p["wing"]].folder(p["system"]) for p in self.panels.values()}
        return [f"{folder}/splits.json" for folder in sorted(folders)]


class Audit:
    """Descriptors that are audited, with their parameters and code.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    wings : mapping of str to Wing
        All wings by name.
    described : sequence of Described
        All descriptors that files in ``describe/`` define.
    code : ScriptHash
        Hash of the library code behind a script.
    """

    def __init__(
        self,
        settings: SettingsEntry,
        wings: Mapping[str, Wing],
        described: Sequence[Described],
        code: ScriptHash,
    ) -> None:
        self.block = settings["audit"]
        self.wings = wings
        self.described = described
        self.code_of = code

    @property
    def subjects(self) -> str:
        """Pattern of the kinds of things that descriptors describe."""
        return pattern({entry.wing for entry in self.described})

    def cards(self, wildcards: Wildcards | None = None) -> Files:
        """Return the card of every descriptor that this run audits."""
        del wildcards
        skipped = self.block.get("skip", [])
        kept = [entry for entry in self.described if entry.kind not in skipped]
        return [f"<results>/audit/{entry.wing}/{entry.kind}.json" for entry in kept]

    def parameters(self, wildcards: Wildcards) -> Mapping[str, object]:
        """Return a descriptor's parameters: those of the audit, else of the first of its kind."""
        named = self.block.get("parameters", {})
        if wildcards.kind in named:
            return dict(named[wildcards.kind])
        wing = self.wings.get(wildcards.wing)
        return wing.audit_parameters(wildcards.kind) if wing else {}

    def code(self, wildcards: Wildcards) -> str:
        """Return the hash of the auditor and of the descriptor's own file."""
        wanted = (wildcards.wing, wildcards.kind)
        file = next(entry.file for entry in self.described if entry[:2] == wanted)
        auditor = auditor_module(wildcards.wing)
        return self.code_of("trust/audit_describe.py", auditor, f"describe/{file}")


class Efficiency:
    """Learning curves with and without the symmetry of the problem.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    glass, dislocation
        The wings whose systems are learnt from.
    """

    def __init__(
        self, settings: SettingsEntry, glass: GlassWing, dislocation: DislocationWing
    ) -> None:
        self.block = settings["efficiency"]
        self.glass = glass
        self.dislocation = dislocation

    @property
    def system(self) -> str:
        """The first two-dimensional glass system that runs."""
        return self.glass.first(dimension=2)

    @property
    def quantity(self) -> str:
        """The quantity that models of that system predict."""
        return self.glass.quantity(self.system)

    @property
    def strain(self) -> float:
        """The strain at which they predict it."""
        return self.glass.shown_strain(self.system)

    def glass_file(self, name: str) -> str:
        """Return a file of that system."""
        return f"{self.glass.folder(self.system)}/{name}"

    def glass_samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files of that system."""
        del wildcards
        return self.glass.sample_files(self.system)

    @property
    def tables(self) -> dict[str, dict[str, object]]:
        """Dislocation models that read feature tables, which are symmetric."""
        named, models = self.block["dislocation"]["tables"], self.dislocation.block["models"]
        return {name: unlabelled(models[name]) for name in named}

    def features(self, wildcards: Wildcards | None = None) -> Files:
        """Return the feature tables that these models read."""
        del wildcards
        return self.dislocation.features(self.dislocation.main, self.tables)

    @property
    def models(self) -> dict[str, LabelEntries]:
        """Labels and roles of the models of each wing, by wing."""
        return {wing: self._part(wing)["models"] for wing in self.block}

    def _part(self, wing: str) -> GlassEfficiencyEntry | DislocationEfficiencyEntry:
        return self.block["glass"] if wing == self.glass.name else self.block["dislocation"]

    @property
    def pairs(self) -> dict[str, list[list[str]]]:
        """Pairs of models that are compared, by wing."""
        return {wing: self._part(wing)["comparisons"] for wing in self.block}
