"""One run of the workflow: the checked configuration, the user's data, and all wings."""

import copy
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, cast

import yaml

from mechanist.assess.published_rows import PublishedContent
from mechanist.audit.registry import entries
from mechanist.core.beside_library import beside_library
from mechanist.core.code_hash import LIBRARY, ScriptHash
from mechanist.core.top_name import top_name
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.entry_types.glass_block_entries import GlassSystemEntry
from mechanist.settings.entry_types.settings_model_entries import SettingsEntry
from mechanist.settings.metric_names import listed_metrics
from mechanist.settings.own_imports import Import, configured_imports, merge_imports, sheet_imports
from mechanist.settings.own_systems import OwnSystem, own_problems, own_system
from mechanist.settings.references import check_references
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.study_folds import spread_folds
from mechanist.settings.typed_settings import typed_settings
from mechanist.wings.absent_files import absent_files
from mechanist.wings.asked_samples import AskedSamples
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.dislocation import DislocationWing
from mechanist.wings.equations import EquationsWing
from mechanist.wings.experiment import EXPERIMENT, Experiment
from mechanist.wings.fold_leak import FoldLeak
from mechanist.wings.followed_laws import FollowedLaws
from mechanist.wings.frontier import FrontierStudy
from mechanist.wings.glass import GlassWing
from mechanist.wings.kept_curves import CurvePredictions
from mechanist.wings.kept_models import Predictions, read_predict_sheet
from mechanist.wings.kept_surrogates import CrystalPredictions
from mechanist.wings.leak_probes import LeakProbes
from mechanist.wings.learning import Learning
from mechanist.wings.learning_wing import LearningWing
from mechanist.wings.paper import Paper
from mechanist.wings.provenance import RunRecorder
from mechanist.wings.published import Scoreboard
from mechanist.wings.published_check import refuse_bad_published
from mechanist.wings.sheets import SHEET_RULES
from mechanist.wings.trust import Audit, Efficiency, Trust
from mechanist.wings.unseen import Unseen
from mechanist.wings.user_sources import user_sources
from mechanist.wings.wing import Files, Wildcards, Wing, pattern

#: Folder of the workflow: rules, scripts, schemas and the library.
WORKFLOW: Final = LIBRARY.parent
#: Published results that the scoreboard sets beside ours.
PUBLISHED: Final = beside_library("config") / "published.yaml"
#: Changed settings that a message lists.
MOST_CHANGED: Final = 3
LOGGER: Final = logging.getLogger("snakemake.logging")


def read_yaml(path: Path) -> dict[str, object]:
    """Return the content of a YAML file, by the compiled reader: every start waits for it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = path.read_text(encoding="utf-8")
    content: dict[str, object] = yaml.load(text, Loader=loader)  # noqa: S506  (both are safe)
    return content


class Run:
    """All that the rules ask.

    Parameters
    ----------
    settings : dict
        The configuration, valid against the schema; rows of the sample sheet are merged into it, and
        users' glasses that models can learn from stand beside the simulated ones afterwards.
    schema : mapping
        The schema of the configuration.
    checking : bool
        Whether the run only checks users' data, and so reports problems instead of refusing them.
    main : bool
        Whether this process controls the run; a process that runs one job of another need not
        refuse what its controller accepted.

    Raises
    ------
    SettingsError
        If the sheet has a problem, a name refers to nothing, or models cannot learn from a glass of
        the user's that is named.
    """

    def __init__(
        self,
        settings: dict[str, object],
        schema: Mapping[str, object],
        *,
        checking: bool,
        main: bool,
    ) -> None:
        # What fits the schema has the types that are written from the same models.
        self.settings = cast("SettingsEntry", settings)
        self.schema = schema
        self.code = ScriptHash(WORKFLOW / "scripts")
        self.sheet = self.settings.get("own_data", {}).get("sheet", "")
        simulated = self._wings({})
        #: What the check of users' data needs, before the sheet adds to it.
        self.import_settings = copy.deepcopy(
            {wing.name: wing.import_settings() for wing in simulated}
            | {EXPERIMENT: {"imports": self.settings.get("experiment", {}).get("imports", {})}}
        )
        rows, self.problems = (
            sheet_imports(Path(self.sheet), settings, schema, SHEET_RULES)
            if self.sheet
            else ([], [])
        )
        merge_imports(settings, rows)
        spread_folds(self.settings)
        asked, asked_problems = read_predict_sheet(
            settings, schema, self.settings.get("own_data", {}).get("predict", "")
        )
        self._sheet_places = {(one.block, one.names): one.place for one in (*rows, *asked)}
        #: The same as typed entries, without what is added below.
        self.typed = typed_settings(settings)
        if main and not checking:
            self.refuse_bad_sheet()
        own, self.refused = _known_glasses(self.settings)
        if not checking:
            self._check_names()
        glass = self.settings["glass"]
        for system in own.values():
            # It holds the keys that rules read.
            glass["systems"][system.name] = cast("GlassSystemEntry", system.entry)
        # Rules of stages look systems up: those that only the check may still name are left out.
        glass["run"] = [name for name in glass["run"] if name in glass["systems"]]
        self.glass, self.dislocation, self.equations, self.crystal = self._wings(own)
        #: Questions of the rules that keep models and use them.
        self.predictions = Predictions(self.glass, asked)
        self.curve_predictions = CurvePredictions(self.dislocation, asked, glass["systems"])
        self.crystal_predictions = CrystalPredictions(self.crystal, asked)
        #: What all wings are asked to predict.
        self.asked = AskedSamples(
            (self.predictions, self.curve_predictions, self.crystal_predictions), asked_problems
        )
        #: Questions of the rules that test these models on glasses that they have not seen.
        self.unseen = Unseen(self.glass, self.predictions, self.code)
        if main and not checking:
            self._check_published()
            for line in self.glass.left_out_of_materials():
                LOGGER.warning(line)

    def _wings(
        self, own: Mapping[str, OwnSystem]
    ) -> tuple[GlassWing, DislocationWing, EquationsWing, CrystalWing]:
        return (
            GlassWing(self.settings, own),
            DislocationWing(self.settings),
            EquationsWing(self.settings),
            CrystalWing(self.settings),
        )

    @cached_property
    def experiment(self) -> Experiment:
        """Questions of the rules of experiments."""
        return Experiment(self.settings, self.glass)

    @property
    def wings(self) -> dict[str, Wing]:
        """All wings by name."""
        wings = (self.glass, self.dislocation, self.equations, self.crystal)
        return {wing.name: wing for wing in wings}

    @cached_property
    def learning(self) -> Learning:
        """Questions of the rules that train, score and explain models."""
        found = {n: w for n, w in self.wings.items() if isinstance(w, LearningWing)}
        return Learning(found, self.code, LIBRARY)

    @cached_property
    def followed_laws(self) -> FollowedLaws:
        """Questions of the rules that follow found laws."""
        return FollowedLaws(self.equations)

    @cached_property
    def published(self) -> PublishedContent:
        """Published results, as the file lists them."""
        return cast("PublishedContent", read_yaml(PUBLISHED))  # `_check_published` checks them

    @cached_property
    def scoreboard(self) -> Scoreboard:
        """Questions of the rules of the scoreboard."""
        return Scoreboard(self.wings, self.published)

    @cached_property
    def trust(self) -> Trust:
        """Questions of the rules of trust."""
        return Trust(self.settings, self.wings)

    @cached_property
    def leak_probes(self) -> LeakProbes:
        """Questions of the rule that probes models for leaks."""
        return LeakProbes(self.trust, self.wings, self.code, LIBRARY)

    @cached_property
    def audit(self) -> Audit:
        """Questions of the rules of the audit."""
        return Audit(self.settings, self.wings, entries(), self.code)

    @cached_property
    def efficiency(self) -> Efficiency:
        """Questions of the rules of data efficiency."""
        return Efficiency(self.settings, self.glass, self.dislocation)

    @cached_property
    def fold_leak(self) -> FoldLeak:
        """Questions of the rules of folds of atoms."""
        return FoldLeak(self.glass)

    @cached_property
    def frontier(self) -> FrontierStudy:
        """Questions of the rules of score against cost."""
        return FrontierStudy(self.glass, self._described_code)

    @cached_property
    def paper(self) -> Paper:
        """Questions of the rules of the paper."""
        return Paper(self.settings, self.glass, self.crystal, WORKFLOW / "paper")

    @cached_property
    def recorder(self) -> RunRecorder:
        """Writes the manifest when the run ends."""
        return RunRecorder(self.settings, WORKFLOW)

    @staticmethod
    def tell_folders(folders: Mapping[str, str], changed: Sequence[str]) -> None:
        """Tell that a run has folders of its own, and because of which settings.

        Parameters
        ----------
        folders : mapping of str to str
        changed : sequence of str
        """
        shown = ", ".join(changed[:MOST_CHANGED])
        more = len(changed) - MOST_CHANGED
        LOGGER.warning(  # Snakemake's logger fills in no arguments
            f"Settings differ from those of the default run ({shown}{f' and {more} more' * (more > 0)}), so this"
            f" run has folders of its own: {', '.join(folders.values())}. `pathvars` in your file of settings"
            " chooses others."
        )

    def relative(self, path: str) -> str:
        """Return a path below the workflow's folder, relative to where the run goes on.

        Inputs must not be absolute: a finished run that is moved or copied would start again.
        """
        return os.path.relpath(WORKFLOW / path)

    def simulation_code(self, wildcards: Wildcards) -> str:
        """Return the hash of the simulation of glasses with the file of the material."""
        return self.code("glass/simulate.py", *self.glass.material_modules(wildcards.system))

    # Code of descriptors, which scripts find by name

    def _described_code(self, script: str, kinds: Iterable[str], *modules: str) -> str:
        """Return the hash of a script with the files of some descriptors."""
        known = declared_in_library(LIBRARY)
        files = sorted({f"describe/{known[kind].file}" for kind in kinds})
        return self.code(script, *modules, *files)

    def pileup_code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the tables of pileups."""
        del wildcards
        kinds = self.dislocation.pileup_descriptors()
        return self._described_code("dislocation/pileup_tables.py", kinds)

    def confusion_code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the confusion scheme."""
        del wildcards
        kinds = self.dislocation.creep_descriptors()
        return self._described_code("dislocation/confusion.py", kinds)

    def classification_code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the classification of microstructures."""
        del wildcards
        kinds = self.dislocation.field_descriptors()
        return self._described_code("dislocation/classify.py", kinds)

    def surrogate_code(self, wildcards: Wildcards) -> str:
        """Return the hash of the training of one surrogate."""
        model = self.crystal.surrogate["models"][wildcards.model]
        kinds = [model["descriptor"]] if "descriptor" in model else []
        modules = ("learn/cube_training", "learn/cube_tables")
        return self._described_code("crystal/surrogate_train.py", kinds, *modules)

    def surrogate_keep_code(self, wildcards: Wildcards | None = None) -> str:
        """Return the hash of the keeping of surrogates."""
        del wildcards
        return self.code("crystal/keep.py", "learn/cube_training", "learn/cube_tables")

    @property
    def limited_glasses(self) -> str:
        """Pattern of the glasses that lack some descriptors or models."""
        return pattern(self.glass.limited)

    # What users bring

    @property
    def own_glasses(self) -> str:
        """Pattern of the user's glasses that models can learn from."""
        return pattern(self.glass.own)

    def refuse_bad_sheet(self) -> None:
        """Refuse a sample sheet that has problems.

        Raises
        ------
        SettingsError
            With every problem.
        """
        if self.problems:
            lines = "\n".join(f"  {problem}" for problem in self.problems)
            raise SettingsError(f"{self.sheet} is not valid:\n{lines}")

    def _check_names(self) -> None:
        """Refuse names that refer to nothing, and glasses from which models cannot learn."""
        glass = self.settings["glass"]
        asked = {*glass["run"], *glass["own"]} & {*self.refused}
        problems = sorted(line for name in asked for line in self.refused[name])
        if problems:
            lines = "\n".join(f"  {line}" for line in problems)
            raise SettingsError(f"the configuration is not valid:\n{lines}")
        check_references(self.typed, LIBRARY)

    def _check_published(self) -> None:
        """Refuse published results that name what does not exist."""
        listed, fractions = listed_metrics(LIBRARY), self.settings["learning"]["top_fractions"]
        ranked = [top_name(name, part) for part in fractions for name in listed.ranked]
        schema = read_yaml(beside_library("schemas") / "published.schema.yaml")
        metrics = [*listed.every, *ranked]
        refuse_bad_published(PUBLISHED, self.published, schema, self.wings, metrics)

    def check_asked(self, arguments: Sequence[str], results: str) -> None:
        """Refuse what a run is asked for and cannot give, before its jobs are planned.

        Parameters
        ----------
        arguments : sequence of str
            Of the command line: Snakemake tells its targets only after the rules are read.
        results : str
            Folder of the results.

        Raises
        ------
        SettingsError
            If samples to predict, imports or glasses of the user's that are asked for have problems, or a
            file of theirs is not there and a result of another file would be shown.
        """
        asked: Mapping[str, Callable[[], object]] = {
            "predict": self.asked.predicted,
            "imports": self.import_files,
            "own_models": lambda: self._own_figures,
        }
        # A row that cannot be read is no entry, so that its prediction would be one of an earlier row.
        predicted = (f"{results}/predicted/", f"{results}/figures/predicted/")
        predicts = any(one.startswith(predicted) for one in arguments)
        for argument in (
            *arguments,
            *(["predict"] if predicts and self.asked.sheet_problems else []),
        ):
            asked.get(argument, list)()
        sources = user_sources(self.settings, self._import_file, self._sheet_places, results)
        refused, warned = absent_files(sources, arguments, results, SHEET_RULES)
        if refused:
            raise SettingsError(
                "\n".join(["a file is not there:", *(f"  {line}" for line in refused)])
            )
        for line in warned:
            LOGGER.warning(line)

    def import_files(self, wildcards: Wildcards | None = None) -> Files:
        """Return the file of everything that users bring."""
        del wildcards
        self.refuse_bad_sheet()
        return [self._import_file(one) for one in configured_imports(self.settings, SHEET_RULES)]

    def _import_file(self, one: Import) -> str:
        wing, block = one.block
        asked = self.experiment if wing == EXPERIMENT else self.wings[wing]
        return asked.import_file(block, one.names)

    def own_figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return figures and tables of the models of every glass of the user's.

        Raises
        ------
        SettingsError
            If models can learn from none of them.
        """
        del wildcards
        return self._own_figures

    @cached_property
    def _own_figures(self) -> Files:
        self.refuse_bad_sheet()
        refused = "\n".join(f"  {line}" for lines in self.refused.values() for line in lines)
        own: Sequence[str] = list(self.glass.own)
        if not own:
            reason = f":\n{refused}" if refused else f"; {self.sheet or 'glass/imports'} has none"
            raise SettingsError(f"models can learn from none of your glasses{reason}")
        if refused:
            LOGGER.warning(f"left out of own_models:\n{refused}")
        figures = [file for system in own for file in self.glass.system_figures(system)]
        return figures + [f"<results>/figures/models/glass_{system}.pdf" for system in own]


def _known_glasses(settings: SettingsEntry) -> tuple[dict[str, OwnSystem], dict[str, list[str]]]:
    """Return the user's glasses that models can learn from, and why they cannot from others."""
    known: dict[str, OwnSystem] = {}
    refused: dict[str, list[str]] = {}
    for name in sorted({*settings["glass"]["imports"], *settings["glass"]["own"]}):
        problems = list(own_problems(name, settings, LIBRARY))
        if problems:
            refused[name] = problems
        else:
            known[name] = own_system(name, settings, LIBRARY)
    return known, refused
