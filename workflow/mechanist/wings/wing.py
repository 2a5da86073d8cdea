"""What the rules ask of every wing."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, Protocol

from mechanist.core.narrowing import mapping, texts
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.sheet_rules import SheetRule
from mechanist.wings.figures import Report, figure_outputs

#: Files that a rule reads or makes, with Snakemake's placeholder ``<results>`` in front.
Files = list[str]


#: Keys of a model's entry that only figures and tables show.
SHOWN: Final = ("label", "role")
#: Keys of a system's entry that say how many samples it has and how jobs share them.
COUNTED: Final = ("samples", "batch")


class Wildcards(Protocol):
    """Values of the wildcards of one job."""

    def __getattr__(self, name: str) -> str:
        """Return the value of a wildcard."""
        ...

    def get(self, name: str, default: str) -> str:
        """Return the value of a wildcard, or a default where the rule has none of that name."""
        ...


def pattern(names: Iterable[str]) -> str:
    """Return the regular expression of a wildcard that matches these names and no others."""
    return "|".join(sorted(names)) or "(?!)"


def unlabelled(entry: Mapping[str, object]) -> dict[str, object]:
    """Return the entry of a model without its label and role, whose change retrains nothing."""
    return {key: value for key, value in entry.items() if key not in SHOWN}


def uncounted(entry: Mapping[str, object]) -> dict[str, object]:
    """Return the entry of a system on which each of its samples depends.

    More samples, or other batches, leave the samples that exist as they are.
    """
    return {key: value for key, value in entry.items() if key not in COUNTED}


class Wing(ABC):
    """One case study.

    Parameters
    ----------
    settings : dict
        The whole configuration, after the sample sheet was merged into it.
    """

    name: ClassVar[str]
    #: Category of the wing's figures in the report.
    category: ClassVar[str]
    #: The figure that needs most stages of the wing, from its simulations to scores.
    tour_figure: ClassVar[str]
    sheet: ClassVar[SheetRule]

    def __init__(self, settings: SettingsEntry) -> None:
        self.settings = settings

    @property
    @abstractmethod
    def block(self) -> Mapping[str, object]:
        """The block of the configuration that is the wing's own."""

    @property
    def metadata(self) -> dict[str, str]:
        """What every figure file of the wing carries as metadata."""
        return {"project": "Mechanist", "wing": self.name, "licence": "CC-BY-4.0"}

    @property
    def main(self) -> str:
        """The system that figures show, where a figure shows only one."""
        return str(self.block["main"])

    @abstractmethod
    def systems(self) -> list[str]:
        """Return the systems on which this run scores models."""

    @abstractmethod
    def models(self, system: str | None = None) -> Mapping[str, LabelEntry]:
        """Return the entries of all models, or of the models of one system, by name."""

    @abstractmethod
    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure of the wing."""

    def tour(self, wildcards: Wildcards | None = None) -> Files:
        """Return the figures whose making shows that all stages of the wing work."""
        return [file for file in self.figures(wildcards) if Path(file).stem == self.tour_figure]

    @abstractmethod
    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the file that an entry of a user's own data becomes.

        Parameters
        ----------
        block : str
            Block of the wing's configuration that holds the entry, such as ``imports``.
        names : sequence of str
            Names under which the entry stands in that block.
        """

    def figure(
        self,
        report: Report,
        name: str,
        subcategory: str,
        *,
        label: str | None = None,
        caption: str | None = None,
    ) -> dict[str, str]:
        """Return the output files of one figure of the wing, with its entry in the report.

        Parameters
        ----------
        report : Report
            Snakemake's function that files an output in the report.
        name : str
            Name of the files; it may contain wildcards.
        subcategory : str
            Where the report lists the figure among those of the wing.
        label : str, optional
            What the report calls the figure, by default its name.
        caption : str, optional
            Caption file without suffix, by default the names of the wing and of the figure.
        """
        labels = {"figure": name.replace("_", " ") if label is None else label}
        return figure_outputs(
            report,
            f"{self.figure_folder}/{name}",
            caption=caption or f"{self.name}_{name}",
            category=self.category,
            subcategory=subcategory,
            labels=self.figure_labels | labels,
        )

    def several_figures(
        self,
        report: Report,
        subcategories: Mapping[str, str],
        *,
        labels: Mapping[str, str] | None = None,
    ) -> Files:
        """Return the output files of figures that one job draws.

        Parameters
        ----------
        report : Report
            As in :meth:`figure`.
        subcategories : mapping of str to str
            Names of the figures, each with the place where the report lists it.
        labels : mapping of str to str, optional
            What the report calls a figure, where that is not its name.
        """
        said = labels or {}
        return [
            file
            for name, subcategory in subcategories.items()
            for file in self.figure(report, name, subcategory, label=said.get(name)).values()
        ]

    @property
    def figure_folder(self) -> str:
        """Folder of the wing's figures; it may contain wildcards."""
        return f"<results>/figures/{self.name}"

    @property
    def figure_labels(self) -> dict[str, str]:
        """Labels of every figure of the wing in the report, beside the figure's own."""
        return {}

    def import_settings(self) -> dict[str, object]:
        """Return the part of the configuration that checking users' data needs."""
        return {"imports": self.block.get("imports", {})}

    def shown_models(self) -> set[str]:
        """Return the models that figures show beside those that the scoreboard names."""
        return set()

    def score_files(self) -> set[str] | None:
        """Return all score files that this run makes, or None where any model can be scored."""
        return None

    def scored_targets(self, system: str) -> set[str]:
        """Return what is scored on a system, up to the ``@`` of a target at a strain or a noise.

        Empty where targets have no fixed form.
        """
        del system
        return set()

    def audit_parameters(self, kind: str) -> Mapping[str, object]:
        """Return the parameters of the first descriptor of a kind that sets some."""
        used = map(mapping, mapping(self.block.get("descriptors", {})).values())
        mine = (entry for entry in used if entry["kind"] == kind)
        return next((mapping(entry["parameters"]) for entry in mine if "parameters" in entry), {})

    def folder(self, system: str) -> str:
        """Return the folder of the results of a system."""
        return f"<results>/{self.name}/{system}"

    def features(self, system: str, models: Iterable[str]) -> Files:
        """Return the feature tables that some models of a system read, each once."""
        entries = self.models(system)
        used = {name for model in models for name in texts(entries[model].get("features", []))}
        return [f"{self.folder(system)}/features/{name}.parquet" for name in sorted(used)]
