"""What the rule that probes models for leaks asks: models, their studies and the files of these."""

from collections.abc import Mapping
from pathlib import Path

from mechanist.core.code_hash import ScriptHash
from mechanist.core.narrowing import text
from mechanist.learn.study import STATES
from mechanist.settings.estimator_names import has_estimator
from mechanist.wings.learning_wing import LearningWing
from mechanist.wings.trust import Trust
from mechanist.wings.wing import Files, Wildcards, Wing, unlabelled


class LeakProbes:
    """Probes of all models of the panels of trust, classifiers included.

    Parameters
    ----------
    trust : Trust
        Panels of this run.
    wings : mapping of str to Wing
        All wings by name.
    code : ScriptHash
        Hash of the library code behind a script.
    library : Path
        Folder of the library, where estimators in a file of their own stand.
    """

    def __init__(
        self, trust: Trust, wings: Mapping[str, Wing], code: ScriptHash, library: Path
    ) -> None:
        self.trust = trust
        self.wings = {n: wing for n, wing in wings.items() if isinstance(wing, LearningWing)}
        self.code_of = code
        self.library = library

    def _systems(self) -> dict[tuple[LearningWing, str], list[str]]:
        """Return the models of each system, in the order of the panels."""
        found: dict[tuple[LearningWing, str], list[str]] = {}
        for panel in self.trust.panels.values():
            wing = self.wings[panel["wing"]]
            named = found.setdefault((wing, panel["system"]), [])
            asked = panel.get("models", wing.models(panel["system"]))
            named += [model for model in asked if model not in named]
        return found

    def models(self, wildcards: Wildcards | None = None) -> list[dict[str, object]]:
        """Return wing, system, name, study and entry of every model that is probed."""
        del wildcards
        return [
            {
                "wing": wing.name, "system": system, "model": model,
                "study": wing.study(system, model).plain(),
                "entry": unlabelled(wing.models(system)[model]),
            }
            for (wing, system), models in self._systems().items()
            for model in models
        ]  # fmt: skip

    def files(self, wildcards: Wildcards | None = None) -> dict[str, Files]:
        """Return the files that these models are trained on, by what they are."""
        del wildcards
        found: dict[str, Files] = {"targets": [], "splits": [], "features": [], "samples": []}
        for (wing, system), models in self._systems().items():
            found["targets"].append(f"{wing.folder(system)}/targets.parquet")
            found["splits"].append(f"{wing.folder(system)}/splits.json")
            entries = wing.models(system)
            of_states = [model for model in models if wing.reads(entries[model]) == STATES]
            tables = [model for model in models if model not in of_states]
            found["features"] += wing.features(system, tables)
            found["samples"] += wing.sample_files(system) if of_states else []
        return found

    def code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the script and of estimators in files of their own."""
        del wildcards
        names = {
            text(wing.models(system)[model].get("estimator", ""))
            for (wing, system), models in self._systems().items()
            for model in models
        }
        own = [f"learn/estimators/{n}" for n in sorted(names) if has_estimator(n, self.library)]
        return self.code_of("trust/leak_probes.py", *own)
