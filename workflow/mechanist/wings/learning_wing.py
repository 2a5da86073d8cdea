"""What the rules ask of a wing whose models are trained and scored out of fold."""

from abc import abstractmethod
from typing import ClassVar, Final, NamedTuple

from mechanist.assess.scoring import Scoring
from mechanist.core.code_hash import LIBRARY
from mechanist.core.narrowing import mapping, text
from mechanist.learn.study import OBJECTS, STATES, TABLES, Reads, Study, Subject
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.estimator_names import reads_states
from mechanist.wings.wing import Files, Wildcards, Wing

#: Stages for which a model is trained, each for its own targets.
TRAIN: Final = "train"


CURVE: Final = "curve"


TRANSFER: Final = "transfer"


class Cost(NamedTuple):
    """Memory and time that a job asks for at its first attempt."""

    megabytes: int
    minutes: int


class LearningWing(Wing):
    """A wing whose models are trained and scored out of fold by the common rules."""

    #: What a row of its tables describes: an object within a sample, or a whole sample.
    subject: ClassVar[Subject]

    @abstractmethod
    def study(self, system: str, model: str, stage: str = TRAIN) -> Study:
        """Return what a model is trained for.

        Parameters
        ----------
        system : str
        model : str
        stage : {"train", "curve", "transfer"}
            Learning curves and transfers may show fewer targets than predictions.
        """

    @abstractmethod
    def pairs(self, system: str) -> list[list[str]]:
        """Return the pairs of models of a system that are compared."""

    def compared_frames(self, wildcards: Wildcards) -> Files:
        """Return the scores by frame of all models that are compared."""
        models = sorted({model for pair in self.pairs(wildcards.system) for model in pair})
        return [f"{self.folder(wildcards.system)}/frame_scores/{m}.parquet" for m in models]

    @abstractmethod
    def training_cost(self, system: str) -> Cost:
        """Return what training a model that reads tables of a system asks for."""

    def subject_of(self, system: str) -> Subject:
        """Return what a row of the tables of a system describes; in most wings the same for all."""
        del system
        return self.subject

    def reads(self, model: LabelEntry) -> Reads:
        """Return whether the estimator of a model reads feature tables or states."""
        return STATES if reads_states(text(model.get("estimator", "")), LIBRARY) else TABLES

    def scored_otherwise(self) -> list[str]:
        """Return the systems whose scores are no scores of predictions; most wings have none."""
        return []

    def tested_systems(self, system: str) -> list[str]:
        """Return the systems on which a transfer of models trained on a system is tested."""
        return [system]

    def scoring(self, system: str) -> Scoring:
        """Return how predictions are scored: arguments of ``mechanist.assess.scorer.make_scorer``."""
        learning, subject = self.settings["learning"], self.subject_of(system)
        if subject == OBJECTS:
            return {"top_fractions": learning["top_fractions"], **self.comparing(system)}
        return {"subject": subject, "level": learning["level"]}

    def comparing(self, system: str) -> Scoring:
        """Return how models are compared, which draws random numbers for whole samples too."""
        learning = self.settings["learning"]
        return {
            "subject": self.subject_of(system),
            "level": learning["level"],
            "resamples": learning["resamples"],
            "seed": self.settings["seed"],
        }

    @abstractmethod
    def sample_files(self, system: str) -> Files:
        """Return the sample files of a system, of samples that fail too."""

    @abstractmethod
    def overview_systems(self) -> list[str]:
        """Return the systems all of whose models this run trains."""

    @abstractmethod
    def views(self, system: str) -> list[dict[str, str]]:
        """Return what the overview shows of the models of a system.

        Each view is a ``metric``, a ``target`` and a ``subset``; each model predicts the target of one
        view at least.
        """

    @abstractmethod
    def explained_system(self) -> str:
        """Return the system whose models are explained."""

    @abstractmethod
    def explained_models(self, system: str) -> list[str]:
        """Return the models of that system that are explained."""

    @abstractmethod
    def shown_load(self, system: str) -> str:
        """Return the load, or the branch of loading, that figures show where they show one."""

    @abstractmethod
    def shown_strain(self, system: str) -> float:
        """Return the strain that figures show where they show one."""

    @abstractmethod
    def quantity(self, system: str) -> str:
        """Return the quantity that the models of a system predict."""

    def may_reduce_folds(self, system: str) -> bool:
        """Return whether a system too small for the configured number of folds gets fewer."""
        del system
        return False

    def material_modules(self, system: str) -> list[str]:
        """Return the library modules of a system's material; most wings have none."""
        del system
        return []

    def refuse_left_out(self, system: str, kind: str, name: str) -> None:
        """Refuse a descriptor or a model that a system cannot have; most systems have all."""
        del system, kind, name

    def options_of_attribution(self) -> dict[str, object]:
        """Return how attributions of tables are measured."""
        block = self.settings["attribution"]
        mine = mapping(mapping(block)[self.name])
        return {
            "objects": mine.get("objects"),
            "repeats": mine["repeats"],
            "threshold": block["threshold"],
        }
