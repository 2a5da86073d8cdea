"""Check that names and numbers in the experiment block of the configuration are consistent."""

from collections.abc import Iterator, Mapping

from mechanist.settings.models.experiment_block import (
    ExperimentBlock,
    HeatMaps,
    Ladder,
    LearntForces,
    PictureTwin,
    SerialSections,
)
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.models.learning_block import Folds
from mechanist.settings.models.picture_imports import DisplacementImport, PictureImport
from mechanist.settings.names import unknown_names

PLACE = "experiment"
#: What models of the ladder may read besides descriptors.
MECHANISMS = ("springs", "twin", "entropy", "position")
#: What else they may read where forces are learnt: a twin, and descriptors in it.
LEARNT_TWIN = "learnt_twin"
RESTORED = "restored_"
#: Methods that start from pictures, and their controls.
TWINS = ("truth", "repaired", "unrepaired", "unrelaxed", "springs", "past_truth", "past")
#: Another one where forces are learnt.
LEARNT = "learnt"
#: Heat maps over pictures.
MAPS = ("activation", "gradient", "occlusion")
HEAT_MAPS = (*MAPS, *(f"untrained_{name}" for name in MAPS), "brightness")
#: What a simulation may start from instead of a whole crystal.
STARTS = ("sections", "columnar", "voronoi", "dummy")


def experiment_problems(
    block: ExperimentBlock, glass: GlassBlock, folds: Folds, materials: Mapping[str, object]
) -> Iterator[str]:
    """Yield a line for each contradiction: its place, the value seen and the known values.

    Parameters
    ----------
    block : ExperimentBlock
    glass : GlassBlock
        Its systems are photographed.
    folds : Folds
        Numbers of folds that glasses are divided into.
    materials : mapping
        Materials of crystals.
    """
    yield from unknown_names(f"{PLACE}/system", [block.system], glass.systems)
    if block.system in glass.systems:
        yield from _system(block, glass)
    for name, one in block.series.items():
        where = f"{PLACE}/series/{name}"
        yield from unknown_names(f"{where}/renderer", [one.renderer], block.renderers)
        yield from unknown_names(f"{where}/detector", [one.detector], block.detectors)
    yield from unknown_names(f"{PLACE}/shown/renderer", [block.shown.renderer], block.renderers)
    yield from unknown_names(f"{PLACE}/shown/detector", [block.shown.detector], block.detectors)
    cutoff = glass.targets.neighbour_cutoff
    if block.window <= 4 * cutoff:
        yield (
            f"{PLACE}/window: {block.window:g} leaves too few particles that are farther from the edge than"
            f" glass/targets/neighbour_cutoff = {cutoff:g}; expected more than {4 * cutoff:g}"
        )
    if block.forces is not None:
        yield from _forces(block.forces, block.ladder)
    if block.ladder is not None:
        yield from _ladder(block, block.ladder, glass, folds.models)
    if block.twin is not None:
        yield from _twin(block, block.twin, glass)
    if block.heat_maps is not None:
        yield from _heat_maps(block, block.heat_maps, glass, folds.heat_maps)
    if block.sections is not None:
        yield from _sections(block.sections, materials)
    for name, entry in block.imports.items():
        yield from _import(f"{PLACE}/imports/{name}", entry)


def _system(block: ExperimentBlock, glass: GlassBlock) -> Iterator[str]:
    system = glass.systems[block.system]
    if system.dimension != 2:
        yield f"{PLACE}/system: {block.system!r} has {system.dimension} dimensions; pictures show 2"
    if block.samples > system.samples:
        yield f"{PLACE}/samples: {block.samples}; {block.system!r} has {system.samples}"
    yield from unknown_names(f"{PLACE}/load", [block.load], system.loads)
    if block.strain is not None and block.strain not in system.deformation.frames:
        stored = ", ".join(f"{strain:g}" for strain in system.deformation.frames)
        yield f"{PLACE}/strain: no state is stored at {block.strain:g}. Stored: {stored}"


def _forces(forces: LearntForces, ladder: Ladder | None) -> Iterator[str]:
    place = f"{PLACE}/forces"
    if ladder is None:
        yield f"{place}: forces are learnt from the glasses of experiment/ladder, which is not given"
    if forces.reach <= forces.first:
        yield f"{place}/reach: {forces.reach:g}; expected more than first = {forces.first:g}"


def _ladder(block: ExperimentBlock, ladder: Ladder, glass: GlassBlock, folds: int) -> Iterator[str]:
    place = f"{PLACE}/ladder"
    system = glass.systems.get(block.system)
    most = ladder.samples if system is None else min(ladder.samples, system.samples)
    if most < folds:
        yield (
            f"{place}/samples: {most} samples cannot fill {folds} folds (learning/folds/models);"
            f" expected at least {folds}"
        )
    if system is not None:
        yield from unknown_names(f"{place}/loads", ladder.loads, system.loads)
    known = {*ladder.descriptors, *MECHANISMS}
    if block.forces is not None:
        known |= {LEARNT_TWIN, *(f"{RESTORED}{name}" for name in ladder.descriptors)}
    for name, model in ladder.models.items():
        yield from unknown_names(f"{place}/models/{name}/features", model.features, known)


def _twin(block: ExperimentBlock, twin: PictureTwin, glass: GlassBlock) -> Iterator[str]:
    place = f"{PLACE}/twin"
    known = TWINS if block.forces is None else (*TWINS, LEARNT)
    yield from unknown_names(f"{place}/methods", twin.methods, known)
    if block.forces is not None and twin.rim < block.forces.reach:
        yield (
            f"{place}/rim: {twin.rim:g} is narrower than forces reach (experiment/forces/reach ="
            f" {block.forces.reach:g}); expected at least as much"
        )
    yield from unknown_names(f"{place}/renderer", [twin.renderer], block.renderers)
    yield from unknown_names(f"{place}/detector", [twin.detector], block.detectors)
    system = glass.systems.get(block.system)
    strain = glass.figures.strain if block.strain is None else block.strain
    if system is not None:
        yield from unknown_names(f"{place}/loads", twin.loads, system.loads)
        before = [value for value in system.deformation.frames if value < strain]
        if twin.past not in before:
            stored = ", ".join(f"{value:g}" for value in before) or "none"
            yield (
                f"{place}/past: no state is stored at {twin.past:g} before the predicted strain"
                f" {strain:g}. Stored before it: {stored}"
            )
    least = 2 * (twin.rim + glass.targets.neighbour_cutoff)
    window = block.window if twin.window is None else twin.window
    if window <= least + glass.targets.neighbour_cutoff:
        yield (
            f"{place}/window: {window:g} leaves too few particles that are farther from the edge than the rim"
            f" of {twin.rim:g} and glass/targets/neighbour_cutoff ="
            f" {glass.targets.neighbour_cutoff:g}; expected more than"
            f" {least + glass.targets.neighbour_cutoff:g}"
        )


def _heat_maps(
    block: ExperimentBlock, maps: HeatMaps, glass: GlassBlock, folds: int
) -> Iterator[str]:
    place = f"{PLACE}/heat_maps"
    yield from unknown_names(f"{place}/methods", maps.methods, HEAT_MAPS)
    if "brightness" not in maps.methods:
        yield f"{place}/methods: brightness is missing, with which the others are compared"
    yield from unknown_names(f"{place}/renderer", [maps.renderer], block.renderers)
    system = glass.systems.get(block.system)
    most = maps.samples if system is None else min(maps.samples, system.samples)
    if most < 2 * folds:
        yield (
            f"{place}/samples: {most} samples leave fewer than 2 in some of {folds} folds"
            f" (learning/folds/heat_maps); expected at least {2 * folds}"
        )
    if system is not None:
        yield from unknown_names(f"{place}/loads", maps.loads, system.loads)


def _sections(sections: SerialSections, materials: Mapping[str, object]) -> Iterator[str]:
    place = f"{PLACE}/sections"
    yield from unknown_names(f"{place}/material", [sections.material], materials)
    yield from unknown_names(f"{place}/methods", sections.methods, STARTS)
    if 1 not in sections.known or max(sections.known) > sections.grid:
        yield (
            f"{place}/known: {sections.known}; expected 1, with which the others are compared, and no more"
            f" sections than {place}/grid = {sections.grid}"
        )


def _import(place: str, entry: object) -> Iterator[str]:
    """Yield a line for each contradiction of an entry of the user's."""
    if isinstance(entry, DisplacementImport):
        yield from _maps(place, entry)
    if not isinstance(entry, PictureImport):
        return
    if entry.exposures is not None and entry.exposures[0] == entry.exposures[1]:
        yield f"{place}/exposures: {entry.exposures}; expected two different frames"
    if entry.crop is not None and not (
        entry.crop[0] < entry.crop[2] and entry.crop[1] < entry.crop[3]
    ):
        yield f"{place}/crop: {entry.crop}; expected first column, first row, end column, end row"


def _maps(place: str, entry: DisplacementImport) -> Iterator[str]:
    """Yield a line for each contradiction of maps of displacements."""
    quality = entry.quality
    if quality is not None and quality.least is None and quality.most is None:
        yield f"{place}/quality: no threshold of {quality.column!r}; expected `least` or `most`"
    if entry.times is not None:
        falls = [k for k in range(1, len(entry.times)) if entry.times[k] <= entry.times[k - 1]]
        if falls:
            before, after = entry.times[falls[0] - 1], entry.times[falls[0]]
            yield f"{place}/times: {before:g} is followed by {after:g}; expected an increasing list"
