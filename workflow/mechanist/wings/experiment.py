"""What the rules of experiments ask: pictures rendered from glasses, and what users bring."""

from collections.abc import Mapping, Sequence
from typing import Final

from mechanist.settings.entry_types.experiment_block_entries import ExperimentBlockEntry
from mechanist.settings.entry_types.picture_imports_entries import (
    DisplacementImportEntry,
    PictureImportEntry,
    TrackImportEntry,
)
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.figures import FIGURE_METADATA, Report, figure_outputs
from mechanist.wings.glass import GlassWing
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, pattern

#: Name of the block, and in the sample sheet.
EXPERIMENT: Final = "experiment"
#: Figures of rendered pictures.
FIGURES: Final = ("detection", "pictures")
#: Figure of learnt pair forces, where they are asked for.
FORCES: Final = "forces"
#: Figure of models on degraded views, where they are asked for.
LADDER: Final = "ladder"
#: Figure of mechanics that starts from pictures, where it is asked for.
TWIN: Final = "twin"
#: Figure of heat maps over pictures, where it is asked for.
HEAT_MAPS: Final = "heat_maps"
#: Figure of crystals that are known in a few sections, where it is asked for.
SECTIONS: Final = "sections"
#: Figures of each series of the user's: its motion, and the continuity of its particles.
OWN: Final = ("own", "flow")
#: Figure of each entry with maps of displacements.
STRAIN: Final = "strain"
#: Format of such an entry.
MAPS: Final = "displacements"
#: Errors of views whose sizes the configuration states.
DEGRADATIONS: Final = ("noise", "missed", "species")
#: Keys of the block on which no rendered picture depends.
_SHOWN: Final = (
    "samples",
    "series",
    "shown",
    "forces",
    "ladder",
    "twin",
    "heat_maps",
    "sections",
    "imports",
)
#: Keys of heat maps that are given in another form.
_NOT_MAPPED: Final = ("samples", "renderer", "network")
#: Kinds of figures of what users bring.
_OF_USERS: Final = (*OWN, STRAIN)
ExperimentImportEntry = PictureImportEntry | TrackImportEntry | DisplacementImportEntry


def _sheet_entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a user's pictures, tracks or maps: all files of a system."""
    entry = {"path": list(paths), "format": row.format, "unit": row.cells["units"], **options}
    return "imports", (row.system,), entry


#: What is read from the sample sheet.
EXPERIMENT_SHEET: Final = SheetRule(
    needed=("units", "options"), taken=(), place=_sheet_entry, formats=("pictures", "tracks", MAPS)
)


class Experiment:
    """Questions of the rules of experiments.

    Parameters
    ----------
    settings : dict
        The whole configuration.
    glass : GlassWing
        Glasses of which pictures are rendered.
    """

    def __init__(self, settings: SettingsEntry, glass: GlassWing) -> None:
        self.settings = settings
        self.glass = glass

    @property
    def block(self) -> ExperimentBlockEntry | None:
        """The block ``experiment`` with the strain of figures by default; None if there is none."""
        block = self.settings.get("experiment")
        if block is None:
            return None
        return {"strain": self.settings["glass"]["figures"]["strain"], **block}

    @property
    def metadata(self) -> dict[str, str]:
        """What every figure file carries as metadata."""
        return FIGURE_METADATA

    def samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files of which pictures are rendered."""
        del wildcards
        block = self.block
        return [] if block is None else self.glass.sample_files(block["system"])[: block["samples"]]

    @property
    def interval(self) -> dict[str, float | int]:
        """Level, resamples and seed of intervals over samples."""
        learning = self.settings["learning"]
        return {
            "level": learning["level"],
            "resamples": learning["resamples"],
            "seed": self.settings["seed"],
        }

    @property
    def sample_pattern(self) -> str:
        """Pattern of the path of one of their files."""
        system = self.block["system"] if self.block else "(?!)"
        return f"{self.glass.folder(system)}/samples/{{sample}}.h5"

    def rendered(self, wildcards: Wildcards | None = None) -> Files:
        """Return the table of scores of every sample."""
        names = [path.rpartition("/")[2].removesuffix(".h5") for path in self.samples(wildcards)]
        return [f"<results>/experiment/rendered/{name}.parquet" for name in names]

    def rendering(self, wildcards: Wildcards | None = None) -> dict[str, object]:
        """Return the settings on which the scores of one sample depend."""
        del wildcards
        block = self.block
        if block is None:
            return {}
        # Which lines there are counts, not how they are called.
        pairs = sorted({(one["renderer"], one["detector"]) for one in block["series"].values()})
        return {
            **{key: value for key, value in block.items() if key not in _SHOWN},
            "pairs": [list(pair) for pair in pairs],
        }

    def first_sample(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample file whose pictures a figure shows."""
        return self.samples(wildcards)[:1]

    def showing(self) -> dict[str, object]:
        """Return the settings on which the shown pictures depend."""
        unused = (
            "system",
            "samples",
            "series",
            "sweeps",
            "forces",
            "ladder",
            "twin",
            "heat_maps",
            "sections",
            "imports",
        )
        return {key: value for key, value in (self.block or {}).items() if key not in unused}

    def ladder_samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files of which degraded views are made."""
        del wildcards
        block = self.block
        if block is None or "ladder" not in block:
            return []
        return self.glass.sample_files(block["system"])[: block["ladder"]["samples"]]

    def ladder(self) -> dict[str, object]:
        """Return the settings of models on degraded views."""
        block = self.block
        if block is None or "ladder" not in block:
            return {}
        ladder = block["ladder"]
        return {
            "loads": ladder["loads"],
            "strain": block["strain"],
            "window": block["window"],
            "settings": {key: ladder[key] for key in DEGRADATIONS},
            "descriptors": ladder["descriptors"],
            "models": ladder["models"],
        }

    @property
    def ladder_names(self) -> list[str]:
        """Names of the glasses of the ladder, which folds divide."""
        return [path.rpartition("/")[2].removesuffix(".h5") for path in self.ladder_samples()]

    def forces(self) -> dict[str, object]:
        """Return the settings of learnt pair forces."""
        block = self.block
        return dict(block["forces"]) if block is not None and "forces" in block else {}

    def potentials(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables of learnt potentials: one for each fold of glasses, learnt without it."""
        del wildcards
        if not self.forces():
            return []
        folds = self.settings["learning"]["folds"]
        count = folds if isinstance(folds, int) else folds["models"]
        return [f"<results>/experiment/potentials/without_fold_{k}.table" for k in range(count)]

    def twin_samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files whose pictures mechanics starts from."""
        del wildcards
        block = self.block
        if block is None or "twin" not in block:
            return []
        return self.glass.sample_files(block["system"])[: block["twin"]["samples"]]

    def twin(self) -> dict[str, object]:
        """Return the settings of mechanics that starts from pictures."""
        block = self.block
        if block is None or "twin" not in block:
            return {}
        twin = block["twin"]
        return {
            "strain": block["strain"],
            "window": twin.get("window", block["window"]),
            "camera": block["camera"],
            "renderer": block["renderers"][twin["renderer"]],
            "detector": block["detectors"][twin["detector"]],
            **{key: twin[key] for key in ("loads", "past", "snr", "rim", "doubtful")},
        }

    def heat_map_samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files whose pictures a network reads."""
        del wildcards
        block = self.block
        if block is None or "heat_maps" not in block:
            return []
        return self.glass.sample_files(block["system"])[: block["heat_maps"]["samples"]]

    def heat_maps(self) -> dict[str, object]:
        """Return the settings of heat maps over pictures."""
        block = self.block
        if block is None or "heat_maps" not in block:
            return {}
        maps = block["heat_maps"]
        return {
            "strain": block["strain"],
            "radii": block["renderers"][maps["renderer"]]["radii"],
            "network": maps.get("network", {}),
            **{key: value for key, value in maps.items() if key not in _NOT_MAPPED},
        }

    def sections(self) -> dict[str, object]:
        """Return the settings of simulations that start from sections."""
        block = self.block
        if block is None or "sections" not in block:
            return {}
        sections = block["sections"]
        crystal = self.settings.get("crystal")
        materials = crystal["materials"] if crystal else {}
        return {
            **{key: value for key, value in sections.items() if key != "methods"},
            "material": materials[sections["material"]],
        }

    @property
    def titles(self) -> dict[str, str]:
        """Titles of the shown pictures: by each renderer, and the noisy one."""
        if self.block is None:
            return {}
        camera, shown = self.block["camera"], self.block["shown"]
        said = {
            name: f"{name}, contrast/noise {camera['snr']:g}" for name in self.block["renderers"]
        }
        return {**said, "noisy": f"{shown['renderer']}, contrast/noise {shown['snr']:g}"}

    def figure(self, report: Report, name: str) -> dict[str, str]:
        """Return the output files of one figure, its name perhaps with a wildcard."""
        kind = name.partition("_")[0]
        return figure_outputs(
            report,
            f"<results>/figures/experiment/{name}",
            caption=f"experiment_{kind if kind in _OF_USERS else name}",
            category="Experiments",
            subcategory="Your own"
            if kind in _OF_USERS
            else ("Sections" if kind == SECTIONS else "Rendered pictures"),
            labels={"figure": name.replace("_", " ")},
        )

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure: of rendered pictures, and of what the user brings."""
        del wildcards
        if self.block is None:
            return []
        asked = [
            *FIGURES,
            *(name for name in (FORCES, LADDER, TWIN, HEAT_MAPS, SECTIONS) if name in self.block),
        ]
        drawn = [f"<results>/figures/experiment/{name}.pdf" for name in asked]
        maps, followed = self._by_kind()
        own = [(kind, name) for kind in OWN for name in followed]
        return drawn + [
            f"<results>/figures/experiment/{kind}_{name}.pdf"
            for kind, name in [*own, *((STRAIN, name) for name in maps)]
        ]

    # What users bring

    @property
    def imports(self) -> Mapping[str, ExperimentImportEntry]:
        """Entries of ``experiment/imports``."""
        return self.block.get("imports", {}) if self.block else {}

    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the file that an entry of the user's becomes."""
        del block
        maps, _ = self._by_kind()
        file = "strain.parquet" if names[0] in maps else "tracks.csv"
        return f"<results>/experiment/own/{names[0]}/{file}"

    def _by_kind(self) -> tuple[list[str], list[str]]:
        """Return the names of entries with maps of displacements, and of those whose particles are followed."""
        maps = [name for name, entry in self.imports.items() if entry["format"] == MAPS]
        return maps, [name for name in self.imports if name not in maps]

    @property
    def imported(self) -> str:
        """Pattern of the names of pictures and tracks."""
        return pattern(self._by_kind()[1])

    @property
    def displaced(self) -> str:
        """Pattern of the names of maps of displacements."""
        return pattern(self._by_kind()[0])

    @property
    def user_files(self) -> UserFiles:
        """The files that an entry is read from."""
        return UserFiles(lambda wildcards: dict(self.imports[wildcards.case]))
