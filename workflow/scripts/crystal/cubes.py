"""Convert runs to training data of surrogates: fields of voxels and their lattice rotations."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs
from mechanist.formats.voxel_paths import write_voxel_paths
from mechanist.learn.voxel_samples import voxel_paths
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal_system import Material
from mechanist.simulate.reference import materials_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    batches: Mapping[str, Sequence[Path]],
    out: Path,
    *,
    materials: Mapping[str, CrystalMaterialEntry],
    strains: Sequence[float],
    passes: int,
) -> None:
    """Write voxel paths of all runs that reached the first strain.

    Parameters
    ----------
    batches : mapping of str to sequence of Path
        Run files of each system.
    out : Path
        Voxel paths, HDF5.
    materials : mapping
        Settings of each system's material; imported DAMASK results contain their own.
    strains : sequence of float
        Evenly spaced strains; a run that ends early keeps the strains it reached.
    passes : int
        See :func:`mechanist.learn.voxel_samples.voxel_paths`.

    Raises
    ------
    ValueError
        If no run reached the first strain, or an imported run has several phases.
    """
    runs = [(s, run) for s, paths in batches.items() for path in paths for run in read_runs(path)]
    samples, left_out = [], []
    for system, run in progress(runs, "described"):
        if abs(run.strains[-1]) < strains[0]:
            left_out.append(f"{run.name} ({run.status})")
            continue
        crystal, law = _material(run, materials.get(system))
        samples.append(
            voxel_paths(run, crystal, law, system=system, strains=strains, passes=passes)
        )
    if not samples:
        raise ValueError(f"no run reached a strain of {strains[0]:g}: {left_out}")
    write_voxel_paths(out, samples)
    LOGGER.info("%d samples; left out: %s", len(samples), left_out or "none")


def _material(
    run: PolycrystalRun, settings: CrystalMaterialEntry | None
) -> tuple[Crystal, HardeningLaw]:
    """Return crystal and hardening law from a system's settings, or from an imported run."""
    if settings is None:
        found = materials_of(run)
        if len(found) > 1:
            raise ValueError(
                f"{run.name} has {len(found)} phases; the surrogates describe crystals of one phase."
                " Take it out of surrogate/imports"
            )
        return found[0]
    material = Material.from_entry(settings)
    return material.crystal, material.law


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {
                system: [Path(path) for path in ([paths] if isinstance(paths, str) else paths)]
                for system, paths in snakemake.input.items()
            },
            Path(snakemake.output[0]),
            materials=snakemake.params.materials,
            strains=snakemake.params.strains,
            passes=snakemake.params.passes,
        )
