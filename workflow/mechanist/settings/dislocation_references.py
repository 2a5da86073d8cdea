"""Check that names and numbers in the dislocation block of the configuration are consistent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mechanist.settings.declared import Declared
from mechanist.settings.descriptor_cards import (
    declared_in_library,
    undeclared_features,
    unknown_descriptors,
    unknown_kinds,
)
from mechanist.settings.estimator_names import unknown_estimators
from mechanist.settings.linear_estimators import LINEAR_FORMS
from mechanist.settings.models.dislocation_block import DislocationBlock
from mechanist.settings.models.dislocation_systems import Pileup
from mechanist.settings.names import unknown_names

#: Models of microstructures that are not descriptors of density fields.
BASELINES: Final = ("class_dummy", "scalars")
#: Strain at which a loading ends unless the configuration says otherwise.
LAST_STRAIN: Final = 0.2


def dislocation_problems(block: DislocationBlock, folds: int, library: Path) -> Iterator[str]:
    """Yield a line for each contradiction: its place, the value seen and the known values.

    Parameters
    ----------
    block : DislocationBlock
    folds : int
        Number of folds that samples are divided into.
    library : Path
        Folder of the library.
    """
    yield from unknown_names("dislocation/run", block.run, block.systems)
    yield from unknown_names("dislocation/main", [block.main], block.run)
    known = declared_in_library(library)
    yield from unknown_descriptors(
        "dislocation/descriptors", block.descriptors, "dislocation_sample", known
    )
    yield from _models(block, known)
    yield from unknown_estimators("dislocation/models", block.models, library, states=True)
    pileup_models = block.pileup.models
    yield from unknown_estimators("dislocation/pileup/models", pileup_models, library)
    yield from _pileup(block.pileup, folds, known)
    yield from _strains(block)
    yield from _kept(block)
    features = block.confusion.features
    yield from unknown_kinds("dislocation/confusion/features", features, "creep_trajectory", known)
    nested, models = block.microstructures.nested, block.microstructures.models
    yield from unknown_names("dislocation/microstructures/nested", nested, models)
    fields = field_descriptors(nested, models)
    yield from unknown_kinds("dislocation/microstructures/models", fields, "density_field", known)
    for name in block.run:
        system = block.systems.get(name)
        if system and system.samples < folds:
            yield (
                f"dislocation/systems/{name}/samples: {system.samples} samples cannot fill {folds} folds"
                " (learning/folds)"
            )


def field_descriptors(nested: Sequence[str], models: Iterable[str]) -> list[str]:
    """Return the descriptors of density fields by which microstructures are classified.

    Nested ones come first, in their order; overlays change that of the models.

    Parameters
    ----------
    nested, models
        ``nested`` and ``models`` in ``dislocation/microstructures``.
    """
    return [*nested, *(name for name in models if name not in {*BASELINES, *nested})]


def _models(block: DislocationBlock, known: Mapping[str, Declared]) -> Iterator[str]:
    models, figures = block.models, block.figures
    for name, model in models.items():
        place = f"dislocation/models/{name}/features"
        yield from undeclared_features(
            place, model.features, "dislocation/descriptors", block.descriptors, known
        )
    for pair in block.comparisons:
        yield from unknown_names("dislocation/comparisons", pair, models)
    for place, named in (
        ("learning_curve/models", block.learning_curve.models),
        ("sizes/models", block.sizes.models),
        ("figures/strain/models", figures.strain.models),
        ("figures/parity/models", figures.parity.models),
    ):
        yield from unknown_names(f"dislocation/{place}", named, models)
    parity = [figures.pileup.parity]
    yield from unknown_names("dislocation/figures/pileup", parity, block.pileup.models)


def _kept(block: DislocationBlock) -> Iterator[str]:
    kept = block.kept
    if kept is None:
        return
    yield from unknown_names("dislocation/kept/models", kept.models, block.models)
    yield from unknown_names("dislocation/kept/rivals", kept.rivals, kept.models)
    for name in kept.models:
        model = block.models.get(name)
        if model is not None and model.estimator not in LINEAR_FORMS:
            yield (
                f"dislocation/kept/models: {name!r} has the estimator {model.estimator!r}; expected one of"
                f" {list(LINEAR_FORMS)}, whose fitted form consists of numbers alone"
            )


def _pileup(pileup: Pileup, folds: int, known: Mapping[str, Declared]) -> Iterator[str]:
    for name, model in pileup.models.items():
        place = f"dislocation/pileup/models/{name}/features"
        yield from unknown_kinds(place, model.features, "pileup", known)
    if pileup.samples < folds:
        yield (
            f"dislocation/pileup/samples: {pileup.samples} samples cannot fill {folds} folds"
            " (learning/folds)"
        )


def _strains(block: DislocationBlock) -> Iterator[str]:
    learnt = block.strains
    for place, strains in (
        ("learning_curve/strains", block.learning_curve.strains),
        ("sizes/strains", block.sizes.strains),
        ("figures/strain_shown", [block.figures.strain_shown]),
    ):
        lost = [strain for strain in strains if strain not in learnt]
        if lost:
            yield f"dislocation/{place}: {lost} are not among dislocation/strains {learnt}"
    shown = block.figures.strain_shown
    for place, strains in (
        ("learning_curve", block.learning_curve.strains),
        ("sizes", block.sizes.strains),
    ):
        if shown not in strains:
            yield f"dislocation/{place}/strains: lacks {shown} (dislocation/figures/strain_shown)"
    for name in block.run:
        system = block.systems.get(name)
        loading = system.loading if system else None
        last = loading.strain if loading and loading.strain else LAST_STRAIN
        if max(learnt) > last:
            yield (
                f"dislocation/strains: {max(learnt)} is beyond {last}, where loading ends"
                f" (dislocation/systems/{name}/loading/strain)"
            )
