"""The dislocation wing: samples of gliding dislocations, pileups, creep and microstructures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from mechanist.core.narrowing import mapping, number, texts
from mechanist.learn.study import SAMPLES, STATES, Study, Subject
from mechanist.settings.dislocation_references import field_descriptors
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.dislocation_block_entries import DislocationBlockEntry
from mechanist.settings.entry_types.dislocation_systems_entries import (
    DislocationSystemEntry,
    PileupEntry,
)
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.learning_wing import CURVE, TRAIN, TRANSFER, Cost, LearningWing
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, pattern, uncounted

#: Systems beside those of ``dislocation/systems``, each with a block of its own.
PARTS: Final = ("pileup", "pinned", "microstructures")
FIGURES: Final = (
    "configuration",
    "bursts",
    "strain",
    "parity",
    "learning_curve",
    "sizes",
    "pileup",
    "confusion",
    "microstructures",
)


def _sheet_entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a user's configurations: all files of a system, and how it is loaded."""
    return "imports", (row.system,), {"path": list(paths), "system": dict(options)}


class DislocationWing(LearningWing):
    """Whole samples of dislocations, whose strength models predict."""

    name: ClassVar[str] = "dislocation"
    category: ClassVar[str] = "Dislocations"
    tour_figure: ClassVar[str] = "strain"
    subject: ClassVar[Subject] = SAMPLES
    sheet: ClassVar[SheetRule] = SheetRule(
        needed=("options",),
        taken=(),
        place=_sheet_entry,
        formats=("dislocation_text",),
        free_options=True,
    )

    # Systems and samples

    @property
    def block(self) -> DislocationBlockEntry:
        """The block ``dislocation``."""
        return self.settings["dislocation"]

    def systems(self) -> list[str]:
        """Return the systems on which this run scores models."""
        return [*self.block["run"], *PARTS]

    def system(self, name: str) -> DislocationSystemEntry | PileupEntry:
        """Return the settings of a system whose samples are simulated in batches."""
        if name == "pileup":
            return self.block["pileup"].copy()
        return (self.block["pinned"] if name == "pinned" else self.block["systems"][name]).copy()

    def system_of(self, wildcards: Wildcards) -> DislocationSystemEntry | PileupEntry:
        """Return the settings of the system that the wildcards name."""
        return self.system(wildcards.system)

    def simulated_system(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the settings of a system, without the number of its samples."""
        return uncounted(self.system_of(wildcards))

    @property
    def glide_systems(self) -> str:
        """Pattern of the systems of free glide."""
        return pattern(self.block["systems"])

    def sample_files(self, system: str) -> Files:
        """Return the files of a system, each of which holds a batch of samples."""
        settings = self.system(system)
        batches = range(-(-settings["samples"] // settings["batch"]))
        return [f"{self.folder(system)}/samples/{k:04d}.h5" for k in batches]

    def samples(self, wildcards: Wildcards) -> Files:
        """Return the sample files of the system that the wildcards name."""
        return self.sample_files(wildcards.system)

    def batch_first(self, wildcards: Wildcards) -> int:
        """Return the number of the first sample of a batch."""
        system = wildcards.get("system", "pileup")
        return int(wildcards.batch) * int(self.system(system)["batch"])

    def batch_size(self, wildcards: Wildcards) -> int:
        """Return the number of samples of a batch; the last one may be short."""
        settings = self.system(wildcards.get("system", "pileup"))
        return int(min(settings["batch"], settings["samples"] - self.batch_first(wildcards)))

    def batch_minutes(self, wildcards: Wildcards) -> int:
        """Return minutes for a batch: cost grows with the cube of the number of dislocations."""
        size = number(self.system_of(wildcards).get("dislocations", 100))
        return 10 + int(self.batch_size(wildcards) * (size / 100) ** 3 / 10)

    def main_batches(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files of the system that figures show."""
        del wildcards
        return self.sample_files(self.main)

    def edge_batches(self, wildcards: Wildcards | None = None) -> Files:
        """Return the first batches of the system that figures show, for their density fields."""
        del wildcards
        return self.sample_files(self.main)[: self.block["microstructures"]["edge_batches"]]

    # Models

    def models(self, system: str | None = None) -> Mapping[str, LabelEntry]:
        """Return the models of a system, or of the whole wing."""
        own, pileup = self.block["models"], self.block["pileup"]["models"]
        if system is not None:
            return pileup if system == "pileup" else own
        confusion, microstructures = self.block["confusion"], self.block["microstructures"]
        others = {**confusion["features"], **confusion["order"], **microstructures["models"]}
        return {**others, **pileup, **own}

    @property
    def state_models(self) -> str:
        """Pattern of the models that read configurations themselves."""
        models = self.block["models"]
        return pattern(name for name in models if self.reads(models[name]) == STATES)

    def study(self, system: str, model: str, stage: str = TRAIN) -> Study:
        """Return what a model is trained for: stresses at strains, and what else a system has."""
        entry, pileup = self.models(system)[model], self.block["pileup"]
        strains = {
            TRAIN: pileup["strains"] if system == "pileup" else self.block["strains"],
            CURVE: self.block["learning_curve"]["strains"],
            TRANSFER: self.block["sizes"]["strains"],
        }
        further = pileup["other_targets"] if system == "pileup" and stage == TRAIN else []
        return Study(
            subject=self.subject,
            reads=self.reads(entry),
            quantity=self.quantity(system),
            strains=strains[stage],
            other_targets=further,
        )

    def pairs(self, system: str) -> list[list[str]]:
        """Return the pairs of models that are compared."""
        del system
        return list(self.block["comparisons"])

    def training_cost(self, system: str) -> Cost:
        """Return what training on whole samples asks for."""
        del system
        return Cost(3000, 120)

    def pileup_descriptors(self) -> list[str]:
        """Return the descriptors of pileups that some model reads, each once."""
        models = self.block["pileup"]["models"]
        return list(dict.fromkeys(n for m in models.values() for n in m.get("features", [])))

    def pileup_features(self) -> Files:
        """Return the feature tables of pileups."""
        return [f"{self.folder('pileup')}/features/{n}.parquet" for n in self.pileup_descriptors()]

    def creep_descriptors(self) -> list[str]:
        """Return the descriptors by which the confusion scheme locates the transition."""
        return list(self.block["confusion"]["features"])

    def field_descriptors(self) -> list[str]:
        """Return the descriptors by which microstructures are classified."""
        block = self.block["microstructures"]
        return field_descriptors(block["nested"], block["models"])

    def tested_systems(self, system: str) -> list[str]:
        """Return the systems of all numbers of dislocations that run."""
        return list(self.block["run"]) if system in self.block["systems"] else [system]

    # Other numbers of dislocations

    def size_tables(self, wildcards: Wildcards | None = None) -> Files:
        """Return the transfer tables of the models that are tested at other sizes."""
        del wildcards
        models = self.block["sizes"]["models"]
        return [f"<results>/dislocation/size_transfer/{model}.parquet" for model in models]

    def system_sizes(self) -> dict[str, int]:
        """Return the numbers of dislocations of the systems that run, by name."""
        return {name: self.block["systems"][name]["dislocations"] for name in self.block["run"]}

    # Figures

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure of the wing."""
        del wildcards
        return [f"<results>/figures/dislocation/{name}.pdf" for name in FIGURES]

    def main_file(self, name: str) -> str:
        """Return a file of the system that figures show."""
        return f"{self.folder(self.main)}/{name}"

    def files(self, kind: str, suffix: str, models: Iterable[str], system: str = "") -> Files:
        """Return one file of each of some models, for the system that figures show or another."""
        base = f"{self.folder(system or self.main)}/{kind}"
        return [f"{base}/{model}.{suffix}" for model in models]

    def figure_files(self, kind: str, suffix: str, figure: str) -> Files:
        """Return one file of each model that a figure shows."""
        return self.files(
            kind, suffix, texts(mapping(mapping(self.block["figures"])[figure])["models"])
        )

    def pileup_scores(self, wildcards: Wildcards | None = None) -> Files:
        """Return the scores of all models of pileups."""
        del wildcards
        return self.files("scores", "json", self.block["pileup"]["models"], "pileup")

    def pileup_parity(self, wildcards: Wildcards | None = None) -> str:
        """Return the predictions that the figure of pileups shows."""
        del wildcards
        model = self.block["figures"]["pileup"]["parity"]
        return f"{self.folder('pileup')}/predictions/{model}.parquet"

    @property
    def shown_target(self) -> str:
        """The target that figures show where they show one."""
        return f"stress@{self.block['figures']['strain_shown']:.3f}"

    @property
    def structure_models(self) -> dict[str, list[str]]:
        """What is scored of the transition of creep and of microstructures, by system."""
        confusion, microstructures = self.block["confusion"], self.block["microstructures"]
        return {
            "pinned": [*confusion["features"], *confusion["order"]],
            "microstructures": list(microstructures["models"]),
        }

    def scored_otherwise(self) -> list[str]:
        """Return the systems whose scores are no scores of predictions."""
        return list(self.structure_models)

    def structure_scores(self) -> Files:
        """Return the score files of these models, which train nothing by the common rules."""
        found = self.structure_models.items()
        return [f"{self.folder(system)}/scores/{m}.json" for system, ms in found for m in ms]

    # Overview and attribution

    def overview_systems(self) -> list[str]:
        """Return the systems all of whose models this run trains."""
        return [self.main, "pileup"]

    def views(self, system: str) -> list[dict[str, str]]:
        """Return the views of the overview: targets of a pileup, or branches of loading."""
        if system == "pileup":
            targets = self.block["pileup"]["other_targets"]
            return [{"metric": "r2", "target": t, "subset": "ramp"} for t in targets]
        branches = self.block["figures"]["branches"]
        return [{"metric": "r2", "target": self.shown_target, "subset": b} for b in branches]

    def explained_system(self) -> str:
        """Return the system whose models are explained."""
        return self.main

    def explained_models(self, system: str) -> list[str]:
        """Return the models that are explained."""
        del system
        return list(self.settings["attribution"]["dislocation"]["models"])

    def shown_load(self, system: str) -> str:
        """Return the branch of loading that figures show."""
        del system
        return str(self.block["figures"]["branches"][0])

    def shown_strain(self, system: str) -> float:
        """Return the strain that figures show."""
        del system
        return float(self.block["figures"]["strain_shown"])

    def quantity(self, system: str) -> str:
        """Return the quantity that models predict."""
        del system
        return str(self.block["quantity"])

    def scored_targets(self, system: str) -> set[str]:
        """Return the forms of targets: stresses, and more of a pileup; other studies have their own."""
        if system not in {*self.block["systems"], "pileup"}:
            return set()
        others = self.block["pileup"]["other_targets"] if system == "pileup" else []
        return {f"{self.quantity(system)}@", *others}

    # What users bring

    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the file that a user's configurations become."""
        del block
        return f"<results>/dislocation/imported/{names[0]}.h5"

    @property
    def user_files(self) -> UserFiles:
        """The files that a user's configurations are read from."""
        return UserFiles(lambda wildcards: self.block["imports"][wildcards.system])

    def imported(self) -> Files:
        """Return the files of everything that ``dislocation/imports`` names."""
        return [self.import_file("imports", [name]) for name in self.block.get("imports", {})]
