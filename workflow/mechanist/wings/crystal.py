"""The crystal wing: polycrystals, laws of interacting slip systems, and surrogates of rotation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.crystal_block_entries import CrystalBlockEntry
from mechanist.settings.entry_types.crystal_imports_entries import CrystalImportEntry
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.settings.entry_types.interactions_entries import InteractionsEntry
from mechanist.settings.entry_types.slip_law_settings_entries import SlipLawsEntry
from mechanist.settings.entry_types.surrogate_settings_entries import SurrogateEntry
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, Wing, pattern, uncounted, unlabelled

#: Figures beside those of imported results.
FIGURES: Final = (
    "orbits",
    "coefficients",
    "sparsity",
    "feedback",
    "flow_law",
    "misorientation",
    "prediction",
    "nonlocal",
    "transfer",
    "fields",
    "poles",
    "curves",
)
#: Format of the node files of discrete dislocation dynamics, which are read together.
LINES: Final = "paradis"
#: Models of the stress-strain curves of whole cells.
CURVE_MODELS: Final = ("mean", "taylor", "taylor_scaled", "texture", "pooled")


def _sheet_entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a run of dislocation dynamics, or of a result or map."""
    if row.format == LINES:
        return "lines", (row.system,), {"path": list(paths), **options}
    path = list(paths) if "stack" in options else row.path
    entry = {"path": path, "format": row.format, **options}
    return "imports", (f"{row.system}_{row.sample}",), entry


class CrystalWing(Wing):
    """Crystal plasticity."""

    name: ClassVar[str] = "crystal"
    category: ClassVar[str] = "Crystals"
    tour_figure: ClassVar[str] = "curves"
    sheet: ClassVar[SheetRule] = SheetRule(
        needed=(),
        taken=("options",),
        place=_sheet_entry,
        blocks={"imports": 1, "lines": 1},
        formats=("damask", "map", LINES),
        one_entry_a_row=lambda row: row.format != LINES,
    )

    @property
    def block(self) -> CrystalBlockEntry:
        """The block ``crystal``."""
        return self.settings["crystal"]

    def systems(self) -> list[str]:
        """Return the tasks whose models are scored."""
        return ["interactions", "surrogate", "slip_laws"]

    def models(self, system: str | None = None) -> Mapping[str, LabelEntry]:
        """Return the methods that find interactions or laws of slip, and the surrogates that run."""
        del system
        slip = self.slip_laws["models"]
        return {**self.interactions["models"], **self.surrogate["models"], **slip}

    # Polycrystals

    @property
    def polycrystals(self) -> list[str]:
        """Systems of simulated polycrystals."""
        return list(self.block.get("systems", {}))

    @property
    def shown_polycrystals(self) -> list[str]:
        """Systems that figures of polycrystals show: all but that of laws of slip."""
        return [name for name in self.polycrystals if name != self.slip_laws["system"]]

    @property
    def slip_laws(self) -> SlipLawsEntry:
        """Settings of the laws of slip that are found from fields."""
        return self.block["slip_laws"].copy()

    def slip_law_scores(self) -> Files:
        """Return the score files of the ways in which laws of slip are found."""
        return [
            f"<results>/crystal/slip_laws/scores/{name}.json" for name in self.slip_laws["models"]
        ]

    @property
    def slip_law_study(self) -> dict[str, object]:
        """Settings of these laws, without what only scores and figures show."""
        shown = {"goals", "models"}
        return {key: value for key, value in self.slip_laws.items() if key not in shown}

    def slip_law_runs(self, wildcards: Wildcards | None = None) -> Files:
        """Return every batch of the system that laws of slip are found from."""
        del wildcards
        return self.runs(self.slip_laws["system"])

    def slip_law_system(self, wildcards: Wildcards | None = None) -> dict[str, object]:
        """Return the settings of that system, without the number of its samples."""
        del wildcards
        return uncounted(self.block["systems"][self.slip_laws["system"]])

    @property
    def slip_law_samples(self) -> int:
        """Number of samples of that system."""
        return int(self.block["systems"][self.slip_laws["system"]]["samples"])

    def slip_law_material(self, wildcards: Wildcards | None = None) -> CrystalMaterialEntry:
        """Return the settings of the material of that system."""
        del wildcards
        return self.material_of(self.slip_laws["system"])

    @property
    def polycrystal_pattern(self) -> str:
        """Pattern of these systems."""
        return pattern(self.polycrystals)

    def polycrystal(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the settings of a system, without the number of its samples."""
        return uncounted(self.block["systems"][wildcards.system])

    def material(self, wildcards: Wildcards) -> CrystalMaterialEntry:
        """Return the settings of the material of the system that the wildcards name."""
        return self.material_of(wildcards.system)

    def material_of(self, system: str) -> CrystalMaterialEntry:
        """Return the settings of the material of a system."""
        return self.block["materials"][self.block["systems"][system]["material"]].copy()

    def batch_first(self, wildcards: Wildcards) -> int:
        """Return the number of the first sample of a batch."""
        return int(wildcards.batch) * int(self.block["systems"][wildcards.system]["batch"])

    def batch_size(self, wildcards: Wildcards) -> int:
        """Return the number of samples of a batch; the last one may be short."""
        system = self.block["systems"][wildcards.system]
        return int(min(system["batch"], system["samples"] - self.batch_first(wildcards)))

    def batch_minutes(self, wildcards: Wildcards, attempt: int) -> int:
        """Return minutes for a batch, ten times what it takes."""
        return int(attempt * (20 + 6 * self._voxel_steps(wildcards)))

    def batch_memory(self, wildcards: Wildcards, attempt: int) -> int:
        """Return megabytes for the fields of a run and all stored strains of the batch."""
        return int(attempt * (1000 + 400 * self._voxel_steps(wildcards)))

    def _voxel_steps(self, wildcards: Wildcards) -> float:
        """Return voxels times steps of a batch, in millions, to which its cost is proportional."""
        system = self.block["systems"][wildcards.system]
        grid = system["grid"]
        shape = [grid] * 3 if isinstance(grid, int) else grid
        voxels = shape[0] * shape[1] * shape[2]
        steps = system["frames"] * system.get("substeps", 2)
        return float(voxels * steps * self.batch_size(wildcards) / 1e6)

    def runs(self, system: str) -> Files:
        """Return all batches of a system."""
        settings = self.block["systems"][system]
        batches = range(-(-settings["samples"] // settings["batch"]))
        return [f"{self.folder(system)}/runs/{k:04d}.h5" for k in batches]

    def first_batches(self, wildcards: Wildcards | None = None) -> Files:
        """Return the first batch of every system that figures show."""
        del wildcards
        return [self.runs(system)[0] for system in self.shown_polycrystals]

    def all_batches(self, wildcards: Wildcards | None = None) -> Files:
        """Return every batch of every system that figures show."""
        del wildcards
        return [path for system in self.shown_polycrystals for path in self.runs(system)]

    def pole_batches(self, wildcards: Wildcards | None = None) -> Files:
        """Return every batch of the system whose pole figures are drawn."""
        del wildcards
        return self.runs(self.block["figures"]["poles"]["system"])

    # Interactions of slip systems

    @property
    def interactions(self) -> InteractionsEntry:
        """Settings of the identification of interactions."""
        return self.block["interactions"].copy()

    @property
    def simulated_slip(self) -> list[str]:
        """Data sets whose law is known; the others are users' own."""
        return [name for name, entry in self.interactions["data"].items() if "truth" in entry]

    def slip_tables(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables that laws are identified from, in the order of the configuration."""
        del wildcards
        return [
            entry.get("path", f"<results>/crystal/interactions/data/{name}.csv")
            for name, entry in self.interactions["data"].items()
        ]

    def slip_files(self, kind: str, suffix: str) -> Files:
        """Return a file for each data set and each of its methods."""
        return [
            f"<results>/crystal/interactions/{kind}/{name}/{model}.{suffix}"
            for name, entry in self.interactions["data"].items()
            for model in entry["methods"]
        ]

    def material_files(self, suffix: str) -> Files:
        """Return a file for each material, in the order of the configuration."""
        return [
            f"<results>/crystal/materials/{name}.{suffix}"
            for name in self.block.get("materials", {})
        ]

    def interaction_scores(self) -> Files:
        """Return the score files of the methods that are studied."""
        methods = self.interactions["errors"]["methods"]
        return [f"<results>/crystal/interactions/scores/{model}.json" for model in methods]

    # Surrogates

    @property
    def surrogate(self) -> SurrogateEntry:
        """Settings of the surrogates: those that run, and what is left to compare and to draw."""
        block = self.block["surrogate"]
        run = block.get("run", list(block["models"]))
        shown = [model for model in block["figure"]["models"] if model in run]
        pairs = [pair for pair in block["comparisons"] if set(pair) <= set(run)]
        return {
            **block,
            "models": {model: block["models"][model] for model in run},
            "comparisons": pairs,
            "figure": {**block["figure"], "models": shown},
        }

    @property
    def surrogate_strains(self) -> list[float]:
        """Strains up to which rotations are predicted, step by step."""
        block = self.surrogate
        return [round(block["step"] * k, 9) for k in range(1, block["steps"] + 1)]

    @property
    def surrogate_systems(self) -> dict[str, CrystalSystemEntry]:
        """Systems that surrogates learn from and are tested on, by name."""
        names = [self.surrogate["train"], *self.surrogate["others"]]
        return {name: self.block["systems"][name] for name in names}

    def surrogate_runs(self, wildcards: Wildcards | None = None) -> dict[str, Files]:
        """Return run files by the name of their system, or of their import."""
        del wildcards
        imports = self.surrogate["imports"]
        named = {system: self.runs(system) for system in self.surrogate_systems}
        return named | {name: [self.import_file("imports", [name])] for name in imports}

    def surrogate_materials(
        self, wildcards: Wildcards | None = None
    ) -> dict[str, CrystalMaterialEntry]:
        """Return the settings of the materials of these systems."""
        del wildcards
        return {system: self.material_of(system) for system in self.surrogate_systems}

    def surrogate_model(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a surrogate, without what only figures show of it."""
        return unlabelled(self.surrogate["models"][wildcards.model])

    def timed_models(self) -> dict[str, dict[str, object]]:
        """Return the entries of all surrogates, as their times are measured."""
        return {name: unlabelled(entry) for name, entry in self.surrogate["models"].items()}

    def timed_systems(self) -> dict[str, dict[str, object]]:
        """Return the settings of the systems on which surrogates and engine are timed."""
        names = [self.surrogate["train"], *self.surrogate["others"]]
        return {name: uncounted(self.block["systems"][name]) for name in names}

    def surrogate_files(self, kind: str, suffix: str, models: Iterable[str] | None = None) -> Files:
        """Return one file for each of some surrogates, or for all."""
        chosen = self.surrogate["models"] if models is None else models
        return [f"<results>/crystal/surrogate/{kind}/{model}.{suffix}" for model in chosen]

    @property
    def curve_models(self) -> tuple[str, ...]:
        """Models of the stress-strain curves of whole cells."""
        return CURVE_MODELS

    def curve_scores(self) -> Files:
        """Return the scores of the models of stress-strain curves."""
        return [f"<results>/crystal/curve/scores/{model}.json" for model in CURVE_MODELS]

    # Figures

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure of the wing, those of imported results included."""
        del wildcards
        names = [*FIGURES, *(f"reference_{name}" for name in self.imported_results)]
        return [f"<results>/figures/crystal/{name}.pdf" for name in names]

    # What users bring

    @property
    def imports(self) -> dict[str, CrystalImportEntry]:
        """Entries of ``crystal/imports``."""
        return dict(self.block.get("imports", {}))

    @property
    def imported_results(self) -> list[str]:
        """Imported results of DAMASK, which the engine reruns and draws beside its own."""
        return [
            name
            for name, entry in self.imports.items()
            if entry["format"] == "damask" and entry.get("rerun", True)
        ]

    @property
    def loaded_imports(self) -> list[str]:
        """Imports that the engine loads: results, and maps that name a system."""
        maps = [name for name, entry in self.imports.items() if "system" in entry]
        return [name for name in self.imports if name in {*self.imported_results, *maps}]

    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the file that an import becomes."""
        if block == "lines":
            return f"<results>/crystal/lines/{names[0]}/densities.parquet"
        return f"<results>/crystal/imported/{names[0]}.h5"

    def imported(self) -> Files:
        """Return everything that ``crystal/imports`` and ``crystal/lines`` name, with figures."""
        return [
            *(self.import_file("imports", [name]) for name in self.imports),
            *(f"<results>/crystal/imported/{name}_agreement.json" for name in self.loaded_imports),
            *(f"<results>/figures/crystal/reference_{name}.pdf" for name in self.imported_results),
            *(self.import_file("lines", [name]) for name in self.block.get("lines", {})),
        ]

    @property
    def user_files(self) -> UserFiles:
        """The file that one imported crystal is read from."""
        return UserFiles(lambda wildcards: self.imports[wildcards.case])

    @property
    def line_files(self) -> UserFiles:
        """The node files of one run of discrete dislocation dynamics, in order of time."""
        return UserFiles(lambda wildcards: self.block["lines"][wildcards.case])

    def import_system(self, wildcards: Wildcards) -> CrystalSystemEntry | None:
        """Return the settings of the system that a map is loaded as; None for results."""
        name = self.imports[wildcards.case].get("system")
        return self.block["systems"][name].copy() if name else None

    def import_material(self, wildcards: Wildcards) -> CrystalMaterialEntry | None:
        """Return the settings of the material of that system."""
        name = self.imports[wildcards.case].get("system")
        return self.material_of(name) if name else None

    def import_materials(self, wildcards: Wildcards) -> dict[str, CrystalMaterialEntry] | None:
        """Return the settings of the material of each phase of a map; None if none is named."""
        named = self.imports[wildcards.case].get("materials")
        if not named:
            return None
        return {phase: self.block["materials"][one] for phase, one in named.items()}

    def import_settings(self) -> dict[str, object]:
        """Return the part of the configuration that checking users' data needs."""
        return super().import_settings() | {"lines": self.block.get("lines", {})}
