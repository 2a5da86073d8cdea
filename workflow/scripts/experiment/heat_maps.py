"""Train a small network on rendered pictures and score its heat maps on glasses that it has not seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from mechanist.assess.heat_map_scores import BRIGHTNESS, glass_means, heat_map_table, map_auc
from mechanist.assess.resampling import IntervalOptions
from mechanist.core.atomic import replacing
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import HEAT_MAPS
from mechanist.formats.sample import read_sample
from mechanist.formats.tables import SAMPLE
from mechanist.learn.heat_maps import (
    activation_map,
    gradient_map,
    occlusion_map,
    smoothed,
    values_at,
)
from mechanist.learn.out_of_fold import fit_states
from mechanist.learn.picture_network import COARSER, FittedPictures, PictureModel, PictureNetwork
from mechanist.learn.splits import make_splits
from mechanist.learn.state_estimator import StateEstimator, StateInputs
from mechanist.pictures.whole_picture import WholePicture, whole_picture
from mechanist.settings.entry_types.block_entries import LabelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Maps of a trained network: they say themselves where much motion is.
MAPS: Final = ("activation", "gradient", "occlusion")
#: What stands before the name of a map of a network that was not trained.
UNTRAINED: Final = "untrained_"
#: Pixels by which a side is divisible.
MULTIPLE: Final = 2 * COARSER


def main(
    samples: Sequence[Path],
    out: Path,
    shown: Path,
    *,
    loads: Sequence[str],
    strain: float,
    cutoff: float,
    radii: Sequence[float],
    pixels: float,
    snr: float,
    blur: float,
    noise: Sequence[float],
    smooth: float,
    hidden: float,
    occluded: int,
    network: Mapping[str, float],
    folds: int,
    methods: Mapping[str, LabelEntry],
    seed: int,
    interval: IntervalOptions,
) -> None:
    """Write the table of heat maps, and the maps of one picture.

    Parameters
    ----------
    samples : sequence of Path
        Glasses.
    out, shown : Path
        CSV table, and arrays for a figure.
    loads : sequence of str
        A shear along x, and perhaps the same of the other sense, whose pictures are mirrored.
    strain, cutoff : float
        Strain of the target, and radius of the neighbourhood of D2min.
    radii : sequence of float
        Radius of each species in the picture.
    pixels, snr, blur : float
        Camera.
    noise : sequence of float
        Errors of coordinates with which particles are drawn.
    smooth, hidden : float
        Widths of averages over pictures and gradients, and radius of what is hidden, in units of length.
    occluded : int
        Number of glasses on which spots are hidden.
    network : mapping
        Parameters of :class:`mechanist.learn.picture_network.PictureModel`.
    folds : int
        Number of folds of whole glasses.
    methods : mapping
        Label and role of every map.
    seed : int
    interval : mapping
        Level, resamples and seed of intervals.
    """
    model = PictureModel(**network)  # type: ignore[arg-type]
    found: dict[tuple[float, str], pd.Series] = {}
    arrays: dict[str, FloatArray] = {}
    for value in noise:
        states, side = _pictures(samples, loads, strain, cutoff, radii, value, seed,
                                 pixels=pixels, snr=snr, blur=blur)  # fmt: skip
        inputs = cast("tuple[np.ndarray, np.ndarray]", states.inputs)
        names = states.keys[SAMPLE].to_numpy(str)
        splits = make_splits(sorted(set(names)), folds=folds, seed=seed)
        fitted = fit_states(cast("StateEstimator[object]", model), states, splits, seed=seed)
        per_unit = inputs[0].shape[1] / side
        some = set(sorted(set(names))[:occluded])
        scores: dict[str, list[dict[str, object]]] = {}
        for k, name in enumerate(names):
            fold = splits.fold_of[name]
            trained = cast("FittedPictures", fitted.fitted[fold]).network
            picture, places = inputs[0][k], inputs[1][k]
            maps = {BRIGHTNESS: smoothed(picture, smooth * per_unit)}
            for before, one in (("", trained), (UNTRAINED, model.untrained(seed + fold))):
                maps |= {before + key: field for key, field in _maps(
                    one, picture, smooth * per_unit, hidden * per_unit, hide=name in some).items()}  # fmt: skip
            for key, field in maps.items():
                auc = map_auc(states.truth[k], values_at(field, places))
                scores.setdefault(key, []).append({"sample": name, "auc": auc})
            if not arrays:
                arrays = {**maps, "picture": picture, "places": places, "truth": states.truth[k]}
        for key in methods:
            found[value, key] = glass_means(
                pd.DataFrame(scores[key]), None if key in MAPS else splits.fold_of
            )
            LOGGER.info("noise %g, %s: AUC %.3f over %d glasses", value, key, found[value, key].mean(),
                        len(found[value, key]))  # fmt: skip
    write_csv(out, heat_map_table(found, methods, interval=interval),
              title="Heat maps of a network over rendered pictures", columns=HEAT_MAPS, float_format="%.6g")  # fmt: skip
    with replacing(shown) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _pictures(
    samples: Sequence[Path],
    loads: Sequence[str],
    strain: float,
    cutoff: float,
    radii: Sequence[float],
    noise: float,
    seed: int,
    **camera: float,
) -> tuple[StateInputs[object], float]:
    """Return the pictures of all glasses under all loads as a network reads them, and the side of a cell."""
    taken: list[WholePicture] = []
    names, truth, side = [], [], 0.0
    for path in samples:
        glass = read_sample(path)
        side = float(glass.reference.cell[0, 0])
        for load in (one for one in loads if one in glass.good_loads):
            rng = generator(seed, "heat_maps", glass.name, load, f"{noise:g}")
            one = whole_picture(
                glass.reference, radii, rng, noise=noise, multiple=MULTIPLE, **camera
            )
            taken.append(one.mirrored() if load != loads[0] else one)
            moved = np.log10(d2min(glass.reference, glass.loads[load].frame(strain).configuration, cutoff)
                             .per_neighbour)  # fmt: skip
            truth.append(moved - moved.mean())
            names.append(glass.name)
    bright = np.stack([one.brightness for one in taken])
    bright = ((bright - bright.mean()) / bright.std()).astype(np.float32)
    places = np.stack([one.places for one in taken]).astype(np.float32)
    return StateInputs(pd.DataFrame({SAMPLE: names}), np.stack(truth), (bright, places)), side


def _maps(
    network: PictureNetwork, picture: np.ndarray, smooth: float, hidden: float, *, hide: bool
) -> dict[str, FloatArray]:
    """Return the heat maps of a network over one picture."""
    maps = {"activation": activation_map(network, picture),
            "gradient": gradient_map(network, picture, smooth)}  # fmt: skip
    if hide:
        maps["occlusion"] = occlusion_map(network, picture, hidden)
    return maps


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.table),
            Path(snakemake.output.shown),
            **snakemake.params.settings,
            folds=snakemake.params.folds,
            cutoff=snakemake.params.cutoff,
            seed=snakemake.params.seed,
            interval=snakemake.params.interval,
        )
