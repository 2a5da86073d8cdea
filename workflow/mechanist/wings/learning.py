"""What the rules that serve several wings ask: training, overview, attribution, scoreboard."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mechanist.core.code_hash import ScriptHash
from mechanist.core.entries import Entry
from mechanist.settings.estimator_names import has_estimator
from mechanist.wings.wing import Files, LearningWing, Wildcards


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

    def models(self, wildcards: Wildcards) -> Mapping[str, Entry]:
        """Return every model of a wing, for labels and roles."""
        return self._wing(wildcards).models()

    def descriptor_code(self, script: str, wing: str) -> Callable[[Wildcards], str]:
        """Return the hash of a describing script with the file of the descriptor."""

        def code(wildcards: Wildcards) -> str:
            entries = self.wings[wing].block["descriptors"]
            described = f"describe/{entries[wildcards.descriptor]['kind']}"
            found = self.wings[wing].material_modules(wildcards.get("system", ""))
            return self.code(script, described, *found)

        return code

    def model_features(self, wildcards: Wildcards) -> Files:
        """Return the feature tables of the model that the wildcards name."""
        wing = self._wing(wildcards)
        wing.refuse_left_out(wildcards.system, "models", wildcards.model)
        return wing.features(wildcards.system, [wildcards.model])

    def named_model(self, wildcards: Wildcards) -> dict[str, Entry]:
        """Return the entry of the model that the wildcards name, under its name."""
        return {wildcards.model: self._wing(wildcards).models()[wildcards.model]}

    def model_code(self, script: str) -> Callable[[Wildcards], str]:
        """Return the hash of a script with the file of the model's estimator, if it has its own."""

        def code(wildcards: Wildcards) -> str:
            # Where sizes are compared there is no system: the wing's own models.
            models = self._wing(wildcards).models(wildcards.get("system", "any"))
            name = models[wildcards.model]["estimator"]
            own = [f"learn/estimators/{name}"] if has_estimator(name, self.library) else []
            return self.code(script, *own)

        return code

    # Overview

    def overview_models(self, wildcards: Wildcards) -> Mapping[str, Entry]:
        """Return every model of a system."""
        return self._wing(wildcards).models(wildcards.system)

    def overview_scores(self, wildcards: Wildcards) -> Files:
        """Return the scores of all these models."""
        base = f"{self._wing(wildcards).folder(wildcards.system)}/scores"
        return [f"{base}/{model}.json" for model in self.overview_models(wildcards)]

    def overview_views(self, wildcards: Wildcards) -> list[Entry]:
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

    def attribution_features(self, wildcards: Wildcards) -> Files:
        """Return the feature tables of an explained model."""
        return self._wing(wildcards).features(wildcards.system, [wildcards.model])

    def attribution_load(self, wildcards: Wildcards) -> str:
        """Return the load, or the branch, whose predictions are explained."""
        return self._wing(wildcards).shown_load(wildcards.system)

    def attribution_strain(self, wildcards: Wildcards) -> float:
        """Return the strain at which predictions are explained."""
        return self._wing(wildcards).shown_strain(wildcards.system)

    def attribution_quantity(self, wildcards: Wildcards) -> str:
        """Return the quantity whose predictions are explained."""
        return self._wing(wildcards).quantity(wildcards.system)

    def attribution_options(self, wildcards: Wildcards) -> Mapping[str, Any]:
        """Return how attributions of tables are measured."""
        return self._wing(wildcards).options_of_attribution()
