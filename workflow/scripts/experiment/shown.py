"""Keep pictures of one glass with the particles and the D2min that are found in them, for a figure."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.progress import log_to
from mechanist.core.seeds import generator
from mechanist.formats.sample import read_sample
from mechanist.pictures.detectors import detector_of
from mechanist.pictures.followed_view import follow
from mechanist.pictures.noise_floor import above_floor
from mechanist.pictures.scenes import Scenes
from mechanist.settings.entry_types.experiment_block_entries import (
    CameraEntry,
    RendererEntry,
    ShownPictureEntry,
)
from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry
from mechanist.settings.target_names import LENGTH_UNITS

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
    detectors: Mapping[str, WatershedEntry | TrackpyEntry],
    shown: ShownPictureEntry,
    seed: int,
) -> None:
    """Write a picture by each renderer, and what is found in a noisy one.

    Parameters
    ----------
    sample : Path
        The glass.
    out : Path
        Arrays: ``picture_<renderer>``; of the noisy picture ``noisy``, ``positions``, ``species``,
        ``d2min`` above the floor with ``places`` and ``censored``, and the truth ``true_positions``,
        ``true_d2min``; ``window`` and the unit of ``length``.
    load, strain, window, camera, renderers, detectors
        As in the block ``experiment``.
    cutoff : float
        Radius of the neighbourhood of D2min.
    shown : mapping
        Renderer, detector and contrast over noise of the noisy picture.
    seed : int
        Root seed.
    """
    glass = read_sample(sample)
    scenes = Scenes(glass, load, strain, window, cutoff)
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, renderer in renderers.items():
        rng = generator(seed, "pictures", glass.name, name, "shown")
        arrays[f"picture_{name}"] = scenes.pictures(renderer, camera, rng)[0][0]
    grainy: CameraEntry = {**camera, "snr": shown["snr"]}
    rng = generator(seed, "pictures", glass.name, shown["renderer"], "shown", "noisy")
    pictures, _ = scenes.pictures(renderers[shown["renderer"]], grainy, rng)
    gradient = (np.eye(3) + strain * glass.loads[load].gradient)[:2, :2]
    found = follow(
        pictures, 1 / camera["pixels"], detector_of(detectors[shown["detector"]]), gradient, cutoff
    )
    inside = np.asarray(scenes.truth.before.edge_distance >= 0)
    followed = found.view.kept(found.first)
    arrays |= {
        "noisy": pictures[0],
        "positions": found.view.positions,
        "species": found.view.species,
        "places": followed.positions,
        "d2min": above_floor(found.d2min, found.floor.d2min),
        "censored": followed.censored(cutoff),
        "true_positions": scenes.truth.before.positions[inside],
        "true_d2min": scenes.truth.d2min[inside],
        "window": np.array(window),
        "length": np.array(LENGTH_UNITS.get(glass.units, "length")),
    }
    with replacing(out) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            **{
                key: snakemake.params.settings[key]
                for key in ("load", "strain", "window", "camera", "renderers", "detectors", "shown")
            },
            cutoff=snakemake.params.cutoff,
            seed=snakemake.params.seed,
        )
