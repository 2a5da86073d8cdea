"""Check that names and numbers in the crystal block of the configuration are consistent."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from mechanist.settings.burgers_vectors import burgers_problem
from mechanist.settings.descriptor_cards import declared_in_library, unknown_kinds
from mechanist.settings.models.crystal_block import CrystalBlock
from mechanist.settings.models.crystal_imports import CrystalImport
from mechanist.settings.models.crystal_systems import CrystalMaterial, CrystalSystem, VoceHardening
from mechanist.settings.models.slip_law_settings import SlipLaws
from mechanist.settings.models.surrogate_settings import Surrogate
from mechanist.settings.names import unknown_names

#: Smallest mean number of voxels per grain.
LEAST_VOXELS: Final = 2
#: Elastic constants that hexagonal crystals have in addition to those of cubic crystals.
HEXAGONAL: Final = {"c13", "c33"}
#: Fields of voxels that are mechanisms of rotation: `voxel_samples` in learn/ makes them.
MECHANISMS: Final = (
    "taylor", "elastic_rotation", "elastic_pass_rotation", "plastic_rotation", "plastic_pass_rotation",
)  # fmt: skip
#: All fields of voxels.
FIELDS: Final = (
    *MECHANISMS, "quaternion", "orientation", "taylor_stress", "elastic_stress", "elastic_pass_stress",
    "plastic_stress", "plastic_pass_stress",
)  # fmt: skip
#: Keys of a surrogate that a descriptor of voxels replaces.
_DESCRIBED: Final = {"radius", "fields", "central"}


def crystal_problems(block: CrystalBlock, library: Path) -> Iterator[str]:
    """Yield a line for each contradiction: its place, the value seen and the value expected.

    Parameters
    ----------
    block : CrystalBlock
    library : Path
        Folder of the library.
    """
    materials = block.materials or {}
    for name, material in materials.items():
        yield from _material(f"crystal/materials/{name}", material)
    for name, system in (block.systems or {}).items():
        place = f"crystal/systems/{name}"
        yield from unknown_names(f"{place}/material", [system.material], materials)
        yield from _system(place, system)
    if block.slip_laws:
        yield from _slip_laws(block.slip_laws, block.systems or {}, materials)
    for name, made in block.imports.items():
        yield from _import(f"crystal/imports/{name}", made, block)
    for name, lines in block.lines.items():
        if problem := burgers_problem(lines.burgers):
            yield f"crystal/lines/{name}/burgers: {problem}"
    if block.surrogate:
        yield from _surrogate(block.surrogate, block, library)


def _slip_laws(
    study: SlipLaws, systems: Mapping[str, CrystalSystem], materials: Mapping[str, CrystalMaterial]
) -> Iterator[str]:
    """Yield the problems of the system that laws of slip are found from."""
    place = "crystal/slip_laws/system"
    yield from unknown_names(place, [study.system], systems)
    if one := systems.get(study.system):
        if not one.keep_slip or one.substeps != 1:
            yield (f"{place}: {study.system!r} has keep_slip {one.keep_slip} and substeps"
                   f" {one.substeps}; expected true and 1, since the law needs every step")  # fmt: skip
        if one.samples < 2:
            yield f"{place}: {study.system!r} has {one.samples} sample; expected at least 2"
        material = materials.get(one.material)
        if material and not _is_linear_voce(material):
            yield (f"{place}: material {one.material!r}; expected hardening of kind voce with a: 1 and"
                   " the same tau0, tau_sat and h0 for all slip systems")  # fmt: skip


def _is_linear_voce(material: CrystalMaterial) -> bool:
    law = material.hardening
    return (
        isinstance(law, VoceHardening)
        and law.a == 1
        and not any(isinstance(value, dict) for value in (law.tau0, law.tau_sat, law.h0))
    )


def _import(place: str, made: CrystalImport, block: CrystalBlock) -> Iterator[str]:
    """Yield the problems of an import: names that refer to nothing, and materials that do not fit."""
    systems, materials = block.systems or {}, block.materials or {}
    named, by_phase = [made.system] if made.system else [], made.materials or {}
    unknown = [
        *unknown_names(f"{place}/system", named, systems),
        *unknown_names(f"{place}/materials", by_phase.values(), materials),
    ]
    yield from unknown
    if unknown or made.system is None or made.systems is None:
        return
    if isinstance(made.systems, str):
        by_phase, tables = {"": systems[made.system].material}, {"": made.systems}
    else:
        tables = made.systems
        if set(by_phase) != set(tables):
            yield (
                f"{place}/materials: given for {sorted(by_phase)}, slip systems for {sorted(tables)};"
                f" expected a material for each phase of a map that is loaded like {made.system!r}"
            )
            return
    for phase, material in by_phase.items():
        if material in materials and materials[material].systems != tables[phase]:
            of = f"of {phase!r} " if phase else ""
            yield (
                f"{place}/systems: {tables[phase]!r} {of}but material {material!r} has"
                f" {materials[material].systems!r}; expected the same slip systems"
            )


def _surrogate(surrogate: Surrogate, block: CrystalBlock, library: Path) -> Iterator[str]:
    systems, figure, place = block.systems or {}, surrogate.figure, "crystal/surrogate"
    yield from unknown_names(f"{place}/train", [surrogate.train], systems)
    yield from unknown_names(f"{place}/others", surrogate.others, systems)
    yield from unknown_names(f"{place}/imports", surrogate.imports, block.imports)
    maps = [name for name in surrogate.imports if name in block.imports]
    for name in (name for name in maps if block.imports[name].format == "map"):
        yield (
            f"{place}/imports: {name!r} is an orientation map, which holds no state under load; expected"
            " a result of a simulation (format damask)"
        )
    known = declared_in_library(library)
    for name, model in surrogate.models.items():
        where = f"{place}/models/{name}"
        yield from unknown_names(f"{where}/guess", model.guess or [], MECHANISMS)
        yield from unknown_names(f"{where}/fields", model.fields or [], FIELDS)
        yield from unknown_names(f"{where}/central", model.central or [], FIELDS)
        if model.descriptor is None:
            continue
        where = f"{place}/models/{name}/descriptor"
        yield from unknown_kinds(where, [model.descriptor], "voxel", known)
        if twice := sorted(_DESCRIBED & model.model_fields_set):
            given = ", ".join(f"{key} = {getattr(model, key)!r}" for key in twice)
            yield (
                f"{where}: {model.descriptor!r} is given together with {given}, but a descriptor"
                f" itself decides what it reads around a voxel; remove {' and '.join(twice)}, or"
                " remove descriptor"
            )
    named = {
        "run": surrogate.run or [],
        "comparisons": [name for pair in surrogate.comparisons for name in pair],
        "figure": [*figure.models, figure.reference],
        "kept/models": surrogate.kept.models if surrogate.kept else [],
    }
    for key, names in named.items():
        yield from unknown_names(f"{place}/{key}", names, surrogate.models)


def _material(place: str, material: CrystalMaterial) -> Iterator[str]:
    seen = HEXAGONAL & material.elastic.model_fields_set
    expected = HEXAGONAL if material.systems.startswith("hcp") else set()
    if seen != expected:
        yield (
            f"{place}/elastic: {material.systems} with {sorted(seen) or 'neither c13 nor c33'};"
            f" expected {sorted(expected) or 'neither c13 nor c33'}"
        )


def _system(place: str, system: CrystalSystem) -> Iterator[str]:
    grid = system.grid
    voxels = grid**3 if isinstance(grid, int) else math.prod(grid)
    if voxels < LEAST_VOXELS * system.grains:
        yield (
            f"{place}/grains: {system.grains} grains in {voxels} voxels; expected at least"
            f" {LEAST_VOXELS} voxels per grain"
        )
    if system.strain == 0:
        yield f"{place}/strain: 0 is not a load; expected tension (positive) or compression"
