"""Write materials of polycrystals for use elsewhere: parameter tables, and phases of DAMASK."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.simulate.damask_export import damask_phase, write_damask
from mechanist.simulate.parameter_files import write_material_parameters
from mechanist.simulate.polycrystal_system import Material

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    tables: Mapping[str, Path],
    phases: Mapping[str, Path],
    *,
    materials: Mapping[str, CrystalMaterialEntry],
) -> None:
    """Write a parameter table and a ``material.yaml`` of every material.

    Parameters
    ----------
    tables, phases : mapping of str to Path
        CSV and YAML files by the name of the material. A YAML file holds no phase where DAMASK
        cannot express the material; its comments say why.
    materials : mapping of str to mapping
        Entries of ``crystal/materials``.
    """
    for name, entry in materials.items():
        material = Material.from_entry(entry)
        write_material_parameters(tables[name], material.crystal, material.law)
        try:
            phase = damask_phase(material.crystal, material.law, c_over_a=entry.get("c_over_a"))
            notes = ["All parts of the material are expressed exactly. Stresses are in Pa."]
        except ValueError as error:
            phase, notes = None, [f"DAMASK cannot express this material: {error}."]
            LOGGER.info("%s: %s", name, notes[0])
        write_damask(phases[name], name, phase, notes)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        names = list(snakemake.params.materials)
        main(
            dict(zip(names, map(Path, snakemake.output.tables), strict=True)),
            dict(zip(names, map(Path, snakemake.output.phases), strict=True)),
            materials=snakemake.params.materials,
        )
