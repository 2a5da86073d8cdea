"""The equation wing: data with known and unknown laws, and the methods that find them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.settings.entry_types.case_settings_entries import EquationCaseEntry
from mechanist.settings.entry_types.equation_studies_entries import VaryingCaseEntry
from mechanist.settings.entry_types.equations_block_entries import EquationsBlockEntry
from mechanist.settings.field_entry import files_of
from mechanist.settings.sheet_cells import pairs_of
from mechanist.settings.sheet_row import SheetRow
from mechanist.settings.sheet_rules import Placed, SheetRule
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards, Wing, pattern

#: Our own methods: what the library calls the method that file names call by the key.
OWN_METHODS: Final[Mapping[str, str]] = {
    "weak": "weak",
    "map": "map",
    "finite_difference": "derivative:finite_difference",
    "local_polynomial": "derivative:local_polynomial",
    "spectral": "derivative:spectral",
}
#: What is scored where latent coordinates are looked for.
LATENT_PARTS: Final = ("channels", "channel_rates", "latent_rates")
#: Methods of each order that are not methods of the other.
LATENT_METHODS: Final[Mapping[int, str]] = {1: "autoencoder", 2: "curve"}
#: Where the series of users are that latent coordinates are looked for in.
SERIES: Final = "latent/cases"
#: What reading one of them needs.
SERIES_KEYS: Final = ("path", "array", "step", "held", "derivative", "order")
#: The case whose continuum law is found in ensembles of dislocations, and what is scored there.
CONTINUUM: Final = "continuum"
CONTINUUM_TARGETS: Final = ("density_modes",)
FIGURES: Final = (
    "error",
    "structure",
    "error_bars",
    "verdicts",
    "paths",
    "chaos",
    "costs",
    "lorenz",
    "parametric",
    "materials",
    "latent",
    "continuum",
    "elastic",
    "symmetry",
)


def _sheet_entry(row: SheetRow, paths: Sequence[str], options: Mapping[str, object]) -> Placed:
    """Return the entry of a user's field data: all files of a case."""
    units = {"units": row.cells["units"]} if "units" in row.cells else {}
    entry = {"path": list(paths), "format": row.format, **units, **options}
    return "imports", (row.system,), entry


class EquationsWing(Wing):
    """Discovery of governing equations."""

    name: ClassVar[str] = "equations"
    category: ClassVar[str] = "Equations"
    tour_figure: ClassVar[str] = "paths"
    sheet: ClassVar[SheetRule] = SheetRule(
        needed=("options",),
        taken=("units",),
        place=_sheet_entry,
        own_cells={"units": pairs_of},
        needs_case=True,
        not_in_sheets={SERIES: 1},
    )

    # Cases and data

    @property
    def block(self) -> EquationsBlockEntry:
        """The block ``equations``."""
        return self.settings["equations"]

    def systems(self) -> list[str]:
        """Return the cases whose equations are scored."""
        latent = self.block["latent"]["run"]
        return [*self.block["run"], *self.block["varying"]["cases"], "chaos", *latent, CONTINUUM]

    def models(self, system: str | None = None) -> Mapping[str, LabelEntry]:
        """Return the methods: ours, those of papers, PySINDy's, and those of single cases."""
        latent = self.block["latent"]["models"]
        continuum = self.block["continuum"]["models"]
        if system in self.block["latent"]["cases"]:
            return {name: latent[name] for name in self.methods_of_latents(str(system))}
        if system == CONTINUUM:
            return continuum
        return {**self.block["models"], **({**latent, **continuum} if system is None else {})}

    @property
    def imported_cases(self) -> str:
        """Pattern of the cases whose data users bring."""
        return pattern(self.block.get("imports", {}))

    @property
    def discovered_cases(self) -> str:
        """Pattern of the cases with constant coefficients."""
        return pattern(self.block["cases"])

    @property
    def varying_cases(self) -> str:
        """Pattern of the cases with coefficients that vary in space or time."""
        return pattern(self.block["varying"]["cases"])

    @property
    def simulated_cases(self) -> str:
        """Pattern of the cases whose data a generator makes."""
        cases = {*self.block["cases"], *self.block["varying"]["cases"]}
        return pattern(cases - set(self.block.get("imports", {})))

    def case(self, name: str) -> EquationCaseEntry | VaryingCaseEntry:
        """Return the settings of a case, with constant or with varying coefficients."""
        return self.block["cases"].get(name) or self.block["varying"]["cases"][name]

    def case_name(self, wildcards: Wildcards) -> str:
        """Return the case that the wildcards name."""
        return wildcards.case

    def generator(self, wildcards: Wildcards) -> str:
        """Return the generator that makes the data of a case."""
        return str(self.case(wildcards.case).get("generator", wildcards.case))

    def parameters(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the parameters of the generator that differ from its defaults."""
        return dict(self.case(wildcards.case).get("parameters", {}))

    def data(self, wildcards: Wildcards | None = None) -> Files:
        """Return the data of all cases that run."""
        del wildcards
        names = [*self.block["run"], *self.block["varying"]["cases"]]
        return [f"{self.folder(name)}/data.h5" for name in names]

    def written_noise(self, wildcards: Wildcards) -> float:
        """Return the noise of the written equations: none is added to a user's data."""
        imported = wildcards.case in self.block.get("imports", {})
        return 0.0 if imported else float(self.block["written"])

    # Methods and runs

    @property
    def own_methods(self) -> str:
        """Pattern of our own methods."""
        return pattern(OWN_METHODS)

    def library_method(self, wildcards: Wildcards) -> str:
        """Return what the library calls one of our methods."""
        return OWN_METHODS[wildcards.method]

    def seeds(self, wildcards: Wildcards) -> int:
        """Return the number of noise realisations that one of our methods is given."""
        derivative = OWN_METHODS[wildcards.method].startswith("derivative:")
        return self.block["derivative_seeds"] if derivative else self.block["seeds"]

    def is_ordinary(self, name: str) -> bool:
        """Return whether a case has no space axis."""
        return bool(self.case(name)["library"].get("kind") == "polynomial")

    def rival_methods(self, *, ordinary: bool) -> list[str]:
        """Return PySINDy's methods for data without, or with, a space axis."""
        rivals = self.block["rivals"]
        return list(rivals["ordinary"] if ordinary else rivals["methods"])

    def rival_cases(self, *, ordinary: bool) -> str:
        """Return the pattern of the cases that PySINDy is given."""
        cases = self.block["cases"]
        named = (n for n in cases if "rival" in cases[n] and self.is_ordinary(n) == ordinary)
        return pattern(named)

    def methods(self, name: str) -> list[str]:
        """Return the methods by which the equations of a case are discovered."""
        settings = self.case(name)
        asked = self.rival_methods(ordinary=self.is_ordinary(name)) if "rival" in settings else []
        return [*settings.get("methods", ["weak"]), *asked]

    def run_tables(self, cases: Iterable[str] | None = None) -> Files:
        """Return the tables of runs of all methods on some cases, or on all that run."""
        return [
            f"{self.folder(name)}/runs/{method}.parquet"
            for name in (self.block["run"] if cases is None else cases)
            for method in self.methods(name)
        ]

    def found_equations(self, wildcards: Wildcards | None = None) -> Files:
        """Return the equations of all cases that run, found by the first method of each."""
        del wildcards
        return [
            f"{self.folder(name)}/equations/{self.methods(name)[0]}.json"
            for name in self.block["run"]
        ]

    def varying_files(self, name: str) -> Files:
        """Return one file of every case with varying coefficients."""
        return [f"{self.folder(case)}/{name}" for case in self.block["varying"]["cases"]]

    def scored_targets(self, system: str) -> set[str]:
        """Return the form of targets: equations are scored at levels of noise, latents by part."""
        if system == CONTINUUM:
            return set(CONTINUUM_TARGETS)
        return set(LATENT_PARTS) if system in self.block["latent"]["cases"] else {"noise@"}

    def score_files(self) -> set[str]:
        """Return the score files of all methods on all cases, and of the laws of single cases."""
        latent = self.latent_files("scores", "json")
        return {*self.case_scores(), *latent, *self.continuum_scores()}

    def case_scores(self) -> set[str]:
        """Return the score files of all methods on all cases: a small run omits some rivals."""
        methods = {name: self.methods(name) for name in self.block["run"]} | {"chaos": ["weak"]}
        varying = self.block["varying"]["cases"]
        methods |= {name: list(case["methods"]) for name, case in varying.items()}
        return {
            f"{self.folder(name)}/scores/{method}.json"
            for name, listed in methods.items()
            for method in listed
        }

    # Figures

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return every figure of the wing."""
        del wildcards
        return [f"<results>/figures/equations/{name}.pdf" for name in FIGURES]

    def figure_runs(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables of runs of the cases whose errors are drawn."""
        del wildcards
        return self.run_tables(self.block["figures"]["cases"])

    def error_bar_tables(self, wildcards: Wildcards | None = None) -> Files:
        """Return the error bars of the cases that run and whose coverage is counted."""
        del wildcards
        return self._counted("error_bars")

    def verdict_tables(self, wildcards: Wildcards | None = None) -> Files:
        """Return the verdicts on the same cases."""
        del wildcards
        return self._counted("verdicts")

    def _counted(self, table: str) -> Files:
        counted = self.block["error_bars"]["seeds"]
        return [f"{self.folder(n)}/{table}.parquet" for n in self.block["run"] if n in counted]

    def path_tables(self, wildcards: Wildcards | None = None) -> Files:
        """Return the models by size of the cases that are drawn."""
        del wildcards
        names = sorted({cell["case"] for cell in self.block["figures"]["paths"]})
        return [f"{self.folder(name)}/paths.parquet" for name in names]

    def path_levels(self, wildcards: Wildcards) -> list[float]:
        """Return the noise levels at which the models of a case are drawn."""
        cells = self.block["figures"]["paths"]
        return sorted(cell["noise"] for cell in cells if cell["case"] == wildcards.case)

    # Laws of latent coordinates

    @property
    def latent_cases(self) -> str:
        """Pattern of the cases whose latent coordinates are looked for."""
        return pattern(self.block["latent"]["cases"])

    @property
    def latent_methods(self) -> str:
        """Pattern of the methods that find latent coordinates."""
        return pattern(self.block["latent"]["models"])

    def latent_source(self, wildcards: Wildcards) -> Files:
        """Return the file of a user's series; nothing for series that are simulated."""
        source = self.block["latent"]["cases"][wildcards.case].get("path")
        return [] if source is None else [source]

    def methods_of_latents(self, case: str) -> list[str]:
        """Return the methods that find a law of the order of a case."""
        latent = self.block["latent"]
        order = latent["cases"][case].get("order", 1)
        other = {method for one, method in LATENT_METHODS.items() if one != order}
        return [method for method in latent["models"] if method not in other]

    def latent_files(self, kind: str, suffix: str = "parquet") -> Files:
        """Return one file of every method on every case that runs: runs, terms, latents or scores."""
        latent = self.block["latent"]
        return [
            f"{self.folder(case)}/{kind}/{method}.{suffix}"
            for case in latent["run"]
            for method in self.methods_of_latents(case)
        ]

    # Continuum laws of dislocations

    @property
    def continuum_ensembles(self) -> str:
        """Pattern of the ensembles of dislocations."""
        return pattern(self.block[CONTINUUM]["ensembles"])

    def continuum_tables(self) -> Files:
        """Return the modes of all ensembles of dislocations."""
        folder = self.folder(CONTINUUM)
        return [f"{folder}/ensembles/{name}.parquet" for name in self.block[CONTINUUM]["ensembles"]]

    def continuum_scores(self) -> Files:
        """Return the scores of all continuum laws that are followed."""
        folder = self.folder(CONTINUUM)
        return [f"{folder}/scores/{law}.json" for law in self.block[CONTINUUM]["models"]]

    # Elastic laws

    def elastic_files(self, wildcards: Wildcards | None = None) -> Files:
        """Return the tables of all measured curves of rubbers."""
        del wildcards
        materials = self.block["elastic"]["materials"].values()
        return [path for material in materials for path in material["tests"].values()]

    def elastic_materials(self) -> dict[str, dict[str, str]]:
        """Return the label and the unit of stress of every rubber."""
        materials = self.block["elastic"]["materials"]
        return {
            name: {"label": entry["label"], "unit": entry["unit"]}
            for name, entry in materials.items()
        }

    # What users bring

    def import_file(self, block: str, names: Sequence[str]) -> str:
        """Return the file that a user's field data become."""
        del block
        return f"{self.folder(names[0])}/data.h5"

    @property
    def user_files(self) -> UserFiles:
        """The files that an imported case is read from."""
        return UserFiles(lambda wildcards: self.block["imports"][wildcards.case], files_of)

    def import_settings(self) -> dict[str, object]:
        """Return the part of the configuration that checking users' data needs."""
        return super().import_settings() | {
            "cases": {
                name: {key: case[key] for key in ("library", "settings", "methods") if key in case}
                for name, case in self.block["cases"].items()
            },
            SERIES: {
                name: {key: case[key] for key in SERIES_KEYS if key in case}
                for name, case in self.block["latent"]["cases"].items()
                if "path" in case
            },
        }
