"""Compare the CPU time of the engine and of every surrogate for the same fields.

The times are measured and differ from run to run and from machine to machine.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from mechanist.core.atomic import replacing
from mechanist.core.progress import log_to
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.voxel_rows import VoxelRows
from mechanist.learn.cube_models import ALL_IMAGES
from mechanist.learn.voxel_samples import voxel_paths
from mechanist.simulate.polycrystal import StrainPath
from mechanist.simulate.polycrystal_system import PolycrystalSystem, sample_name

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

ORIENTATION: Final = "orientation"


def main(
    times: Mapping[str, Path],
    out: Path,
    *,
    models: Mapping[str, Mapping[str, Any]],
    systems: Mapping[str, Mapping[str, Any]],
    materials: Mapping[str, Mapping[str, Any]],
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
    found = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in times.items()}
    rows = []
    for name, entry in systems.items():
        engine, preparation = _engine(name, entry, materials[name], step, steps, passes, seed)
        for model, measured in found.items():
            own = measured["systems"].get(name)
            before = preparation if _reads_mechanisms(models[model]) else 0.0
            rows += _rows(name, model, own, engine, before) if own else []
    with replacing(out) as temporary:
        pd.DataFrame(rows).to_csv(temporary, index=False, float_format="%.4g", lineterminator="\n")


def _engine(
    name: str,
    entry: Mapping[str, Any],
    settings: Mapping[str, Any],
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
    options = {"system": name, "strains": strains, "passes": passes}
    voxel_paths(warm, crystal, law, **options)
    began = time.process_time()
    run = system.run(sample, seed=seed)
    ran = time.process_time()
    voxel_paths(run, crystal, law, **options)
    return ran - began, time.process_time() - ran


def _reads_mechanisms(model: Mapping[str, Any]) -> bool:
    """Return whether a model reads more than orientations."""
    if "descriptor" in model:
        about: VoxelRows = load_descriptor(model["descriptor"], subject=SubjectName.VOXEL)
        named = {*about.named, *model.get("guess", ())}
    else:
        named = {name for key in ("guess", "fields", "central") for name in model.get(key, ())}
    return bool(named - {ORIENTATION})


def _rows(
    system: str, model: str, measured: Mapping[str, float], engine: float, preparation: float
) -> list[dict[str, Any]]:
    """Return rows for predictions from one image of each cube and from all images."""
    rows = []
    for images, key in ((1, "one_image"), (ALL_IMAGES, "all_images")):
        total, compilation = preparation + measured[key], max(0.0, measured["compilation"])
        rows.append(
            {
                "system": system, "voxels": int(measured["voxels"]), "model": model,
                "images": images, "engine": engine, "preparation": preparation,
                "compilation": compilation, "prediction": measured[key],
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
