"""The glass wing: particles of quenched glasses, and which of them rearrange under load."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final

from mechanist.core.code_hash import LIBRARY
from mechanist.core.material_choice import MaterialChoice
from mechanist.core.narrowing import mapping, texts
from mechanist.learn.study import OBJECTS, SAMPLES, Study, Subject
from mechanist.settings.availability import Availability, without_pair_derivatives
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.material_names import material_files
from mechanist.settings.own_systems import OwnSystem
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.settings.target_names import AT_REST, PLASTIC, at_strain, class_target
from mechanist.wings.absent_figures import absent_figures
from mechanist.wings.drawn_alike import STAGES, Drawn, Inputs, drawn_alike
from mechanist.wings.glass_targets import GlassTargets
from mechanist.wings.learning_wing import CURVE, TRAIN, Cost
from mechanist.wings.resources import training_cost
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, uncounted

#: Figures of every system that lacks none.
FIGURES: Final = tuple(name for stage in STAGES.values() for name in stage)


def _sheet_entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of an imported sample: one row each."""
    del paths
    cells = {key: value for key, value in row.cells.items() if key not in {"options", "deformed"}}
    separate = {"reference_path": "deformed_path", "deformed_path": "reference_path"}
    key = next((separate[name] for name in separate if name in cells), "path")
    # Without the column, the target belongs to no load.
    frames = {"frames": row.cells.get("deformed", [])}
    entry = {key: row.path, "format": row.format, **cells, **frames, **options}
    return "imports", (row.system, row.sample), entry


class GlassWing(GlassTargets):
    """Simulated glasses and glasses of the user's.

    Parameters
    ----------
    settings : dict
        The whole configuration; ``glass/systems`` holds the user's systems too.
    own : mapping of str to OwnSystem
        Systems of the user's that models can learn from, by name.
    """

    name: ClassVar[str] = "glass"
    category: ClassVar[str] = "Glasses"
    tour_figure: ClassVar[str] = "strain"
    subject: ClassVar[Subject] = OBJECTS
    sheet: ClassVar[SheetRule] = SheetRule(
        needed=("species", "dimension", "units", "load", "reference", "deformed"),
        taken=("group", "target", "options"),
        place=_sheet_entry,
        blocks={"imports": 2},
        several_files=True,
        one_entry_a_row=lambda row: True,  # noqa: ARG005
    )

    def __init__(self, settings: SettingsEntry, own: Mapping[str, OwnSystem]) -> None:
        super().__init__(settings)
        self.own = own
        #: Systems that cannot have every descriptor and model.
        self.limited: dict[str, Availability] = {
            **without_pair_derivatives(self.block, LIBRARY),
            **own,
        }

    # Systems and samples

    def systems(self) -> list[str]:
        """Return the systems on which this run scores models."""
        return list(self.block["run"])

    def first(self, dimension: int | None = None) -> str:
        """Return the first system that runs: one that lacks nothing, and of a dimension, if any."""
        run = self.block["run"]
        full = [s for s in run if s not in self.limited] or run
        fit = [s for s in full if self.block["systems"][s]["dimension"] == dimension]
        return str((fit or full)[0])

    def sample_names(self, system: str) -> list[str]:
        """Return the names of all samples of a system, of those that fail too."""
        if system in self.own:
            return list(texts(self.own_part(system)["samples"]))
        return [f"{system}-{k:04d}" for k in range(self.block["systems"][system]["samples"])]

    def sample_files(self, system: str) -> Files:
        """Return the sample files of a system."""
        return [f"{self.folder(system)}/samples/{name}.h5" for name in self.sample_names(system)]

    def samples(self, wildcards: Wildcards) -> Files:
        """Return the sample files of the system that the wildcards name."""
        return self.sample_files(wildcards.system)

    def simulated_system(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the settings of a system, without the number of its samples."""
        return uncounted(self.block["systems"][wildcards.system])

    def subject_of(self, system: str) -> Subject:
        """Return what a row describes: a particle, or a whole sample of a user's system."""
        return SAMPLES if self.is_whole(system) else OBJECTS

    def may_reduce_folds(self, system: str) -> bool:
        """Return whether there may be fewer folds: a user's system is as large as it is."""
        return system in self.own

    # Materials

    def material_files(self, wildcards: Wildcards) -> Files:
        """Return the files that the material of a simulated system reads, such as a potential."""
        return material_files(self.block["systems"][wildcards.system], LIBRARY)

    def material(self, system: str) -> str | None:
        """Return the name of the material of a system; None for a user's system."""
        if system in self.own:
            return None
        return MaterialChoice.from_entry(self.block["systems"][system]).name

    def material_modules(self, system: str) -> list[str]:
        """Return the library module of the material of a system; none of a user's system."""
        name = self.material(system)
        return [f"mechanics/materials/{name}"] if name else []

    def left_out_of_materials(self) -> list[str]:
        """Return a line for each simulated system that runs and lacks descriptors or models."""
        systems = [s for s in self.systems() if s in self.limited and s not in self.own]
        return [
            f"glass/systems/{system}: the material {self.material(system)!r} has no pair derivatives,"
            f" so these are left out: {', '.join(self.limited[system].left_out)}"
            for system in systems
        ]

    # Descriptors and models

    def described_samples(self, wildcards: Wildcards) -> Files:
        """Return the sample files of a system, for a descriptor that can describe them."""
        self.refuse_left_out(wildcards.system, "descriptors", wildcards.descriptor)
        return self.samples(wildcards)

    def descriptor(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a descriptor, without a potential where that is not known."""
        limited = self.limited.get(wildcards.system)
        if limited:
            return dict(limited.descriptors[wildcards.descriptor])
        return dict(self.block["descriptors"][wildcards.descriptor])

    def models(self, system: str | None = None) -> Mapping[str, ModelEntry]:
        """Return the entries of the models that a system can have, or of all models."""
        models = self.block["models"]
        if system is None or system not in self.limited:
            return models
        return {name: models[name] for name in self.possible_models(system, models)}

    def possible_models(self, system: str, models: Iterable[str]) -> list[str]:
        """Return those of some models that a system can have."""
        limited = self.limited.get(system)
        return [m for m in models if limited is None or m in limited.models]

    def pairs(self, system: str) -> list[list[str]]:
        """Return the comparisons both of whose models a system can have."""
        pairs = self.block.get("comparisons", [])
        return [pair for pair in pairs if len(self.possible_models(system, pair)) == len(pair)]

    def refuse_left_out(self, system: str, kind: str, name: str) -> None:
        """Refuse a descriptor or a model that a system cannot have.

        Raises
        ------
        SettingsError
            With the reason.
        """
        limited = self.limited.get(system)
        reason = limited.left_out.get(f"{kind}/{name}") if limited else None
        if reason:
            raise SettingsError(f"{kind}/{name} is unavailable for system {system!r}: it {reason}")

    def study(self, system: str, model: str, stage: str = TRAIN) -> Study:
        """Return what a model is trained for; a user's classes are for the strain that figures show."""
        entry, learning = self.models(system)[model], self.settings["learning"]
        shown, whole = self._own_strain(system), self.is_whole(system)
        stored = self.block["systems"][system]["deformation"]["frames"]
        classes = learning["class_strains"] if shown is None else [shown]
        return Study(
            subject=self.subject_of(system),
            reads=self.reads(entry),
            quantity=self.quantity(system),
            strains=[self.shown_strain(system)] if stage == CURVE else stored,
            class_strains=classes if stage == TRAIN and not whole else [],
            class_definitions=learning["class_definitions"] if stage == TRAIN and not whole else [],
        )

    def scored_targets(self, system: str) -> set[str]:
        """Return the forms of targets: numbers and classes; unknown where the glass is not learnt."""
        if system not in self.block["systems"]:
            return set()
        return {f"{self.quantity(system)}@", f"{PLASTIC}@"}

    def _own_strain(self, system: str) -> float | None:
        """Return the strain that figures of a user's system show; None for a simulated one."""
        return self.shown_strain(system) if self.own_part(system) else None

    def training_cost(self, system: str) -> Cost:
        """Return what the features of all descriptors of a model ask for."""
        return training_cost(self.block["systems"][system])

    # Files of models

    def per_model(
        self, kind: str, suffix: str, models: Iterable[str]
    ) -> Callable[[Wildcards], Files]:
        """Return an input function for one file of each of some models that a system can have."""

        def files(wildcards: Wildcards) -> Files:
            base = f"{self.folder(wildcards.system)}/{kind}"
            possible = self.possible_models(wildcards.system, models)
            return [f"{base}/{model}.{suffix}" for model in possible]

        return files

    def _figure_models(self, figure: str) -> tuple[str, ...]:
        return texts(mapping(mapping(self.block["figures"])[figure])["models"])

    def figure_scores(self, figure: str) -> Callable[[Wildcards], Files]:
        """Return an input function for the scores of the models that a figure shows."""
        return self.per_model("scores", "json", self._figure_models(figure))

    def figure_predictions(self, figure: str) -> Callable[[Wildcards], Files]:
        """Return an input function for the predictions of the models that a figure shows."""
        return self.per_model("predictions", "parquet", self._figure_models(figure))

    def indicator_tables(self, wildcards: Wildcards) -> Files:
        """Return the feature tables that hold the indicators to draw."""
        entries = self.block["figures"]["indicators"]
        names = sorted({entry["descriptor"] for entry in entries})
        return [f"{self.folder(wildcards.system)}/features/{name}.parquet" for name in names]

    # Figures

    @property
    def figure_folder(self) -> str:
        """Folder of the figures of a system."""
        return "<results>/figures/{system}"

    @property
    def figure_labels(self) -> dict[str, str]:
        """Labels of every figure in the report: its system."""
        return {"system": "{system}"}

    def absent_figures(self, system: str) -> dict[str, str]:
        """Return the figures that a system lacks, and why."""
        limited = self.limited.get(system)
        if limited is None:
            return {}
        return absent_figures(self.settings, system, limited, own=system in self.own)

    def drawn_alike(self, stage: str) -> list[Drawn]:
        """Return the figures of a stage, once for all systems that have the same ones."""
        absent = {system: list(self.absent_figures(system)) for system in self.block["systems"]}
        return list(drawn_alike(stage, absent, self._figure_inputs()))

    def _figure_inputs(self) -> dict[str, Inputs]:
        """Return what each figure is drawn from."""
        curves = self.block["learning_curve"]["models"]
        samples: Inputs = {"samples": self.samples}
        targets: Inputs = {"targets": self._file("targets.parquet")}
        predicted = self.per_model("predictions", "parquet", [str(self.block["figures"]["hybrid"])])
        return {
            "glass": {**samples, **targets, "predicted": predicted},
            "response": samples,
            "indicator": {**targets, "indicators": self.indicator_tables},
            "angular": {
                **samples,
                **targets,
                "structure": self._file("features/structure_functions.parquet"),
            },
            "definition": {"definition_scores": self.figure_scores("definition")},
            "strain": {"strain_scores": self.figure_scores("curves")},
            "thesis": {
                "comparisons": self._file("comparisons.csv"),
                "frame_scores": self.compared_frames,
            },
            "transfer": {"transfer": self.per_model("transfer", "parquet", self.block["transfer"])},
            "learning_curve": {"curves": self.per_model("learning_curve", "parquet", curves)},
            "parity": {
                "parity_predictions": self.figure_predictions("parity"),
                "parity_scores": self.figure_scores("parity"),
            },
        }

    def _file(self, name: str) -> Callable[[Wildcards], str]:
        """Return an input function for one file of a system."""

        def file(wildcards: Wildcards) -> str:
            return f"{self.folder(wildcards.system)}/{name}"

        return file

    def system_figures(self, system: str) -> Files:
        """Return every figure of one system, and the tables that no figure of a limited one shows."""
        absent = self.absent_figures(system)
        drawn = [f"<results>/figures/{system}/{f}.pdf" for f in FIGURES if f not in absent]
        if system not in self.limited:
            return drawn
        tables = ["comparisons.csv"] if self.pairs(system) else []
        return drawn + [f"{self.folder(system)}/{name}" for name in ["left_out.json", *tables]]

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure of every system that runs."""
        del wildcards
        return [file for system in self.block["run"] for file in self.system_figures(system)]

    def shown_models(self) -> set[str]:
        """Return the models that figures show: the scoreboard lists the best of them too."""
        parts = ("curves", "definition", "parity")
        return {model for part in parts for model in self._figure_models(part)}

    def learning_curves(self, wildcards: Wildcards | None = None) -> Files:
        """Return the learning curves of the first system that runs."""
        del wildcards
        system = self.first()
        models = self.possible_models(system, self.block["learning_curve"]["models"])
        return [f"{self.folder(system)}/learning_curve/{model}.parquet" for model in models]

    # Overview and attribution

    def overview_systems(self) -> list[str]:
        """Return the systems all of whose models this run trains."""
        return self.systems()

    def views(self, system: str) -> list[dict[str, str]]:
        """Return the views of the overview: a number and a class."""
        learning = self.settings["learning"]
        if self.is_whole(system):
            return [{"metric": "r2", "target": self.quantity(system), "subset": "all"}]
        shown = self._own_strain(system)
        strain = learning["class_strains"][0] if shown is None else shown
        plastic, rigid = learning["class_definitions"][0]
        ranked = self.quantity(system) if strain == AT_REST else PLASTIC
        definition = class_target(strain, plastic, rigid, ranked)
        target = at_strain(self.quantity(system), float(self.shown_strain(system)))
        return [
            {"metric": self.block["figures"]["metric"], "target": target, "subset": "all"},
            {"metric": "balanced_accuracy", "target": definition, "subset": "all"},
        ]

    def explained_system(self) -> str:
        """Return the system whose models are explained."""
        return self.first()

    def explained_models(self, system: str) -> list[str]:
        """Return the models that are explained and that a system can have."""
        if self.is_whole(system):
            return []
        return self.possible_models(system, self.settings["attribution"]["glass"]["models"])

    # What users bring

    def import_settings(self) -> dict[str, object]:
        """Return the part of the configuration that checking users' data needs."""
        learnt = {
            "own": self.block.get("own", {}),
            "figures": {"strain": self.block["figures"]["strain"]},
        }
        return super().import_settings() | learnt

    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the sample file that an imported trajectory becomes."""
        del block
        return f"<results>/imported/{'/'.join(names)}.h5"

    @property
    def user_files(self) -> UserFiles:
        """The files that one imported sample is read from."""
        return UserFiles(
            lambda wildcards: self.block["imports"][wildcards.system][wildcards.sample]
        )

    def adopted_imports(self, wildcards: Wildcards) -> Files:
        """Return the imported samples that a user's system consists of."""
        names = self.sample_names(wildcards.system)
        return [f"<results>/imported/{wildcards.system}/{name}.h5" for name in names]

    def left_out_inputs(self, wildcards: Wildcards) -> Files:
        """Return the file that names unusable samples; a simulated system has none."""
        own = wildcards.system in self.own
        return [f"{self.folder(wildcards.system)}/own.json"] if own else []

    def left_out(self, wildcards: Wildcards) -> dict[str, str]:
        """Return what a system does without, and why."""
        system = wildcards.system
        figures = {f"figures/{f}": why for f, why in self.absent_figures(system).items()}
        return self.limited[system].left_out | figures
