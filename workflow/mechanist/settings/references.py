"""Check what a JSON Schema cannot: that the names in the configuration exist."""

from collections.abc import Iterator
from pathlib import Path

from mechanist.settings.crystal_references import crystal_problems
from mechanist.settings.descriptor_cards import (
    declared_in_library,
    undeclared_features,
    unknown_descriptors,
)
from mechanist.settings.dislocation_references import dislocation_problems
from mechanist.settings.equation_references import equation_problems
from mechanist.settings.estimator_names import reads_states, unknown_estimators
from mechanist.settings.experiment_references import experiment_problems
from mechanist.settings.fold_references import fold_problems
from mechanist.settings.material_names import material_problems
from mechanist.settings.metric_names import metric_problems
from mechanist.settings.models.glass_block import GlassBlock, GlassSystem
from mechanist.settings.models.load_settings import SimpleShear, Uniaxial
from mechanist.settings.models.settings_model import Settings
from mechanist.settings.names import unknown_names
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.strain_references import strain_problems
from mechanist.settings.trust_references import trust_problems
from mechanist.settings.unseen_systems import unseen_problems


def check_references(settings: Settings, library: Path) -> None:
    """Refuse names that refer to nothing and numbers that contradict each other.

    Parameters
    ----------
    settings : Settings
    library : Path
        Folder of the library, where the files of descriptors, estimators, metrics and materials are
        looked up (parsed, not imported: the checking process may lack their dependencies).

    Raises
    ------
    SettingsError
        If there are problems, with a line for each: its place, the value seen, the known values.
    """
    problems = [
        *_glass(settings.glass, library),
        *metric_problems(settings.glass, settings.learning.top_fractions, library),
        *_learning(settings),
        *strain_problems(settings),
        *_attribution(settings),
        *dislocation_problems(
            settings.dislocation, settings.learning.folds_of_studies.models, library
        ),
        *equation_problems(settings.equations),
        *(crystal_problems(settings.crystal, library) if settings.crystal else ()),
        *(
            experiment_problems(
                settings.experiment,
                settings.glass,
                settings.learning.folds_of_studies,
                (settings.crystal.materials or {}) if settings.crystal else {},
            )
            if settings.experiment
            else ()
        ),
        *trust_problems(settings),
        *fold_problems(settings),
    ]
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise SettingsError(f"the configuration is not valid:\n{lines}")


def _glass(glass: GlassBlock, library: Path) -> Iterator[str]:
    systems = [*glass.systems, *glass.imports]
    yield from unknown_names("glass/run", glass.run, systems)
    for name, system in glass.systems.items():
        yield from _system(f"glass/systems/{name}", system)
        yield from material_problems(
            f"glass/systems/{name}", system.model_dump(exclude_unset=True), library
        )
    known = declared_in_library(library)
    yield from unknown_descriptors("glass/descriptors", glass.descriptors, "particle", known)
    models = glass.models
    yield from unknown_estimators("glass/models", models, library, states=True)
    of_states = [name for name, one in models.items() if reads_states(one.estimator, library)]
    for name, model in models.items():
        place = f"glass/models/{name}/features"
        yield from undeclared_features(
            place, model.features, "glass/descriptors", glass.descriptors, known
        )
    for pair in glass.comparisons or []:
        yield from unknown_names("glass/comparisons", pair, models)
    yield from unknown_names("glass/transfer", glass.transfer or [], models)
    for name in sorted({*(glass.transfer or [])} & {*of_states}):
        yield (
            f"glass/transfer: {name!r} reads the states of samples; expected models that read tables,"
            " which are cheap to train on each load anew"
        )
    curve = glass.learning_curve.models if glass.learning_curve else []
    yield from unknown_names("glass/learning_curve/models", curve, models)
    yield from unseen_problems(glass, library)
    yield from _frontier(glass, library)
    yield from _figures(glass)
    for name in glass.run:
        if name in glass.systems:
            loads = glass.systems[name].loads
            yield from unknown_names(f"glass/figures/load (in {name})", [glass.figures.load], loads)


def _frontier(glass: GlassBlock, library: Path) -> Iterator[str]:
    frontier, place = glass.frontier, "glass/frontier"
    if frontier is None:
        return
    yield from unknown_names(f"{place}/shown", frontier.shown, glass.models)
    yield from unknown_names(f"{place}/walked", frontier.walked, frontier.paths)
    yield from unknown_estimators(f"{place}/models", frontier.models, library)
    known = [*glass.descriptors, *frontier.walked]
    for name, model in frontier.models.items():
        yield from unknown_names(f"{place}/models/{name}/features", model.features, known)
    taken = [*glass.models, *glass.descriptors]
    for name in [*frontier.paths, *frontier.models]:
        if name in taken:
            yield f"{place}: {name!r} is also the name of a model or a descriptor; rename it"
    for name in sorted(set(frontier.paths) & set(frontier.models)):
        yield f"{place}: {name!r} is the name of a path and of a model; rename one of them"


def _figures(glass: GlassBlock) -> Iterator[str]:
    figures, models = glass.figures, glass.models
    for name, shown in (
        ("curves", figures.curves.models),
        ("definition", figures.definition.models),
        ("parity", figures.parity.models),
    ):
        yield from unknown_names(f"glass/figures/{name}/models", shown, models)
    yield from unknown_names("glass/figures/hybrid", [figures.hybrid], models)
    named = [entry.descriptor for entry in figures.indicators]
    yield from unknown_names("glass/figures/indicators", named, glass.descriptors)


def _system(place: str, system: GlassSystem) -> Iterator[str]:
    deformation = system.deformation
    for strain in deformation.frames:
        steps = strain / deformation.step
        if abs(steps - round(steps)) > 1e-6:
            yield (
                f"{place}/deformation/frames: {strain} is not a multiple of the step"
                f" {deformation.step}"
            )
    if system.dimension == 2:
        for name, load in system.loads.items():
            axes: str = load.plane if isinstance(load, SimpleShear) else ""
            axes += load.axis if isinstance(load, Uniaxial) else ""
            if "z" in axes:
                yield f"{place}/loads/{name}: a 2D system has no z; use x and y"


def _learning(settings: Settings) -> Iterator[str]:
    learning, glass = settings.learning, settings.glass
    for plastic, rigid in learning.class_definitions:
        if plastic + rigid > 1 + 1e-12:
            yield (
                f"learning/class_definitions: plastic {plastic} and rigid {rigid} overlap;"
                " their sum must not exceed 1"
            )
    for name in glass.run:
        system = glass.systems.get(name)
        if system is None:
            continue
        frames = system.deformation.frames
        if not set(learning.class_strains) & set(frames):
            yield (
                f"learning/class_strains: none of {learning.class_strains} is stored by"
                f" glass/systems/{name}/deformation/frames {frames}"
            )
        folds = learning.folds_of_studies.models
        if system.samples < folds:
            yield (
                f"glass/systems/{name}/samples: {system.samples} samples cannot fill"
                f" {folds} folds (learning/folds)"
            )


def _attribution(settings: Settings) -> Iterator[str]:
    block, dislocation = settings.attribution, settings.dislocation
    if block is None:
        return
    yield from unknown_names("attribution/glass/models", block.glass.models, settings.glass.models)
    yield from unknown_names(
        "attribution/dislocation/models", block.dislocation.models, dislocation.models
    )
    learnt = dislocation.strains
    lost = [strain for strain in block.dislocation.strains if strain not in learnt]
    if lost:
        yield (
            f"attribution/dislocation/strains: {lost} are not among dislocation/strains {learnt}"
        )
    folds = settings.learning.folds_of_studies.models
    if block.dislocation.folds > folds:
        yield (
            f"attribution/dislocation/folds: {block.dislocation.folds} exceeds the {folds}"
            " folds of learning/folds"
        )
