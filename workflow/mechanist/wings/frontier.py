"""What the rules ask that set the score of models and of coarse simulations against their cost."""

from collections.abc import Iterable
from typing import Final, Protocol

from mechanist.settings.entry_types.glass_frontier_entries import FrontierEntry
from mechanist.settings.label_entry import LabelEntries
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.glass import GlassWing
from mechanist.wings.wing import Files, Wildcards, pattern, unlabelled

#: The descriptor of the motion along a path.
MOTION: Final = "coarse_motion"


class DescribedCode(Protocol):
    """Returns the hash of a script with the files of some descriptors and further modules."""

    def __call__(self, script: str, kinds: Iterable[str], *modules: str) -> str:
        """Return the hash."""
        ...


class FrontierStudy:
    """Scores of models and of coarse paths of the first glass against their CPU seconds.

    Parameters
    ----------
    glass : GlassWing
        The wing whose first system is studied.
    code : DescribedCode
    """

    def __init__(self, glass: GlassWing, code: DescribedCode) -> None:
        self.glass = glass
        self._code = code

    @property
    def entry(self) -> FrontierEntry:
        """The settings.

        Raises
        ------
        SettingsError
            If there are none.
        """
        entry = self.glass.block.get("frontier")
        if entry is None:
            raise SettingsError("glass/frontier is missing; expected its settings")
        return entry

    @property
    def path_names(self) -> str:
        """Pattern of the coarse paths."""
        entry = self.glass.block.get("frontier")
        return pattern(entry["walked"] if entry else ())

    @property
    def system(self) -> str:
        """The first system that runs, and that lacks nothing if there is such a one."""
        return self.glass.first()

    def _file(self, name: str) -> str:
        return f"{self.glass.folder(self.system)}/{name}"

    def samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files of the study."""
        del wildcards
        return self.glass.sample_files(self.system)[: self.entry["samples"]]

    def timed_samples(self, wildcards: Wildcards | None = None) -> Files:
        """Return the sample files on which costs are measured."""
        return self.samples(wildcards)[: self.entry["timed"]]

    def targets(self, wildcards: Wildcards | None = None) -> str:
        """Return the targets of the system."""
        del wildcards
        return self._file("targets.parquet")

    def splits(self, wildcards: Wildcards | None = None) -> str:
        """Return the splits of the system."""
        del wildcards
        return self._file("splits.json")

    def path(self, wildcards: Wildcards) -> dict[str, object]:
        """Return how a path is walked."""
        return unlabelled(self.entry["paths"][wildcards.path])

    def paths(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables of all paths."""
        del wildcards
        return [self._file(f"coarse/{name}.parquet") for name in self.entry["walked"]]

    def path_costs(self, wildcards: Wildcards | None = None) -> Files:
        """Return what all paths took."""
        del wildcards
        return [self._file(f"coarse/{name}.csv") for name in self.entry["walked"]]

    def _shown(self) -> list[str]:
        return self.glass.possible_models(self.system, self.entry["shown"])

    def frames(self, wildcards: Wildcards | None = None) -> Files:
        """Return the scores by frame of the models that are set beside the paths."""
        del wildcards
        return [self._file(f"frame_scores/{name}.parquet") for name in self._shown()]

    def trained(self, wildcards: Wildcards | None = None) -> dict[str, dict[str, object]]:
        """Return the entries of all models, those of the study and those set beside them."""
        del wildcards
        beside = {name: self.glass.models(self.system)[name] for name in self._shown()}
        return {name: unlabelled(one) for name, one in {**beside, **self.entry["models"]}.items()}

    def own_models(self, wildcards: Wildcards | None = None) -> list[str]:
        """Return the models of the study alone."""
        del wildcards
        return list(self.entry["models"])

    def descriptors(self, wildcards: Wildcards | None = None) -> dict[str, dict[str, object]]:
        """Return the entries of all descriptors that a model of the study or beside it reads."""
        entries = self.glass.block["descriptors"]
        names = {str(f) for one in self.trained(wildcards).values() for f in _features(one)}
        return {name: dict(entries[name]) for name in sorted(names) if name in entries}

    def features(self, wildcards: Wildcards | None = None) -> Files:
        """Return the feature tables of these descriptors."""
        return [self._file(f"features/{name}.parquet") for name in self.descriptors(wildcards)]

    def labels(self, wildcards: Wildcards | None = None) -> LabelEntries:
        """Return labels and roles of paths and models, those of the wing first."""
        del wildcards
        models = self.glass.models(self.system)
        return {**models, **self.entry["models"], **self.entry["paths"]}

    def quantity(self, wildcards: Wildcards | None = None) -> str:
        """Return the target quantity."""
        del wildcards
        return self.glass.quantity(self.system)

    def strains(self, wildcards: Wildcards | None = None) -> list[float]:
        """Return the stored strains."""
        del wildcards
        return list(self.glass.block["systems"][self.system]["deformation"]["frames"])

    def deformation(self, wildcards: Wildcards | None = None) -> dict[str, object]:
        """Return how the full path is walked."""
        del wildcards
        return dict(self.glass.block["systems"][self.system]["deformation"])

    def code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the walks, with the file of the material."""
        del wildcards
        modules = self.glass.material_modules(self.system)
        return self._code("glass/coarse_path.py", [MOTION], *modules)

    def cost_code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the measurement of costs, with the files of the descriptors."""
        kinds = [str(one["kind"]) for one in self.descriptors(wildcards).values()]
        modules = self.glass.material_modules(self.system)
        return self._code("glass/model_costs.py", kinds, *modules)

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return the figure, unless the configuration or the system lacks the study."""
        del wildcards
        lacking = self.glass.block.get("frontier") is None or self.system in self.glass.limited
        return [] if lacking else ["<results>/figures/frontier.pdf"]


def _features(model: dict[str, object]) -> list[object]:
    found = model.get("features", [])
    return list(found) if isinstance(found, list) else []
