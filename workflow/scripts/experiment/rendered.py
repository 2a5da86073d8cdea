"""Render pictures of one glass, find its particles and their D2min in them, and score both."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.picture_scores import SCORES, null_scores, picture_scores
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.formats.described_columns import Column
from mechanist.formats.meanings.of_experiments import RENDERED
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import write_table
from mechanist.pictures.detectors import detector_of
from mechanist.pictures.followed_view import follow
from mechanist.pictures.linking import LostParticlesError
from mechanist.pictures.scenes import Scenes, conditions
from mechanist.settings.entry_types.experiment_block_entries import CameraEntry, RendererEntry
from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    sample: Path,
    out: Path,
    *,
    load: str,
    strain: float,
    window: float,
    cutoff: float,
    camera: CameraEntry,
    renderers: Mapping[str, RendererEntry],
    sweeps: Mapping[str, Sequence[float]],
    detectors: Mapping[str, WatershedEntry | TrackpyEntry],
    pairs: Sequence[Sequence[str]],
    seed: int,
) -> None:
    """Write a row of scores, and one of nulls, for each renderer, detector and setting of the camera.

    Parameters
    ----------
    sample : Path
        The glass.
    out : Path
        Table of scores.
    load, strain, window, camera, renderers, sweeps, detectors
        As in the block ``experiment``.
    cutoff : float
        Radius of the neighbourhood of D2min.
    pairs : sequence of (str, str)
        Renderers with detectors that are tried.
    seed : int
        Root seed. Noise does not depend on the detector.
    """
    glass = read_sample(sample)
    gradient = (np.eye(3) + strain * glass.loads[load].gradient)[:2, :2]
    scenes = Scenes(glass, load, strain, window, cutoff)
    rows: list[dict[str, object]] = []
    for sweep, value, changed in progress(
        list(conditions(camera, sweeps)), f"{glass.name}: cameras"
    ):
        for renderer in sorted({pair[0] for pair in pairs}):
            rng = generator(seed, "pictures", glass.name, renderer, sweep, f"{value:g}")
            pictures, edge = scenes.pictures(renderers[renderer], changed, rng)
            for detector in [pair[1] for pair in pairs if pair[0] == renderer]:
                key = {"sample": glass.name, "units": glass.units, "renderer": renderer, "detector": detector,
                       "sweep": sweep, "setting": value}  # fmt: skip
                try:
                    found = follow(pictures, 1 / changed["pixels"], detector_of(detectors[detector]),
                                   gradient, cutoff)  # fmt: skip
                except LostParticlesError as error:
                    LOGGER.warning("%s, %s, %s = %g: %s", renderer, detector, sweep, value, error)
                    rows.append({**key, "null": False})
                    continue
                inner = {"edge": edge, "cutoff": cutoff}
                rows.append({**key, "null": False, **picture_scores(found, scenes.truth, **inner)})
                nulls = null_scores(found, scenes.truth, rng, **inner)
                rows.append({**key, "null": True, **nulls})
    scores = {name: Column(unit, f"{said}.") for name, (unit, said) in SCORES.items()}
    table = pd.DataFrame(rows).reindex(columns=[*RENDERED, *SCORES])
    write_table(out, table, columns={**RENDERED, **scores}, check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            **{
                key: snakemake.params.settings[key]
                for key in (
                    "load",
                    "strain",
                    "window",
                    "camera",
                    "renderers",
                    "sweeps",
                    "detectors",
                    "pairs",
                )
            },
            cutoff=snakemake.params.cutoff,
            seed=snakemake.params.seed,
        )
