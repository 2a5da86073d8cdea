"""Rerun an imported result in the engine and compute the agreement, or load an imported map."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.polycrystal_batches import read_runs, write_runs
from mechanist.mechanics.field_agreement import agreement
from mechanist.settings.entry_types.crystal_imports_entries import CrystalImportEntry
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.simulate.polycrystal_system import Material, PolycrystalSystem
from mechanist.simulate.reference import SUBSTEPS, loaded, rerun

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    *, imported: Path, engine: Path, numbers: Path, entry: CrystalImportEntry,
    system: CrystalSystemEntry | None = None, material: CrystalMaterialEntry | None = None,
    materials: Mapping[str, CrystalMaterialEntry] | None = None, threads: int = 1,
) -> None:  # fmt: skip
    """Write the engine's run and the agreement of every frame.

    Parameters
    ----------
    imported : Path
        Run file of a DAMASK result or of an orientation map.
    engine : Path
        Run file of the engine's simulation of it.
    numbers : Path
        Agreement of every frame, as JSON; empty for a map.
    entry : mapping
        The configuration's entry: ``format``; for a DAMASK result, optionally ``substeps`` of the
        engine between two frames; for a map, the name of its ``system``.
    system, material : mapping, optional
        Settings of that system and of its material.
    materials : mapping, optional
        Settings of the material of each phase of a map, by name of the phase.
    threads : int
        Number of threads; results do not depend on it.

    Raises
    ------
    ValueError
        If the imported run has no strain path, a material that the engine does not support, or,
        for a map, no system.
    """
    (reference,) = read_runs(imported)
    if entry["format"] == "damask":
        substeps = entry.get("substeps", SUBSTEPS)
        ours = rerun(reference, substeps=substeps, threads=threads)
    elif system is None or material is None:
        raise ValueError(f"{reference.name}: a map needs 'system', the name of an entry of"
                         " crystal/systems, for its material and load")  # fmt: skip
    else:
        model = PolycrystalSystem.from_entry(entry["system"], system, material)
        substeps = model.path.substeps
        by_phase = {name: Material.from_entry(one) for name, one in (materials or {}).items()}
        ours = loaded(reference, model, by_phase, threads=threads)
    write_runs(engine, [ours], attributes={"strain_measure": "logarithmic"})
    frames = [frame._asdict() for frame in agreement(ours, reference)]
    found = {"name": reference.name, "status": ours.status, "frames": frames,
                             "voxels": reference.grains.size, "substeps": substeps}  # fmt: skip
    write_text(numbers, json.dumps(found, indent=2, sort_keys=True) + "\n")
    if frames:
        LOGGER.info("at a strain of %(strain).4g: correlation %(correlation).4f, rotation"
                    " %(rotation).4f and %(reference_rotation).4f degrees, %(difference).4f apart",
                    frames[-1])  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            imported=Path(snakemake.input[0]),
            engine=Path(snakemake.output.engine),
            numbers=Path(snakemake.output.numbers),
            entry=snakemake.params.entry,
            system=snakemake.params.system,
            material=snakemake.params.material,
            materials=snakemake.params.materials,
            threads=snakemake.threads,
        )
