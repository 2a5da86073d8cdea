"""What the rules ask that test kept models on glasses which these have not seen."""

from collections.abc import Mapping
from typing import Final

from mechanist.assess.scoring import Scoring
from mechanist.core.code_hash import LIBRARY, ScriptHash
from mechanist.core.narrowing import text
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry
from mechanist.settings.entry_types.glass_unseen_entries import (
    GlassChangeEntry,
    UnseenGlassesEntry,
)
from mechanist.settings.material_names import material_files
from mechanist.settings.target_names import at_strain
from mechanist.settings.unseen_systems import shared_strains, unseen_system
from mechanist.wings.glass import GlassWing
from mechanist.wings.kept_models import CARD, Predictions
from mechanist.wings.wing import Files, Wildcards, pattern, uncounted

#: The table of how models do on unseen glasses, in the folder of a system.
TABLE: Final = "unseen.csv"


class Unseen:
    """Questions of the rules of unseen glasses.

    Parameters
    ----------
    glass : GlassWing
    predictions : Predictions
        The kept models.
    code : ScriptHash
        Hash of the library code behind a script.
    """

    def __init__(self, glass: GlassWing, predictions: Predictions, code: ScriptHash) -> None:
        self.glass = glass
        self.predictions = predictions
        self.code = code

    @property
    def block(self) -> UnseenGlassesEntry | None:
        """The block ``glass/unseen``; None if nothing is to be tested."""
        return self.glass.block.get("unseen")

    def _changes(self, system: str) -> Mapping[str, GlassChangeEntry]:
        """Return what differs in each kind of glasses that this run makes for a system."""
        block = self.block
        if block is None or not self.predictions.tested(system):
            return {}
        return {name: block["changes"][system][name] for name in block["run"].get(system, [])}

    def systems(self) -> list[str]:
        """Return the systems whose kept models are tested."""
        return [system for system in self.glass.systems() if self._changes(system)]

    @property
    def tested(self) -> str:
        """Pattern of these systems."""
        return pattern(self.systems())

    @property
    def kinds_made(self) -> str:
        """Pattern of all kinds of glasses that are made."""
        return pattern({kind for system in self.systems() for kind in self._changes(system)})

    def kinds(self, wildcards: Wildcards) -> list[str]:
        """Return the kinds of glasses that the models of a system are tested on."""
        return list(self._changes(wildcards.system))

    def labels(self, wildcards: Wildcards) -> dict[str, str]:
        """Return what is different in each kind of glasses."""
        return {name: change["label"] for name, change in self._changes(wildcards.system).items()}

    # Simulation

    @property
    def made(self) -> Files:
        """The sample files of one kind."""
        count = self.block["samples"] if self.block else 1
        folder = f"{self.glass.folder('{system}')}/unseen/{{kind}}"
        return [f"{folder}/{k:04d}.h5" for k in range(count)]

    def simulated(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the settings of one kind of glasses, without their number."""
        block = self.block
        assert block is not None, "only kinds of this block are made"
        base = self.glass.block["systems"][wildcards.system]
        change = block["changes"][wildcards.system][wildcards.kind]
        return uncounted(unseen_system(base, change, block))

    def material_files(self, wildcards: Wildcards) -> Files:
        """Return the files that the material of such glasses reads."""
        return material_files(self.simulated(wildcards), LIBRARY)

    def simulation_code(self, wildcards: Wildcards) -> str:
        """Return the hash of the simulation of glasses with the file of the material."""
        name = text(self.simulated(wildcards).get("material") or "kob_andersen")
        return self.code("glass/simulate_unseen.py", f"mechanics/materials/{name}")

    # The test

    def rivals(self, wildcards: Wildcards) -> dict[str, ModelEntry]:
        """Return the entries of the mechanism-based models that are tested beside the kept ones."""
        system, block = wildcards.system, self.block
        kept = self.predictions.tested(system)
        names = [name for name in (block["rivals"] if block else []) if name not in kept]
        models = self.glass.models(system)
        return {name: models[name] for name in self.glass.possible_models(system, names)}

    def rival_descriptors(self, wildcards: Wildcards) -> dict[str, DescriptorEntry]:
        """Return the entries of the descriptors that these read."""
        used = {n for entry in self.rivals(wildcards).values() for n in entry.get("features", [])}
        known = self.glass.block["descriptors"]
        return {name: known[name] for name in sorted(used)}

    def files(self, wildcards: Wildcards) -> dict[str, Files | str]:
        """Return the files that a test reads, by what they are."""
        system, folder = wildcards.system, self.glass.folder(wildcards.system)
        kept, rivals = self.predictions.tested(system), list(self.rivals(wildcards))
        made = [path.replace("{system}", system) for path in self.made]
        return {
            "kept": [f"{folder}/kept/{name}/{CARD}" for name in kept],
            "targets": f"{folder}/targets.parquet",
            "splits": f"{folder}/splits.json",
            "features": self.glass.features(system, rivals),
            "samples": self.glass.sample_files(system),
            "predictions": [f"{folder}/predictions/{name}.parquet" for name in [*kept, *rivals]],
            "unseen": [
                path.replace("{kind}", kind) for kind in self.kinds(wildcards) for path in made
            ],
        }

    def strains(self, wildcards: Wildcards) -> list[float]:
        """Return the strains at which predictions are compared with the truth."""
        base = self.glass.block["systems"][wildcards.system]
        return shared_strains(base, self.block) if self.block else []

    def study(self, wildcards: Wildcards) -> dict[str, object]:
        """Return what rivals are trained for: the numbers, at all strains, as kept models are."""
        first = self.predictions.tested(wildcards.system)[0]
        study = self.glass.study(wildcards.system, first).plain()
        return {**study, "class_strains": [], "class_definitions": []}

    def scoring(self, wildcards: Wildcards) -> Scoring:
        """Return how predictions of a system are scored."""
        return self.glass.scoring(wildcards.system)

    def test_code(self, wildcards: Wildcards) -> str:
        """Return the hash of the test with all descriptors that its models read."""
        kept = self.predictions.tested(wildcards.system)
        models = self.glass.models(wildcards.system)
        used = {name for model in kept for name in models[model].get("features", [])}
        kinds = {self.glass.block["descriptors"][name]["kind"] for name in used}
        kinds |= {entry["kind"] for entry in self.rival_descriptors(wildcards).values()}
        known = declared_in_library(LIBRARY)
        return self.code(
            "glass/unseen.py", *(f"describe/{known[kind].file}" for kind in sorted(kinds))
        )

    # What is shown

    def card_inputs(self, wildcards: Wildcards) -> dict[str, Files | str]:
        """Return the files that the card of a kept model is written from."""
        folder = self.glass.folder(wildcards.system)
        kept = {
            "model": f"{folder}/kept/{wildcards.model}/{CARD}",
            "numbers": f"{folder}/kept/{wildcards.model}/numbers.npz",
        }
        numeric = self.predictions.tested(wildcards.system)
        tested = wildcards.system in self.systems() and wildcards.model in numeric
        return {**kept, **({"unseen": f"{folder}/{TABLE}"} if tested else {})}

    def rival_labels(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the labels of the mechanism-based models that a card shows."""
        models = self.glass.models(wildcards.system)
        return {name: str(models[name]["label"]) for name in self.rivals(wildcards)}

    def shown_target(self, wildcards: Wildcards) -> str:
        """Return the target that the figure shows: that of other figures, or the last that is tested."""
        strains, system = self.strains(wildcards), wildcards.system
        shown = float(self.glass.shown_strain(system))
        return at_strain(self.glass.quantity(system), shown if shown in strains else strains[-1])

    def cards(self, wildcards: Wildcards | None = None) -> Files:
        """Return the cards of all kept models."""
        return [path.replace(CARD, "card.md") for path in self.predictions.files(wildcards)]

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return the figure of every system whose models are tested."""
        del wildcards
        return [f"<results>/figures/{system}/unseen.pdf" for system in self.systems()]
