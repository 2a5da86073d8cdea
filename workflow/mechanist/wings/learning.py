"""What the rules that serve several wings ask: training, overview, attribution, scoreboard."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from mechanist.assess.scoring import Scoring
from mechanist.core.code_hash import ScriptHash
from mechanist.core.narrowing import mapping, text
from mechanist.learn.study import STATES, TABLES, Subject
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.estimator_names import has_estimator
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.learning_wing import CURVE, LearningWing
from mechanist.wings.wing import Files, Wildcards, pattern, unlabelled


class Learning:
    """Questions of the rules that train, score and explain models, by the wing that a job names.

    Parameters
    ----------
    wings : mapping of str to LearningWing
        Wings whose models are trained out of fold, by name.
    code : ScriptHash
        Hash of the library code behind a script.
    library : Path
        Folder of the library, where estimators in a file of their own stand.
    """

    def __init__(self, wings: Mapping[str, LearningWing], code: ScriptHash, library: Path) -> None:
        self.wings = wings
        self.code = code
        self.library = library

    def _wing(self, wildcards: Wildcards) -> LearningWing:
        return self.wings[wildcards.wing]

    def samples(self, wildcards: Wildcards) -> Files:
        """Return the sample files of a system."""
        return self._wing(wildcards).sample_files(wildcards.system)

    def may_reduce_folds(self, wildcards: Wildcards) -> bool:
        """Return whether a system may have fewer folds than the configuration asks for."""
        return self._wing(wildcards).may_reduce_folds(wildcards.system)

    def models(self, wildcards: Wildcards) -> Mapping[str, LabelEntry]:
        """Return every model of a wing, for labels and roles."""
        return self._wing(wildcards).models()

    def descriptor_code(self, script: str, wing: str) -> Callable[[Wildcards], str]:
        """Return the hash of a describing script with the file of the descriptor."""

        def code(wildcards: Wildcards) -> str:
            entries = mapping(self.wings[wing].block["descriptors"])
            kind = str(mapping(entries[wildcards.descriptor])["kind"])
            described = f"describe/{declared_in_library(self.library)[kind].file}"
            found = self.wings[wing].material_modules(wildcards.get("system", ""))
            return self.code(script, described, *found)

        return code

    # Training and scores

    @property
    def wing_names(self) -> str:
        """Pattern of the wings whose models are trained by the common rules."""
        return pattern(self.wings)

    @property
    def trained_systems(self) -> str:
        """Pattern of all systems but those that wings score without training a model on them."""
        others = pattern({name for wing in self.wings.values() for name in wing.scored_otherwise()})
        return rf"(?!(?:{others})/)[a-z][a-z0-9_]*"

    def wings_of(self, subject: Subject) -> str:
        """Return the pattern of the wings whose rows describe such a subject."""
        return pattern(name for name, wing in self.wings.items() if wing.subject == subject)

    @cached_property
    def state_models(self) -> str:
        """Pattern of the models that read states, in whatever wing.

        Raises
        ------
        SettingsError
            If a model of the same name reads tables in another wing: rules go by names.
        """
        names: dict[str, set[str]] = {STATES: set(), TABLES: set()}
        for wing in self.wings.values():
            for name, entry in wing.models().items():
                names[wing.reads(entry)].add(name)
        both = sorted(names[STATES] & names[TABLES])
        if both:
            raise SettingsError(
                f"models {both} read states in one wing and tables in another; rename"
            )
        return pattern(names[STATES])

    @property
    def table_models(self) -> str:
        """Pattern of all other models."""
        return rf"(?!(?:{self.state_models})\.)[a-z][a-z0-9_]*"

    def model(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry of a model, without what only figures show of it."""
        wing = self._wing(wildcards)
        return unlabelled(wing.models(self._system(wildcards))[wildcards.model])

    def study(self, stage: str) -> Callable[[Wildcards], dict[str, object]]:
        """Return an input function for what a model is trained for at a stage."""

        def study(wildcards: Wildcards) -> dict[str, object]:
            wing = self._wing(wildcards)
            return wing.study(self._system(wildcards), wildcards.model, stage).plain()

        return study

    def curve_columns(self, wildcards: Wildcards) -> list[str]:
        """Return the targets that learning curves show."""
        wing = self._wing(wildcards)
        return wing.study(self._system(wildcards), wildcards.model, CURVE).columns

    def scoring(self, wildcards: Wildcards) -> Scoring:
        """Return how predictions of a wing are scored."""
        return self._wing(wildcards).scoring(self._system(wildcards))

    def comparing(self, wildcards: Wildcards) -> Scoring:
        """Return how models of a wing are compared."""
        return self._wing(wildcards).comparing(self._system(wildcards))

    def study_files(self, wildcards: Wildcards) -> dict[str, Files | str]:
        """Return the files that a model is trained on, by what they are."""
        wing, system, model = self._wing(wildcards), wildcards.system, wildcards.model
        wing.refuse_left_out(system, "models", model)
        base = wing.folder(system)
        files = {"targets": f"{base}/targets.parquet", "splits": f"{base}/splits.json"}
        if wing.reads(wing.models(system)[model]) == TABLES:
            return {**files, "features": wing.features(system, [model])}
        return {**files, "samples": wing.sample_files(system)}

    def files_elsewhere(self, wildcards: Wildcards) -> dict[str, Files]:
        """Return the files of the other systems that a model predicts once it is trained."""
        wing, system = self._wing(wildcards), wildcards.system
        others = [other for other in wing.tested_systems(system) if other != system]
        return {
            "other_samples": [file for other in others for file in wing.sample_files(other)],
            "other_targets": [f"{wing.folder(other)}/targets.parquet" for other in others],
        }

    def transfer_files(self, wildcards: Wildcards) -> dict[str, Files | str]:
        """Return the files from which a transfer is made, of all systems that it covers.

        An estimator that reads states is costly to train: its training predicts the other systems.
        """
        wing, system, model = self._wing(wildcards), self._system(wildcards), wildcards.model
        wing.refuse_left_out(system, "models", model)
        if wing.reads(wing.models(system)[model]) == STATES:
            base = wing.folder(system)
            return {
                "predictions": f"{base}/predictions/{model}.parquet",
                "elsewhere": f"{base}/network_transfer/{model}.parquet",
            }
        systems = wing.tested_systems(system)
        return {
            "features": [file for one in systems for file in wing.features(one, [model])],
            "targets": [f"{wing.folder(one)}/targets.parquet" for one in systems],
            "splits": [f"{wing.folder(one)}/splits.json" for one in systems],
        }

    def compared_pairs(self, wildcards: Wildcards) -> list[list[str]]:
        """Return the pairs of models of a system that are compared."""
        return self._wing(wildcards).pairs(wildcards.system)

    def compared_frames(self, wildcards: Wildcards) -> Files:
        """Return the scores by frame of all models that are compared."""
        return self._wing(wildcards).compared_frames(wildcards)

    def train_memory(self, wildcards: Wildcards, attempt: int) -> int:
        """Return megabytes for training a model that reads tables; more at each attempt."""
        system = self._system(wildcards)
        return attempt * self._wing(wildcards).training_cost(system).megabytes

    def train_minutes(self, wildcards: Wildcards, attempt: int) -> int:
        """Return minutes for training a model that reads tables; more at each attempt."""
        system = self._system(wildcards)
        return attempt * self._wing(wildcards).training_cost(system).minutes

    def _system(self, wildcards: Wildcards) -> str:
        """Return the system that the wildcards name; where systems are compared, the main one."""
        return wildcards.get("system", "") or self._wing(wildcards).main

    def model_code(self, script: str) -> Callable[[Wildcards], str]:
        """Return the hash of a script with the file of the model's estimator, if it has its own."""

        def code(wildcards: Wildcards) -> str:
            models = self._wing(wildcards).models(self._system(wildcards))
            name = text(mapping(models[wildcards.model])["estimator"])
            own = [f"learn/estimators/{name}"] if has_estimator(name, self.library) else []
            return self.code(script, *own)

        return code

    # Overview

    def overview_models(self, wildcards: Wildcards) -> Mapping[str, LabelEntry]:
        """Return every model of a system."""
        return self._wing(wildcards).models(wildcards.system)

    def overview_scores(self, wildcards: Wildcards) -> Files:
        """Return the scores of all these models."""
        base = f"{self._wing(wildcards).folder(wildcards.system)}/scores"
        return [f"{base}/{model}.json" for model in self.overview_models(wildcards)]

    def overview_views(self, wildcards: Wildcards) -> list[dict[str, str]]:
        """Return what is shown of these models."""
        return self._wing(wildcards).views(wildcards.system)

    def overview_figures(self) -> Files:
        """Return the overview of every system all of whose models this run trains."""
        return [
            f"<results>/figures/models/{wing.name}_{system}.pdf"
            for wing in self.wings.values()
            for system in wing.overview_systems()
        ]

    # Attribution

    def attribution_figures(self) -> Files:
        """Return the figure of every wing that has a model to explain."""
        return [
            f"<results>/figures/attribution_{wing.name}.pdf"
            for wing in self.wings.values()
            if wing.explained_models(wing.explained_system())
        ]

    def attribution_tables(self, wildcards: Wildcards) -> Files:
        """Return the tables of all models of a wing that are explained."""
        wing = self._wing(wildcards)
        system = wing.explained_system()
        base = f"{wing.folder(system)}/attribution"
        return [f"{base}/{model}.parquet" for model in wing.explained_models(system)]

    def attribution_load(self, wildcards: Wildcards) -> str:
        """Return the load, or the branch, whose predictions are explained."""
        return self._wing(wildcards).shown_load(wildcards.system)

    def attribution_strain(self, wildcards: Wildcards) -> float:
        """Return the strain at which predictions are explained."""
        return self._wing(wildcards).shown_strain(wildcards.system)

    def attribution_quantity(self, wildcards: Wildcards) -> str:
        """Return the quantity whose predictions are explained."""
        return self._wing(wildcards).quantity(wildcards.system)

    def attribution_options(self, wildcards: Wildcards) -> dict[str, object]:
        """Return how attributions of tables are measured."""
        return self._wing(wildcards).options_of_attribution()
