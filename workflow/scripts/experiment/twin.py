"""Judge mechanics that starts from rendered pictures: twins with repaired species, and past motion."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.picture_twin import pictured, twin_scores, twin_table
from mechanist.assess.resampling import IntervalOptions
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import TWIN
from mechanist.formats.sample import Sample, read_sample
from mechanist.learn.splits import make_splits
from mechanist.pictures.detectors import detector_of
from mechanist.pictures.followed_view import FollowedView, follow
from mechanist.pictures.learnt_twins import table_of
from mechanist.pictures.linking import LostParticlesError
from mechanist.pictures.scenes import Scenes
from mechanist.settings.entry_types.experiment_block_entries import CameraEntry, RendererEntry
from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry
from mechanist.settings.target_names import FROM_REST, LATER, LENGTH_UNITS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Sequence[Path],
    out: Path,
    potentials: Sequence[Path] = (),
    *,
    loads: Sequence[str],
    past: float,
    strain: float,
    window: float,
    cutoff: float,
    camera: CameraEntry,
    renderer: RendererEntry,
    detector: WatershedEntry | TrackpyEntry,
    snr: Sequence[float],
    rim: float,
    doubtful: int,
    divided: Sequence[str],
    folds: int,
    seed: int,
    interval: IntervalOptions,
) -> None:
    """Write the table of twins.

    Parameters
    ----------
    samples : sequence of Path
        Glasses; those that lack a load are left out.
    out : Path
        CSV table.
    potentials : sequence of Path
        Potentials that were learnt without the glasses of each fold, in its order; none if forces are not
        learnt.
    loads : sequence of str
        Loads whose D2min is predicted.
    past, strain : float
        Strain at the end of the earlier interval, and of the predicted motion.
    window : float
        Side of the square that is seen.
    cutoff : float
        Radius of the neighbourhood of D2min.
    camera, renderer, detector
        As in the block ``experiment``.
    snr : sequence of float
        Contrasts over noise that are tried.
    rim : float
        Width of the strip that is held.
    doubtful : int
        Number of particles whose species is tried.
    divided : sequence of str
        Names of the glasses that folds divide.
    folds : int
        Number of folds.
    seed : int
        Root seed.
    interval : mapping
        Level, resamples and seed of intervals.
    """
    fold_of = make_splits(divided, folds=folds, seed=seed).fold_of if potentials else {}
    glasses = [glass for glass in map(read_sample, samples) if set(loads) <= set(glass.good_loads)]
    parts = []
    for glass in progress(glasses, "glasses"):
        targets, motion = _motion(glass, loads, past, strain, cutoff)
        scenes = {load: Scenes(glass, load, past, window, cutoff) for load in loads}
        for contrast in snr:
            followed: dict[str, FollowedView] = {}
            try:
                for load in loads:
                    # The same errors at rest, whatever comes later.
                    rng = generator(seed, "twin", glass.name, f"{contrast:g}")
                    pictures, edge = scenes[load].pictures(
                        renderer, {**camera, "snr": contrast}, rng
                    )
                    gradient = (np.eye(3) + past * glass.loads[load].gradient)[:2, :2]
                    followed[load] = follow(
                        pictures, 1 / camera["pixels"], detector_of(detector), gradient, cutoff
                    )
            except LostParticlesError as error:
                LOGGER.warning("%s, contrast over noise %g: %s", glass.name, contrast, error)
                continue
            first = scenes[loads[0]]
            seen = pictured(
                followed[loads[0]], first.truth.before, first.rest.particles, glass.reference,
                cut=edge / 2, rim=rim, cutoff=cutoff,
            )  # fmt: skip
            found = twin_scores(
                seen,
                {load: glass.loads[load].tensor for load in loads},
                targets,
                {
                    "past_truth": motion,
                    "past": {load: _of_view(one) for load, one in followed.items()},
                },
                cutoff=cutoff,
                doubtful=doubtful,
                potential=table_of(glass.name, fold_of, potentials),
            )
            parts.append(found.assign(sample=glass.name, snr=contrast))
    length = LENGTH_UNITS.get(glasses[0].units, "length")
    table = twin_table(pd.concat(parts, ignore_index=True), length=length, interval=interval)
    title = "Mechanics that starts from rendered pictures"
    write_csv(out, table, title=title, columns=TWIN, float_format="%.6g")


def _motion(
    glass: Sample, loads: Sequence[str], past: float, strain: float, cutoff: float
) -> tuple[Mapping[str, Mapping[str, FloatArray]], Mapping[str, FloatArray]]:
    """Return true D2min of both targets, and of the earlier interval, under every load."""
    whole, later, earlier = {}, {}, {}
    for load in loads:
        states = [glass.loads[load].frame(value).configuration for value in (past, strain)]
        whole[load] = d2min(glass.reference, states[1], cutoff).per_neighbour
        later[load] = d2min(states[0], states[1], cutoff).per_neighbour
        earlier[load] = d2min(glass.reference, states[0], cutoff).per_neighbour
    return {FROM_REST: whole, LATER: later}, earlier


def _of_view(followed: FollowedView) -> FloatArray:
    """Return the measured D2min of every particle of a view, NaN where it was not followed."""
    values = np.full(len(followed.view), np.nan)
    values[followed.first] = followed.d2min
    return values


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.output.table),
            [Path(path) for path in snakemake.input.potentials],
            **snakemake.params.settings,
            divided=snakemake.params.divided,
            folds=snakemake.params.folds,
            cutoff=snakemake.params.cutoff,
            seed=snakemake.params.seed,
            interval=snakemake.params.interval,
        )
