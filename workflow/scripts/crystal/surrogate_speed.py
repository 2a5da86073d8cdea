"""Compare the CPU time of the engine and of every surrogate for the same fields.

The times are measured and differ from run to run and from machine to machine.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.prediction_times import PredictionTimes, read_times
from mechanist.core.progress import log_to
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.voxel_rows import VoxelRows
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_crystals import SPEED
from mechanist.learn.fitted_cubes import ALL_IMAGES
from mechanist.learn.voxel_samples import voxel_paths
from mechanist.settings.entry_types.crystal_systems_entries import (
    CrystalMaterialEntry,
    CrystalSystemEntry,
)
from mechanist.settings.entry_types.surrogate_settings_entries import SurrogateModelEntry
from mechanist.simulate.polycrystal import StrainPath
from mechanist.simulate.polycrystal_system import PolycrystalSystem, sample_name

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ORIENTATION: Final = "orientation"


def main(
    times: Mapping[str, Path],
    out: Path,
    *,
    models: Mapping[str, SurrogateModelEntry],
    systems: Mapping[str, CrystalSystemEntry],
    materials: Mapping[str, CrystalMaterialEntry],
    step: float,
    steps: int,
    passes: int,
    seed: int,
) -> None:
    """Write rows for each system and model.

    Parameters
    ----------
    times : mapping of str to Path
        Times of each model, measured in training.
    out : Path
        CSV: ``system``, ``voxels``, ``model``, number of averaged ``images`` of each cube, CPU
        seconds of ``engine``, ``preparation`` (all mechanisms and misfits, for models that read
        any), ``compilation`` and ``prediction``, and the speed-up over the engine without
        compilation (``speed_up``) and with it (``speed_up_compiling``).
    models : mapping
        Settings of all models.
    systems, materials : mapping
        Settings of the systems to time.
    step, steps, passes
        Strain step, number of steps, and passes of the Green operator.
    seed : int
        The configured seed; the first sample of each system is simulated again.
    """
    found = {name: read_times(path) for name, path in times.items()}
    rows = []
    for name, entry in systems.items():
        engine, preparation = _engine(name, entry, materials[name], step, steps, passes, seed)
        for model, measured in found.items():
            own = measured["systems"].get(name)
            before = preparation if _reads_mechanisms(models[model]) else 0.0
            rows += _rows(name, model, own, engine, before) if own else []
    table = pd.DataFrame(rows)
    write_csv(out, table, title="Speed of surrogates", columns=SPEED, float_format="%.4g")


def _engine(
    name: str,
    entry: CrystalSystemEntry,
    settings: CrystalMaterialEntry,
    step: float,
    steps: int,
    passes: int,
    seed: int,
) -> tuple[float, float]:
    """Return CPU seconds of the engine, and of the fields known before loading."""
    system = PolycrystalSystem.from_entry(name, entry, settings)
    strains = [
        round(step * k, 9) for k in range(1, steps + 1) if step * k <= entry["strain"] + 1e-9
    ]
    short = replace(system, path=StrainPath((strains[0],), system.path.substeps))
    sample, crystal, law = sample_name(name, 0), system.material.crystal, system.material.law
    # A first short run excludes compilation from the times.
    warm = short.run(sample, seed=seed)
    described = partial(voxel_paths, system=name, strains=strains, passes=passes)
    described(warm, crystal, law)
    began = time.process_time()
    run = system.run(sample, seed=seed)
    ran = time.process_time()
    described(run, crystal, law)
    return ran - began, time.process_time() - ran


def _reads_mechanisms(model: SurrogateModelEntry) -> bool:
    """Return whether a model reads more than orientations."""
    if "descriptor" in model:
        about: VoxelRows = load_descriptor(model["descriptor"], subject=SubjectName.VOXEL)
        named = {*about.named, *model.get("guess", ())}
    else:
        named = {
            name
            for names in (model.get("guess", ()), model.get("fields", ()), model.get("central", ()))
            for name in names
        }
    return bool(named - {ORIENTATION})


def _rows(
    system: str, model: str, measured: PredictionTimes, engine: float, preparation: float
) -> list[dict[str, str | float]]:
    """Return rows for predictions from one image of each cube and from all images."""
    rows: list[dict[str, str | float]] = []
    for images, seconds in ((1, measured["one_image"]), (ALL_IMAGES, measured["all_images"])):
        total, compilation = preparation + seconds, max(0.0, measured["compilation"])
        rows.append(
            {
                "system": system, "voxels": int(measured["voxels"]), "model": model,
                "images": images, "engine": engine, "preparation": preparation,
                "compilation": compilation, "prediction": seconds,
                "speed_up": engine / total, "speed_up_compiling": engine / (total + compilation),
            }
        )  # fmt: skip
    return rows


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            dict(zip(snakemake.params.models, map(Path, snakemake.input.times), strict=True)),
            Path(snakemake.output[0]),
            models=snakemake.params.models,
            systems=snakemake.params.systems,
            materials=snakemake.params.materials,
            step=snakemake.params.step,
            steps=snakemake.params.steps,
            passes=snakemake.params.passes,
            seed=snakemake.params.seed,
        )
