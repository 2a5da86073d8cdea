"""What the paper of a run quotes and shows, as far as the size of the run makes it."""

import os
from collections.abc import Mapping
from pathlib import Path

from mechanist.core.material_choice import DEFAULT
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.paper_entries import FileEntry
from mechanist.settings.paper_sources import table_sources
from mechanist.settings.paper_specification import available, read_specification, variables
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.glass import GlassWing
from mechanist.wings.wing import Files, Wildcards


class Paper:
    """Sources, equations and figures of the paper.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    glass, crystal
        Wings whose systems may be fewer than the configuration has.
    folder : Path
        Folder of the text and of ``numbers.yaml``.
    """

    def __init__(
        self, settings: SettingsEntry, glass: GlassWing, crystal: CrystalWing, folder: Path
    ) -> None:
        self.folder = folder
        self.quoted = read_specification(folder / "numbers.yaml")
        self.run = glass.block["run"]
        #: Glasses that the paper can be about: its text describes Kob-Andersen mixtures.
        self.simulated = [name for name in self.run if glass.material(name) == DEFAULT.name]
        self.running: SettingsEntry = {
            **settings,
            "glass": {**glass.block, "run": self.simulated or self.run},
            "crystal": {**crystal.block, "surrogate": crystal.surrogate},
        }

    @property
    def of_run(self) -> Files:
        """The paper, if this run can make it."""
        return ["<results>/paper.pdf"] if self.simulated else []

    def asked(self, wildcards: Wildcards | None = None) -> Files:
        """Return the paper.

        Raises
        ------
        SettingsError
            If this run has no simulated Kob-Andersen glass.
        """
        del wildcards
        if not self.simulated:
            raise SettingsError(
                "the paper describes a simulated Kob-Andersen glass, and glass/run names others only:"
                f" {self.run}. Add one of glass/systems"
            )
        return self.of_run

    @property
    def specification(self) -> str:
        """Path of the specification of all numbers, relative so that a moved run stays finished."""
        return os.path.relpath(self.folder / "numbers.yaml")

    @property
    def texts(self) -> Files:
        """Files that the text is typeset from, likewise relative."""
        files = (p for p in self.folder.rglob("*") if p.suffix in {".typ", ".yml"})
        return sorted(os.path.relpath(path) for path in files)

    def settings(self, wildcards: Wildcards) -> SettingsEntry:
        """Return the configuration with the systems and models that run."""
        del wildcards
        return self.running

    def _files(self, entries: Mapping[str, FileEntry]) -> dict[str, str]:
        """Return the files, by name, of those entries of the specification that this size makes."""
        found = variables(self.quoted, self.running)
        return dict(available(entries, self.running, found, "<results>"))

    def sources(self, wildcards: Wildcards | None = None) -> dict[str, str]:
        """Return the result files that numbers and tables are read from, by name."""
        del wildcards
        return self._files(self.quoted["sources"] | table_sources(self.quoted["tables"]))

    def equations(self, wildcards: Wildcards | None = None) -> dict[str, str]:
        """Return the files of the equations that are printed, by numbered name."""
        del wildcards
        found = self._files(self.quoted["equations"]).values()
        return {f"equation_{k}": path for k, path in enumerate(found)}

    def equation_names(self, wildcards: Wildcards | None = None) -> dict[str, str]:
        """Return the names under which these equations are printed."""
        del wildcards
        found = self._files(self.quoted["equations"])
        return {f"equation_{k}": name for k, name in enumerate(found)}

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return the figures of the paper that this size makes."""
        del wildcards
        return list(self._files(self.quoted["figures"]).values())

    def figure_names(self, wildcards: Wildcards | None = None) -> list[str]:
        """Return the names of these figures in the text."""
        del wildcards
        return list(self._files(self.quoted["figures"]))
